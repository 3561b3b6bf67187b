"""Where in a TOML text each key stands: tomllib reads values, and forgets their lines.

Written after the grammar of TOML 1.0 (toml.io/en/v1.0.0), for texts that tomllib has already accepted.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping

_SPACE = re.compile(r"[ \t]*")
_NOTHING = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")'
    r"|'''(?:.|\n)*?'{3,5}(?!')"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]*")


def lines_of(text: str) -> Mapping[str, int]:
    """The line, from 1, of every key, table and entry of a list, by its place: `section[2].parts[0].shows`.

    The text must be valid TOML.
    """
    scanner = _Scanner(text)
    scanner.scan()
    return scanner.lines


class _Scanner:
    def __init__(self, text: str) -> None:
        self.lines: dict[str, int] = {}
        self._text = text
        self._at = 0
        self._breaks = [match.end() for match in re.finditer("\n", text)]
        self._tables: dict[str, int] = {}
        """How often each `[[table]]` has begun, by its place."""

    def scan(self) -> None:
        table = ""
        self._pass(_NOTHING)
        while self._at < len(self._text):
            table = self._header() if self._is("[") else self._pair(table)
            self._pass(_NOTHING)

    def _header(self) -> str:
        line = self._line()
        is_one_of_many = self._is("[[")
        self._at += 2 if is_one_of_many else 1
        *parents, name = self._keys()
        place = ""
        for parent in parents:
            place = _within(place, parent)
            self._note(place, line)
            place = self._latest(place)
        place = _within(place, name)
        self._at += 2 if is_one_of_many else 1
        if is_one_of_many:
            self._note(place, line)
            self._tables[place] = self._tables.get(place, -1) + 1
            place = self._latest(place)
        self._note(place, line)
        return place

    def _latest(self, place: str) -> str:
        return f"{place}[{self._tables[place]}]" if place in self._tables else place

    def _pair(self, table: str) -> str:
        line = self._line()
        place = table
        for key in self._keys():
            place = _within(place, key)
            self._note(place, line)
        self._at += 1
        self._pass(_SPACE)
        self._value(place)
        return table

    def _keys(self) -> list[str]:
        """A key, which may have dots in it, up to what follows it."""
        keys: list[str] = []
        while not keys or self._is("."):
            if keys:
                self._at += 1
            self._pass(_SPACE)
            quoted = self._is('"', "'")
            found = self._pass(_STRING if quoted else _BARE_KEY)
            keys.append(found[1:-1] if quoted else found)
            self._pass(_SPACE)
        return keys

    def _value(self, place: str) -> None:
        if self._is('"', "'"):
            self._pass(_STRING)
        elif self._is("["):
            self._list(place)
        elif self._is("{"):
            self._table(place)
        else:
            self._pass(_SCALAR)

    def _list(self, place: str) -> None:
        self._at += 1
        number = 0
        self._pass(_NOTHING)
        while not self._is("]"):
            entry = f"{place}[{number}]"
            self._note(entry, self._line())
            self._value(entry)
            number += 1
            self._pass(_NOTHING)
            if self._is(","):
                self._at += 1
                self._pass(_NOTHING)
        self._at += 1

    def _table(self, place: str) -> None:
        self._at += 1
        self._pass(_NOTHING)
        while not self._is("}"):
            self._pair(place)
            self._pass(_NOTHING)
            if self._is(","):
                self._at += 1
                self._pass(_NOTHING)
        self._at += 1

    def _note(self, place: str, line: int) -> None:
        self.lines.setdefault(place, line)

    def _line(self) -> int:
        return bisect_right(self._breaks, self._at) + 1

    def _is(self, *starts: str) -> bool:
        return self._text.startswith(starts, self._at)

    def _pass(self, what: re.Pattern[str]) -> str:
        """Go past what is expected here.

        Raises:
            ValueError: something else stands here, so the text is not TOML.
        """
        found = what.match(self._text, self._at)
        if found is None:
            raise ValueError(f"line {self._line()} is not TOML")
        self._at = found.end()
        return found[0]


def _within(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
