"""How much of what was said a draft rests on, as one sentence."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.postmortem.facts import Coverage
from bot.text import spans

MOST_ABSENCES = 5
"""Absences that are listed one by one; an unstable connection causes many."""

MOST_UNREADABLE = 5


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
