"""The blocks that a template can place, by name; each is empty when nothing is known for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.postmortem.compose import picture
from bot.postmortem.compose.durations import duration_facts
from bot.postmortem.compose.gaps import gaps
from bot.postmortem.compose.header import coverage_line, summary_line
from bot.postmortem.compose.milestones import milestone_facts
from bot.postmortem.compose.words import Read, remark, row, words
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
from bot.postmortem.facts import ActionItem, Facts, Quote, StateChange
from bot.text import spans
from bot.text.prose import Inline, LineBreak, Link, Paragraph, Text, plain_text
from storage.vocabulary import IN_DRAFT, ActionItemState, ChangeKind, MarkSection


@dataclass(frozen=True)
class Context:
    """What a block is made from; `marks` are the emoji by the section they mark."""

    facts: Facts
    read: Read
    marks: Mapping[MarkSection, str]


Blocks = tuple[Block, ...]
Make = Callable[[Context], Blocks]


def _timeline(context: Context) -> Blocks:
    # a stable sort keeps the order of the record within a minute
    entries = sorted(context.facts.timeline, key=lambda entry: entry.occurred_at)
    rows = tuple(row(entry, context.read) for entry in entries)
    return (TimelineTable(rows, picture.phases(context.facts)),) if rows else ()


def _chart(context: Context) -> Blocks:
    found = picture.chart(context.facts, context.read)
    return (found,) if found else ()


def _conclusion(context: Context) -> Blocks:
    facts = context.facts
    said = context.read(facts.conclusion or "")
    if not said:
        return ()
    evidence = Evidence(facts.concluded_by, source=facts.concluded_with) if facts.concluded_by else None
    return (Remark(said, evidence, "conclusion"),)


def _summary(context: Context) -> Blocks:
    return (Paragraph((Text(summary_line(context.facts, context.read)),)),)


def _milestones(context: Context) -> Blocks:
    return (FactList(milestone_facts(context.facts, with_missing=True)),)


def _durations(context: Context) -> Blocks:
    return (FactList(duration_facts(context.facts)),)


def _marked(section: MarkSection) -> Make:
    def make(context: Context) -> Blocks:
        said = context.facts.marked.get(section, ())
        return (Bullets(tuple(remark(one, context.read) for one in said)),) if said else ()

    return make


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
    details = [
        Fact("Owner", item.owner or "") if item.owner else None,
        Fact("Priority", item.priority) if item.priority else None,
        Fact("Type", item.kind) if item.kind else None,
        Fact("Due", item.due_on.isoformat()) if item.due_on else None,
        Fact("Done when", _plain(item.done_when, context)) if item.done_when else None,
        Fact("Ticket", item.ticket_url) if item.ticket_url else None,
        Fact("Dropped by", item.done_by or "unknown") if item.state == ActionItemState.DROPPED else None,
        Fact("Done by", item.done_by) if item.state == ActionItemState.DONE and item.done_by else None,
    ]
    said = item.said
    source = "message" if said.permalink else "/incident task"
    evidence = Evidence(said.author, None if said.is_deleted else said.permalink, source)
    return CheckItem(
        item.state == ActionItemState.DONE,
        Remark(words(said, context.read), evidence, str(item.number or said.permalink or "")),
        tuple(detail for detail in details if detail),
    )


def _plain(text: str, context: Context) -> str:
    return plain_text(context.read(text))


def _history(what: ChangeKind) -> Make:
    def make(context: Context) -> Blocks:
        changes = [change for change in context.facts.changes if change.what == what]
        return _lines(_change(change, context.facts) for change in changes)

    return make


def _lines(lines: Iterable[str]) -> Blocks:
    """Scribe's own sentences, one paragraph each; bullets are reserved for what people said."""
    inlines: list[Inline] = []
    for line in lines:
        inlines += [LineBreak(), Text(line)] if inlines else [Text(line)]
    return (Paragraph(tuple(inlines)),) if inlines else ()


def _change(change: StateChange, facts: Facts) -> str:
    when = spans.date_and_clock(change.at, facts.zone)
    was = f" (was {change.old})" if change.old else ""
    return f"{when}: {change.what} {change.new or 'not set'}{was}, by {change.by}"


def _roles(context: Context) -> Blocks:
    zone = context.facts.zone
    lines = []
    for held in context.facts.roles:
        since = spans.date_and_clock(held.since, zone)
        until = f" until {spans.date_and_clock(held.until, zone)}" if held.until else ""
        lines.append(f"{held.role.capitalize()}: {held.person}, from {since}{until}")
    return _lines(lines)


