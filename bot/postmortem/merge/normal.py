"""A normal form of Markdown: the same for everything that Slack may give back for one text.

Slack gives a canvas back in Markdown of its own making, so what stands is compared with what was written in
a normal form that forgives what Slack may change by itself (markers of lists, escapes, padding, blank lines)
and nothing that a person would have to type.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

AT_HAND = 512
"""How many lines, and how many blocks, are kept as they were read; a canvas is read again and again."""
_MARKER = re.compile(r"^(?P<indent> *)[-*+] ")
_ORDERED = re.compile(r"^(?P<indent> *)(?P<number>\d+)[.)] ")
_DELIMITER = re.compile(r"^ *\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_CELL = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_SAME_LINK = re.compile(r"\[([^\[\]]+)\]\(<?\1>?\)")
_BARE_LINK = re.compile(r"<((?:https?|mailto):[^<>\s]+)>")


def normal(markdown: str) -> str:
    """Its normal form, on one line."""
    return " ".join(" ".join(map(_normal_line, markdown.split("\n"))).split())


def is_delimiter(line: str) -> bool:
    """Whether this is the second line of a table."""
    return bool(_DELIMITER.match(line)) and "-" in line


def cells_of(row: str) -> list[str]:
    """The cells of a row of a table."""
    return _CELL.split(row.strip().removeprefix("|").removesuffix("|"))


def columns(head: str) -> int:
    """How many columns a table has."""
    return len(cells_of(head))


@lru_cache(maxsize=AT_HAND)
def _normal_line(line: str) -> str:
    if line.lstrip().startswith("|"):
        if _DELIMITER.match(line):
            return ""
        line = " | ".join(cell.strip() for cell in line.strip().strip("|").split("|"))
    line = _MARKER.sub(r"\g<indent>- ", line)
    line = _ORDERED.sub(r"\g<indent>\g<number>. ", line)
    line = _ESCAPED.sub(r"\1", _BREAK.sub(" ", line).rstrip("\\")).replace("_", "*")
    line = _SAME_LINK.sub(r"\1", line)
    return html.unescape(_BARE_LINK.sub(r"\1", line))
