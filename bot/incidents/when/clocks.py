"""The grammar of a clock and its zone: `14:05:30,810`, `2:05 p.m.`, `3pm`, `14:05 (UTC+2)`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.incidents.when import zones
from bot.incidents.when.moment import UnreadableTime, quote
from bot.incidents.when.scanner import Scanner
from bot.incidents.when.words import END, SP, one_of, pattern
from bot.incidents.when.zones import Zone

_HALF = rf"([ap])(?:\.m\.|\.?m{END})"
_CLOCK = pattern(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?(?![0-9])(?!:[0-9])")
_DOTTED_CLOCK = pattern(r"([0-9]{2})\.([0-9]{2})(?![0-9%])(?!\.[0-9])")
_HOUR_ALONE = pattern(rf"([0-9]{{1,2}}){SP}?{_HALF}")
_HALF_OF_DAY = pattern(rf"({SP}?){_HALF}")

_UNIVERSAL_OFFSET = pattern(rf"(?:UTC|GMT)([+−-])([0-9]{{1,2}})(?::?([0-9]{{2}}))?{END}")
_ABBREVIATION = re.compile(rf"({one_of(zones.ABBREVIATIONS)}){END}")
_ZULU = re.compile(rf"Z{END}")
_PLACE = re.compile(rf"([A-Z][A-Za-z_]{{1,30}}(?:/[A-Z][A-Za-z_-]{{1,30}}){{1,2}}){END}")
_LONG_NAME = pattern(
    r"(?:Eastern|Central|Mountain|Pacific|Atlantic|Alaska|Hawaii|European|Central European|British|Indian?|"
    rf"China|Japan|local)(?:{SP}+(?:Standard|Daylight|Summer|European))?{SP}+Time{END}"
)
_SPACES = re.compile(f"{SP}*")
_OFFSET = pattern(rf"(\+|[−-])([0-9]{{2}})(:?)([0-9]{{2}}){END}(?!:[0-9])")
_SHORT_OFFSET = pattern(rf"([+−-])([0-9]{{2}}){END}(?!:[0-9])")
_UNCLEAR_OFFSET = pattern(rf"{SP}*[+−-][0-9]{{1,2}}{END}(?!:[0-9])")
_LOOSE_OFFSET = pattern(rf"{SP}+[+−-][0-9]")


@dataclass(frozen=True)
class Clock:
    """A time of day as it was written, in the 24 hours of the clock."""

    written: str
    hour: int
    minute: int = 0
    second: int = 0
    microsecond: int = 0
    is_of_twelve: bool = False  # written with am or pm
    has_seconds: bool = False

    @property
    def reads_either_way(self) -> bool:
        """Whether a neighbour's am or pm might be meant for it too."""
        return not self.is_of_twelve and 1 <= self.hour <= 12


def take_clock(scanner: Scanner, *, follows_day: bool) -> Clock | None:
    """Read the time of day that stands here; `15.26` is one only behind a day.

    Raises:
        UnreadableTime: it has the shape of a clock and shows a time that no clock shows.
    """
    began = scanner.at
    found = scanner.take(_CLOCK) or (scanner.take(_DOTTED_CLOCK) if follows_day else None)
    if found is None:
        found = scanner.take(_HOUR_ALONE)
        if found is None:
            return None
        written = scanner.text[began : scanner.at]
        hour = int(found[1])
        if not 1 <= hour <= 12:
            raise UnreadableTime(f"There is no {quote(written)} on a clock of twelve hours")
        return Clock(written, _of_twelve(hour, found[2]), is_of_twelve=True)
    hour, minute = int(found[1]), int(found[2])
    second = int(found[3]) if len(found.groups()) > 2 and found[3] else 0
    fraction = found[4] if len(found.groups()) > 2 and found[4] else ""
    if hour > 23 or minute > 59 or second > 59:
        part, number = (
            ("hour", hour) if hour > 23 else ("minute", minute) if minute > 59 else ("second", second)
        )
        raise UnreadableTime(f"There is no {part} {number} in {quote(found[0])}")
    half = _take_half_of_day(scanner, hour)
    written = scanner.text[began : scanner.at]
    if half:
        if hour == 0 and half == "p":
            raise UnreadableTime(f"I can't tell whether {quote(written)} is after midnight or after noon")
        hour = _of_twelve(hour, half) if 1 <= hour <= 12 else hour
    has_seconds = len(found.groups()) > 2 and found[3] is not None
    return Clock(written, hour, minute, second, int(fraction[:6].ljust(6, "0")), bool(half), has_seconds)


