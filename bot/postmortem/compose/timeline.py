"""The one timeline of a draft: whatever has a time, each thing once and in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.postmortem.compose.milestones import known
from bot.postmortem.compose.words import Read, row
from bot.postmortem.document import TimelineRow
from bot.postmortem.facts import Facts, Milestone, Quote, StateChange, TimelineEntry
from bot.text import spans
from bot.text.prose import Paragraph, Text
from storage.vocabulary import Basis, ChangeKind, EventKind, IncidentStatus, MarkSection, MilestoneKind

LABELS: Mapping[MilestoneKind, str] = {
    MilestoneKind.IMPACT_STARTED: "Impact began",
    MilestoneKind.DETECTED: "Detected",
    MilestoneKind.ACKNOWLEDGED: "Acknowledged",
    MilestoneKind.IDENTIFIED: "Cause identified",
    MilestoneKind.MITIGATED: "Mitigated",
    MilestoneKind.RESOLVED: "Resolved",
}
"""What a milestone is called where it is marked."""
STATUSES: Mapping[str | None, str] = {
    IncidentStatus.OPEN: "Reopened",
    IncidentStatus.RESOLVED: "Resolved",
    IncidentStatus.CANCELLED: "Cancelled",
}
DECLARED = "Incident declared"
SHORTEST_SILENCE = timedelta(minutes=15)
SILENCE_SHARE = 4
"""A silence is told of when it lasted longer than this part of the incident: a quarter."""
_SAME = timedelta(minutes=1)


def rows(facts: Facts, read: Read) -> tuple[TimelineRow, ...]:
    """Events, milestones, decisions, alerts, deploys, and changes of severity, stage, status and roles."""
    found = [row(entry, read) for entry in said(facts)]
    found += _changes(facts)
    found += _roles(facts)
    for kind, milestone in known(facts):
        _label(found, kind, milestone)
    found += _silence(facts)
    # a stable sort keeps the order of the record within a moment
    return tuple(sorted(found, key=lambda one: one.occurred_at))


def said(facts: Facts) -> Iterator[TimelineEntry]:
    """The timeline's own events, then what was marked or announced and is no event, by the same evidence.

    Each has the kind with which it is shown.
    """
    decisions = facts.marked.get(MarkSection.DECISION, ())
    kinds = {
        **dict.fromkeys(_places(facts.deploys), EventKind.DEPLOY),
        **dict.fromkeys(_places(decisions), EventKind.DECISION),
    }
    seen: set[str] = set()
    for entry in sorted(facts.timeline, key=lambda entry: entry.occurred_at):
        place = entry.said.permalink or ""
        seen.add(place)
        kind = kinds.get(place, entry.kind)
        yield entry if kind == entry.kind else replace(entry, kind=kind)
    others = {EventKind.DECISION: decisions, EventKind.DEPLOY: facts.deploys, EventKind.ALERT: facts.alerts}
    for kind, quotes in others.items():
        for quote in quotes:
            if quote.permalink and quote.permalink not in seen:
                seen.add(quote.permalink)
                yield TimelineEntry(quote.said_at, None, False, quote, kind)


def _places(quotes: Iterable[Quote]) -> Iterator[str]:
    return (quote.permalink for quote in quotes if quote.permalink)


def _changes(facts: Facts) -> Iterator[TimelineRow]:
    for change in facts.changes:
        if change.what == ChangeKind.SEVERITY:
            yield _own(change.at, _severity(change), change.by, EventKind.SEVERITY, f"change.{change.id}")
        elif change.what == ChangeKind.STAGE:
            text = f"Status {change.old} → {change.new}"
            yield _own(change.at, text, change.by, EventKind.STATUS, f"change.{change.id}")
        elif change.what == ChangeKind.STATUS and not (change.old is None and facts.is_imported):
            text = STATUSES.get(change.new, str(change.new)) if change.old else DECLARED
            yield _own(change.at, text, change.by, EventKind.STATUS, f"change.{change.id}")


def _severity(change: StateChange) -> str:
    new = change.new or "not set"
    return f"Severity {change.old} → {new}" if change.old else f"Severity {new}"


def _roles(facts: Facts) -> Iterator[TimelineRow]:
    for held in facts.roles:
        text = f"{held.role.capitalize()}: {held.person}"
        yield _own(held.since, text, held.by, EventKind.ROLE, f"role.{held.id}")


def _own(at: datetime, text: str, by: str, kind: EventKind, known_as: str) -> TimelineRow:
    return TimelineRow(at, None, False, (Paragraph((Text(text),)),), by, None, (), kind, known_as)


def _label(found: list[TimelineRow], kind: MilestoneKind, milestone: Milestone) -> None:
    """Mark the row that the milestone rests on, or add one for it.

    What was only inferred marks a row at most: a moment that nobody named is no event.
    """
    for number, one in enumerate(found):
        is_evidence = milestone.permalink is not None and one.permalink == milestone.permalink
        is_end = kind == MilestoneKind.RESOLVED and _is_end(one)
        if (is_evidence or is_end) and abs(one.occurred_at - milestone.at) < _SAME:
            if milestone.basis == Basis.INFERRED and kind != MilestoneKind.DETECTED:
                return
            label = f"{one.label}, {LABELS[kind].lower()}" if one.label else LABELS[kind]
            text = () if is_end and not is_evidence else one.text
            found[number] = replace(one, label=label, kind=EventKind.MILESTONE, text=text)
            return
    if milestone.basis != Basis.INFERRED:
        at, known_as = milestone.at, f"milestone.{kind}"
        found.append(
            TimelineRow(
                at,
                None,
                False,
                (),
                milestone.by,
                milestone.permalink,
                (),
                EventKind.MILESTONE,
                known_as,
                LABELS[kind],
            )
        )


def _is_end(one: TimelineRow) -> bool:
    return one.kind == EventKind.STATUS and one.text == (Paragraph((Text(LABELS[MilestoneKind.RESOLVED]),)),)


def _silence(facts: Facts) -> Iterator[TimelineRow]:
    """The longest time in which nobody wrote, where it was long for this incident."""
    silence = facts.silence
    if silence is None:
        return
    start = min(facts.declared.at, facts.started.at if facts.started else facts.declared.at)
    end = facts.resolved.at if facts.resolved else silence.until
    length = silence.until - silence.since
    if length < SHORTEST_SILENCE or length * SILENCE_SHARE < end - start:
        return
    text = f"{spans.between(silence.since, silence.until)} in which nobody wrote"
    yield replace(_own(silence.since, text, "", EventKind.NOTE, "silence"), is_silence=True)
