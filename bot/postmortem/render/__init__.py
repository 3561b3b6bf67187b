"""How a document looks: as a canvas, as a thread of messages, as a Markdown file."""
