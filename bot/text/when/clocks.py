"""The grammar of a clock and its zone: `14:05:30,810`, `2:05 p.m.`, `3pm`, `14:05 (UTC+2)`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.text.when import zones
from bot.text.when.moment import UnreadableTime, quote
from bot.text.when.scanner import Scanner
from bot.text.when.words import (
    CLOCK_WORD,
    COUNTED,
    COUNTED_WORD,
    END,
    PART_BEHIND,
    SP,
    Pattern,
    one_of,
    pattern,
)
from bot.text.when.zones import Zone

_HALF = rf"([ap])(?:\.{SP}?m\.|\.?m{END})"
_CLOCK = pattern(
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?(?![0-9])(?!:[0-9])"
    rf"(?!{SP}?h(?:ou)?(?:rs?)?{SP}+ago{END})"
)
_DOTTED_CLOCK = pattern(r"([0-9]{2})\.([0-9]{2})(?![0-9%])(?!\.[0-9])")
_SURE_CLOCK = pattern(
    rf"([0-9]{{1,2}})\.([0-9]{{2}})(?={SP}?(?:[ap]\.?m|(?:uhr|hrs|h){END}))"  # 2.05pm
    rf"|([0-9]{{1,2}}){SP}?h{SP}?([0-5][0-9]){END}(?!{SP}+ago{END})"  # 14h05
    rf"|([0-9]{{2}})([0-9]{{2}})(?={SP}?(?:UTC|GMT|hrs|h|Z|Zulu){END})"  # 1405Z
)
_WORD_FOR_CLOCK = pattern(rf"(?:(?:12(?:[:.]00)?|twelve){SP}*)?(noon|midday|midnight){END}(?!-)")
_HOUR_ALONE = pattern(rf"([0-9]{{1,2}}|{CLOCK_WORD}){SP}?{_HALF}")
_HOUR_OF_PART = pattern(rf"([0-9]{{1,2}}|{CLOCK_WORD})(?={PART_BEHIND})")
_HOUR_ON_THE_CLOCK = pattern(rf"([0-9]{{1,2}}|{CLOCK_WORD}){SP}?(?:o['’]clock|uhr){END}")
_MINUTES_BEHIND = pattern(rf"{SP}+[0-5][0-9]{END}")
_SPOKEN = pattern(
    rf"(?:(half|quarter|a{SP}+quarter|(?:[0-9]{{1,2}}|{COUNTED_WORD})(?:{SP}+(?:minutes?|mins?))?)"
    rf"{SP}+(past|after|to|till?|before){SP}+)([0-9]{{1,2}}|{CLOCK_WORD})(?:{END}(?![:.]?[0-9]|[%/-]|{SP}+(?:of|percent){END})|(?=[ap]\.?m))"
)
_IS_COUNT_ALONE = pattern(rf"[0-9]{{1,2}}|{COUNTED_WORD}")
_EAST_ASIAN = pattern(
    r"(?:(午前|上午|早上|오전)|(午後|下午|晚上|오후))?[ ]?([0-9]{1,2})[ ]?[時时点點시]"
    r"(?:[ ]?([0-9]{1,2})[ ]?[分분]|(半))?"
    r"(?![間间頃ごく前後后から以まにで])"
)
_EAST_ASIAN_HALF = pattern(
    r"(?:(午前|上午|오전)|(午後|下午|오후))[ ]?([0-9]{1,2}):([0-9]{2})(?![0-9]|:[0-9])()"
)
"""As Slack itself writes a time to people who read Chinese or Korean: `下午2:05`, `오후 2:05`."""
_HALF_OF_DAY = pattern(rf"({SP}?){_HALF}")
_SUFFIX = pattern(rf"{SP}?(?:hrs|hours|uhr|uur|horas|godz\.?|h){END}")
_PART_BEHIND = pattern(PART_BEHIND)
_STANDS_ALONE = Pattern(r"\s*(?:\Z|[:,;.–—-]|\n)")

_UNIVERSAL_OFFSET = pattern(rf"(?:UTC|GMT)([+−-])([0-9]{{1,2}})(?::?([0-9]{{2}}))?{END}")
_ABBREVIATION = pattern(rf"({one_of(zones.ABBREVIATIONS)}){END}")
_ZULU = Pattern(rf"(?:Z|Zulu|zulu){END}")
_PLACE = Pattern(rf"([A-Za-z][A-Za-z_]{{1,30}}(?:/[A-Za-z][A-Za-z_-]{{1,30}}){{1,2}}){END}")
_NAMED = pattern(rf"(?:US{SP}+)?({one_of(zones.NAMED)}){END}")
_SOME_PLACE = pattern(
    rf"{SP}+(?:regions?|zones?|clusters?|data|dc|offices?|sites?|teams?|coast|ocean|nodes?|servers?|users?|customers?){END}"
)
_BRACKETS = {"(": ")", "[": "]"}
_CITY = pattern(r"((?u:[^\W\d_])(?u:[^\W\d_]|[’' -]){1,30})(?=[)\]])")
_PLACE_TIME = pattern(rf"((?u:[^\W\d_])(?u:[^\W\d_]|[.’' -]){{0,30}}?){SP}+time{END}")
_SECOND_ZONE = Pattern(rf"{SP}*/{SP}*[A-Z]")
_REAL_ZONE = Pattern(rf"{SP}{{0,3}},?{SP}{{0,3}}[(\[]?{one_of(zones.REAL)}{END}")
_ZONE_BEHIND_SIGN = Pattern(
    rf"{SP}*,{SP}*{one_of(zones.ABBREVIATIONS)}{END}"
    rf"|{SP}*[–—-]{SP}*(?:(?:UTC|GMT){END}|{one_of(zones.ABBREVIATIONS)}(?=\s*(?:\Z|[:,;.–—-])))"
)
_REGION_ALONE = pattern(rf"{SP}+(?:US{SP}+)?(?:mountain|central|atlantic|alaska|hawaii){END}(?!{SP}+view)")
_CITY_ALONE = Pattern(
    rf"{SP}+(in{SP}+)?((?=[^\W\d_a-z])[^\W\d_]+(?:{SP}(?=[^\W\d_a-z])[^\W\d_]+)?)"
    rf"(?=\s*(?:\Z|[:,;])|(?(1)(?!)|{SP}+(?:it|we|they|he|she){END}))"
)
_SPACES = Pattern(f"{SP}*")
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
    is_midnight: bool = False  # the word, which may mean either end of a day
    is_word: bool = False  # "noon" or "midnight", which may as well belong to the text

    @property
    def reads_either_way(self) -> bool:
        """Whether a neighbour's am or pm might be meant for it too."""
        return not self.is_of_twelve and 1 <= self.hour <= 12


