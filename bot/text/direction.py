"""Text that is read from right to left, inside a line that is read from left to right."""

from __future__ import annotations

import unicodedata

_FIRST_STRONG, _END = "\u2068", "\u2069"
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI"})


def isolated(text: str) -> str:
    """The same text, which leaves what stands around it in its place.

    Unicode's isolates (UAX #9, "Explicit directional isolates") are put around a text that holds letters
    written from right to left; others stay as they are.
    """
    if any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in text):
        return f"{_FIRST_STRONG}{text}{_END}"
    return text
