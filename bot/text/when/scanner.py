"""Reads a text from left to right, one pattern at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.text.when.words import Pattern


@dataclass
class Scanner:
    """A text and how far it has been read."""

    text: str
    at: int = 0

    def take(self, pattern: Pattern) -> re.Match[str] | None:
        """Read on over the pattern if it stands here."""
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def sees(self, pattern: Pattern) -> bool:
        """Whether the pattern stands here; nothing is read."""
        return pattern.match(self.text, self.at) is not None
