"""The typefaces of the picture: Noto Sans, and others for the characters that it lacks.

They come with the package pymupdf-fonts (SIL Open Font License 1.1), so that a picture looks the same on
every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from io import BytesIO

import pymupdf_fonts
from PIL.ImageFont import FreeTypeFont, Layout, truetype

PLAIN: Mapping[bool, str] = {False: "notos", True: "notosbo"}
"""Noto Sans and its bold: Latin, Greek, Cyrillic."""
OTHERS: Mapping[bool, tuple[str, ...]] = {
    is_bold: (firago, "math", "symbol2", "symbol1") for is_bold, firago in ((False, "figo"), (True, "figbo"))
}
"""FiraGO has Arabic, Devanagari, Georgian, Hebrew, Thai and arrows; the rest are Noto's symbols."""

_PROBE = 20.0
"""Pixels per em at which glyphs are compared: small, since they are only compared."""
_EXACT = 1000.0
"""Pixels per em at which an advance is exact: the units in which these typefaces are drawn."""
_NO_CHARACTER = "\uffff"
"""In no typeface (Unicode 23.7), so it is drawn as every missing character is."""


class Typeface:
    """One typeface in any size; not for two threads at once, since FreeType's faces are not."""

    def __init__(self, name: str, layout: Layout | None = None) -> None:
        """`layout` is Pillow's layout engine; by default the best one on this machine."""
        self._name, self._layout = name, layout
        self._sizes: dict[float, FreeTypeFont] = {}
        self._missing = self._glyph(_NO_CHARACTER)

    def at(self, size: float) -> FreeTypeFont:
        """The typeface at so many pixels per em."""
        if size not in self._sizes:
            self._sizes[size] = truetype(BytesIO(_content(self._name)), size, layout_engine=self._layout)
        return self._sizes[size]

    def has(self, character: str) -> bool:
        """Whether it has a glyph for this character; Pillow cannot be asked, so what it draws is compared."""
        return self._glyph(character) != self._missing

    def em(self, text: str) -> float:
        """The advance of these characters, as a fraction of the font size."""
        return self.at(_EXACT).getlength(text) / _EXACT

    def _glyph(self, character: str) -> tuple[tuple[int, int], bytes]:
        mask = self.at(_PROBE).getmask(character)
        return mask.size, bytes(mask)


class Typefaces:
    """The typefaces of one picture, each opened when the first character needs it."""

    def __init__(self) -> None:
        self._open: dict[str, Typeface] = {}

    def of(self, character: str, *, is_bold: bool) -> Typeface | None:
        """The first that has this character, if any does."""
        plain = self.plain(is_bold=is_bold)
        if plain.has(character):
            return plain
        others = (self._opened(name, None) for name in OTHERS[is_bold])
        return next((typeface for typeface in others if typeface.has(character)), None)

    def plain(self, *, is_bold: bool) -> Typeface:
        """Noto Sans, whose words need no shaping, so that they look the same on every machine."""
        return self._opened(PLAIN[is_bold], Layout.BASIC)

    def _opened(self, name: str, layout: Layout | None) -> Typeface:
        if name not in self._open:
            self._open[name] = Typeface(name, layout)
        return self._open[name]


@cache
def _content(name: str) -> bytes:
    content: bytes = pymupdf_fonts.fontbuffers[name]()
    return content
