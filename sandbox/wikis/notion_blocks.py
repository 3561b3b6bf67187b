"""The blocks of a page of Notion on this machine, which is kept as Markdown: a line is a block.

Sources: developers.notion.com/guides/data-apis/enhanced-markdown, and .../reference/block.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_KINDS = (
    (re.compile(r"# "), "heading_1"),
    (re.compile(r"## "), "heading_2"),
    (re.compile(r"#{3,4} "), "heading_3"),
    (re.compile(r"- \[[ x]\] "), "to_do"),
    (re.compile(r"- "), "bulleted_list_item"),
    (re.compile(r"\d+\. "), "numbered_list_item"),
    (re.compile(r"> "), "quote"),
    (re.compile(r"---$"), "divider"),
    (re.compile(r"!\["), "image"),
    (re.compile(r"```"), "code"),
    (re.compile(r"<table"), "table"),
)
_MARKS = re.compile(r"\\(?P<kept>.)|[*`~]")


@dataclass(frozen=True)
class Block:
    """A block of the page itself: its first line, and the line after its last one."""

    id: str
    kind: str
    first: int
    end: int
    plain: str

    def shown(self) -> dict[str, Any]:
        """As its reference shows it, with words where it is a paragraph."""
        words = {"type": "text", "text": {"content": self.plain}, "plain_text": self.plain}
        held = {"rich_text": [words] if self.plain else []} if self.kind == "paragraph" else dict[str, Any]()
        return {"object": "block", "id": self.id, "type": self.kind, self.kind: held}


def blocks_of(page_id: str, markdown: str) -> Iterator[Block]:
    """The blocks of a page, the first first; an id lasts as long as what stands before it."""
    lines = markdown.split("\n")
    first = 0
    while first < len(lines):
        kind = next((name for begins, name in _KINDS if begins.match(lines[first])), "paragraph")
        end = _end(lines, first, kind)
        name = f"{page_id} {first} {lines[first]}"
        plain = _MARKS.sub(lambda found: found["kept"] or "", lines[first])
        yield Block(str(uuid.uuid5(uuid.NAMESPACE_URL, name)), kind, first, end, plain)
        first = end


def _end(lines: list[str], first: int, kind: str) -> int:
    end = first + 1
    last = {"code": "```", "table": "</table>"}.get(kind)
    if last:
        while end < len(lines) and lines[end] != last:
            end += 1
        return min(end + 1, len(lines))
    while end < len(lines) and lines[end].startswith("\t"):
        end += 1
    return end
