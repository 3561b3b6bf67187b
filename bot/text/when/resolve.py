"""From what was written to the instant that was meant."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.text.when.days import Day
from bot.text.when.moment import ONLY_THE_PAST, FutureTime, Moment, UnreadableTime, quote
from bot.text.when.phrases import Ago, Instant, Phrase, Point, Span
from bot.text.when.words import MONTH_NAMES, WEEKDAY_NAMES
from bot.text.when.zones import Zone, meaning_of

TOLERANCE = timedelta(minutes=2)  # the clocks of two machines differ
LONGEST_OVER_MIDNIGHT = timedelta(hours=12)
FIRST_YEAR = 1970
LONGEST_DAYS_BACK = 3_660
LEAP_YEAR = 2024
NEAR = timedelta(days=10)
"""How long ago a date without a year may be; an older one may be of another year."""


def resolve(phrase: Phrase, now: datetime, own: ZoneInfo) -> Moment:
    """The moment a phrase means when somebody living in `own` writes it at `now` (aware).

    A time alone is today's; a weekday is its latest occurrence that is not ahead, and so is a date without
    a year, if that is within `NEAR`. Days are those of the zone that was written, else of the person's.

    Raises:
        FutureTime: it lies more than two minutes ahead of now.
        UnreadableTime: there is no such day, it contradicts itself, or its local time does not exist
            or exists twice because clocks were put forward or back.
    """
    if isinstance(phrase.said, Ago):
        return Moment((now - phrase.said.elapsed).astimezone(UTC), is_approximate=phrase.is_approximate)
    if isinstance(phrase.said, Instant):
        if phrase.said.at > now + TOLERANCE:
            raise FutureTime(
                f"{quote(f'{phrase.said.at:%Y-%m-%d %H:%M} UTC')} is still to come", ONLY_THE_PAST
            )
        return Moment(phrase.said.at)
    return _resolve_span(phrase.said, phrase, now, own)


def _resolve_span(span: Span, phrase: Phrase, now: datetime, own: ZoneInfo) -> Moment:
    start_zone, end_zone = span.zones
    day = span.start.day or (span.end.day if span.end else None)
    local = _local(span.start, day, start_zone, now, own)
    at = _instant(local, span.start, start_zone)
    if at > now + TOLERANCE:
        raise _future(span, phrase, local, now)
    until = None
    if span.end is not None:
        until = _end_of_range(span.end, at, end_zone, phrase, now, own)
    return Moment(at, until, phrase.is_approximate)


def _end_of_range(
    end: Point, at: datetime, zone: Zone | None, phrase: Phrase, now: datetime, own: ZoneInfo
) -> datetime:
    if end.day is not None:
        local = _local(end, end.day, zone, now, own)
    else:
        clock_rules = meaning_of(zone, own, at.year)
        local = _at_clock(at.astimezone(clock_rules).date(), end, clock_rules)
    until = _instant(local, end, zone)
    if until < at and end.day is None:
        next_day = _instant(local + timedelta(days=1), end, zone)
        until = next_day if next_day - at <= LONGEST_OVER_MIDNIGHT else until
    if until < at:
        raise UnreadableTime(f"The range {quote(phrase.written)} ends before it begins", _BOTH_DAYS)
    if until > now + TOLERANCE:
        raise FutureTime(
            f"The end of {quote(phrase.written)} is still to come", "write only its beginning, like `14:05`"
        )
    return until


def _local(point: Point, day: Day | None, zone: Zone | None, now: datetime, own: ZoneInfo) -> datetime:
    year = day.year if day and day.year is not None else now.astimezone(own).year
    if year > now.year + 1:
        raise FutureTime(f"The year {year} is still to come", ONLY_THE_PAST)
    if year < FIRST_YEAR:
        raise UnreadableTime(f"The year {year} is too long ago for an incident")
    rules = meaning_of(zone, own, year)
    return _at_clock(_date_of(day, now.astimezone(rules), point), point, rules)


def _at_clock(on: date, point: Point, rules: tzinfo) -> datetime:
    clock = point.clock
    return datetime.combine(on, time(clock.hour, clock.minute, clock.second, clock.microsecond), tzinfo=rules)


def _date_of(day: Day | None, here: datetime, point: Point) -> date:
    """The date of a day, when the local time is `here`."""
    if day is None:
        return here.date()
    if day.days_back is not None:
        if day.days_back > LONGEST_DAYS_BACK:
            raise UnreadableTime(f"{quote(day.written)} is longer ago than any incident")
        return here.date() - timedelta(days=day.days_back)
    if day.is_weekday_alone:
        return here.date() - timedelta(days=(here.weekday() - (day.weekday or 0)) % 7)
    month, number = _month_and_day(day, point)
    found = _dated(day, month, number, (here + TOLERANCE).date(), point.clock.written)
    if day.weekday is not None and found.weekday() != day.weekday:
        raise UnreadableTime(
            f"{quote(day.written)} contradicts itself, as {found.day} {MONTH_NAMES[found.month - 1]}"
            f" {found.year} was a {WEEKDAY_NAMES[found.weekday()]}",
            "write the date with its year, like `2023-09-10 14:00`",
        )
    return found


def _month_and_day(day: Day, point: Point) -> tuple[int, int]:
    if day.numbers is None:
        return day.month or 0, day.day or 0
    first, second = day.numbers
    if not 1 <= second <= 12:
        return first, second
    if not 1 <= first <= 12 or first == second:
        return second, first
    either = f"{first} {MONTH_NAMES[second - 1]}", f"{second} {MONTH_NAMES[first - 1]}"
    raise UnreadableTime(
        f"{quote(day.written)} could be {either[0]} or {either[1]}",
        f"write the month by its name, like `{either[0]} {point.clock.written}`",
    )


def _dated(day: Day, month: int, number: int, today: date, clock: str) -> date:
    if not 1 <= month <= 12:
        raise UnreadableTime(f"There is no month {month} in {quote(day.written)}")
    years = [day.year] if day.year else [today.year, today.year - 1]
    found = [made for year in years if (made := _made(year, month, number)) and (day.year or made <= today)]
    if not found:
        if not day.year and _made(LEAP_YEAR, month, number):
            raise _which_year(day, month, number, today.year, clock)
        where = f"{MONTH_NAMES[month - 1]} {day.year}" if day.year else MONTH_NAMES[month - 1]
        raise UnreadableTime(f"{where} has no day {number} ({quote(day.written)})")
    if not day.year and today - found[0] > NEAR:
        raise _which_year(day, month, number, found[0].year, clock)
    return found[0]


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _which_year(day: Day, month: int, number: int, year: int, clock: str) -> UnreadableTime:
    return UnreadableTime(
        f"I can't tell which year {quote(day.written)} means",
        f"write it with its year, like `{year}-{month:02}-{number:02} {clock}`",
    )


def _instant(local: datetime, point: Point, zone: Zone | None) -> datetime:
    """The instant of a local time, if there is exactly one (PEP 495)."""
    first, second = local.replace(fold=0), local.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return local.astimezone(UTC)
    where = str(local.tzinfo)
    written = f"{local:%Y-%m-%d} {point.clock.written}"
    if first.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise UnreadableTime(
            f"There was no {quote(written)} in {where}, where clocks were put forward",
            f"write it with its offset, like `{written} {_offset(first)}`",
        )
    if zone is not None and zone.abbreviation:
        named = [fold for fold in (first, second) if fold.tzname() == zone.abbreviation]
        if len(named) == 1:
            return named[0].astimezone(UTC)
    raise UnreadableTime(
        f"{quote(written)} happened twice in {where}, where clocks were put back",
        f"write it with its offset, like `{written} {_offset(first)}` or `{written} {_offset(second)}`",
    )


def _offset(local: datetime) -> str:
    minutes = int((local.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def _future(span: Span, phrase: Phrase, local: datetime, now: datetime) -> FutureTime:
    here = now.astimezone(local.tzinfo)
    problem = f"{quote(phrase.written)} is still to come, it is {here:%H:%M} in {local.tzinfo}"
    day = span.start.day or (span.end.day if span.end else None)
    if day is None:
        ends = [point for point in (span.start, span.end) if point]
        clocks = " - ".join(point.clock.written for point in ends)
        zone = span.zones[0]
        yesterday = quote(f"yesterday {clocks} {zone.written if zone else ''}")
        return FutureTime(problem, f"if it was yesterday, write {yesterday}")
    if day.is_weekday_alone:
        return FutureTime(problem, "if it was a week ago, write the date, like `2023-09-10 14:00`")
    return FutureTime(problem, ONLY_THE_PAST)


_BOTH_DAYS = "write the later time last, with its day if need be, like `2023-09-10 23:50 - 2023-09-11 00:10`"
