"""What people changed in a canvas: pure, from what Scribe wrote and what stands there now.

Slack gives a canvas back in Markdown of its own making, so both are compared in a normal form that forgives
what Slack may change by itself (markers of lists, escapes, padding, blank lines) and nothing that a person
would have to type.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

HEADER = "header"
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_SECTION = re.compile(r"^ {0,3}##[ \t]+(?P<heading>.*?)[ \t#]*$")
_MARKER = re.compile(r"^(?P<indent> *)[-*+] ")
_ORDERED = re.compile(r"^(?P<indent> *)(?P<number>\d+)[.)] ")
_DELIMITER = re.compile(r"^ *\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_SAME_LINK = re.compile(r"\[([^\[\]]+)\]\(<?\1>?\)")
_BARE_LINK = re.compile(r"<((?:https?|mailto):[^<>\s]+)>")


class State(Enum):
    """What became of a section."""

    UNTOUCHED = auto()
    CHANGED = auto()
    OWN = auto()
    """A section Scribe never wrote."""


@dataclass(frozen=True)
class Part:
    """A section as it stands: its heading, its whole Markdown with the heading, and whose it is.

    `key` is the template's, or empty for a section of people's own.
    """

    key: str
    heading: str
    markdown: str
    state: State

    @property
    def body(self) -> str:
        """Without its heading."""
        if not self.heading:
            return self.markdown.strip("\n")
        return self.markdown.partition("\n")[2].strip("\n")


@dataclass(frozen=True)
class ReadBack:
    """A canvas as it stands, section by section; `gone` are the keys of those that people took out."""

    parts: tuple[Part, ...]
    gone: tuple[str, ...]

    def part(self, key: str) -> Part | None:
        return next((part for part in self.parts if part.key == key), None)

    @property
    def changed(self) -> Mapping[str, str]:
        """What people made of Scribe's sections, by key, without the heading."""
        return {part.key: part.body for part in self.parts if part.state is State.CHANGED}

    @property
    def own(self) -> list[tuple[str, str]]:
        """People's own sections: heading and text."""
        return [(part.heading, part.body) for part in self.parts if part.state is State.OWN]


def split(markdown: str) -> list[tuple[str, str]]:
    """Heading and Markdown of each section; what stands above the first has the heading ""."""
    found: list[tuple[str, list[str]]] = [("", [])]
    fence = ""
    for line in markdown.split("\n"):
        opened = _FENCE.match(line)
        if fence:
            if opened and opened[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif opened:
            fence = opened[1]
        elif heading := _SECTION.match(line):
            found.append((heading["heading"], []))
        found[-1][1].append(line)
    return [(heading, "\n".join(lines)) for heading, lines in found]


def read_back(markdown: str, written: Sequence[Mapping[str, str]]) -> ReadBack:
    """Compare what stands in a canvas with what Scribe wrote (`Draft.written`)."""
    waiting = list(written)
    parts = []
    for heading, text in split(markdown):
        mine = next((one for one in waiting if _is_same_heading(one, heading)), None)
        if mine is None:
            if text.strip():
                parts.append(Part("", heading, text, State.OWN))
            continue
        waiting.remove(mine)
        is_same = normal_blocks(text) == normal_blocks(mine["markdown"])
        parts.append(Part(mine["key"], heading, text, State.UNTOUCHED if is_same else State.CHANGED))
    return ReadBack(tuple(parts), tuple(one["key"] for one in waiting))


def _is_same_heading(one: Mapping[str, str], heading: str) -> bool:
    return normal(one["heading"]) == normal(heading)


def blocks(markdown: str) -> list[str]:
    """The blocks of a section, each of which is a section of Slack's own (observed).

    Items of one list are one block, whatever blank lines stand between them, and so is what is indented
    below an item; a list of another kind is another block.
    """
    found: list[list[str]] = []
    kind, fence, is_apart = "", "", True
    for line in markdown.split("\n"):
        opened = _FENCE.match(line)
        if fence:
            found[-1].append(line)
            if opened and opened[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
                is_apart = kind == "code"
            continue
        if not line.strip():
            is_apart = True
            continue
        here = _kind(line)
        is_within = kind in _LISTS and line.startswith("  ")
        if opened:
            fence = opened[1]
        if found and (is_within or _goes_on(kind, here, is_apart)):
            found[-1] += ["", line] if is_apart else [line]
        else:
            found.append([line])
            kind = here
        is_apart = kind == "heading"
    return ["\n".join(lines) for lines in found]


_LISTS = ("bullets", "numbers")
_KINDS = (
    ("code", _FENCE),
    ("heading", re.compile(r"^ {0,3}#{1,6}(?:[ \t]|$)")),
    ("divider", re.compile(r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")),
    ("quote", re.compile(r"^ {0,3}>")),
    ("bullets", re.compile(r"^ *[-*+](?: |$)")),
    ("numbers", re.compile(r"^ *\d+[.)](?: |$)")),
    ("table", re.compile(r"^ *\|")),
)


def _kind(line: str) -> str:
    return next((name for name, mark in _KINDS if mark.match(line)), "text")


def _goes_on(kind: str, here: str, is_apart: bool) -> bool:
    """Whether a line belongs to the block before it."""
    if here in ("heading", "divider", "code"):
        return False
    if kind in _LISTS and here in _LISTS:
        return kind == here
    if is_apart or kind in ("divider", "code"):
        return False
    return here in ("text", kind)


def normal_blocks(markdown: str) -> list[str]:
    """The blocks in their normal form."""
    return [text for block in blocks(markdown) if (text := normal(block))]


def normal(block: str) -> str:
    """A block as people read it: the same for every Markdown that Slack may give back for it."""
    return " ".join(" ".join(map(_normal_line, block.split("\n"))).split())


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
