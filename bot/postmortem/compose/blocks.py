"""The blocks that a template can place, by name; each is empty when nothing is known for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.postmortem.compose import picture, timeline
from bot.postmortem.compose.coverage import coverage_line
from bot.postmortem.compose.durations import contradictions, duration_facts
from bot.postmortem.compose.milestones import milestone_facts
from bot.postmortem.compose.opening import with_numbers_first
from bot.postmortem.compose.words import Read, remark, words
from bot.postmortem.document import (
    Block,
    Bullets,
    CheckItem,
    Checklist,
    Evidence,
    Fact,
    FactList,
    FileRef,
    Remark,
    TimelineTable,
    opaque,
)
from bot.postmortem.facts import ActionItem, Facts, Quote
from bot.templates import Template
from bot.text import spans
from bot.text.prose import Link, Paragraph, Text, plain_text
from storage.vocabulary import IN_DRAFT, ActionItemState, MarkSection


@dataclass(frozen=True)
class Context:
    """What a block is made from, and for which template."""

    facts: Facts
    read: Read
    template: Template


Blocks = tuple[Block, ...]
Make = Callable[[Context], Blocks]


def _timeline(context: Context) -> Blocks:
    facts = context.facts
    rows = timeline.rows(facts, context.read)
    second_zone = facts.second_zone if context.template.has_second_zone else None
    return (TimelineTable(rows, picture.phases(facts), second_zone),) if rows else ()


def _chart(context: Context) -> Blocks:
    found = picture.chart(context.facts, context.read)
    return (found,) if found else ()


def _conclusion(context: Context) -> Blocks:
    facts = context.facts
    said = context.read(facts.conclusion or "")
    if not said:
        return ()
    evidence = Evidence(facts.concluded_by) if facts.concluded_by else None
    return (Remark(said, evidence, "conclusion"),)


def _milestones(context: Context) -> Blocks:
    facts = list(milestone_facts(context.facts))
    wrong = contradictions(context.facts)
    facts += [Fact("Contradictory", "; ".join(wrong))] if wrong else []
    return (FactList(tuple(facts)),) if facts else ()


def _durations(context: Context) -> Blocks:
    facts = duration_facts(context.facts)
    return (FactList(facts),) if facts else ()


def _marked(section: MarkSection) -> Make:
    def make(context: Context) -> Blocks:
        said = context.facts.marked.get(section, ())
        return (Bullets(tuple(remark(one, context.read) for one in said)),) if said else ()

    return make


def _impact(context: Context) -> Blocks:
    said = with_numbers_first(context.facts.marked.get(MarkSection.IMPACT, ()))
    return (Bullets(tuple(remark(one, context.read) for one in said)),) if said else ()


def _action_items(context: Context) -> Blocks:
    return _checklist(context, context.facts.action_items or _only_marked(context.facts))


def _open_action_items(context: Context) -> Blocks:
    items = context.facts.action_items or _only_marked(context.facts)
    return _checklist(context, tuple(item for item in items if item.state == ActionItemState.OPEN))


def _only_marked(facts: Facts) -> tuple[ActionItem, ...]:
    return tuple(ActionItem(None, said) for said in facts.marked.get(MarkSection.ACTION_ITEM, ()))


def _checklist(context: Context, items: tuple[ActionItem, ...]) -> Blocks:
    shown = tuple(_item(item, context) for item in items)
    return (Checklist(shown),) if shown else ()


def _item(item: ActionItem, context: Context) -> CheckItem:
    by = f" by {item.done_by}" if item.done_by and item.state != ActionItemState.OPEN else ""
    known = {
        "Type": item.kind,
        "Priority": item.priority,
        "Owner": item.owner,
        "Due": item.due_on.isoformat() if item.due_on else None,
        "Done when": plain_text(context.read(item.done_when)) if item.done_when else None,
        "State": f"{item.state}{by}",
        "Ticket": item.ticket_url,
    }
    said = item.said
    evidence = Evidence(said.author, None if said.is_deleted else said.permalink)
    return CheckItem(
        item.state == ActionItemState.DONE,
        Remark(words(said, context.read), evidence, str(item.number or said.permalink or ""), of=said.of),
        tuple(Fact(label, value) for label, value in known.items() if value),
    )


def _participants(context: Context) -> Blocks:
    zone = context.facts.zone
    day = context.facts.declared.at.astimezone(zone).date()
    came = []
    for one in context.facts.participants:
        at = one.came_at
        shown = spans.clock if at and at.astimezone(zone).date() == day else spans.date_and_clock
        known = [*(["bot"] if one.is_bot else []), *([shown(at, zone)] if at else [])]
        came.append(f"{one.name} ({', '.join(known)})" if known else one.name)
    return (Paragraph((Text("; ".join(came)),)),) if came else ()


def _links(context: Context) -> Blocks:
    lines = []
    for one in context.facts.links:
        times = f" ({one.times} times)" if one.times > 1 else ""
        link = Link(one.label or one.url, one.url)
        words_of = (link, Text(times)) if times else (link,)
        lines.append(Remark((Paragraph(words_of),), _where(one.said), opaque(one.url), of=one.said.of))
    return _with_more(lines, context.facts.more_links, "link")


def _files(context: Context) -> Blocks:
    lines = tuple(
        Remark((Paragraph(_file(file)),), _where(said), opaque(f"{said.permalink} {file.name}"), of=said.of)
        for file, said in context.facts.files
    )
    return (Bullets(lines),) if lines else ()


def _file(file: FileRef) -> tuple[Link | Text, ...]:
    return (Link(file.name, file.url),) if file.url else (Text(file.name),)


def _where(said: Quote) -> Evidence:
    return Evidence(said.author, said.permalink)


def _coverage(context: Context) -> Blocks:
    facts = context.facts
    more = f"; {_count(facts.more_alerts, 'more alert')}" if facts.more_alerts else ""
    return (Paragraph((Text(f"{coverage_line(facts.coverage, facts.zone)}{more}"),)),)


def _with_more(lines: Sequence[Remark], more: int, noun: str) -> Blocks:
    if not lines:
        return ()
    rest = (Paragraph((Text(f"and {_count(more, f'more {noun}')}"),), "more"),) if more else ()
    return (Bullets(tuple(lines)), *rest)


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


BLOCKS: Mapping[str, Make] = {
    **{section.value: _marked(section) for section in IN_DRAFT},
    MarkSection.ACTION_ITEM: _action_items,
    MarkSection.IMPACT: _impact,
    "open_action_items": _open_action_items,
    "chart": _chart,
    "conclusion": _conclusion,
    "coverage": _coverage,
    "durations": _durations,
    "files": _files,
    "links": _links,
    "milestones": _milestones,
    "participants": _participants,
    "timeline": _timeline,
}
"""Every block there is."""
