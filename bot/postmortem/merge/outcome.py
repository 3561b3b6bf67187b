"""After a merge was written: what changed, what could not be written, and what is stored for the next one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.postmortem.merge.difference import ON_TOP, SAME, Difference, Named, named
from bot.postmortem.merge.items import Kind, Rendered, Written, WrittenSection, as_written, digest
from bot.postmortem.merge.merging import Merged
from bot.postmortem.merge.planned import NOTHING_PLANNED, Planned
from bot.postmortem.merge.standing import Node, Standing


@dataclass(frozen=True)
class Told:
    """What a person is told after a draft was brought up to date.

    `updated` are the headings of what Scribe changed, `unwritten` what it could not write, and `why`.
    """

    updated: tuple[str, ...] = ()
    difference: Difference = SAME
    unwritten: tuple[Named, ...] = ()
    why: str = ""


NOTHING_TOLD = Told()


def about_to_write(planned: Planned, standing: Standing, merged: Merged) -> Planned:
    """What an update that is under way may have written, once this is written too where that stands."""
    peoples = (digest(node.markdown) for node in standing.nodes if not node.id)
    return planned.and_then(merged.written, peoples, merged.moved)


def changed_sections(
    standing: Standing,
    merged: Merged,
    rendered: Sequence[Rendered],
    written: Sequence[WrittenSection] = (),
    planned: Planned = NOTHING_PLANNED,
) -> tuple[str, ...]:
    """The headings of the sections in which this update changes something of Scribe's.

    That is what the merge changes in what stands, and what interrupted tries have changed already: nobody was
    told of it.
    """
    before = {section.key: _of_scribe(section.nodes) for section in standing.sections if section.key}
    after = {section.key: _of_scribe(section.nodes) for section in merged.sections if section.key}
    tried = _changed_by_tries(standing, written, planned)
    return tuple(
        one.heading or ON_TOP
        for one in rendered
        if one.key in after and (one.key in tried or before.get(one.key, []) != after[one.key])
    )


def _changed_by_tries(
    standing: Standing, written: Sequence[WrittenSection], planned: Planned
) -> frozenset[str]:
    """The keys of the sections into which interrupted tries wrote what stands, or from which they took."""
    there = {node.id: digest(node.markdown) for node in standing.nodes if node.id}
    before = {item.id: item.digest for section in written for item in section.items}
    came = {
        section.key
        for section in planned.sections
        for item in section.items
        if item.digest == there.get(item.id) and item.digest != before.get(item.id)
    }
    items = planned.items
    went = {
        section.key
        for section in written
        for item in section.items
        if planned and not item.is_out and item.kind is not Kind.HEAD and item.id not in there | items
    }
    return frozenset(came | went)


def _of_scribe(nodes: Sequence[Node]) -> list[tuple[str, str]]:
    return [(node.id, digest(node.markdown)) for node in nodes if node.id]


def unwritten(
    standing: Standing, merged: Merged, written: Sequence[WrittenSection], rendered: Sequence[Rendered]
) -> tuple[Named, ...]:
    """What the record says and the canvas does not, though people neither removed nor changed it."""
    lacking = _lacking(standing, merged)
    found = []
    for one in rendered:
        found += named(one.heading, [item.label for item in one.offered if item.id in lacking])
    offered = {item.id for one in rendered for item in one.items}
    for section in written:
        stale = [item.label for item in section.items if item.id in lacking and item.id not in offered]
        found += named(section.heading, stale)
    return tuple(found)


def _lacking(standing: Standing, merged: Merged) -> frozenset[str]:
    """The ids of the items that do not stand as the merge wanted them to."""
    there = {node.id: digest(node.markdown) for node in standing.nodes if node.id}
    wanted = {
        node.id: digest(node.markdown) for section in merged.sections for node in section.nodes if node.id
    }
    return frozenset(name for name in there.keys() | wanted.keys() if there.get(name) != wanted.get(name))


def learned(
    standing: Standing, written: Sequence[WrittenSection], rendered: Sequence[Rendered]
) -> tuple[WrittenSection, ...]:
    """What is stored once Slack has shown what was just written: also the digest of Slack's Markdown."""
    shown = {node.id: digest(node.markdown) for node in standing.nodes if node.is_rewritten}
    now = {
        item.id: replace(as_written(item), shown=shown[item.id])
        for one in rendered
        for item in one.offered
        if item.id in shown
    }
    found = {section.key: [_as_now(item, now) for item in section.items] for section in written}
    headings = {one.key: one.heading for one in rendered} | {one.key: one.heading for one in written}
    for one in rendered:
        items = found.setdefault(one.key, [])
        known = {item.id for item in items}
        items += [now[item.id] for item in one.offered if item.id in now and item.id not in known]
    return tuple(WrittenSection(key, headings[key], tuple(items)) for key, items in found.items())


def _as_now(item: Written, now: Mapping[str, Written]) -> Written:
    if item.id not in now:
        return item
    shown = now[item.id]
    return replace(item, digest=shown.digest, shown=shown.shown, stood="", is_out=False)


def settled(
    standing: Standing,
    merged: Merged,
    written: Sequence[WrittenSection],
    planned: Planned = NOTHING_PLANNED,
) -> tuple[WrittenSection, ...]:
    """What is stored; of items that could not be written, what was before, so that they are tried again.

    What was before is what an earlier try wrote, where that stands.
    """
    lacking = _lacking(standing, merged)
    there = {node.id: digest(node.markdown) for node in standing.nodes if node.id}
    before = {item.id: item for section in written for item in section.items}
    tried = (item for section in planned.sections for item in section.items)
    before |= {item.id: item for item in tried if item.digest == there.get(item.id)}
    offered = {item.id for section in merged.written for item in section.items}
    stale: dict[str, tuple[Written, ...]] = defaultdict(tuple)
    for section in (*written, *planned.beyond(written)):
        left = [item.id for item in section.items if item.id in lacking and item.id not in offered]
        stale[section.key] += tuple(before[name] for name in left if name in before)
    found = []
    for section in merged.written:
        items = [before.get(item.id) if item.id in lacking else item for item in section.items]
        kept = tuple(item for item in items if item is not None)
        found.append(replace(section, items=(*kept, *stale.pop(section.key, ()))))
    return (*found, *(WrittenSection(key, "", items) for key, items in stale.items() if items))
