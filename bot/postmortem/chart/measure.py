"""How wide words are in DejaVu Sans, the one font that comes with matplotlib and looks the same everywhere.

It is a wide font: what fits in it fits in a reader's own sans-serif as well.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font, LoadFlags

MISSING = "□"
"""Shown in the PNG for a character that the font does not have."""
_MISSING_EM = 1.4
"""How wide such a character may be in the font that has it; emoji are the widest."""
_PIXELS_PER_EM = 64.0
_ADVANCE_UNITS = 65536.0
"""FreeType tells an unrounded advance in 1/65536 pixels (freetype.org, FT_GlyphSlotRec)."""


class Ruler:
    """Measures words; made once per picture, since a font must not be shared between threads."""

    def __init__(self) -> None:
        self._fonts = {bold: _font(bold) for bold in (False, True)}
        self._ems: dict[tuple[str, bool], float] = {}

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Points that these words take on one line, at a size in points."""
        return size * sum(self._em(character, bold) for character in text)

    def fitted(self, text: str, size: float, room: float, *, bold: bool = False) -> str:
        """The words, or as many of their characters as fit with an ellipsis after them."""
        if self.width(text, size, bold=bold) <= room:
            return text
        left = room - self.width("…", size, bold=bold)
        for at, character in enumerate(text):
            left -= self._em(character, bold) * size
            if left < 0:
                return f"{text[:at].rstrip()}…"
        return text

    def drawable(self, text: str, *, bold: bool = False) -> str:
        """The words with a box for each character that the font lacks, so that it need not warn of them."""
        return "".join(
            character if self._has(character, bold) else "" if _is_joined(character) else MISSING
            for character in text
        )

    def _has(self, character: str, bold: bool) -> bool:
        return bool(self._fonts[bold].get_char_index(ord(character)))

    def _em(self, character: str, bold: bool) -> float:
        key = (character, bold)
        if key not in self._ems:
            if self._has(character, bold):
                glyph = self._fonts[bold].load_char(ord(character), flags=_no_hinting())
                self._ems[key] = glyph.linearHoriAdvance / _ADVANCE_UNITS / _PIXELS_PER_EM
            else:
                self._ems[key] = 0.0 if _is_joined(character) else _MISSING_EM
        return self._ems[key]


def one_line(text: str) -> str:
    """Words as they can stand in a picture: on one line, without control characters."""
    kinds = ((character, unicodedata.category(character)) for character in text)
    shown = (
        " " if kind in _BLANK else character
        for character, kind in kinds
        if character in _JOINERS or (kind not in _UNSEEN and character not in _NO_CHARACTERS)
    )
    return " ".join("".join(shown).split())


_BLANK = frozenset({"Cc", "Zl", "Zp"})
_UNSEEN = frozenset({"Cs", "Cf"})
"""Lone surrogates, which no XML takes, and marks that turn the direction of the words after them."""
_JOINERS = "\u200c\u200d"
"""Of the unseen the two that belong to words: some scripts and many emoji are spelled with them."""
_NO_CHARACTERS = "\ufffe\uffff"
"""Not to be in XML (XML 1.0, 2.2)."""


def _is_joined(character: str) -> bool:
    """Whether it only changes the character before it, as the variation selectors of emoji do."""
    return character in _JOINERS or unicodedata.category(character) in ("Mn", "Me")


def _font(bold: bool) -> FT2Font:
    from matplotlib.ft2font import FT2Font

    font = FT2Font(font_file(bold))
    font.set_size(_PIXELS_PER_EM, 72)
    return font


@cache
def font_file(bold: bool) -> str:
    from matplotlib import get_data_path

    return f"{get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf"


@cache
def _no_hinting() -> LoadFlags:
    from matplotlib.ft2font import LoadFlags

    return LoadFlags.NO_HINTING