def take_clock(scanner: Scanner, *, follows_day: bool) -> Clock | None:
    """Read the time of day that stands here; `15.26` is read as one only after a day.

    A bare hour before a part of the day ("9 last night") is read together with that part.

    Raises:
        UnreadableTime: it looks like a time of day and is impossible (25:70) or ambiguous.
    """
    began = scanner.at
    clock = (
        _take_named(scanner)
        or _take_spoken(scanner)
        or _take_east_asian(scanner)
        or _take_digits(scanner, follows_day=follows_day)
        or _take_hour(scanner)
    )
    return replace(clock, written=scanner.text[began : scanner.at]) if clock else None


def _take_named(scanner: Scanner) -> Clock | None:
    found = scanner.take(_WORD_FOR_CLOCK)
    if found is None:
        return None
    is_midnight = found[1].lower() == "midnight"
    is_word_alone = found[0] == found[1]
    return Clock(
        found[0], 0 if is_midnight else 12, is_of_twelve=True, is_midnight=is_midnight, is_word=is_word_alone
    )


def _take_spoken(scanner: Scanner) -> Clock | None:
    began = scanner.at
    found = scanner.take(_SPOKEN)
    if found is None:
        return None
    amount, relation = found[1].lower(), found[2].lower()
    is_to = relation in ("to", "til", "till", "before")
    hour, minutes = _number(found[3]), _minutes_in(amount)
    if not 1 <= hour <= 23 or minutes > 59 or (amount == "half" and is_to):
        scanner.at = began
        return None
    half = scanner.take(_HALF_OF_DAY)
    is_bare_count = _IS_COUNT_ALONE.fullmatch(amount) is not None
    if is_to and is_bare_count and (minutes <= 12 or minutes % 5) and (half or scanner.sees(_PART_BEHIND)):
        raise UnreadableTime(
            f"I can't tell whether {quote(scanner.text[began : scanner.at])} is a range",
            "write `2 minutes to 3pm` for one time, or `14:00 - 15:00` for a range",
        )
    minute = 60 - minutes if is_to else minutes
    before = (12 if hour in (1, 13) and half else hour - 1) if is_to else hour
    if hour > 12 and not half and not (is_bare_count and relation != "past"):  # "5 to 15 pods"
        return Clock(found[0], before, minute)
    if half and hour <= 12 and not (is_to and hour == 12):
        return Clock(found[0], _of_twelve(before, half[2]), minute, is_of_twelve=True)
    if scanner.sees(_PART_BEHIND):
        return Clock(found[0], 12 if before == 0 else before, minute)
    is_sure = amount in ("half", "quarter") or amount.endswith("quarter") or relation == "past"
    if is_sure or scanner.sees(_STANDS_ALONE):
        raise UnreadableTime(
            f"I can't tell which half of the day {quote(found[0])} means",
            "write it like `14:30` or `2:30 am`",
        )
    scanner.at = began
    return None


