"""Rendering a document: as a canvas, a thread of messages, Markdown, HTML, JSON or CSV."""
