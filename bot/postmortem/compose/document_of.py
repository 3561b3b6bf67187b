"""A whole draft from facts and a template."""

from __future__ import annotations

from dataclasses import replace

from bot.postmortem.compose import public
from bot.postmortem.compose.blocks import BLOCKS, Context
from bot.postmortem.compose.opening import opening
from bot.postmortem.compose.words import Read
from bot.postmortem.document import (
    TEMPLATE_NOTE,
    Block,
    Bullets,
    Checklist,
    Document,
    FactList,
    Remark,
    Section,
    TimelineTable,
)
from bot.postmortem.facts import Facts
from bot.templates import COMPUTED, Template, TemplateSection
from bot.text.prose import Paragraph, Strong, Text, plain_text


def compose(facts: Facts, template: Template, read: Read) -> Document:
    """The draft of an incident, by a template.

    Nothing is made up: a computed value carries its basis, a contradiction is shown, and what nobody said
    does not stand in it.
    """
    if template.is_public:
        return public.document(facts, template, read, _sections)
    sections = _sections(Context(facts, read, template))
    return Document(title(facts, read), _known_as_all(opening(facts, read)), sections, facts.zone)


def unanswered(facts: Facts, template: Template, read: Read) -> tuple[TemplateSection, ...]:
    """The sections whose question nothing on the record answers; what Scribe computes answers none.

    Of a section that is computed alone nothing is asked; one without parts is for people to write.
    """
    context = public.context(facts, template, read) if template.is_public else Context(facts, read, template)
    found = []
    for plan in template.sections:
        asked = [part for part in plan.shown if part.shows not in COMPUTED]
        is_asked = bool(asked) or not plan.parts
        if is_asked and not any(_is_answer(part.shows, context) for part in asked):
            found.append(plan)
    return tuple(found)


def _is_answer(shows: str, context: Context) -> bool:
    """Whether a block holds what people said; a timeline of milestones and changes alone does not."""
    return bool(context.facts.timeline if shows == "timeline" else BLOCKS[shows](context))


def title(facts: Facts, read: Read) -> str:
    """`INC-1: Deployment disruption`, on one line; the number alone when the title holds no words."""
    words = plain_text(read(facts.title))
    return f"INC-{facts.number}: {words}" if words else f"INC-{facts.number}"


def _sections(context: Context) -> tuple[Section, ...]:
    found = [_section(plan, context) for plan in context.template.sections]
    note = context.template.note
    if note:
        last = found[-1]
        found[-1] = replace(last, blocks=(*last.blocks, Paragraph((Text(note),), TEMPLATE_NOTE)))
    return tuple(found)


def _section(plan: TemplateSection, context: Context) -> Section:
    blocks: list[Block] = []
    for part in plan.shown:
        found = tuple(_known_as(block, part.shows) for block in BLOCKS[part.shows](context))
        if found and part.lead_in:
            blocks.append(Paragraph((Strong((Text(part.lead_in),)),), f"lead-in|{part.shows}"))
        blocks.extend(found)
    return Section(plan.heading, tuple(blocks), plan.key)


def _known_as_all(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return tuple(_known_as(block, "header") for block in blocks)


def _known_as(block: Block, shows: str) -> Block:
    """The block, with `shows` in the ids of its items: a message may be an item of several blocks."""

    def within(remark: Remark) -> Remark:
        return replace(remark, id=f"{shows}|{remark.id}" if remark.id else "")

    match block:
        case Paragraph(_, known):
            return replace(block, id=f"{shows}|{known}" if known else shows)
        case FactList():
            return replace(block, id=shows)
        case Remark():
            return within(block)
        case Bullets(items):
            return Bullets(tuple(map(within, items)))
        case Checklist(boxes):
            return Checklist(tuple(replace(one, remark=within(one.remark)) for one in boxes))
        case TimelineTable(rows):
            return replace(block, rows=tuple(replace(row, id=f"{shows}|{row.id}") for row in rows))
        case _:
            return block
