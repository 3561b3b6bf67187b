"""What stands in a canvas: sections of nodes, each of which is Scribe's or people's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.postmortem.merge.items import Kind


@dataclass(frozen=True)
class Node:
    """One item, row or block of a canvas. Without an `id` it is people's own.

    `is_changed`: Scribe's, but in people's words. `block` numbers the block it stands in. `also` are further
    items of Scribe's that are in people's words here: joined to this one, or copied. `is_rewritten`: Scribe's
    words, whose Markdown Slack has written in another way.
    """

    kind: Kind
    markdown: str
    id: str = ""
    is_changed: bool = False
    block: int = 0
    also: tuple[str, ...] = ()
    is_rewritten: bool = False

    @property
    def is_peoples(self) -> bool:
        """Whether its words are people's."""
        return not self.id or self.is_changed


@dataclass(frozen=True)
class StandingSection:
    """A section as it stands; `key` is the template's, or empty for a section of people's own.

    `title` is the line of its heading, in people's words where they changed it; `head` is the first line of
    Scribe's tables in it, which is none of its nodes.
    """

    key: str
    title: str
    nodes: tuple[Node, ...]
    is_title_changed: bool = False
    head: str = ""


@dataclass(frozen=True)
class Standing:
    """A whole canvas as it stands."""

    sections: tuple[StandingSection, ...]

    @property
    def ids(self) -> frozenset[str]:
        """The items that stand, also those that people joined to another."""
        return frozenset(self.holders)

    @property
    def holders(self) -> dict[str, Node]:
        """The node that holds each item."""
        return holders(self.nodes)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(section.key for section in self.sections if section.key)

    @property
    def nodes(self) -> Iterator[Node]:
        return (node for section in self.sections for node in section.nodes)

    @property
    def is_emptied(self) -> bool:
        """Whether nothing of Scribe's stands any more."""
        return not self.ids and not any(section.key and section.title for section in self.sections)

    @property
    def peoples_words(self) -> dict[str, str]:
        """What people wrote themselves, by the heading of its section."""
        found: dict[str, str] = {}
        for section in self.sections:
            words = "\n\n".join(node.markdown for node in section.nodes if node.is_peoples)
            if words:
                heading = section.title.lstrip("# ").strip()
                found[heading] = f"{found[heading]}\n\n{words}" if heading in found else words
        return found


def holders(nodes: Iterable[Node]) -> dict[str, Node]:
    """The node that holds each item: its own, or else the one that people joined or copied it into."""
    found: dict[str, Node] = {}
    joined: dict[str, Node] = {}
    for node in nodes:
        if node.id:
            found[node.id] = node
        for name in node.also:
            joined.setdefault(name, node)
    return joined | found


def kept(standing: Standing) -> list[dict[str, Any]]:
    """As JSON, for `CanvasReading`: people's words and their places, and of Scribe's nothing but ids."""
    found = []
    for section in standing.sections:
        nodes: list[dict[str, Any]] = []
        for node in section.nodes:
            one: dict[str, Any] = {"kind": node.kind.value, "block": node.block}
            if node.id:
                one["id"] = node.id
            if node.is_peoples:
                one["markdown"] = node.markdown
            if node.also:
                one["also"] = list(node.also)
            nodes.append(one)
        changed = {"is_title_changed": True} if section.is_title_changed else {}
        head = {"head": section.head} if section.head else {}
        found.append({"key": section.key, "title": section.title, **changed, **head, "nodes": nodes})
    return found


def recalled(content: Sequence[Mapping[str, Any]]) -> Standing:
    """From `kept`; what Scribe wrote has no words here."""
    return Standing(
        tuple(
            StandingSection(
                str(section["key"]),
                str(section["title"]),
                tuple(
                    Node(
                        Kind(node["kind"]),
                        str(node.get("markdown", "")),
                        str(node.get("id", "")),
                        is_changed="id" in node and "markdown" in node,
                        block=int(node.get("block", 0)),
                        also=tuple(node.get("also", ())),
                    )
                    for node in section["nodes"]
                ),
                bool(section.get("is_title_changed")),
                str(section.get("head", "")),
            )
            for section in content
        )
    )
