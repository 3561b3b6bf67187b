"""Text that is read from right to left, inside a line that is read from left to right."""

from __future__ import annotations

import re
import unicodedata

_FIRST_STRONG, _END = "\u2068", "\u2069"
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_STEERING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def unsteered(text: str) -> str:
    """The same text without the invisible characters that turn others round.

    Unicode's embeddings, overrides and isolates (UAX #9) go on until they are ended, so that somebody's words
    could turn round the name, the time or the link that stands behind them. Letters written from right to
    left need none of them.
    """
    return text if text.isascii() else _STEERING.sub("", text)


def isolated(text: str) -> str:
    """The same text, which leaves what stands around it in its place.

    Unicode's isolates (UAX #9, "Explicit directional isolates") are put around a text that holds letters
    written from right to left; others stay as they are.
    """
    text = unsteered(text)
    if any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in text):
        return f"{_FIRST_STRONG}{text}{_END}"
    return text
