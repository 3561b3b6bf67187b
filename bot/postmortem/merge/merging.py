"""The three-way merge: what a canvas is to say, item by item.

An item that people left alone is updated from the record. One that they changed stays as they changed it,
and they are told of the difference. One that is new on the record is added in its place, also between what
people wrote. One that people removed stays removed, and they are told. One that the record no longer has is
removed if people left it alone; otherwise it stays, and they are told. What people added stays beside the
neighbour that they added it to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.postmortem.merge.difference import Difference, difference
from bot.postmortem.merge.items import (
    Item,
    Kind,
    Rendered,
    Written,
    WrittenSection,
    as_written,
    digest,
    messages_linked,
)
from bot.postmortem.merge.laying_out import laid_out
from bot.postmortem.merge.pieces import Piece, pieces_of
from bot.postmortem.merge.placing import as_node, ordered, put_beside
from bot.postmortem.merge.planned import NOTHING_PLANNED, Planned
from bot.postmortem.merge.standing import Node, Standing, StandingSection, holders


@dataclass(frozen=True)
class Merged:
    """What a canvas is to say, where that differs from the record, and what to store for the next merge."""

    sections: tuple[StandingSection, ...]
    difference: Difference
    written: tuple[WrittenSection, ...]
    heads: tuple[str, ...]
    """The first lines of Scribe's tables, those rendered now before those that stand."""
    has_tables: bool = True
    moved: frozenset[str] = frozenset()
    """The keys of the sections that people put in another order."""

    @property
    def standing(self) -> Standing:
        """What stands once this is written."""
        return Standing(self.sections)

    @property
    def pieces(self) -> list[Piece]:
        """The blocks it consists of, from top to bottom."""
        found: list[Piece] = []
        for section in self.sections:
            if section.title:
                found.append(Piece(section.title, is_heading=True))
            found += pieces_of(section.nodes, self.heads, has_tables=self.has_tables)
        return found

    @property
    def markdown(self) -> str:
        return "\n\n".join(piece.markdown for piece in self.pieces) + "\n"


def taken_out(standing: Standing, written: Sequence[WrittenSection]) -> frozenset[str]:
    """The ids of the items that people removed, now or before; none when they emptied the whole canvas."""
    if standing.is_emptied:
        return frozenset()
    there = standing.ids
    return frozenset(
        item.id
        for section in written
        for item in section.items
        if item.id not in there and item.kind is not Kind.HEAD
    )


def moved_by_people(
    standing: Standing, written: Sequence[WrittenSection], rendered: Sequence[Rendered]
) -> frozenset[str]:
    """The keys of the sections in which items that are still offered stand in another order than before."""
    before = {section.key: [item.id for item in section.items] for section in written}
    offered = {one.key: {item.id for item in one.offered} for one in rendered}
    found = set()
    for section in standing.sections:
        known = offered.get(section.key, set()) & set(before.get(section.key, ()))
        order = [node.id for node in section.nodes if node.id in known]
        there = set(order)
        if [name for name in before.get(section.key, ()) if name in there] != order:
            found.add(section.key)
    return frozenset(found)


def merge(
    standing: Standing,
    written: Sequence[WrittenSection],
    rendered: Sequence[Rendered],
    *,
    planned: Planned = NOTHING_PLANNED,
    anew: bool = False,
    has_tables: bool = True,
) -> Merged:
    """One document from what stands, what Scribe wrote there before, and what it would write now.

    Whatever of `written` does not stand counts as removed by people, and another order than that of `written`
    as theirs; while an update is under way, `planned` says which were. `anew` lays the document out as
    rendered instead of keeping the order that stands: for another template, or where the canvas is lost.
    Without tables the rows that people added become items of a list.
    """
    out = planned.out if planned else taken_out(standing, written)
    moved = planned.moved if planned else moved_by_people(standing, written, rendered)
    if anew or standing.is_emptied:
        sections = list(laid_out(standing, rendered, out))
    else:
        sections = list(_brought_up_to_date(standing, written, rendered, out, moved))
    now = (item.markdown for one in rendered for item in one.items if item.kind is Kind.HEAD)
    before = (section.head for section in standing.sections if section.head)
    heads = tuple(dict.fromkeys((*now, *before)))
    nodes = [node for section in sections for node in section.nodes]
    linked = {message for node in nodes if node.is_peoples for message in messages_linked(node.markdown)}
    kept = tuple(_kept((*written, *planned.beyond(written)), rendered, holders(nodes), linked))
    return Merged(tuple(sections), difference(kept, rendered), kept, heads, has_tables, moved)


