"""The three-way merge: what a canvas is to say, item by item.

Untouched by people: as the record says now. Changed by people: as they put it, and the difference is told.
New on the record: added in its place, also where people wrote. Taken out by people: stays out, and is told.
Gone from the record: taken out if nobody touched it, else kept and told. What people added stays where they
put it, next to the neighbour they put it to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.postmortem.merge.blocks import heading_of
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
from bot.postmortem.merge.normal import normal
from bot.postmortem.merge.pieces import Piece, fits, pieces_of
from bot.postmortem.merge.standing import Node, Standing, StandingSection, holders

OWN = -1
"""The place of what stays in a section of people's own."""
NOTES = "Notes"
"""The section for people's words that belong to none of a template's."""
ON_TOP = "the facts on top"
"""What the section without a heading is called."""


@dataclass(frozen=True)
class Named:
    """Items of one section that a person is told about: how many, and what they are called."""

    heading: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """Where the canvas and the record part, so that both stay known.

    `worded`: items that stand in people's words. `out`: items that people took out. `gone`: items in people's
    words that the record no longer has. `deleted`: items whose messages were deleted, in people's words.
    """

    worded: tuple[Named, ...] = ()
    out: tuple[Named, ...] = ()
    gone: tuple[Named, ...] = ()
    deleted: tuple[Named, ...] = ()


SAME = Difference()


@dataclass(frozen=True)
class Merged:
    """What a canvas is to say, where that differs from the record, and what to keep of it."""

    sections: tuple[StandingSection, ...]
    difference: Difference
    written: tuple[WrittenSection, ...]
    head: str
    has_tables: bool = True

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
            found += pieces_of(section.nodes, self.head, has_tables=self.has_tables)
        return found

    @property
    def markdown(self) -> str:
        return "\n\n".join(piece.markdown for piece in self.pieces) + "\n"


def taken_out(standing: Standing, written: Sequence[WrittenSection]) -> frozenset[str]:
    """The items that people took out of a canvas, or had before; none of one they emptied altogether."""
    if standing.is_emptied:
        return frozenset()
    there = standing.ids
    return frozenset(
        item.id
        for section in written
        for item in section.items
        if item.id not in there and item.kind is not Kind.HEAD
    )


def merge(
    standing: Standing,
    written: Sequence[WrittenSection],
    rendered: Sequence[Rendered],
    *,
    out: Collection[str] | None = None,
    anew: bool = False,
    has_tables: bool = True,
) -> Merged:
    """One document from what stands, what Scribe wrote there before, and what it would write now.

    `out` holds what people took out; without it, everything of `written` that does not stand. `anew` lays the
    document out as rendered, whatever stands: for another template, or where the canvas is lost. Without
    tables the rows that people added become items of a list.
    """
    removed = taken_out(standing, written) if out is None else frozenset(out)
    if anew or standing.is_emptied:
        sections = list(_laid_out(standing, rendered, removed))
    else:
        sections = list(_brought_up_to_date(standing, written, rendered, removed))
    now = (item.markdown for one in rendered for item in one.items if item.kind is Kind.HEAD)
    before = (section.head for section in standing.sections if section.head)
    head = next(now, "") or next(before, "")
    nodes = [node for section in sections for node in section.nodes]
    linked = {message for node in nodes if node.is_peoples for message in messages_linked(node.markdown)}
    kept = tuple(_kept(written, rendered, holders(nodes), linked))
    return Merged(
        tuple(sections),
        difference(kept, rendered),
        kept,
        head,
        has_tables,
    )


# --- where the canvas stands ------------------------------------------------------------------------