def take_zone(scanner: Scanner, clock: Clock, *, has_day: bool, is_iso: bool) -> Zone | None:
    """Read the zone behind a clock, in brackets or not; `is_iso` when a T joined the clock to its day.

    Raises:
        UnreadableTime: something like an offset follows that might as well be the end of a range or text.
    """
    began = scanner.at
    scanner.take(_SPACES)
    in_brackets = scanner.text.startswith("(", scanner.at)
    scanner.at += in_brackets
    zone = _take_named_zone(scanner)
    if zone is not None and (not in_brackets or scanner.text.startswith(")", scanner.at)):
        scanner.at += in_brackets
        if zone.offset == timedelta(0) and scanner.sees(_LOOSE_OFFSET):
            written = scanner.text[began : scanner.at + 4]
            raise UnreadableTime(
                f"I can't tell whether {quote(written)} holds an offset",
                "write offsets together, like `14:05 UTC+2`",
            )
        return zone
    scanner.at = began
    return _take_offset(scanner, clock, has_day=has_day, is_iso=is_iso)


def _take_half_of_day(scanner: Scanner, hour: int) -> str | None:
    began = scanner.at
    found = scanner.take(_HALF_OF_DAY)
    if found is None:
        return None
    # "14:05 am I right": behind a clock of 24 hours a spaced small "am" is a word.
    if hour > 12 and found[1] and found[2].islower():
        scanner.at = began
        return None
    return found[2].lower()


def _of_twelve(hour: int, half: str) -> int:
    return hour % 12 + (12 if half.lower() == "p" else 0)


def _take_named_zone(scanner: Scanner) -> Zone | None:
    if found := scanner.take(_UNIVERSAL_OFFSET):
        return _offset_zone(found[0], found[1], found[2], found[3] or "00")
    if found := scanner.take(_ABBREVIATION):
        return zones.of_abbreviation(found[1])
    if scanner.take(_ZULU):
        return Zone("Z", offset=timedelta(0))
    if found := scanner.take(_LONG_NAME):
        raise UnreadableTime(
            f"I can't tell which offset {quote(found[0])} means", "write it like `14:05 UTC-4` or `14:05 EDT`"
        )
    began = scanner.at
    if found := scanner.take(_PLACE):
        place = zones.of_place(found[1])
        if place is None:
            scanner.at = began
        return place
    return None


def _take_offset(scanner: Scanner, clock: Clock, *, has_day: bool, is_iso: bool) -> Zone | None:
    began = scanner.at
    is_machine_made = is_iso or clock.has_seconds
    spaces = scanner.take(_SPACES)
    is_attached = not (spaces and spaces[0])
    if found := scanner.take(_OFFSET):
        sign, hours, colon, minutes = found.groups()
        if sign == "+" or not colon or is_machine_made:
            return _offset_zone(found[0], sign, hours, minutes)
        if int(hours) > 12 or minutes not in ("00", "30"):
            scanner.at = began  # the end of a range
            return None
        ends_later = (int(hours), int(minutes)) > (clock.hour, clock.minute)
        if is_attached and not has_day and ends_later:
            scanner.at = began
            return None
        raise UnreadableTime(
            f"I can't tell whether {quote(clock.written + found[0])} is a range or has an offset",
            "write `14:05 UTC-3` for an offset, or `02:00 - 03:00` with spaces for a range",
        )
    if is_attached and is_machine_made and (found := scanner.take(_SHORT_OFFSET)):
        return _offset_zone(found[0], found[1], found[2], "00")
    scanner.at = began
    if unclear := scanner.take(_UNCLEAR_OFFSET):
        raise UnreadableTime(
            f"I can't tell what {quote(unclear[0])} behind {quote(clock.written)} means",
            "write an offset like `14:05 UTC+2`, or put a colon behind the time, like `14:05: text`",
        )
    return None


def _offset_zone(written: str, sign: str, hours: str, minutes: str) -> Zone:
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    # From -12:00 to +14:00 are in use (IANA time zone database).
    if int(minutes) > 59 or offset > timedelta(hours=14 if sign == "+" else 12):
        raise UnreadableTime(f"No place on earth has the offset {quote(written)}")
    return Zone(written, offset=offset if sign == "+" else -offset)
