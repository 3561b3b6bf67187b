"""The grammar of a length of time: `10 minutes`, `1h 20m`, `an hour`, `2d 1h 29m`, `half an hour`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.text.when.scanner import Scanner
from bot.text.when.words import END, NUMBER_WORD, NUMBERS, SP, UNIT, UNITS, one_of, pattern

DAY_SECONDS = 86_400
WEEK_SECONDS = 604_800
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "1/2": 0.5, "1/4": 0.25, "3/4": 0.75}
_FRACTION = one_of(_FRACTIONS)
_AMOUNT = pattern(
    rf"(?:(?P<part>half|(?:a{SP}+)?quarter{SP}+of|three{SP}+quarters{SP}+of){SP}+an?{SP}+"
    rf"|(?P<whole>[0-9]{{1,12}})(?:(?:{SP}+(?=[0-9])|{SP}?(?![0-9]))(?P<fraction>{_FRACTION})|[.,](?P<decimals>[0-9]{{1,2}}))?{SP}?"
    rf"|(?P<alone>{_FRACTION}){SP}?(?:(?:of{SP}+)?an?{SP}+)?"
    rf"|(?P<word>{NUMBER_WORD})(?:{SP}+(?P<with>and{SP}+(?:a{SP}+half|a{SP}+quarter|three{SP}+quarters)))?{SP}+)"
    rf"(?P<unit>{UNIT})(?u:(?![^\W0-9]|['’]))"
)
_AND_PART = pattern(
    rf"{SP}+and{SP}+(a{SP}+half|a{SP}+quarter|three{SP}+quarters){END}(?!{SP}+(?:an?{SP}+)?{UNIT}{END})"
)
_HOURS_AND_MINUTES = pattern(
    rf"([0-9]{{1,3}})(?:h([0-5][0-9])|:([0-5][0-9]){SP}?(?:hours?|hrs?|h))(?={SP}+ago{END})"
)
_CAPITAL_LETTERS = ("S", "M", "H", "D")  # "5M rows" are millions
_SINGULARS = ("second", "minute", "hour", "day", "week", "month", "year")
_GLUE = pattern(rf"{SP}*,?{SP}*(?:and{SP}+)?")


@dataclass(frozen=True)
class Length:
    """A length of time as it was written. `seconds` counts a month and a year roughly.

    `days` is set when only whole days or weeks were named.
    """

    written: str
    seconds: float
    days: int | None
    is_of_days: bool  # nothing smaller than a day was named
    has_article: bool  # "a second", which may as well count things
    is_adjective: bool  # "5 minute window"
    is_loose_letter: bool  # "5 m", where the letter may be anything


def take_length(scanner: Scanner) -> Length | None:
    """Read the length that stands here, larger units before smaller ones; None when there is none."""
    began = scanner.at
    parts: list[tuple[float, str]] = []
    first = ""
    while True:
        resume = scanner.at
        if not parts and (clock := scanner.take(_HOURS_AND_MINUTES)):
            parts, first = [(float(clock[1]), "h"), (float(clock[2] or clock[3]), "m")], clock[0]
            break
        if parts:
            scanner.take(_GLUE)
        found = scanner.take(_AMOUNT)
        if (
            found is None
            or found["unit"] in _CAPITAL_LETTERS
            or (parts and UNITS[found["unit"].lower()] >= UNITS[parts[-1][1]])
        ):
            scanner.at = resume
            break
        first = first or found[0]
        count, unit = _count(found), found["unit"].lower()
        if count % 1 == 0 and (more := scanner.take(_AND_PART)):
            count += _part(more[1])  # "an hour and a half"
        parts.append((count, unit))
    if not parts:
        return None
    seconds = sum(count * UNITS[unit] for count, unit in parts)
    (count, unit), smallest = parts[0], UNITS[parts[-1][1]]
    is_whole_days = UNITS[unit] <= WEEK_SECONDS and smallest >= DAY_SECONDS and seconds % DAY_SECONDS == 0
    return Length(
        written=scanner.text[began : scanner.at],
        seconds=seconds,
        days=int(seconds // DAY_SECONDS) if is_whole_days else None,
        is_of_days=smallest >= DAY_SECONDS,
        has_article=first.lower().startswith(("a ", "an ", "one ")),
        is_adjective=count > 1 and unit in _SINGULARS,
        is_loose_letter=len(parts) == 1 and len(unit) == 1 and first[-2].isspace(),
    )


def _count(found: re.Match[str]) -> float:
    if found["part"]:
        return _part(found["part"])
    if found["alone"]:
        return _FRACTIONS[found["alone"]]
    if found["word"]:
        return NUMBERS[found["word"].lower()] + (_part(found["with"]) if found["with"] else 0)
    whole = float(found["whole"])
    if found["fraction"]:
        return whole + _FRACTIONS[found["fraction"]]
    return whole + (float(f"0.{found['decimals']}") if found["decimals"] else 0)


def _part(written: str) -> float:
    """The number that "half", "a quarter of" or "three quarters" stands for."""
    said = written.lower()
    return 0.75 if "three" in said else 0.25 if "quarter" in said else 0.5