def _brought_up_to_date(
    standing: Standing,
    written: Sequence[WrittenSection],
    rendered: Sequence[Rendered],
    out: Collection[str],
) -> Iterator[StandingSection]:
    """What stands, with every item of Scribe's as the record says now."""
    items = {item.id: item for one in rendered for item in one.offered}
    kept = {item.id: item for section in written for item in section.items}
    by_key = {one.key: one for one in rendered}
    before = {section.key: [item.id for item in section.items] for section in written}
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
            # people took the section out: what is new stands next to what they moved elsewhere, if anything
            for _, nodes in parts:
                _beside(nodes, new, one)
            continue
        placed[one.key] = [_as_node(item) for item in new]
    for section, nodes in parts:
        here = by_key.get(section.key)
        if here is None:
            yield replace(section, nodes=tuple(nodes))
            continue
        ordered = _ordered(nodes, placed.get(section.key, []), here, before.get(section.key, []))
        title = section.title if section.is_title_changed else here.title
        yield replace(section, title=title, nodes=tuple(ordered))


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
    """What becomes of what stands; None of what is gone from the record and nobody's."""
    if node.is_peoples:
        return node
    item = items.get(node.id)
    if item is None:
        return None
    before = kept.get(node.id)
    if before and before.shown == digest(node.markdown) and before.digest == digest(item.markdown):
        return node  # as Slack shows what Scribe would say
    return replace(node, kind=item.kind, markdown=item.markdown)


def _ordered(nodes: Sequence[Node], new: Sequence[Node], here: Rendered, before: Sequence[str]) -> list[Node]:
    """A section's nodes in order: Scribe's as rendered unless people moved them, theirs beside them."""
    rank = {item.id: number for number, item in enumerate(here.offered)}
    own = [node for node in nodes if node.id in rank]
    there, offered = {node.id for node in own}, set(before)
    if [name for name in before if name in there] == [node.id for node in own if node.id in offered]:
        spine = sorted([*own, *new], key=lambda node: rank[node.id])
    else:
        spine = list(own)
        for node in new:
            spine.insert(_place_for(node.id, [other.id for other in spine], rank), node)
    return _with_peoples(spine, [nodes], here)


def _place_for(name: str, order: Sequence[str], rank: Mapping[str, int]) -> int:
    """After the nearest that comes before it on the record."""
    earlier = [n for n, other in enumerate(order) if rank.get(other, len(rank)) < rank[name]]
    return max(earlier, key=lambda n: rank[order[n]]) + 1 if earlier else 0


def _with_peoples(spine: Sequence[Node], sources: Sequence[Sequence[Node]], here: Rendered) -> list[Node]:
    """The spine with whatever else the sources hold: each next to the neighbour it stands below there.

    What stands below a whole list or table stays below all of it; what stands within it stays where it is.
    """
    spine = _unbroken(spine, sources, here)
    group = {node.id: "" for node in spine} | {item.id: item.group for item in here.offered}
    there = {node.id for node in spine}
    first: list[Node] = []
    after: dict[str, list[Node]] = defaultdict(list)
    below: dict[str, list[Node]] = defaultdict(list)
    top: dict[int, list[Node]] = defaultdict(list)
    blocks = {node.block for node in spine if node.block}
    for nodes in sources:
        last_of = {group[node.id]: number for number, node in enumerate(nodes) if node.id in there}
        anchor: Node | None = None
        headed = 0
        for number, node in enumerate(nodes):
            if node.kind is Kind.HEAD and node.block in blocks:
                headed = node.block
            elif node.id in there or node.block != headed:
                headed = 0
            if headed:
                top[headed].append(node)
            elif node.id in there:
                anchor = node
            elif anchor is None:
                first.append(node)
            elif (
                not group[anchor.id]
                or number < last_of[group[anchor.id]]
                or (node.block and node.block == anchor.block)
            ):
                after[anchor.id].append(node)
            else:
                below[group[anchor.id]].append(node)
    ends = {group[node.id]: node.id for node in spine}
    found = list(first)
    for node in spine:
        found += [*top.pop(node.block, ()), node, *after[node.id]]
        if ends[group[node.id]] == node.id:
            found += below[group[node.id]]
    return found