def _minutes_in(amount: str) -> int:
    if amount == "half":
        return 30
    if amount.endswith("quarter"):
        return 15
    return _number(re.sub(rf"{SP}+(?:minutes?|mins?)$", "", amount))


def _number(written: str) -> int:
    return int(written) if written.isdecimal() else COUNTED[written.lower()]


def _take_east_asian(scanner: Scanner) -> Clock | None:
    began = scanner.at
    found = scanner.take(_EAST_ASIAN) or scanner.take(_EAST_ASIAN_HALF)
    if found is None:
        return None
    morning, afternoon, hour, minute = (
        found[1],
        found[2],
        int(found[3]),
        int(found[4] or (30 if found[5] else 0)),
    )
    is_sure = bool(morning or afternoon) if hour <= 12 and not (found[4] or found[5]) else True
    if hour > 23 or minute > 59 or not is_sure or ((morning or afternoon) and not 1 <= hour <= 11):
        scanner.at = began
        raise UnreadableTime(f"I can't read {quote(found[0])} as a time for sure")
    return Clock(found[0], hour + 12 if afternoon else hour, minute, is_of_twelve=bool(morning or afternoon))


def _take_digits(scanner: Scanner, *, follows_day: bool) -> Clock | None:
    found = scanner.take(_CLOCK) or scanner.take(_SURE_CLOCK)
    found = found or (scanner.take(_DOTTED_CLOCK) if follows_day else None)
    if found is None:
        return None
    numbers = [number for number in found.groups() if number is not None]
    hour, minute = int(numbers[0]), int(numbers[1])
    second = int(numbers[2]) if len(numbers) > 2 else 0
    fraction = numbers[3] if len(numbers) > 3 else ""
    if hour > 23 or minute > 59 or second > 59:
        part, number = (
            ("hour", hour) if hour > 23 else ("minute", minute) if minute > 59 else ("second", second)
        )
        raise UnreadableTime(f"There is no {part} {number} in {quote(found[0])}")
    half = _take_half_of_day(scanner, hour)
    if half:
        if hour == 0 and half == "p":
            raise UnreadableTime(
                f"I can't tell whether {quote(found[0] + half)}m is after midnight or after noon"
            )
        hour = _of_twelve(hour, half) if 1 <= hour <= 12 else hour
    else:
        scanner.take(_SUFFIX)
    microsecond = int(fraction[:6].ljust(6, "0"))
    return Clock(found[0], hour, minute, second, microsecond, bool(half), has_seconds=len(numbers) > 2)


def _take_hour(scanner: Scanner) -> Clock | None:
    if found := scanner.take(_HOUR_ALONE):
        hour = _number(found[1])
        if not 1 <= hour <= 12:
            raise UnreadableTime(f"There is no {quote(found[0])} on a clock of twelve hours")
        return Clock(found[0], _of_twelve(hour, found[2]), is_of_twelve=True)
    if found := scanner.take(_HOUR_OF_PART):
        hour = _number(found[1])
        if 1 <= hour <= 12:
            return Clock(found[0], hour)
        scanner.at = found.start()
        return None
    if found := scanner.take(_HOUR_ON_THE_CLOCK):
        hour = _number(found[1])
        if more := scanner.take(_MINUTES_BEHIND):
            raise UnreadableTime(f"I can't tell whether {quote(found[0] + more[0])} holds minutes")
        half = scanner.take(_HALF_OF_DAY)
        if half and 1 <= hour <= 12:
            return Clock(found[0], _of_twelve(hour, half[2]), is_of_twelve=True)
        is_sure = hour > 12 or found[0].lower().endswith("uhr") or scanner.sees(_PART_BEHIND)
        if hour > 23 or not is_sure:
            scanner.at = found.start()
            return None
        return Clock(found[0], hour)
    return None


