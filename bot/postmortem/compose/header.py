"""The facts at the top of a draft, computed and with their basis."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.postmortem.compose.durations import contradictions, duration_facts
from bot.postmortem.compose.milestones import milestone_facts
from bot.postmortem.compose.words import Read
from bot.postmortem.document import Fact
from bot.postmortem.facts import Coverage, Facts
from bot.text import spans
from bot.text.prose import plain_text

MOST_ABSENCES = 5
"""Absences that are listed one by one; an unstable connection causes many."""

MOST_UNREADABLE = 5


def header(facts: Facts, read: Read) -> tuple[Fact, ...]:
    """The facts, in the order in which readers need them."""
    wrong = contradictions(facts)
    return (
        Fact("Summary", summary_line(facts, read)),
        Fact("Severity", facts.severity or "not set"),
        *milestone_facts(facts, with_missing=False),
        *duration_facts(facts),
        *((Fact("Contradictory", "; ".join(wrong)),) if wrong else ()),
        Fact("Responders", ", ".join(facts.responders) or "unknown"),
        Fact("Times", f"in {zone_in_words(facts.zone, facts.declared.at)}"),
        Fact("Coverage", coverage_line(facts.coverage, facts.zone)),
    )


def summary_line(facts: Facts, read: Read) -> str:
    """One sentence of computed facts."""
    what = plain_text(read(facts.title)) or f"INC-{facts.number}"
    severity = f" ({facts.severity})" if facts.severity else ""
    if facts.resolved is None:
        since = f" since {spans.date_and_clock(facts.started.at, facts.zone)}" if facts.started else ""
        return f"{what}{severity} is open{since}."
    by = f" by {facts.concluded_by}" if facts.concluded_by else ""
    end = spans.date_and_clock(facts.resolved.at, facts.zone)
    if facts.started is None or facts.resolved.at < facts.started.at:
        return f"{what}{severity} was resolved{by} {end}."
    lasted = spans.between(facts.started.at, facts.resolved.at)
    start = spans.date_and_clock(facts.started.at, facts.zone)
    return f"{what}{severity} lasted {lasted}, from {start} to {end}, and was resolved{by}."


def zone_in_words(zone: ZoneInfo, at: datetime) -> str:
    """`Europe/Berlin (CEST)`, or `UTC`."""
    name = spans.zone_name(at, zone)
    return name if zone.key == name else f"{zone.key} ({name})"


def coverage_line(coverage: Coverage, zone: ZoneInfo) -> str:
    """How much the record holds, what it may lack, and what was recorded afterwards."""
    found = [f"{_messages(coverage.seen)} seen, {coverage.on_timeline} on the timeline"]
    if coverage.deleted:
        found.append(f"{coverage.deleted} deleted since")
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
    if coverage.unreadable:
        times = ", ".join(spans.clock(at, zone) for at in coverage.unreadable[:MOST_UNREADABLE])
        more = " and more" if len(coverage.unreadable) > MOST_UNREADABLE else ""
        found.append(f"{_messages(len(coverage.unreadable))} could not be read, about {times}{more}")
    if coverage.is_unread:
        found.append(
            "the channel was not read again before this draft, so undelivered messages may be missing"
        )
    return "; ".join(found)


def _from_to(since: datetime, until: datetime, zone: ZoneInfo) -> str:
    same_day = since.astimezone(zone).date() == until.astimezone(zone).date()
    shown = spans.clock if same_day else spans.date_and_clock
    return f"{shown(since, zone)} to {shown(until, zone)}"


def _messages(count: int) -> str:
    return f"{count} message" if count == 1 else f"{count} messages"
