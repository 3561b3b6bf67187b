"""The meeting in which a post-mortem is reviewed: its file, and sharing it."""
