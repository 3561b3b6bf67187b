"""The workspaces that have installed Scribe: their tokens, and how they come and go."""
