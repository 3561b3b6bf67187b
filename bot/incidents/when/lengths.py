"""The grammar of a length of time: `10 minutes`, `1h 20m`, `an hour`, `2d 1h 29m`, `half an hour`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.incidents.when.scanner import Scanner
from bot.incidents.when.words import NUMBER_WORD, NUMBERS, SP, UNIT, UNITS, pattern

DAY_SECONDS = 86_400
WEEK_SECONDS = 604_800
_AMOUNT = pattern(
    rf"(?:(half){SP}+an?{SP}+|([0-9]{{1,12}}(?:\.[0-9]{{1,2}})?){SP}?|({NUMBER_WORD}){SP}+)"
    rf"({UNIT})(?u:(?![^\W0-9]|['’]))"
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
    """Read the length that stands here, its units falling (hours, then minutes), or nothing."""
    began = scanner.at
    parts: list[tuple[float, str]] = []
    first = ""
    while True:
        resume = scanner.at
        if parts:
            scanner.take(_GLUE)
        found = scanner.take(_AMOUNT)
        if (
            found is None
            or found[4] in _CAPITAL_LETTERS
            or (parts and UNITS[found[4].lower()] >= UNITS[parts[-1][1]])
        ):
            scanner.at = resume
            break
        first = first or found[0]
        count = 0.5 if found[1] else float(found[2]) if found[2] else NUMBERS[found[3].lower()]
        parts.append((count, found[4].lower()))
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
