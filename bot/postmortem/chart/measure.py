"""How wide words are in Noto Sans, which is wider than most typefaces that readers have."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import filterfalse, groupby
from math import fsum

from bot.postmortem.chart.typefaces import Typeface, Typefaces

_MISSING_EM = 1.4
"""The assumed width of a character that none of our typefaces has; emoji are the widest."""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that are drawn together; the next ones begin `em` font sizes to the right."""

    text: str
    typeface: Typeface
    em: float


class Ruler:
    """Measures words; made once per picture, since a typeface must not be shared between threads."""

    def __init__(self) -> None:
        self._typefaces = Typefaces()
        self._found: dict[tuple[str, bool], Typeface | None] = {}
        self._ems: dict[tuple[str, bool], float] = {}

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Points that these words take on one line, at a size in points."""
        return size * fsum(self._em(character, bold) for character in text)

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

    def runs(self, text: str, *, bold: bool = False) -> list[Run]:
        """The words as they are drawn, with Noto Sans' empty box for each character that no typeface has.

        Characters of Noto Sans stand alone, each exactly where it is measured. Those of another typeface stay
        together with the blanks between them, since their script may join them or run from right to left.
        """
        plain = self._typefaces.plain(is_bold=bold)
        found = [(character, self._typeface(character, bold)) for character in text]
        shown = [
            (one, typeface or plain)
            for one, typeface in found
            if typeface or _is_unseen(one) or not _is_joined(one)
        ]
        for at in range(1, len(shown) - 1):
            before, character, after = shown[at - 1][1], shown[at][0], shown[at + 1][1]
            if before is after and (character == " " or _is_unseen(character)):
                shown[at] = (character, before)
        runs: list[Run] = []
        for typeface, together in groupby(shown, key=lambda one: one[1]):
            characters = [character for character, _ in together]
            is_plain = typeface is plain
            parts = filterfalse(_is_unseen, characters) if is_plain else ["".join(characters)]
            runs += [Run(part, typeface, typeface.em(part)) for part in parts]
        return runs

    def _typeface(self, character: str, bold: bool) -> Typeface | None:
        key = (character, bold)
        if key not in self._found:
            is_seen = not _is_unseen(character)
            self._found[key] = self._typefaces.of(character, is_bold=bold) if is_seen else None
        return self._found[key]

    def _em(self, character: str, bold: bool) -> float:
        key = (character, bold)
        if key not in self._ems:
            typeface = self._typeface(character, bold)
            missing = 0.0 if _is_joined(character) else _MISSING_EM
            self._ems[key] = typeface.em(character) if typeface else missing
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
"""Unicode categories that are left out: lone surrogates, which XML forbids, and marks of text direction."""
_JOINERS = "\u200c\u200d"
"""Two invisible characters that are kept: some scripts and many emoji are spelled with them."""
_NO_CHARACTERS = "\ufffe\uffff"
"""Characters that XML forbids (XML 1.0, 2.2)."""


def _is_joined(character: str) -> bool:
    """Whether a character only changes the one before it, as the variation selectors of emoji do."""
    return character in _JOINERS or unicodedata.category(character) in ("Mn", "Me")


def _is_unseen(character: str) -> bool:
    """Whether a character only chooses how its neighbours look, and must not be drawn."""
    return character in _JOINERS or "\ufe00" <= character <= "\ufe0f"
