"""What cannot be done, and is told to who asked at the terminal."""

from __future__ import annotations


class Cannot(Exception):
    """What was asked cannot be done; the text is one sentence for the person who asked."""