def _unbroken(spine: Sequence[Node], sources: Sequence[Sequence[Node]], here: Rendered) -> list[Node]:
    """The spine with every list and table of people's making in one piece.

    Where they gave a table another head, or made a table of a list, what stands there otherwise goes below
    it, and what is of its kind goes into it.
    """
    kinds = {item.id: item.kind for item in here.offered}
    theirs = {
        node.block
        for nodes in sources
        for node in nodes
        if node.block and (node.kind is Kind.HEAD or node.kind is not kinds.get(node.id, node.kind))
    }
    heads = {node.block: node.markdown for nodes in sources for node in nodes if node.kind is Kind.HEAD}

    def belongs(other: Node, node: Node) -> bool:
        kind = Kind.ROW if node.kind is Kind.HEAD else node.kind
        head = heads.get(node.block, "")
        return other.block == node.block or (
            other.kind is kind and other.block not in theirs and (not head or fits(other, node.block, head))
        )

    found: list[Node] = []
    rest = list(spine)
    while rest:
        node = rest.pop(0)
        if node.block not in theirs:
            found.append(node)
            continue
        new = len(found)
        while new and not found[new - 1].block and belongs(found[new - 1], node):
            new -= 1
        if new and found[new - 1].kind is (Kind.ROW if node.kind is Kind.HEAD else node.kind):
            new = len(found)  # they stand in the one before
        found[new:] = [replace(one, block=node.block) for one in found[new:]]
        last = max((n + 1 for n, other in enumerate(rest) if other.block == node.block), default=0)
        within, rest = rest[:last], rest[last:]
        found.append(node)
        apart = []
        for other in within:
            if belongs(other, node):
                found.append(replace(other, block=node.block))
            else:
                apart.append(other)
        rest = apart + rest
    return found


def _beside(nodes: list[Node], new: Sequence[Item], here: Rendered) -> None:
    """Put new items of a section that is gone next to those of its items that stand here."""
    rank = {item.id: number for number, item in enumerate(here.offered)}
    for item in new:
        place = _place_for(item.id, [node.id for node in nodes], rank)
        if place:
            nodes.insert(place, _as_node(item))
    nodes[:] = _unbroken(nodes, [nodes], here)


def _as_node(item: Item) -> Node:
    return Node(item.kind, item.markdown, item.id)


# --- where the document is laid out anew ------------------------------------------------------------


def _laid_out(
    standing: Standing, rendered: Sequence[Rendered], out: frozenset[str]
) -> Iterator[StandingSection]:
    """The document as rendered, in which people's words stand where they belong."""
    theirs = {node.id: node for node in standing.nodes if node.id and node.is_changed}
    joined = standing.ids - {node.id for node in standing.nodes}
    laid: list[tuple[Rendered, list[Node]]] = [
        (one, [theirs.get(item.id) or _as_node(item) for item in one.offered if item.id not in out | joined])
        for one in rendered
    ]
    home = {node.id: number for number, (_, nodes) in enumerate(laid) for node in nodes}
    tables: dict[int, int] = {}
    for section in standing.sections:
        for nodes in _tables(section):
            # a table of people's making stays whole: where they have a section, or its first item belongs
            is_theirs = _number_of(section, rendered) is None and _is_own(section)
            place = OWN if is_theirs else next((home[one.id] for one in nodes if one.id in home), None)
            if place is not None:
                home |= {node.id: place for node in nodes if node.id}
                tables[nodes[0].block] = place
    laid = [
        (one, [node for node in nodes if home[node.id] == number]) for number, (one, nodes) in enumerate(laid)
    ]
    sources: dict[int, list[list[Node]]] = defaultdict(list)
    own_sections: list[StandingSection] = []
    homeless: list[Node] = []
    for section in standing.sections:
        heading = heading_of(section.title) or ""
        number = _number_of(section, rendered)
        if number is None and _is_own(section):
            own = tuple(
                node
                for node in section.nodes
                if node.block in tables or (node.is_peoples and node.id not in home)
            )
            own_sections.append(StandingSection("", section.title, own))
            continue
        places = [
            tables[node.block]
            if node.block in tables
            else home.get(node.id, number if number is not None else _home_of(section.nodes, position, home))
            for position, node in enumerate(section.nodes)
        ]
        wanted = [
            (place, node)
            for place, node in zip(places, section.nodes, strict=True)
            if node.is_peoples or node.id in home
        ]
        for place in {place for place, _ in wanted if place is not None}:
            sources[place].append([node for at, node in wanted if at == place])
        of_none = [node for place, node in wanted if place is None]
        if of_none and heading:
            homeless.append(Node(Kind.BLOCK, f"### {heading}"))
        homeless += of_none
    renamed = {section.key: section.title for section in standing.sections if section.is_title_changed}
    for number, (one, nodes) in enumerate(laid):
        title = renamed.get(one.key, one.title)
        whole = tuple(_with_peoples(nodes, sources[number], one))
        yield StandingSection(one.key, title, whole, one.key in renamed)
    yield from own_sections
    if homeless:
        yield StandingSection("", f"## {NOTES}", tuple(homeless))