def take_zone(scanner: Scanner, clock: Clock, *, has_day: bool, is_iso: bool) -> Zone | None:
    """Read the zone after a time of day, in brackets or not; `is_iso`: a T joined the day and the time.

    Raises:
        UnreadableTime: what follows may be an offset or a zone, or something else.
    """
    began = scanner.at
    scanner.take(_SPACES)
    closing = _BRACKETS.get(scanner.text[scanner.at : scanner.at + 1], "")
    scanner.at += len(closing)
    zone = _take_named_zone(scanner, is_sure=bool(closing) or clock.is_of_twelve)
    if zone is None and closing and (found := scanner.take(_CITY)):
        zone = zones.of_city(found[1])
    if zone is not None and scanner.text.startswith(closing, scanner.at):
        scanner.at += len(closing)
        if zone.offset == timedelta(0) and scanner.sees(_LOOSE_OFFSET):
            written = scanner.text[began : scanner.at + 4]
            raise UnreadableTime(
                f"I can't tell whether {quote(written)} holds an offset",
                "write offsets together, like `14:05 UTC+2`",
            )
        if scanner.sees(_SECOND_ZONE):
            raise UnreadableTime(
                f"I can't tell which zone {quote(scanner.text[began : scanner.at + 5])} means",
                "write one, like `14:05 UTC+2` or `14:05 Europe/Berlin`",
            )
        return zone
    scanner.at = began
    if unclear := _sees_unclear_zone(scanner, clock):
        raise UnreadableTime(
            f"I can't tell which zone {quote(clock.written + unclear)} means",
            "write `14:05 UTC+2` or `14:05 Europe/Berlin`, or a colon behind the time (`14:05: text`)",
        )
    return _take_offset(scanner, clock, has_day=has_day, is_iso=is_iso)


def _sees_unclear_zone(scanner: Scanner, clock: Clock) -> str:
    """What follows and is probably a zone, but not one that can be read; empty when nothing like it does."""
    if found := _REAL_ZONE.match(scanner.text, scanner.at):
        return found[0]
    if found := _ZONE_BEHIND_SIGN.match(scanner.text, scanner.at):
        return found[0]
    region = _REGION_ALONE.match(scanner.text, scanner.at)
    if region and (clock.is_of_twelve or _STANDS_ALONE.match(scanner.text, region.end())):
        return "" if _SOME_PLACE.match(scanner.text, region.end()) else region[0]
    city = _CITY_ALONE.match(scanner.text, scanner.at)
    return city[0] if city and zones.of_city(city[2]) else ""


def _take_half_of_day(scanner: Scanner, hour: int) -> str | None:
    began = scanner.at
    found = scanner.take(_HALF_OF_DAY)
    if found is None:
        return None
    # "14:05 am I right": behind a clock of 24 hours a spaced small "am" is a word.
    if hour > 12 and found[1] and found[2] == "a":
        scanner.at = began
        return None
    return found[2].lower()


def _of_twelve(hour: int, half: str) -> int:
    return hour % 12 + (12 if half.lower() == "p" else 0)


def _take_named_zone(scanner: Scanner, *, is_sure: bool) -> Zone | None:
    """Read a zone by its name; with `is_sure`, where a zone is expected, also a short one such as `pt`."""
    began = scanner.at
    if found := scanner.take(_UNIVERSAL_OFFSET):
        return _offset_zone(found[0], found[1], found[2], found[3] or "00")
    if found := scanner.take(_PLACE):
        place = zones.of_place(found[1])
        if place is not None:
            return place
        scanner.at = began
    if found := scanner.take(_NAMED):
        if not scanner.sees(_SOME_PLACE):  # "Pacific region down" speaks of a place
            return zones.of_name(found[1])
        scanner.at = began
        return None
    if found := scanner.take(_ABBREVIATION):
        if found[1].isupper() or zones.is_read_in_lower_case(found[1]):
            return zones.of_abbreviation(found[1])
        if found[1].lower() in zones.SHORT and (is_sure or scanner.sees(_STANDS_ALONE)):
            return zones.of_abbreviation(found[1])
        scanner.at = began  # "West Coast time" begins with WEST
    if scanner.take(_ZULU):
        return Zone("Z", offset=timedelta(0))
    if found := scanner.take(_PLACE_TIME):
        place = zones.of_city(found[1])
        if place is not None:
            return place
        if zones.is_somebodys(found[1]):
            raise UnreadableTime(
                f"I can't tell which zone {quote(found[0])} means",
                "write it like `14:05 UTC+2` or `14:05 Europe/Berlin`",
            )
        scanner.at = began
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