def _participants(context: Context) -> Blocks:
    lines = []
    for one in context.facts.participants:
        said = _count(one.messages, "message")
        marks = f", {_count(one.marks, 'mark')}" if one.marks else ""
        bot = " (bot)" if one.is_bot else ""
        lines.append(f"{one.name}{bot}: {said}{marks}")
    return _lines(lines)


def _arrivals(context: Context) -> Blocks:
    came = [one for one in context.facts.participants if one.joined_at]
    lines = [
        f"{spans.date_and_clock(one.joined_at, context.facts.zone)}: {one.name} joined"
        for one in sorted(came, key=lambda one: one.joined_at or context.facts.declared.at)
        if one.joined_at
    ]
    return _lines(lines)


def _silence(context: Context) -> Blocks:
    silence = context.facts.silence
    if silence is None:
        return ()
    zone = context.facts.zone
    value = (
        f"{spans.between(silence.since, silence.until)}, from"
        f" {spans.date_and_clock(silence.since, zone)} to {spans.date_and_clock(silence.until, zone)}"
    )
    evidence = Evidence("", silence.permalink) if silence.permalink else None
    return (FactList((Fact("Longest silence", value, evidence),)),)


def _links(context: Context) -> Blocks:
    lines = []
    for one in context.facts.links:
        times = f" ({one.times} times)" if one.times > 1 else ""
        link = Link(one.label or one.url, one.url)
        words_of = (link, Text(times)) if times else (link,)
        lines.append(Remark((Paragraph(words_of),), _where(one.said), opaque(one.url)))
    return _with_more(lines, context.facts.more_links, "link")


def _files(context: Context) -> Blocks:
    lines = tuple(
        Remark((Paragraph(_file(file)),), _where(said), opaque(f"{said.permalink} {file.name}"))
        for file, said in context.facts.files
    )
    return (Bullets(lines),) if lines else ()


def _file(file: FileRef) -> tuple[Link | Text, ...]:
    return (Link(file.name, file.url),) if file.url else (Text(file.name),)


def _where(said: Quote) -> Evidence:
    return Evidence(said.author, said.permalink)


def _alerts(context: Context) -> Blocks:
    lines = [_dated(said, context) for said in context.facts.alerts]
    return _with_more(lines, context.facts.more_alerts, "alert")


def _deploys(context: Context) -> Blocks:
    lines = tuple(_dated(said, context) for said in context.facts.deploys)
    return (Bullets(lines),) if lines else ()


def _dated(said: Quote, context: Context) -> Remark:
    when = spans.date_and_clock(said.said_at, context.facts.zone)
    first, *others = words(said, context.read)
    if isinstance(first, Paragraph):
        first = Paragraph((Text(f"{when}: "), *first.inlines))
        return Remark((first, *others), _where(said), said.permalink or "")
    return Remark((Paragraph((Text(f"{when}:"),)), first, *others), _where(said), said.permalink or "")


def _coverage(context: Context) -> Blocks:
    return (Paragraph((Text(coverage_line(context.facts.coverage, context.facts.zone)),)),)


def _gaps(context: Context) -> Blocks:
    return _lines(gaps(context.facts, context.marks))


def _with_more(lines: Sequence[Remark], more: int, noun: str) -> Blocks:
    if not lines:
        return ()
    rest = (Paragraph((Text(f"and {_count(more, f'more {noun}')}"),), "more"),) if more else ()
    return (Bullets(tuple(lines)), *rest)


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


BLOCKS: Mapping[str, Make] = {
    **{section.value: _marked(section) for section in IN_DRAFT if section is not MarkSection.ACTION_ITEM},
    "action_item": _action_items,
    "open_action_items": _open_action_items,
    "alerts": _alerts,
    "arrivals": _arrivals,
    "chart": _chart,
    "conclusion": _conclusion,
    "coverage": _coverage,
    "deploys": _deploys,
    "durations": _durations,
    "files": _files,
    "gaps": _gaps,
    "links": _links,
    "milestones": _milestones,
    "participants": _participants,
    "roles": _roles,
    "severity_history": _history(ChangeKind.SEVERITY),
    "silence": _silence,
    "status_history": _history(ChangeKind.STATUS),
    "summary": _summary,
    "timeline": _timeline,
}
"""Every block there is."""