def _number_of(section: StandingSection, rendered: Sequence[Rendered]) -> int | None:
    """Which of the rendered sections one that stands is."""
    heading = normal(heading_of(section.title) or "")
    for number, one in enumerate(rendered):
        if one.key == section.key if section.key else one.heading and normal(one.heading) == heading:
            return number
    return None


def _is_own(section: StandingSection) -> bool:
    """Whether people made a section, or made it theirs."""
    return section.is_title_changed or not section.key


def _tables(section: StandingSection) -> Iterator[list[Node]]:
    """What stands in each table that people gave a head."""
    for block in [node.block for node in section.nodes if node.kind is Kind.HEAD and node.block]:
        yield [node for node in section.nodes if node.block == block]


def _home_of(nodes: Sequence[Node], position: int, home: Mapping[str, int]) -> int | None:
    """The section that holds the nearest neighbour of what stood here, above rather than below."""
    for other in (*reversed(nodes[:position]), *nodes[position + 1 :]):
        if other.id in home:
            return home[other.id]
    return None


# --- what is told, and what is kept ----------------------------------------------------------------


def difference(written: Sequence[WrittenSection], rendered: Sequence[Rendered]) -> Difference:
    """Where a canvas and the record part, from what is kept of a merge, also of one that was interrupted."""
    known = {item.id for one in rendered for item in one.items}
    keys = {one.key for one in rendered}
    worded, out, gone, deleted = [], [], [], []
    for section in written:
        heading = section.heading or (ON_TOP if section.key in keys else NOTES)
        changed = [one for one in section.items if one.stood]
        differing = [
            one.label for one in changed if one.id in known and one.stood != one.digest and not one.is_quoted
        ]
        worded += named(heading, differing)
        out += named(heading, [one.label for one in section.items if one.is_out])
        gone += named(heading, [one.label for one in changed if one.id not in known])
        deleted += named(heading, [one.label for one in section.items if one.is_quoted])
    return Difference(tuple(worded), tuple(out), tuple(gone), tuple(deleted))


def named(heading: str, labels: Sequence[str]) -> list[Named]:
    """Items of a section as they are told; none where there are none."""
    return [Named(heading or ON_TOP, tuple(labels))] if labels else []


def _kept(
    written: Sequence[WrittenSection],
    rendered: Sequence[Rendered],
    there: Mapping[str, Node],
    linked: Collection[str],
) -> Iterator[WrittenSection]:
    """What Scribe offers now, and what people keep that the record no longer has.

    `there` is what each item stands in, `linked` are the messages that people's words link to.
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
                # a message that was deleted has no link any more
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
