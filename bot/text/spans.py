"""Instants and spans of time in words, the way the draft prints them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_MINUTE = timedelta(minutes=1)


def in_words(span: timedelta) -> str:
    """A span as people say it: `45 s`, `15 min`, `1 h 30 min`, `2 d 1 h 29 min`.

    Seconds are named only below a minute; units that are zero are left out.

    Raises:
        ValueError: the span is negative; a contradiction is for the caller to put into words.
    """
    if span < timedelta(0):
        raise ValueError("a span in words cannot be negative")
    if span < _MINUTE:
        return f"{int(span.total_seconds())} s"
    minutes = span // _MINUTE
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{count} {unit}" for count, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if count]
    return " ".join(parts)


def between(start: datetime, end: datetime) -> str:
    """The span from start to end, counted between the minutes that are shown.

    A reader who sees 14:00 and 15:30 expects "1 h 30 min", whatever the hidden seconds say; spans under
    a minute are told in seconds.

    Raises:
        ValueError: the end is before the start.
    """
    if end - start < _MINUTE:
        return in_words(end - start)
    return in_words(_to_the_minute(end) - _to_the_minute(start))


def zone_name(at: datetime, zone: ZoneInfo) -> str:
    """The zone's short name at that instant: `UTC`, `CEST`, or `UTC-03` where the zone has no letters."""
    name = at.astimezone(zone).tzname() or "UTC"
    return name if name[0].isalpha() else f"UTC{name}"


def clock(at: datetime, zone: ZoneInfo) -> str:
    """`14:00 UTC`: for where the date stands nearby."""
    return f"{at.astimezone(zone):%H:%M} {zone_name(at, zone)}"


def date_and_clock(at: datetime, zone: ZoneInfo) -> str:
    """`2023-09-10 14:00 UTC`."""
    return f"{_date(at, zone)} {clock(at, zone)}"


def occurrence(at: datetime, until: datetime | None, is_approximate: bool, zone: ZoneInfo) -> str:
    """When something happened: `2023-09-10 14:00 UTC`, `~` before it when approximate, `–15:10` for a range.

    A range that crosses midnight or a change of the clocks names both ends in full.
    """
    about = "~" if is_approximate else ""
    if until is None or date_and_clock(until, zone) == date_and_clock(at, zone):
        return about + date_and_clock(at, zone)
    if _date(at, zone) == _date(until, zone) and zone_name(at, zone) == zone_name(until, zone):
        local_at, local_until = at.astimezone(zone), until.astimezone(zone)
        return f"{about}{_date(at, zone)} {local_at:%H:%M}–{local_until:%H:%M} {zone_name(at, zone)}"
    return f"{about}{date_and_clock(at, zone)} – {date_and_clock(until, zone)}"


def clocks(at: datetime, until: datetime | None, is_approximate: bool, zone: ZoneInfo) -> str:
    """`14:00`, `~14:00` or `14:00–15:10`: for where the date and the zone stand nearby.

    An end on another day, or after the clocks changed, is named in full.
    """
    about = "~" if is_approximate else ""
    local = at.astimezone(zone)
    start = f"{about}{local.hour:02}:{local.minute:02}"
    if until is None or date_and_clock(until, zone) == date_and_clock(at, zone):
        return start
    if _date(at, zone) == _date(until, zone) and zone_name(at, zone) == zone_name(until, zone):
        return f"{start}–{until.astimezone(zone):%H:%M}"
    return f"{start} – {date_and_clock(until, zone)}"


def from_to(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """`2023-09-10 14:00–15:30 UTC`; both ends in full when the day or the zone's name differs.

    Raises:
        ValueError: the end is before the start.
    """
    if end < start:
        raise ValueError("a span cannot end before it begins")
    return occurrence(start, end, False, zone)


def _date(at: datetime, zone: ZoneInfo) -> str:
    # isoformat, because %Y does not pad years before 1000 on every platform
    return at.astimezone(zone).date().isoformat()


def _to_the_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
