"""A document with people's changes of its canvas, for renderers of other formats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.postmortem.document import Document, Section, Written
from bot.postmortem.merge.blocks import heading_of
from bot.postmortem.merge.merging import Merged
from bot.postmortem.merge.normal import normal
from bot.postmortem.merge.pieces import pieces_of
from bot.postmortem.merge.standing import Node, StandingSection


def with_peoples_words(document: Document, merged: Merged) -> Document:
    """The document in which every section that people changed reads as they left it.

    The others stand as they were composed; people's own sections stand where they put them.
    """
    composed = {section.key: section for section in document.sections}
    opening, found = document.opening, list[Section]()
    for number, section in enumerate(merged.sections):
        was = composed.get(section.key) if section.key else None
        if not section.title:
            if _is_changed(section, merged):
                opening = _section("", section.key, section.nodes, merged).blocks
        elif was and not _is_peoples(section, was, merged):
            found.append(was)
        else:
            key = section.key or f"own-{number}"
            found.append(_section(heading_of(section.title) or "", key, section.nodes, merged))
    return replace(document, opening=opening, sections=tuple(found))


def _is_peoples(section: StandingSection, was: Section, merged: Merged) -> bool:
    """Whether people changed something in a section: what it holds, or what it is called."""
    is_renamed = normal(heading_of(section.title) or "") != normal(was.heading)
    return is_renamed or _is_changed(section, merged)


def _is_changed(section: StandingSection, merged: Merged) -> bool:
    """Whether people changed something in what a section holds."""
    offered = next((one.items for one in merged.written if one.key == section.key), ())
    return any(item.is_out for item in offered) or any(node.is_peoples for node in section.nodes)


def _section(heading: str, key: str, nodes: Iterable[Node], merged: Merged) -> Section:
    pieces = pieces_of(tuple(nodes), merged.heads, has_tables=merged.has_tables)
    return Section(heading, (Written("\n\n".join(piece.markdown for piece in pieces)),), key)
