"""From facts to a document: what the draft says, before anybody decides how it looks."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.postmortem import spans
from bot.postmortem.document import (
    Block,
    Bullets,
    Document,
    Evidence,
    Fact,
    FactList,
    Paragraph,
    Prose,
    Question,
    Remark,
    Section,
    Strong,
    Text,
    TimelineRow,
    TimelineTable,
    plain_text,
)
from bot.postmortem.facts import Basis, Coverage, Facts, Milestone, Said, TimelineEntry
from bot.postmortem.templates import Part, Template, TemplateSection, question_in_words

MOST_ABSENCES = 5
"""Absences that are told one by one; a connection that comes and goes makes many."""

Read = Callable[[str], tuple[Prose, ...]]
"""How text as Slack sent it becomes words."""

_JOINED_BY: Mapping[Basis, str] = {"observed": "at", "stated": "in", "inferred": "from"}
_UNKNOWN = "unknown"


def compose(facts: Facts, template: Template, read: Read, emoji: Mapping[str, str] | None = None) -> Document:
    """The draft of an incident, by a template.

    `emoji` names the marks a workspace uses ("timeline", "root_cause", … to the emoji's name), where they
    differ from the template's. Nothing is made up: a computed value carries its basis, a contradiction is
    shown, what is missing is asked for.

    Raises:
        TemplateError: a question of the template names a mark that has no emoji.
    """
    marks = {**template.emoji, **(emoji or {})}
    return Document(
        title=title(facts, read),
        facts=FactList(_header(facts)),
        sections=tuple(_section(section, facts, read, marks) for section in template.sections),
        zone=facts.zone,
    )


def title(facts: Facts, read: Read) -> str:
    """`INC-1: Deployment disruption`, on one line; the number alone when the title holds no words."""
    words = plain_text(read(facts.title))
    return f"INC-{facts.number}: {words}" if words else f"INC-{facts.number}"


def _header(facts: Facts) -> tuple[Fact, ...]:
    zone = facts.zone
    resolved = _milestone(facts.resolved, zone) if facts.resolved else "not yet"
    gaps = _coverage(facts.coverage, zone)
    return (
        Fact("Severity", facts.severity or "not set"),
        Fact("Started", _milestone(facts.started, zone)),
        Fact("Detected", _milestone(facts.detected, zone)),
        Fact("Resolved", resolved),
        Fact("Duration", _duration(facts)),
        Fact("Time to detect", _time_to_detect(facts)),
        Fact("Responders", ", ".join(facts.responders) or _UNKNOWN),
        *((Fact("Coverage", gaps),) if gaps else ()),
    )


def _coverage(coverage: Coverage, zone: ZoneInfo) -> str:
    """What the record may lack, or what it had to learn afterwards; nothing when Scribe heard everything."""
    found = []
    absences = coverage.absences
    if len(absences) > MOST_ABSENCES:
        recovered = sum(away.recovered for away in absences)
        span = _from_to(absences[0].since, absences[-1].until, zone)
        found.append(f"Scribe was away {len(absences)} times, {span}, {_messages(recovered)} recovered")
    else:
        for away in absences:
            span = _from_to(away.since, away.until, zone)
            found.append(f"Scribe was away {span}, {_messages(away.recovered)} recovered")
    if coverage.recovered:
        found.append(f"{_messages(coverage.recovered)} that Slack did not deliver recovered")
    if coverage.is_unread:
        found.append(
            "the channel was not read again before this draft, so undelivered messages may be missing"
        )
    return "; ".join(found)


def _from_to(since: datetime, until: datetime, zone: ZoneInfo) -> str:
    shown = _shown_together(since, until, zone)
    return f"{shown(since)} to {shown(until)}"


def _messages(count: int) -> str:
    return f"{count} message" if count == 1 else f"{count} messages"


def _milestone(milestone: Milestone | None, zone: ZoneInfo) -> str:
    if milestone is None:
        return _UNKNOWN
    basis = milestone.basis
    return f"{spans.date_and_clock(milestone.at, zone)}, {basis} {_JOINED_BY[basis]} {milestone.because}"


def _duration(facts: Facts) -> str:
    if facts.resolved is None:
        return f"{_UNKNOWN}, it is not resolved yet"
    if facts.started is None:
        return f"{_UNKNOWN}, because the start is"
    return _span(facts.started, facts.resolved, "resolution", "resolved", facts.zone)


def _time_to_detect(facts: Facts) -> str:
    missing = [name for name, found in (("start", facts.started), ("detection", facts.detected)) if not found]
    if facts.started is None or facts.detected is None:
        return f"{_UNKNOWN}, because the {' and the '.join(missing)} {'are' if len(missing) > 1 else 'is'}"
    return _span(facts.started, facts.detected, "detection", "detected", facts.zone)


def _span(start: Milestone, end: Milestone, noun: str, participle: str, zone: ZoneInfo) -> str:
    """The span with both its ends, or the contradiction when they stand the wrong way round."""
    shown = _shown_together(start.at, end.at, zone)
    if end.at < start.at:
        return f"contradictory: {participle} {shown(end.at)} is before the start {shown(start.at)}"
    return (
        f"{spans.between(start.at, end.at)}, from {_the('start', start)} at {shown(start.at)}"
        f" to {_the(noun, end)} at {shown(end.at)}"
    )


def _the(noun: str, milestone: Milestone) -> str:
    return f"the {noun}" if milestone.basis == "observed" else f"the {milestone.basis} {noun}"


def _shown_together(one: datetime, other: datetime, zone: ZoneInfo) -> Callable[[datetime], str]:
    same_day = one.astimezone(zone).date() == other.astimezone(zone).date()
    return lambda at: spans.clock(at, zone) if same_day else spans.date_and_clock(at, zone)


def _section(plan: TemplateSection, facts: Facts, read: Read, marks: Mapping[str, str]) -> Section:
    blocks: list[Block] = []
    for part in plan.parts:
        found = _part(part, facts, read)
        if found and part.lead_in:
            blocks.append(Paragraph((Strong((Text(part.lead_in),)),)))
        blocks.extend(found)
    return Section(plan.heading, tuple(blocks) or (Question(question_in_words(plan.question, marks)),))


def _part(part: Part, facts: Facts, read: Read) -> tuple[Block, ...]:
    if part.shows == "timeline":
        # stable, so that what was said in the same minute keeps the order of the record
        entries = sorted(facts.timeline, key=lambda entry: entry.occurred_at)
        return (TimelineTable(tuple(_row(entry, read) for entry in entries)),) if entries else ()
    if part.shows == "conclusion":
        return _conclusion(facts, read)
    said = facts.marked.get(part.shows, ())
    return (Bullets(tuple(_remark(one, read) for one in said)),) if said else ()


def _conclusion(facts: Facts, read: Read) -> tuple[Block, ...]:
    words = read(facts.conclusion or "")
    if not words:
        return ()
    evidence = Evidence(facts.concluded_by, source="/resolve") if facts.concluded_by else None
    return (Remark(words, evidence),)


def _remark(said: Said, read: Read) -> Remark:
    return Remark(
        _words(said, read),
        Evidence(said.author, _evidence_link(said), files=() if said.is_deleted else said.files),
    )


def _row(entry: TimelineEntry, read: Read) -> TimelineRow:
    said = entry.said
    until = entry.occurred_until
    return TimelineRow(
        occurred_at=entry.occurred_at,
        # an end that is not after its beginning says nothing a reader could use
        occurred_until=until if until and until - entry.occurred_at > timedelta(0) else None,
        is_approximate=entry.is_approximate,
        text=_words(said, read),
        author=said.author,
        permalink=_evidence_link(said),
        files=() if said.is_deleted else said.files,
    )


DELETED, DELETED_KEPT = "message deleted in Slack", "(this message was deleted in Slack)"


def _words(said: Said, read: Read) -> tuple[Prose, ...]:
    if said.is_deleted:
        kept = read(said.text) if said.is_kept else ()
        return (*kept, Paragraph((Text(DELETED_KEPT if kept else DELETED),)))
    missing = "(no text, see the file)" if said.files else "(no text)"
    return read(said.text) or (Paragraph((Text(missing),)),)


def _evidence_link(said: Said) -> str | None:
    # the link of a deleted message leads nowhere
    return None if said.is_deleted else said.permalink
