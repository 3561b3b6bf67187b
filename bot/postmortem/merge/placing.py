"""The order of the nodes within a section: Scribe's as rendered, people's beside the neighbours they had."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.postmortem.merge.items import Item, Kind, Rendered
from bot.postmortem.merge.pieces import fits
from bot.postmortem.merge.standing import Node


def ordered(nodes: Sequence[Node], new: Sequence[Node], here: Rendered, *, is_moved: bool) -> list[Node]:
    """A section's nodes in order: Scribe's as rendered, unless people moved them; people's beside them."""
    rank = {item.id: number for number, item in enumerate(here.offered)}
    own = [node for node in nodes if node.id in rank]
    if not is_moved:
        spine = sorted([*own, *new], key=lambda node: rank[node.id])
    else:
        spine = list(own)
        for node in new:
            spine.insert(_place_for(node.id, [other.id for other in spine], rank), node)
    return with_peoples(spine, [nodes], here)


def _place_for(name: str, order: Sequence[str], rank: Mapping[str, int]) -> int:
    """The index at which to insert an item: after the nearest of those that come before it on the record."""
    earlier = [n for n, other in enumerate(order) if rank.get(other, len(rank)) < rank[name]]
    return max(earlier, key=lambda n: rank[order[n]]) + 1 if earlier else 0


def with_peoples(spine: Sequence[Node], sources: Sequence[Sequence[Node]], here: Rendered) -> list[Node]:
    """The nodes of `spine` with the other nodes of `sources` added, each below the neighbour it had there.

    What stood below a whole list or table stays below all of it; what stood within it stays within it.
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
    """The nodes of `spine` in an order that keeps each list and table that people made in one piece.

    Where people gave a table another head, or made a list into a table, new rows that fit go into it, and
    items of another kind that would stand within it go below it.
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
            new = len(found)  # these already belong to the block before
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


def put_beside(nodes: list[Node], new: Sequence[Item], here: Rendered) -> None:
    """Put new items of a section that is gone next to those of its items that stand here."""
    rank = {item.id: number for number, item in enumerate(here.offered)}
    for item in new:
        place = _place_for(item.id, [node.id for node in nodes], rank)
        if place:
            nodes.insert(place, as_node(item))
    nodes[:] = _unbroken(nodes, [nodes], here)


def as_node(item: Item) -> Node:
    return Node(item.kind, item.markdown, item.id)
