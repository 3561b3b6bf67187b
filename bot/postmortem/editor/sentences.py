"""Text cut into sentences, with what is not in the writer's own words blanked out.

Code, addresses and quotations are replaced by blanks of the same length, so that a rule's match can be shown
as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

BLANK = "\x00"
"""Stands for a character that no rule matches."""

_FENCE = re.compile(r"^[ \t]*(?:```|~~~).*?(?:^[ \t]*(?:```|~~~)[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_MENTION = re.compile(r"!\[\]\((@[UW][A-Z0-9]+|#C[A-Z0-9]+)\)|<(@[UW][A-Z0-9]+|#C[A-Z0-9]+)(?:\|[^>]*)?>")
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)\s]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\((?:[^()\s]|\([^()\s]*\))*\)|<(?:https?://|mailto:)[^|>]*\|([^>]*)>")
_EVIDENCE = re.compile(r"\s*\(\[message\]\([^)]*\)\)|\s*\[message\]\([^)]*\)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_STRONG = re.compile(r"(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=[^\s*_])([^*_\n]+?)(?<=[^\s*_])\1(?![\w*])")
_LINE_START = re.compile(r"^\s*(?:[-*+•]\s+|\d{1,3}[.)]\s+)?(?:\[[ xX]\]\s+|[☐☑✓✔]\s*)?")
_HEADING = re.compile(r"^\s*#{1,6}\s|^\s*(?:=+|-{3,}|\*{3,}|_{3,})\s*$")
_RULE = re.compile(r"^[\s|:-]+$")
_NOT_OWN = re.compile(
    r"`[^`\n]+`"
    r"|(?:https?://|mailto:)[^\s<>|)]+"
    r"|“[^”\n]*”|„[^“”\n]*[“”]|«[^»\n]*»"
    r"|(?<!\w)\"[^\"\n]*\"(?!\w)"
)
_END = re.compile(r"(?<=[.!?])[\"”')\]]*\s+(?=[\"“'(\[]?[A-Z0-9@`])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|resp|incl|no|nr|fig|dr|mr|mrs|ms)|\b[A-Z])\.$", re.I
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it reads, and the same with what is not in the writer's own words blanked out."""

    shown: str
    own: str

    def words(self, found: re.Match[str], group: str | int = 0) -> str:
        """The words that a pattern matched in `own`, as they read."""
        return self.shown[found.start(group) : found.end(group)].strip(" ,;:")


def sentences(markdown: str) -> Iterable[Sentence]:
    """The sentences of Markdown, or of plain text; headings, quotations and code blocks have none."""
    for line in _lines(markdown):
        for part in _cut(line):
            yield Sentence(part, _blanked(part))


def lines(markdown: str) -> Iterable[Sentence]:
    """The same line by line: for lists, whose items are judged whole."""
    for line in _lines(markdown):
        yield Sentence(line, _blanked(line))


def _lines(markdown: str) -> Iterable[str]:
    text = _FENCE.sub("", markdown.replace("\r\n", "\n"))
    paragraph: list[str] = []
    for raw in [*text.split("\n"), ""]:
        is_quoted = raw.lstrip().startswith((">", "&gt;"))
        start = _LINE_START.match(raw)
        starts_anew = not raw.strip() or bool(start and start[0].strip())
        if starts_anew or is_quoted or _HEADING.match(raw) or "|" in raw:
            if paragraph:
                yield " ".join(paragraph)
            paragraph = []
        if not raw.strip() or is_quoted or _HEADING.match(raw):
            continue
        if raw.lstrip().startswith("|") or _RULE.match(raw):
            yield from (cell for cell in map(_plain, raw.strip().strip("|").split("|")) if cell)
            continue
        line = _plain(_LINE_START.sub("", raw))
        if line:
            paragraph.append(line)


def _plain(line: str) -> str:
    """A line of Markdown without its markup; code keeps its backticks, so that it is recognised."""
    parts = re.split(r"(`[^`\n]+`)", line)
    return " ".join("".join(part if part[:1] == "`" else _unmarked(part) for part in parts).split())


def _unmarked(text: str) -> str:
    text = _EVIDENCE.sub("", text)
    text = _MENTION.sub(lambda found: found[1] or found[2], text)
    text = _LINK.sub(lambda found: found[1] or found[2], _PICTURE.sub("", text))
    text = text.replace("<br>", " ")
    for mark in (_STRONG, _EMPHASIS):
        text = mark.sub(lambda found: found[2], text)
    return _ESCAPE.sub(r"\1", text)


def _cut(line: str) -> Iterable[str]:
    start = 0
    own = _blanked(line)
    for end in _END.finditer(line):
        if own[end.start()] == BLANK or own[end.end()] == own[end.end() - 1] == BLANK:
            continue  # no sentence ends within code or a quotation
        if _ABBREVIATION.search(line[start : end.start()]):
            continue
        yield line[start : end.start()].strip()
        start = end.end()
    if line[start:].strip():
        yield line[start:].strip()


def _blanked(text: str) -> str:
    return _NOT_OWN.sub(lambda found: BLANK * len(found[0]), text)
