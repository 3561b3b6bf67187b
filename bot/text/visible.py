"""Words that nobody can see are none: an incident, an item or an update needs some that can be read."""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Mn", "Me", "Zs", "Zl", "Zp"})
"""Categories of Unicode of which a character alone shows nothing: controls, formats, marks, blanks."""
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs drawn as a blank (UAX #44, Default_Ignorable_Code_Point; Braille's empty cell)."""
_END_OF_WORD = re.compile(r"\s|\Z")


def is_visible(letter: str) -> bool:
    """Whether a character shows something."""
    return unicodedata.category(letter) not in _UNSEEN and letter not in _BLANKS


def visible(text: str) -> str:
    """The same text; empty where nothing of it can be seen."""
    return text if any(map(is_visible, text)) else ""


def without_unseen_end(text: str) -> str:
    """The text up to its last word that can be seen."""
    for place in range(len(text) - 1, -1, -1):
        if is_visible(text[place]):
            end = _END_OF_WORD.search(text, place)
            return text[: end.start()] if end else text
    return ""
