"""The grammar of a part of the day: `in the afternoon`, `this morning`, `last night`, `Monday evening`.

A part alone is no time. Beside a time of day it says which half of the day is meant, and often the day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.text.when.clocks import Clock
from bot.text.when.days import Day
from bot.text.when.moment import UnreadableTime, quote
from bot.text.when.scanner import Scanner
from bot.text.when.words import END, PART_BEHIND, PART_OF_A_DAY, WEEKDAYS, pattern

_BEFORE = pattern(rf"{PART_OF_A_DAY}{END}")
_BEHIND = pattern(PART_BEHIND)
_HOURS = {"morning": range(12), "afternoon": range(12, 19), "evening": range(17, 24)}
_NIGHT_ENDS = 6


@dataclass(frozen=True)
class Part:
    """A part of a day; `day` is None when only "in the afternoon" was said."""

    written: str
    name: str
    day: Day | None
    is_last_night: bool = False


def take_part(scanner: Scanner) -> Part | None:
    """Read the part that stands here, its day being named ("this morning")."""
    began = scanner.at
    found = scanner.take(_BEFORE)
    if found is None:
        return None
    return _part(scanner.text[began : scanner.at], found["day"], found["name"])


def take_part_behind_clock(scanner: Scanner) -> Part | None:
    """Read the part that follows a clock, if one does."""
    began = scanner.at
    found = scanner.take(_BEHIND)
    if found is None:
        return None
    written = scanner.text[began : scanner.at].strip(" ,")
    if found["bare"]:
        return Part(written, found["bare"].lower(), None)
    return _part(written, found["day"], found["name"])


def clock_in_part(clock: Clock, part: Part) -> tuple[Clock, Day | None]:
    """The time of day that is meant within this part of the day, and the day that the part names.

    Raises:
        UnreadableTime: the part of the day has no such time, or the day is ambiguous.
    """
    either = clock.is_of_twelve or not 1 <= clock.hour <= 12
    hour = clock.hour if either else _hour_in(clock.hour, part.name)
    fits = hour is not None and (
        (hour >= 18 or hour < _NIGHT_ENDS) if part.name == "night" else hour in _HOURS[part.name]
    )
    if hour is None or not fits:
        raise UnreadableTime(
            f"I can't tell which time {quote(f'{clock.written} {part.written}')} means",
            "write it like `14:05` or `2:05 am`",
        )
    meant = replace(clock, hour=hour, is_of_twelve=True)
    if part.day is None or part.name != "night" or hour >= _NIGHT_ENDS:
        return meant, part.day
    if part.is_last_night:
        return meant, replace(part.day, days_back=0)
    raise UnreadableTime(
        f"I can't tell on which day {quote(f'{clock.written} {part.written}')} was",
        f"write it with its date, like `2023-09-10 {hour:02}:{clock.minute:02}`",
    )


def _part(written: str, day: str | None, name: str | None) -> Part:
    said = (day or "tonight").lower()
    part = (name or "night").lower()
    if said in WEEKDAYS:
        return Part(written, part, Day(written, weekday=WEEKDAYS[said]))
    back = {"yesterday": 1, "last": 1, "tomorrow": -1}.get(said, 0)
    return Part(written, part, Day(written, days_back=back), is_last_night=(said, part) == ("last", "night"))


def _hour_in(hour: int, part: str) -> int | None:
    """An hour of the 12-hour clock as an hour of the 24-hour clock, within this part of the day."""
    if part == "morning":
        return hour if hour < 12 else None
    if part == "afternoon":
        return 12 if hour == 12 else hour + 12 if hour <= 6 else None
    if part == "evening":
        return hour + 12 if 5 <= hour < 12 else None
    return hour + 12 if 6 <= hour < 12 else hour if hour < _NIGHT_ENDS else None
