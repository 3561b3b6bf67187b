"""A document for people outside: only what was marked for them, without names, links or files.

Which words are meant for the public is decided by marks alone: a message needs that mark to stand in such a
document at all. What it tells of (impact, cause, what ended it, an action item) its other marks say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC

from bot.postmortem.compose.blocks import Context
from bot.postmortem.compose.opening import in_short
from bot.postmortem.compose.words import Read
from bot.postmortem.document import (
    Block,
    Bullets,
    CheckItem,
    Checklist,
    Document,
    Remark,
    Section,
    TimelineRow,
    TimelineTable,
)
from bot.postmortem.editor.people import names_of
from bot.postmortem.facts import Facts, Quote, TimelineEntry
from bot.templates import Template
from bot.text.for_outside import without_people
from bot.text.prose import Paragraph, Prose, Text
from bot.text.rich_text import Said
from storage.vocabulary import IncidentStatus, MarkSection


def document(
    facts: Facts, template: Template, read: Read, sections: Callable[[Context], tuple[Section, ...]]
) -> Document:
    """The document, by a template that is meant for the public."""
    within = context(facts, template, read)
    marked = within.facts
    short = tuple(_bare(one) for one in in_short(marked, within.read) if one.label != "Next")
    times = [entry.occurred_at for entry in marked.timeline]
    day = min(times).astimezone(facts.zone).date().isoformat() if times else ""
    state = "ended" if facts.status == IncidentStatus.RESOLVED else "going on"
    line = " · ".join(part for part in (day, state) if part)
    opening: tuple[Block, ...] = (Paragraph((Text(line),), "header|line"),)
    opening += (Bullets(tuple(replace(one, id=f"header|{one.id}") for one in short)),) if short else ()
    found = sections(within)
    return Document("Service incident", opening, tuple(map(_without_people, found)), facts.zone)


def context(facts: Facts, template: Template, read: Read) -> Context:
    """What the blocks of such a document are made from."""
    names = names_of(facts)

    def read_inert(said: Said) -> tuple[Prose, ...]:
        # of rich text its text alone, in which names and links can be found
        return read(without_people(said if isinstance(said, str) else said.text, names))

    return Context(_only_public(facts), read_inert, template)


def _only_public(facts: Facts) -> Facts:
    """What was marked for the public; no time, name or number that was worked out from anything else."""
    public = facts.marked.get(MarkSection.PUBLIC, ())
    places = {said.permalink for said in public if said.permalink and not said.is_deleted}
    entries = [one for one in facts.timeline if one.said.permalink in places]
    listed = {one.said.permalink for one in entries}
    entries += [_entry(said) for said in public if said.permalink in places - listed]
    return Facts(
        number=facts.number,
        title="",
        severity=None,
        status=facts.status,
        is_drill=facts.is_drill,
        channel_name="",
        declared=facts.declared,
        started=None,
        detected=None,
        resolved=None,
        responders=(),
        timeline=tuple(sorted(entries, key=lambda one: one.occurred_at)),
        marked={
            section: tuple(one for one in said if one.permalink in places)
            for section, said in facts.marked.items()
            if section != MarkSection.DECISION
        },
        conclusion=None,
        concluded_by=None,
        zone=facts.zone,
        action_items=tuple(
            replace(one, owner=None, done_by=None, ticket_url=None, done_when=None)
            for one in facts.action_items
            if one.said.permalink in places
        ),
        ended_by=facts.ended_by if facts.ended_by and facts.ended_by.permalink in places else None,
    )


def _entry(said: Quote) -> TimelineEntry:
    return TimelineEntry(said.said_at.astimezone(UTC), None, False, said)


def _without_people(section: Section) -> Section:
    return replace(section, blocks=tuple(map(_anonymous, section.blocks)))


def _anonymous(block: Block) -> Block:
    match block:
        case Remark():
            return _bare(block)
        case Bullets(items):
            return Bullets(tuple(map(_bare, items)))
        case Checklist(items):
            return Checklist(tuple(map(_bare_item, items)))
        case TimelineTable(rows):
            return replace(block, rows=tuple(map(_bare_row, rows)), phases=(), has_people=False)
        case _:
            return block


def _bare(remark: Remark) -> Remark:
    return replace(remark, evidence=None)


def _bare_item(item: CheckItem) -> CheckItem:
    return replace(item, remark=_bare(item.remark))


def _bare_row(row: TimelineRow) -> TimelineRow:
    return replace(row, author="", permalink=None, files=())
