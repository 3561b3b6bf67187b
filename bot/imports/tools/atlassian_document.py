"""Atlassian's document format (ADF) as Markdown: what Opsgenie keeps post-mortems in.

developer.atlassian.com/cloud/jira/platform/apis/document/structure lists the nodes. An unknown node gives
its text, so that no words are lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.imports.tools.fields import address
from bot.text.well_formed import number, table, tables, text

DEEPEST = 30
"""Lists within lists beyond this are left out."""
_SPECIAL = re.compile(r"[\\`*_\[\]<>#|~!]")
BLOCKS = frozenset({"paragraph", "heading", "codeBlock", "bulletList", "orderedList", "rule", "table"})


def markdown_of(document: object) -> str:
    """The document's blocks as Markdown; "" where it is none."""
    return "\n\n".join(part for part in _blocks(table(document), 0) if part.strip())


def _blocks(node: Mapping[str, Any], depth: int) -> list[str]:
    if depth > DEEPEST:
        return []
    return [_block(child, depth) for child in tables(node.get("content"))]


def _block(node: Mapping[str, Any], depth: int) -> str:
    kind, attributes = text(node.get("type")), table(node.get("attrs"))
    if kind == "heading":
        level = min(max(number(attributes.get("level")), 1), 6)
        return f"{'#' * level} {_inline(node)}"
    if kind == "codeBlock":
        code = "".join(text(one.get("text")) for one in tables(node.get("content")))
        fence = "`" * 8 if "```" in code else "```"
        return f"{fence}\n{code}\n{fence}"
    if kind in ("bulletList", "orderedList"):
        marks = (f"{place}. " if kind == "orderedList" else "- " for place in range(1, 100_000))
        items = zip(marks, tables(node.get("content")), strict=False)
        return "\n".join(mark + _indented("\n".join(_blocks(item, depth + 1))) for mark, item in items)
    if kind == "rule":
        return "---"
    if kind == "table":
        return _table(node, depth)
    if kind == "blockquote":
        return "\n".join(f"> {line}" for line in "\n\n".join(_blocks(node, depth + 1)).split("\n"))
    inner = tables(node.get("content"))
    if kind != "paragraph" and any(one.get("type") in BLOCKS for one in inner):
        return "\n\n".join(_blocks(node, depth + 1))  # a panel, an expand, a layout
    return _inline(node)


def _table(node: Mapping[str, Any], depth: int) -> str:
    rows = [
        [
            " ".join(" ".join(_blocks(cell, depth + 2)).split()).replace("|", "\\|")
            for cell in tables(row.get("content"))
        ]
        for row in tables(node.get("content"))
    ]
    rows = [row for row in rows if row]
    if not rows:
        return ""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], f"|{'---|' * len(rows[0])}", *lines[1:]])


def _indented(item: str) -> str:
    return item.replace("\n", "\n   ")


def _inline(node: Mapping[str, Any]) -> str:
    return "".join(_leaf(one) for one in tables(node.get("content"))) or escape(text(node.get("text")))


def _leaf(node: Mapping[str, Any]) -> str:
    kind, attributes = text(node.get("type")), table(node.get("attrs"))
    if kind == "hardBreak":
        return "  \n"
    if kind in ("mention", "emoji", "status", "date"):
        said = text(attributes.get("text")) or text(attributes.get("shortName"))
        return escape(said or text(attributes.get("timestamp")))
    if kind == "inlineCard":
        url = address(attributes.get("url"))
        return f"<{url}>" if url else ""
    said = text(node.get("text"))
    if not said:
        return _inline(node) if node.get("content") else ""
    marks = {text(one.get("type")): table(one.get("attrs")) for one in tables(node.get("marks"))}
    if "code" in marks and "`" not in said:
        return f"`{said}`"
    shown = escape(said)
    if "strong" in marks and said == said.strip():
        shown = f"**{shown}**"
    url = address(marks["link"].get("href")) if "link" in marks else None
    return f"[{shown}]({url})" if url and "(" not in url and ")" not in url else shown


def escape(said: str) -> str:
    """Words on one line that are no markup."""
    return _SPECIAL.sub(r"\\\g<0>", " ".join(said.splitlines()) or said.strip("\n"))
