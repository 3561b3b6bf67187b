"""A whole draft from facts, a template and what people wrote."""

from __future__ import annotations

from collections.abc import Mapping

from bot.postmortem.compose.blocks import BLOCKS, Context
from bot.postmortem.compose.header import header
from bot.postmortem.compose.words import Read
from bot.postmortem.document import (
    Block,
    Document,
    Fact,
    FactList,
    Paragraph,
    Question,
    Section,
    Strong,
    Text,
    Written,
    plain_text,
)
from bot.postmortem.facts import Facts
from bot.postmortem.templates import COMPUTED, Template, TemplateSection, question_in_words


def compose(facts: Facts, template: Template, read: Read, emoji: Mapping[str, str] | None = None) -> Document:
    """The draft of an incident, by a template.

    `emoji` names the marks a workspace uses ("timeline", "root_cause", … to the emoji's name), where they
    differ from the template's. What people wrote into a section stands there instead of what Scribe would
    say. Nothing is made up: a computed value carries its basis, a contradiction is shown, what is missing
    is asked for.

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
    written = context.facts.written.get(plan.key, "")
    if written.strip():
        return Section(plan.heading, (Written(written),), plan.key)
    blocks: list[Block] = []
    is_answered = False
    for part in plan.parts:
        found = BLOCKS[part.shows](context)
        is_answered |= bool(found) and part.shows not in COMPUTED
        if found and part.lead_in:
            blocks.append(Paragraph((Strong((Text(part.lead_in),)),)))
        blocks.extend(found)
    is_asked = any(part.shows not in COMPUTED for part in plan.parts) or not blocks
    if is_asked and not is_answered:
        blocks.append(Question(question_in_words(plan.question, context.marks)))
    return Section(plan.heading, tuple(blocks), plan.key)
