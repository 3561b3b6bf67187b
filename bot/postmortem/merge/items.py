"""The items that a draft is merged by, and what is stored of them between two drafts.

Of what Scribe wrote only digests are stored: enough to see whether somebody changed it, and no words that
would outlive a message that is deleted in Slack.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from bot.postmortem.merge.normal import columns, normal

_ARCHIVED = re.compile(r"/archives/(?P<channel>[A-Z0-9]+)/p(?P<ts>\d{6,})")
_LABEL = re.compile(r"^(?:[-*+] )?\*\*(?P<label>[^*]+?):\*\*|^\| *(?P<cell>[^|]+?) *\|")


class Kind(StrEnum):
    """How an item stands in a canvas: within a list, within a table, or on its own."""

    BLOCK = "block"
    BULLET = "bullet"
    NUMBER = "number"
    ROW = "row"
    HEAD = "head"
    """The first line of a table."""


_GOES_ON = {
    Kind.BLOCK: frozenset[Kind](),
    Kind.BULLET: frozenset({Kind.BULLET}),
    Kind.NUMBER: frozenset({Kind.NUMBER}),
    Kind.HEAD: frozenset({Kind.ROW}),
    Kind.ROW: frozenset({Kind.ROW}),
}
"""The kinds that may continue the block of an item of this kind."""


@dataclass(frozen=True)
class Item:
    """One item as Scribe renders it.

    Items of one `group` were rendered together, as one list or one table; `permalink` leads to the evidence;
    `label` is what the item is called where it is only named.
    """

    id: str
    kind: Kind
    markdown: str
    group: str = ""
    permalink: str | None = None
    label: str = ""


@dataclass(frozen=True)
class Rendered:
    """A section as Scribe renders it now; `title` is the line of its heading."""

    key: str
    heading: str
    title: str
    items: tuple[Item, ...]

    @property
    def offered(self) -> list[Item]:
        """Its items without the heads of tables, which follow from the rows."""
        return [item for item in self.items if item.kind is not Kind.HEAD]

    @property
    def markdown(self) -> str:
        """The section with its heading."""
        parts = [self.title] if self.title else []
        before: Item | None = None
        for item in self.items:
            is_within = before and item.group == before.group and item.kind in _GOES_ON[before.kind]
            gap = "\n" if is_within else "\n\n" if parts else ""
            parts.append(f"{gap}{item.markdown}")
            if item.kind is Kind.HEAD:
                parts.append(f"\n{delimiter(item.markdown)}")
            before = item
        return "".join(parts)


def delimiter(head: str) -> str:
    """The second line of a table with this head."""
    return f"| {' | '.join(['---'] * columns(head))} |"


@dataclass(frozen=True)
class Written:
    """What is stored of an item that Scribe wrote into a canvas.

    `digest` is that of Scribe's own words, `shown` that of the Markdown Slack made of them, where it
    differs. Where people changed the item, `stood` is the digest of their version. `is_out`: they removed it.
    `is_quoted`: its message was deleted in Slack, and people's words hold its link. When its words changed,
    an item is recognised by the `message` that it links to, or else by what it begins with (`lead`).
    """

    id: str
    kind: Kind
    digest: str
    message: str = ""
    lead: str = ""
    label: str = ""
    shown: str = ""
    stood: str = ""
    is_out: bool = False
    is_quoted: bool = False


@dataclass(frozen=True)
class WrittenSection:
    """A section that Scribe wrote into a canvas; `key` is the template's."""

    key: str
    heading: str
    items: tuple[Written, ...]


def digest(markdown: str) -> str:
    """The same for every Markdown that Slack may give back for this one."""
    return blake2b(normal(markdown).encode("utf-8", "replace"), digest_size=12).hexdigest()


def messages_linked(markdown: str) -> tuple[str, ...]:
    """The messages whose permalinks stand in a text, each as its channel and `ts`."""
    return tuple(dict.fromkeys(f"{found['channel']}/{found['ts']}" for found in _ARCHIVED.finditer(markdown)))


def lead_of(markdown: str) -> str:
    """The beginning that a line is recognised by when its words changed: a label, or a row's first cell."""
    found = _LABEL.match(markdown.lstrip())
    return normal(found["label"] or found["cell"]) if found else ""


def as_written(item: Item) -> Written:
    """What is stored of an item that stands as Scribe rendered it."""
    linked = messages_linked(item.permalink or "")
    return Written(
        item.id,
        item.kind,
        digest(item.markdown),
        message=linked[0] if linked else "",
        lead="" if linked else lead_of(item.markdown),
        label=item.label,
    )


def stored(sections: Sequence[WrittenSection]) -> list[dict[str, Any]]:
    """As JSON, for `Draft.written`; what is empty is left out."""
    return [
        {
            "key": section.key,
            "heading": section.heading,
            "items": [_stored(item) for item in section.items],
        }
        for section in sections
    ]


def _stored(item: Written) -> dict[str, Any]:
    values = {
        "id": item.id,
        "kind": item.kind.value,
        "digest": item.digest,
        "message": item.message,
        "lead": item.lead,
        "label": item.label,
        "shown": item.shown,
        "stood": item.stood,
        "is_out": item.is_out,
        "is_quoted": item.is_quoted,
    }
    return {name: value for name, value in values.items() if value}


def loaded(content: Sequence[Mapping[str, Any]] | None) -> tuple[WrittenSection, ...]:
    """From `stored`; nothing where an older Scribe kept it otherwise."""
    if any("items" not in section for section in content or ()):
        return ()
    return tuple(
        WrittenSection(
            str(section["key"]),
            str(section["heading"]),
            tuple(Written(**{**item, "kind": Kind(item["kind"])}) for item in section["items"]),
        )
        for section in content or ()
    )
