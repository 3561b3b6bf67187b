"""Laying a document out anew: sections and items as rendered, with people's words put where they belong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from bot.postmortem.merge.blocks import heading_of
from bot.postmortem.merge.difference import NOTES
from bot.postmortem.merge.items import Kind, Rendered
from bot.postmortem.merge.normal import normal
from bot.postmortem.merge.placing import as_node, with_peoples
from bot.postmortem.merge.standing import Node, Standing, StandingSection

OWN = -1
"""Stands for a section of people's own, where the others are numbered as rendered."""


def laid_out(
    standing: Standing, rendered: Sequence[Rendered], out: frozenset[str]
) -> Iterator[StandingSection]:
    """The document as rendered, in which people's words stand where they belong."""
    theirs = {node.id: node for node in standing.nodes if node.id and node.is_changed}
    joined = standing.ids - {node.id for node in standing.nodes}
    laid: list[tuple[Rendered, list[Node]]] = [
        (one, [theirs.get(item.id) or as_node(item) for item in one.offered if item.id not in out | joined])
        for one in rendered
    ]
    home = {node.id: number for number, (_, nodes) in enumerate(laid) for node in nodes}
    tables: dict[int, int] = {}
    for section in standing.sections:
        for nodes in _tables(section):
            # a table that people made stays whole: in their own section, or where its first item belongs
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
        whole = tuple(with_peoples(nodes, sources[number], one))
        yield StandingSection(one.key, title, whole, one.key in renamed)
    yield from own_sections
    if homeless:
        yield StandingSection("", f"## {NOTES}", tuple(homeless))


def _number_of(section: StandingSection, rendered: Sequence[Rendered]) -> int | None:
    """The number of the rendered section that this one is, by its key or else by its heading."""
    heading = normal(heading_of(section.title) or "")
    for number, one in enumerate(rendered):
        if one.key == section.key if section.key else one.heading and normal(one.heading) == heading:
            return number
    return None


def _is_own(section: StandingSection) -> bool:
    """Whether people added a section or renamed it."""
    return section.is_title_changed or not section.key


def _tables(section: StandingSection) -> Iterator[list[Node]]:
    """The nodes of each table to which people gave its head."""
    for block in [node.block for node in section.nodes if node.kind is Kind.HEAD and node.block]:
        yield [node for node in section.nodes if node.block == block]


def _home_of(nodes: Sequence[Node], position: int, home: Mapping[str, int]) -> int | None:
    """The number of the section that holds the nearest neighbour, looked for above first and then below."""
    for other in (*reversed(nodes[:position]), *nodes[position + 1 :]):
        if other.id in home:
            return home[other.id]
    return None
