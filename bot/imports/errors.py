"""What can go wrong with an import."""

from __future__ import annotations


class CannotImport(Exception):
    """What was given cannot be imported; the text is one sentence for the person who asked."""
