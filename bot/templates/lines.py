"""The line on which a key of a TOML text stands, which tomllib does not tell.

The text is read again up to the end of some line, with the brackets closed that are open there. A bisection
finds the first line with which the key is read.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

_TOKEN = re.compile(  # strings and comments whole, since brackets in them are no structure
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")'
    r"|'''.*?'{3,5}(?!')"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|[\[\]{}\n]",
    re.DOTALL,
)
_ENDS = {"[": "]", "{": "}"}


def line_of(text: str, place: Sequence[str | int]) -> int:
    """The line, from 1, of a key, a table or an entry of a list, or of what it is missing from.

    Args:
        text: valid TOML.
        place: the keys and numbers on the way there, such as `("section", 2, "heading")`.
    """
    cuts: list[tuple[int, int, str]] = []
    begins, still_open = 0, ""
    for token in _TOKEN.finditer(f"{text}\n"):
        if token[0] == "\n":
            cuts.append((begins, token.end(), still_open))
            begins = token.end()
        elif token[0] in _ENDS:
            still_open = _ENDS[token[0]] + still_open
        elif token[0] in _ENDS.values():
            still_open = still_open[1:]
    whole = tomllib.loads(text)
    while not _holds(whole, place):
        place = place[:-1]
    first = bisect_left(cuts, True, key=lambda cut: _holds(tomllib.loads(text[: cut[1]] + cut[2]), place))
    return text.count("\n", 0, cuts[first][0]) + 1


def _holds(found: Any, place: Sequence[str | int]) -> bool:
    try:
        for key in place:
            found = found[key]
    except (LookupError, TypeError):
        return False
    return True
