"""The draft as JSON, for programs; docs/draft.schema.json says what stands where.

Times are ISO 8601 in UTC. Words are lists of blocks and inline parts, as in `bot.postmortem.document` and
`bot.text.prose`.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.postmortem import document as d
from bot.text import prose

SCHEMA_VERSION = 2
OWN = ("id", "of")
"""What serves Scribe alone: drafts are merged by it, and what is deleted is taken out by it."""

TYPES: dict[type, str] = {
    prose.Text: "text",
    prose.Code: "code",
    prose.Link: "link",
    prose.Emoji: "emoji",
    prose.LineBreak: "line_break",
    prose.Strong: "strong",
    prose.Emphasis: "emphasis",
    prose.Strike: "strike",
    prose.Paragraph: "paragraph",
    prose.CodeBlock: "code_block",
    prose.Quotation: "quote",
    prose.Listing: "list",
    d.Remark: "remark",
    d.Bullets: "bullets",
    d.FactList: "facts",
    d.TimelineTable: "timeline",
    d.Checklist: "checklist",
    d.Chart: "chart",
    d.Written: "written",
}
"""The `type` of each kind of block and inline part; parts that can only be of one kind have none."""


def render(document: d.Document) -> str:
    """The whole draft, ending with a newline."""
    content = {
        "schema_version": SCHEMA_VERSION,
        "title": document.title,
        "zone": document.zone.key,
        "opening": _plain(document.opening),
        "sections": _plain(document.sections),
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, ZoneInfo):
        return value.key
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value):
        name = TYPES.get(type(value))
        found: dict[str, object] = {"type": name} if name else {}
        for field in fields(value):
            if field.name not in OWN:
                found[field.name] = _plain(getattr(value, field.name))
        return found
    return value


def instant(at: datetime) -> str:
    """ISO 8601 in UTC: `2023-10-29T01:10:00Z`, with microseconds where there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
