"""A whole draft from facts and a template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.postmortem.compose.blocks import BLOCKS, Context
from bot.postmortem.compose.header import header
from bot.postmortem.compose.words import Read
from bot.postmortem.document import (
    Block,
    Bullets,
    Checklist,
    Document,
    Fact,
    FactList,
    Question,
    Remark,
    Section,
    TimelineTable,
)
from bot.postmortem.facts import Facts
from bot.templates import COMPUTED, Template, TemplateSection, question_in_words
from bot.text.prose import Paragraph, Strong, Text, plain_text
from storage.vocabulary import MarkSection


def compose(
    facts: Facts, template: Template, read: Read, emoji: Mapping[MarkSection, str] | None = None
) -> Document:
    """The draft of an incident, by a template.

    `emoji` names the marks a workspace uses (each section's emoji by its name), where they
    differ from the template's. Nothing is made up: a computed value carries its basis, a contradiction is
    shown, what is missing is asked for.

    Raises:
        TemplateError: a question of the template names a mark that has no emoji.
    """
    context = Context(facts, read, {**template.emoji, **(emoji or {})})
    return Document(
        title=title(facts, read),
        facts=FactList(
            (*header(facts, read), *((Fact("Template", template.note),) if template.note else ()))
        ),
        sections=tuple(_section(section, context) for section in template.sections),
        zone=facts.zone,
    )


def title(facts: Facts, read: Read) -> str:
    """`INC-1: Deployment disruption`, on one line; the number alone when the title holds no words."""
    words = plain_text(read(facts.title))
    return f"INC-{facts.number}: {words}" if words else f"INC-{facts.number}"


def _section(plan: TemplateSection, context: Context) -> Section:
    blocks: list[Block] = []
    is_answered = False
    for part in plan.parts:
        found = tuple(_known_as(block, part.shows) for block in BLOCKS[part.shows](context))
        is_answered |= bool(found) and part.shows not in COMPUTED
        if found and part.lead_in:
            blocks.append(Paragraph((Strong((Text(part.lead_in),)),), f"lead-in|{part.shows}"))
        blocks.extend(found)
    is_asked = any(part.shows not in COMPUTED for part in plan.parts) or not blocks
    if is_asked and not is_answered:
        blocks.append(Question(question_in_words(plan.question, context.marks)))
    return Section(plan.heading, tuple(blocks), plan.key)


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
