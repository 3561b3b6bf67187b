"""What can go wrong with an import."""

from __future__ import annotations

from storage.cannot import Cannot


class CannotImport(Cannot):
    """What was given cannot be imported; the text is one sentence for the person who asked."""
