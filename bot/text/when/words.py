"""The words and small patterns that times are made of.

Digits are the ASCII ones only, while "the word ends here" looks at every alphabet: in "14:05頃" the
time does not end, so it is refused rather than read in part. No pattern matches across lines.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property

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

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
COUNTED = {
    **{word: number for number, word in enumerate(_ONES, start=1)},
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
    **_TENS,
    **{
        f"{tens}{joint}{one}": value + number
        for tens, value in _TENS.items()
        for joint in ("-", " ")
        for number, one in enumerate(_ONES, start=1)
    },
}  # fmt: skip
"""Numbers as people write them out, by their words."""
NUMBERS = {"a": 1, "an": 1, **COUNTED}

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


def plain(text: str) -> str:
    """The text with the digits of other scripts and full-width characters as ASCII.

    Every character becomes exactly one, so that offsets are the same in both texts.
    """
    return "".join(_plain_character(character) for character in text) if not text.isascii() else text


def _plain_character(character: str) -> str:
    if "\uff01" <= character <= "\uff5e":  # the full-width forms of ASCII (Unicode, FF00-FFEF)
        return chr(ord(character) - 0xFEE0)
    if character.isdecimal() and not character.isascii():
        return str(unicodedata.decimal(character))
    return _PLAIN.get(character, character)


def one_of(words: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


_PLAIN = {
    "\u3000": " ", "\u3001": ",", "\u3002": ".",
    "\u2236": ":", "\ufe55": ":", "\ufe30": ":", "\ua789": ":", "\u02d0": ":", "\u0589": ":",
}  # fmt: skip

MONTH = one_of(MONTHS)
WEEKDAY = one_of(WEEKDAYS)
FULL_WEEKDAY = one_of(WEEKDAY_NAMES)
UNIT = one_of(UNITS)
NUMBER_WORD = one_of(NUMBERS)
COUNTED_WORD = one_of(COUNTED)
CLOCK_WORD = one_of(tuple(COUNTED)[:12])
APPROXIMATELY = (
    rf"(?:[~≈]|(?:approximately|approx\.?|about|around|roughly|circa|ca\.?)(?={SP})|ca\.(?=[0-9]))"
)
CLOCK_SHAPE = "[0-9]{1,2}:[0-9]{2}"

OTHER_DAY = (
    "(?:yest|ystd?a?y?|y['’]?day|2day|tdy|tody|toady|todya|tmrw|tmr"
    "|gestern|vorgestern|heute|hier|avant-hier|aujourd['’]hui|ayer|anteayer|hoy|ieri|oggi|ontem|hoje|gisteren"
    "|vandaag|igår|i går|idag|wczoraj|dzisiaj|вчера|сегодня|dün|bugün|昨日|今日|昨天|今天|어제|오늘"
    "|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag"
    "|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    "|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
    "|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica"
    "|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)"
)
"""Days as people shorten them or write them in other languages; these are recognised and refused."""
_DAY_NAMES = ("yesterday", "tomorrow", *(name.lower() for name in WEEKDAY_NAMES))
_LIKENESS = 0.85  # one letter too few, too many or misplaced


def is_misspelt_day(word: str) -> bool:
    """Whether a word is a misspelling of a day (`yesteday`); its plural is none."""
    said = word.lower()
    if len(said) < 5 or said in _DAY_NAMES or said.removesuffix("s") in _DAY_NAMES:
        return False
    return bool(difflib.get_close_matches(said, _DAY_NAMES, n=1, cutoff=_LIKENESS))


_EARLY_OR_LATE = rf"(?:(?:early|late){SP}+)?"
PART_OF_A_DAY = (
    rf"{_EARLY_OR_LATE}(?:(?P<day>this|yesterday|today|tomorrow|last(?={SP}+(?:night|evening))|{WEEKDAY})"
    rf"{SP}+{_EARLY_OR_LATE}(?P<name>morning|afternoon|evening|night)|(?P<tonight>tonight))"
)
"""`this morning`, `last night`, `late Monday evening`, `tonight`."""
PART_BEHIND = (
    rf"(?:{SP}*,)?{SP}+(?:(?:in{SP}+the{SP}+{_EARLY_OR_LATE}|at{SP}+)(?P<bare>morning|afternoon|evening|night)"
    rf"|(?:on{SP}+)?{PART_OF_A_DAY}){END}"
)
"""The same after a time of day, where `in the afternoon` and `at night` are possible too."""


class Pattern:
    """A regular expression that is compiled when it is first looked for.

    The grammar has more than a hundred, some of them of a thousand words: compiling all of them takes longer
    than everything else at a start, and most commands need none.
    """

    def __init__(self, expression: str) -> None:
        self._expression = expression

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        return re.compile(self._expression)

    def match(self, text: str, at: int = 0) -> re.Match[str] | None:
        return self.compiled.match(text, at)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        return self.compiled.fullmatch(text)

    def search(self, text: str) -> re.Match[str] | None:
        return self.compiled.search(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self.compiled.finditer(text)


def pattern(body: str) -> Pattern:
    """A pattern that ignores the case of ASCII letters, and of those only (no `ſ` for `s`)."""
    return Pattern(f"(?ai:{body})")