def _brought_up_to_date(
    standing: Standing,
    written: Sequence[WrittenSection],
    rendered: Sequence[Rendered],
    out: Collection[str],
    moved: Collection[str],
) -> Iterator[StandingSection]:
    """The sections that stand, with Scribe's items updated from the record and new ones added."""
    items = {item.id: item for one in rendered for item in one.offered}
    kept = {item.id: item for section in written for item in section.items}
    by_key = {one.key: one for one in rendered}
    there = standing.ids
    parts: list[tuple[StandingSection, list[Node]]] = []
    for section in _with_new_sections(standing, written, rendered):
        current = (_now(node, items, kept) for node in section.nodes)
        parts.append((section, [node for node in current if node is not None]))
    placed: dict[str, list[Node]] = {}
    keys = {section.key for section, _ in parts if section.key}
    for one in rendered:
        new = [item for item in one.offered if item.id not in there and item.id not in out]
        if one.key not in keys:
            # people removed the section: new items go beside those of its items that they moved elsewhere
            for _, nodes in parts:
                put_beside(nodes, new, one)
            continue
        placed[one.key] = [as_node(item) for item in new]
    for section, nodes in parts:
        here = by_key.get(section.key)
        if here is None:
            yield replace(section, nodes=tuple(nodes))
            continue
        whole = ordered(nodes, placed.get(section.key, []), here, is_moved=section.key in moved)
        title = section.title if section.is_title_changed else here.title
        yield replace(section, title=title, nodes=tuple(whole))


def _with_new_sections(
    standing: Standing, written: Sequence[WrittenSection], rendered: Sequence[Rendered]
) -> list[StandingSection]:
    """The sections that stand, and those that the template has only now, each after the one before it."""
    known = {section.key for section in written}
    found = list(standing.sections)
    if rendered and not rendered[0].title and not any(one.key == rendered[0].key for one in found):
        found.insert(0, StandingSection(rendered[0].key, "", ()))
    last = ""
    for one in rendered:
        if one.key not in known and one.key not in {section.key for section in found}:
            place = next((n for n, section in enumerate(found) if section.key == last), len(found) - 1)
            found.insert(place + 1, StandingSection(one.key, one.title, ()))
        last = one.key if any(section.key == one.key for section in found) else last
    return found


def _now(node: Node, items: Mapping[str, Item], kept: Mapping[str, Written]) -> Node | None:
    """The node as it is to stand; None for an item of Scribe's that the record no longer has."""
    if node.is_peoples:
        return node
    item = items.get(node.id)
    if item is None:
        return None
    before = kept.get(node.id)
    if before and before.shown == digest(node.markdown) and before.digest == digest(item.markdown):
        return node  # already says so, in the Markdown that Slack made of it
    return replace(node, kind=item.kind, markdown=item.markdown)


def _kept(
    written: Sequence[WrittenSection],
    rendered: Sequence[Rendered],
    there: Mapping[str, Node],
    linked: Collection[str],
) -> Iterator[WrittenSection]:
    """What is stored of each item: those that Scribe renders now, and those that only people's words hold.

    `there` is the node that each item stands in, `linked` are the messages that people's words link to.
    """
    before = {item.id: item for section in written for item in section.items}
    known = {item.id for one in rendered for item in one.items}
    lost: dict[str, list[Written]] = defaultdict(list)
    for section in written:
        lost[section.key] += [
            replace(item, stood=digest(there[item.id].markdown), is_out=False)
            for item in section.items
            if item.id in there and item.id not in known
        ]
    keys = {one.key for one in rendered}
    for one in rendered:
        items = []
        for item in one.items:
            kept = as_written(item)
            earlier = before.get(item.id)
            if not kept.message and earlier:
                # an item whose message was deleted is rendered without its link
                kept = replace(kept, message=earlier.message, is_quoted=earlier.message in linked)
            node = there.get(item.id)
            if item.kind is Kind.HEAD:
                pass
            elif node is None:
                kept = replace(kept, is_out=True)
            elif node.is_peoples:
                kept = replace(kept, stood=digest(node.markdown))
            elif earlier and earlier.shown and earlier.digest == kept.digest:
                kept = replace(kept, shown=earlier.shown)
            items.append(kept)
        yield WrittenSection(one.key, one.heading, (*items, *lost[one.key]))
    for key, items_lost in lost.items():
        if key not in keys and items_lost:
            yield WrittenSection(key, "", tuple(items_lost))
