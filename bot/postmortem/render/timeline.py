"""How the timeline's lines are shown in every format: the date once, the zone once, a sign for each kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from bot.postmortem.document import TimelineRow, TimelineTable
from bot.text import spans
from storage.vocabulary import EventKind

SIGNS: Mapping[EventKind, tuple[str, str]] = {
    EventKind.MILESTONE: ("⚑", "milestone"),
    EventKind.ALERT: ("▲", "alert"),
    EventKind.DEPLOY: ("⬆", "deploy"),
    EventKind.DECISION: ("◆", "decision"),
    EventKind.STATUS: ("●", "severity, status, role"),
    EventKind.SEVERITY: ("●", "severity, status, role"),
    EventKind.ROLE: ("●", "severity, status, role"),
}
"""The sign before a line of this kind, and what it means; what people said has none."""
SILENCE = "…"


def sign(row: TimelineRow) -> str:
    """The sign of a line's kind, or ""."""
    if row.is_silence:
        return SILENCE
    return SIGNS.get(row.kind, ("", ""))[0]


def legend(table: TimelineTable) -> str:
    """What the signs in a timeline mean: `⚑ milestone · ▲ alert`; "" when it has none."""
    used = {row.kind for row in table.rows if not row.is_silence}
    return " · ".join(dict.fromkeys(" ".join(SIGNS[kind]) for kind in SIGNS if kind in used))


def columns(table: TimelineTable, zone: ZoneInfo) -> tuple[str, ...]:
    """The heads of its columns; the first names the zone of the times."""
    times = [f"Time ({zone_in_head(table.rows, one)})" for one in _zones(table, zone)]
    return (*times, "What happened", "Who") if table.has_people else (*times, "What happened")


def times(row: TimelineRow, table: TimelineTable, zone: ZoneInfo) -> tuple[str, ...]:
    """When it happened, in each zone of the table."""
    at, until, about = row.occurred_at, row.occurred_until, row.is_approximate
    return tuple(spans.clocks(at, until, about, one) for one in _zones(table, zone))


def by_day(rows: Sequence[TimelineRow], zone: ZoneInfo) -> Iterator[tuple[str, TimelineRow]]:
    """Each line, with the day that begins with it ("" for the others, and where all are of one day).

    Where the clocks change within a timeline, so does what the zone is called: that begins a day too.
    """
    has_names = len(_names(rows, zone)) > 1
    days = []
    for row in rows:
        day = row.occurred_at.astimezone(zone).date().isoformat()
        days.append(f"{day}, {spans.zone_name(row.occurred_at, zone)}" if has_names else day)
    before = "" if len(set(days)) > 1 else next(iter(days), "")
    for day, row in zip(days, rows, strict=True):
        yield (day if day != before else ""), row
        before = day


def zone_in_head(rows: Sequence[TimelineRow], zone: ZoneInfo) -> str:
    """What a zone is called in these days: `CEST`, or `Europe/Berlin` when the clocks change in them."""
    names = _names(rows, zone)
    return next(iter(names)) if len(names) == 1 else zone.key


def _names(rows: Sequence[TimelineRow], zone: ZoneInfo) -> dict[str, None]:
    return dict.fromkeys(spans.zone_name(row.occurred_at, zone) for row in rows)


def _zones(table: TimelineTable, zone: ZoneInfo) -> tuple[ZoneInfo, ...]:
    return (zone, table.second_zone) if table.second_zone else (zone,)
