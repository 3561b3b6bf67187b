"""The words and small patterns that times are made of.

Digits are the ASCII ones only, while "the word ends here" looks at every alphabet: in "14:05頃" the
clock does not end, so it is refused rather than half read. Nothing crosses the end of a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

SP = "[ \\t\u00a0\u2009\u202f]"  # with the narrow spaces that macOS and browsers put before "PM"
END = "(?u:(?![\\w'’]))"

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAYS = {name.lower(): number for number, name in enumerate(WEEKDAY_NAMES)} | {
    "mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6,
}  # fmt: skip

NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40,
    "forty-five": 45, "fifty": 50,
}  # fmt: skip

SECONDS_OF = (
    (("seconds", "second", "secs", "sec", "s"), 1),
    (("minutes", "minute", "mins", "min", "m"), 60),
    (("hours", "hour", "hrs", "hr", "h"), 3_600),
    (("days", "day", "d"), 86_400),
    (("weeks", "week"), 604_800),
    (("months", "month"), 2_629_800),
    (("years", "year"), 31_557_600),
)
UNITS = {name: seconds for names, seconds in SECONDS_OF for name in names}


def one_of(words: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


MONTH = one_of(MONTHS)
WEEKDAY = one_of(WEEKDAYS)
FULL_WEEKDAY = one_of(WEEKDAY_NAMES)
UNIT = one_of(UNITS)
NUMBER_WORD = one_of(NUMBERS)
APPROXIMATELY = (
    rf"(?:[~≈]|(?:approximately|approx\.?|about|around|roughly|circa|ca\.?)(?={SP})|ca\.(?=[0-9]))"
)
CLOCK_SHAPE = "[0-9]{1,2}:[0-9]{2}"


def pattern(body: str) -> re.Pattern[str]:
    """Compile a pattern that ignores the case of ASCII letters, and of those only (no `ſ` for `s`)."""
    return re.compile(f"(?ai:{body})")
