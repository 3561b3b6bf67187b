"""The grammar of a day: `2023-09-10`, `27/09`, `Wed Jun 29`, `19. April`, `yesterday`, `2 days ago`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.text.when.lengths import take_length
from bot.text.when.scanner import Scanner
from bot.text.when.words import (
    CLOCK_SHAPE,
    END,
    FULL_WEEKDAY,
    MONTH,
    MONTHS,
    SP,
    WEEKDAY,
    WEEKDAYS,
    Pattern,
    pattern,
)

_YEAR = rf"(?:(?:,{SP}*|{SP}+)((?:19|20)[0-9]{{2}}){END}(?!:[0-9]{{2}}))?"
_DAY_NUMBER = r"([0-9]{1,2})(?:st|nd|rd|th)?"

_WEEKDAY_FIRST = pattern(rf"({WEEKDAY})\.?,?{SP}+")
_WEEKDAY_ALONE = pattern(rf"({WEEKDAY}){END}")
_YEAR_FIRST = pattern(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])(?!-)")
_YEAR_LAST = pattern(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})(?![0-9])")
_NO_YEAR = pattern(r"([0-9]{1,2})/([0-9]{1,2})(?![0-9/])")
_DASHED_NAME = pattern(rf"([0-9]{{1,2}})[-/]({MONTH})[-/]([0-9]{{4}})(?![0-9])")
_YEAR_MONTH_DAY = pattern(rf"([0-9]{{4}}){SP}+({MONTH})\.?{SP}+{_DAY_NUMBER}{END}")
_MONTH_DAY = pattern(rf"({MONTH})\.?{SP}+{_DAY_NUMBER}{END}(?!:[0-9])(?!\.[0-9]){_YEAR}")
_DAY_MONTH = pattern(rf"{_DAY_NUMBER}\.?{SP}+(?:of{SP}+)?({MONTH})(?:\.|{END}){_YEAR}")
_RELATIVE = pattern(rf"(today|yesterday|tomorrow){END}")
_AGO = pattern(rf"{SP}+ago{END}")

_AFTER_CLOCK = pattern(rf"{SP}*,?{SP}+(on{SP}+)?")
_IN_BRACKETS = pattern(rf"{SP}*[(\[]{SP}*(on{SP}+)?")
_CLOSING = Pattern(r"[)\]]")
_BEHIND_SIGN = pattern(rf"{SP}*[(\[,;–—-]+{SP}*(?:on{SP}+)?")
_WORD_AS_WELL = Pattern("may|march|mar")  # in lower case after a time, more often words than months
_ANOTHER_CLOCK = pattern(rf"{SP}+{CLOCK_SHAPE}")
_CAPITAL = Pattern("[A-Z]")
_FULL_WEEKDAY = Pattern(rf"{FULL_WEEKDAY}{END}")
_REST = Pattern(r"\s*\Z")


@dataclass(frozen=True)
class Day:
    """A day as it was written; whatever was left out is None.

    `numbers` are two numbers in unsure order (03/04); `days_back` counts from today.
    """

    written: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    numbers: tuple[int, int] | None = None
    days_back: int | None = None

    @property
    def is_weekday_alone(self) -> bool:
        """Whether only the name of a weekday was written."""
        return self.weekday is not None and self.day is None and self.numbers is None

    @property
    def is_complete_but_for_year(self) -> bool:
        """Whether it looks like the day of `Mon May 10 19:03:52 2021`, which ends in its year."""
        return self.weekday is not None and self.day is not None and self.year is None


def take_day(scanner: Scanner) -> Day | None:
    """Read the day that stands here, or nothing."""
    began = scanner.at
    day = _take_relative(scanner) or _take_dated(scanner)
    if day is None and (first := scanner.take(_WEEKDAY_FIRST)):
        weekday = WEEKDAYS[first[1].lower()]
        dated = _take_dated(scanner)
        if dated is not None:
            day = replace(dated, weekday=weekday)
        else:
            scanner.at = began
    if day is None and (alone := scanner.take(_WEEKDAY_ALONE)):
        day = Day("", weekday=WEEKDAYS[alone[1].lower()])
    if day is None:
        scanner.at = began
        return None
    return replace(day, written=scanner.text[began : scanner.at])


def take_day_behind_clock(scanner: Scanner) -> Day | None:
    """Read a day after its time ("14:05 on 3 May"), where the text may begin as well.

    So "14:05 May deploys paused", "14:05 3/4 of the pods" and "14:05 sat down with Ann" hold none.
    A weekday without "on" is taken only when nothing follows; its caller refuses what stays unclear.
    One in brackets is taken when the brackets hold nothing else.
    """
    began = scanner.at
    brackets = scanner.take(_IN_BRACKETS)
    joint = brackets or scanner.take(_AFTER_CLOCK)
    day = take_day(scanner) if joint else None
    if joint is None or day is None or (brackets and not scanner.take(_CLOSING)):
        scanner.at = began
        return None
    is_text = (
        bool(_WORD_AS_WELL.search(day.written) and day.days_back is None and not brackets)
        or (day.numbers is not None and day.year is None and is_fraction(day.written, day.numbers))
        or (day.is_weekday_alone and not joint[1] and not brackets and not scanner.sees(_REST))
        or scanner.sees(_ANOTHER_CLOCK)
    )
    if is_text:
        scanner.at = began
        return None
    return day


def leaves_day_unclear(scanner: Scanner) -> str | None:
    """The day after a time of day that may belong to either the time or the text, if there is one.

    That is a weekday, or any day after a dash or an opening bracket ("14:05 - yesterday").
    """
    began = scanner.at
    if scanner.take(_BEHIND_SIGN):
        day = take_day(scanner)
        is_end_of_range = scanner.sees(_ANOTHER_CLOCK)
        scanner.at = began
        if day is not None and not is_end_of_range and not _is_text_behind_sign(day):
            return day.written
    joint = scanner.take(_AFTER_CLOCK)
    day = take_day(scanner) if joint else None
    capital = day is not None and _CAPITAL.match(day.written)
    another_clock = scanner.sees(_ANOTHER_CLOCK)
    scanner.at = began
    if day is None or not (another_clock or (day.is_weekday_alone and capital)):
        return None
    return day.written


def _is_text_behind_sign(day: Day) -> bool:
    if day.is_weekday_alone:
        return not _FULL_WEEKDAY.match(day.written)  # "14:05 - Sun is up"
    if day.numbers is not None and day.year is None:
        return is_fraction(day.written, day.numbers)
    return bool(_WORD_AS_WELL.search(day.written) and day.days_back is None)


def is_fraction(written: str, numbers: tuple[int, int]) -> bool:
    """Whether "3/4", "24/7" or "80/20" is more likely a fraction or a phrase than a date."""
    small, large = numbers
    is_padded = any(part.startswith("0") for part in written.split("/"))
    return (small <= large and not is_padded) or numbers == (24, 7) or min(numbers) > 12 or small > 31


def _take_relative(scanner: Scanner) -> Day | None:
    if found := scanner.take(_RELATIVE):
        return Day("", days_back={"today": 0, "yesterday": 1, "tomorrow": -1}[found[1].lower()])
    began = scanner.at
    length = take_length(scanner)
    if length and length.days is not None and scanner.take(_AGO):
        return Day("", days_back=length.days)
    scanner.at = began
    return None


def _take_dated(scanner: Scanner) -> Day | None:
    if found := scanner.take(_YEAR_FIRST):
        return Day("", year=int(found[1]), month=int(found[3]), day=int(found[4]))
    if found := scanner.take(_YEAR_LAST):
        return Day("", year=int(found[4]), numbers=(int(found[1]), int(found[3])))
    if found := scanner.take(_DASHED_NAME):
        return Day("", year=int(found[3]), month=MONTHS[found[2].lower()], day=int(found[1]))
    if found := scanner.take(_NO_YEAR):
        return Day("", numbers=(int(found[1]), int(found[2])))
    if found := scanner.take(_YEAR_MONTH_DAY):
        return Day("", year=int(found[1]), month=MONTHS[found[2].lower()], day=int(found[3]))
    if found := scanner.take(_MONTH_DAY):
        year = int(found[3]) if found[3] else None
        return Day("", year=year, month=MONTHS[found[1].lower()], day=int(found[2]))
    if found := scanner.take(_DAY_MONTH):
        year = int(found[3]) if found[3] else None
        return Day("", year=year, month=MONTHS[found[2].lower()], day=int(found[1]))
    return None
