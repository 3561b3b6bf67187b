"""The grammar of a whole phrase: a point, a range of two, a length "ago", or "now".

Reading a phrase settles only what was written; `resolve.py` finds the instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.text.when import behind as said_behind
from bot.text.when.clocks import Clock, take_clock, take_zone
from bot.text.when.days import Day, leaves_day_unclear, take_day, take_day_behind_clock
from bot.text.when.lengths import take_length
from bot.text.when.moment import UnreadableTime, quote
from bot.text.when.parts import Part, clock_in_part, take_part, take_part_behind_clock
from bot.text.when.scanner import Scanner
from bot.text.when.words import (
    APPROXIMATELY,
    CLOCK_SHAPE,
    END,
    NUMBER_WORD,
    OTHER_DAY,
    SP,
    UNIT,
    WEEKDAY,
    Pattern,
    is_misspelt_day,
    pattern,
)
from bot.text.when.zones import Zone

LONGEST_AGO = timedelta(days=3_660)
CLOSING = {"[": "]", "(": ")", "`": "`", "*": "*", "_": "_"}

_NOW = pattern(rf"(?:(?:just|right){SP}+)?now{END}(?!-)(?!{SP}+that{END})")
_AGO = pattern(rf"{SP}+ago{END}")
_APPROXIMATELY = pattern(rf"{APPROXIMATELY}{SP}*")
_AT = pattern(rf"(?:(?:on|at){SP}+|@{SP}*|(?:um|à|às|kl\.?|exactly|precisely){SP}+(?:at{SP}+)?(?=[0-9]))")
_JOINT = pattern(rf"(?:(T)(?=[0-9])|,?{SP}+(?:at|@){SP}+|{SP}*[,:]{SP}*|{SP}+[-–—]{SP}+|{SP}+)")
_BETWEEN = pattern(rf"(?:between|from){SP}+")
_TO = pattern(rf"(?:{SP}*[-–—〜]{SP}*|{SP}+(?:to|until|till){SP}+)")
_AND = pattern(rf"(?:{SP}*[-–—]{SP}*|{SP}+(?:to|until|till|and){SP}+)")
_BROKEN_CLOCK = pattern(rf"{SP}*[-–—〜]{SP}*[0-9]{{1,2}}:[0-9?x]\S*")
_DATE_TOKEN = Pattern(
    r"(?:<|&lt;)!date\^([0-9]{1,11})\^[^|<>&]{0,200}(?:\^[^|<>&]{0,500})?(?:\|[^<>&]{0,200})?(?:>|&gt;)"
)
_MINUS = pattern(r"[-−](?=[0-9])")
_SIGN = rf"(?:{SP}*[(\[,;–—-]+{SP}*|{SP}+)"
_ANOTHER_TIME = pattern(
    rf"{SP}*(?:[,/&+]|(?:and|or){SP}){SP}*{CLOCK_SHAPE}(?![0-9])"
    rf"|{SP}+ago{END}"
    rf"|,?{SP}+(?:the{SP}+)?(?:next|following|previous|same|last){SP}+(?:day|morning|afternoon|evening|night|week|month"
    rf"|year|{WEEKDAY}){END}"
    rf"|{SP}*(?:or{SP}+so|-?ish){END}|{SP}?(?:頃|ごろ|ころ)"
    rf"|{SP}*(?:p|[ap]{SP}m){END}|{SP}+in{SP}+the{SP}+[ap]\.?m{END}|{SP}+the{SP}+(?:day|night|morning|evening){SP}+before{END}"
    rf"|{SP}+(?:d[aeu]{SP}+(?:l[ae]{SP}+|l['’])?(?:tarde|mañana|manhã|madrugada|noche|noite|matin|soir|après-midi)"
    rf"|morgens|vormittags|mittags|nachmittags|abends|nachts|del{SP}+pomeriggio|di{SP}+(?:mattina|sera|notte)){END}"
    # a day that is not read
    rf"|{_SIGN}(?:(?:on|am|le|el|il|den){SP}+)?{OTHER_DAY}{END}"
    rf"|{_SIGN}(?:on{SP}+)?[0-9]{{1,2}}\.[0-9]{{1,2}}\.(?=[\s:,;)\]]|\Z)"
    rf"|{_SIGN}on{SP}+(?:the{SP}+)?[0-9]{{1,2}}(?:st|nd|rd|th){END}"
    rf"|{_SIGN}(?:the{SP}+)?[0-9]{{1,2}}(?:st|nd|rd|th){END}(?=\s*(?:\Z|[\n:,;.)\]–—-])|{SP}+(?:(?-i:[A-Z])|(?:i|it|we|they|he|she){END}))"
    rf"|{SP}*[(\[,;–—-]+{SP}*(?:(?:(?:in{SP}+the|this|last|yesterday|{WEEKDAY}){SP}+(?:morning|afternoon|evening|night))|tonight){END}"
)
_BESIDE_AGO = pattern(
    rf"(?:{SP}*[(\[,;–—-]+{SP}*|{SP}+)(?:on{SP}+)?(?:yesterday|today|tomorrow|{OTHER_DAY}){END}"
    rf"|,?{SP}+(?:and|plus){SP}+(?:[0-9]+{SP}?|{NUMBER_WORD}{SP}+){UNIT}{END}|,?{SP}+(?:at{SP}+)?{CLOCK_SHAPE}(?![0-9])"
    rf"|,?{SP}+on{SP}+{WEEKDAY}{END}"
)
_NEXT_WORD = pattern(rf"{_SIGN}(?:on{SP}+)?([a-z]{{5,12}}){END}")
_CTIME_YEAR = pattern(rf"{SP}+((?:19|20)[0-9]{{2}}){END}")
# What may follow a time: the end, a space, or punctuation that does not go on with a number.
_WORD_FOLLOWS = Pattern(r"[^\S\n]+[^\W_]")
_MAY_END = Pattern(r"\Z|\s|[:,;.](?=\s|\Z)|[:,](?![0-9])|[-–—](?![0-9]|ish\b)")


@dataclass(frozen=True)
class Point:
    """One clock with the day and the zone that were written beside it."""

    clock: Clock
    day: Day | None
    zone: Zone | None
    is_approximate: bool
    is_day_behind: bool = False
    is_in_part: bool = False  # written with a part of the day
    is_word: bool = False
    """Nothing but the word "noon" or "midnight", which may as well belong to the text."""


@dataclass(frozen=True)
class Span:
    """A point, or a range from one point to another."""

    start: Point
    end: Point | None = None

    @property
    def zones(self) -> tuple[Zone | None, Zone | None]:
        """The zones of both ends; a zone that was written once is that of both."""
        end_zone = self.end.zone if self.end else None
        return self.start.zone or end_zone, end_zone or self.start.zone


@dataclass(frozen=True)
class Ago:
    """A length of time before now; none for "now"."""

    elapsed: timedelta


@dataclass(frozen=True)
class Instant:
    """A moment in Slack's own date format."""

    at: datetime


@dataclass(frozen=True)
class Phrase:
    """A time as it was written, and the offset in the text at which it ends."""

    said: Span | Ago | Instant
    is_approximate: bool
    written: str
    end: int


def take_phrase(text: str) -> Phrase | None:
    """Read the longest time that the text begins with; None when it begins with none.

    Raises:
        UnreadableTime: it begins with a time that can't be read for sure.
    """
    closing = CLOSING.get(text[:1])
    scanner = Scanner(text, 1 if closing else 0)
    found = _take_now(scanner) or _take_token(scanner) or _take_span(scanner) or _take_ago(scanner)
    if found is None:
        return None
    if _has_another_time(found[0], scanner):
        raise UnreadableTime(f"I can't tell which time {quote(text[: scanner.at + 20])} means")
    if closing:
        if not text.startswith(closing, scanner.at):
            return None
        scanner.at += 1
    if not scanner.sees(_MAY_END):
        return None
    said, is_approximate = found
    if isinstance(said, Span) and said.start.is_word and not closing and scanner.sees(_WORD_FOLLOWS):
        word = text[: scanner.at]
        raise UnreadableTime(
            f"I can't tell whether {quote(word)} is when it happened or belongs to the text",
            f"put a colon behind the time, like `{word.strip()}: text`, or write it like `12:00`",
        )
    return Phrase(said, is_approximate, text[: scanner.at], scanner.at)


def _has_another_time(said: Span | Ago | Instant, scanner: Scanner) -> bool:
    """Whether what follows names another time, or the day that the phrase does not."""
    if isinstance(said, Ago):
        return bool(said.elapsed) and scanner.sees(_BESIDE_AGO)
    if not isinstance(said, Span):
        return False
    word = _NEXT_WORD.match(scanner.text, scanner.at)
    return (
        scanner.sees(_ANOTHER_TIME)
        or bool(word and is_misspelt_day(word[1]))
        or any(
            scanner.sees(more)
            for more in (said_behind.ANOTHER_CLOCK, said_behind.ANOTHER_DAY, said_behind.ITS_ZONE)
        )
        or scanner.sees(said_behind.ITS_PRECISION)
        or _says_more_of_its_day(said.end or said.start, scanner)
    )


def _says_more_of_its_day(point: Point, scanner: Scanner) -> bool:
    """Whether the day or the half of the day goes on behind a point that has one already."""
    has_half_elsewhere = point.clock.reads_either_way and (point.day or point.zone)
    if has_half_elsewhere and scanner.sees(said_behind.ITS_HALF):
        return True
    if point.day is None:
        return point.is_in_part and scanner.sees(said_behind.A_DAY)
    is_of_no_year = point.day.month is not None and point.day.year is None
    return scanner.sees(said_behind.A_DAY) or (is_of_no_year and scanner.sees(said_behind.ITS_YEAR))


def _take_now(scanner: Scanner) -> tuple[Ago, bool] | None:
    return (Ago(timedelta()), False) if scanner.take(_NOW) else None


def _take_token(scanner: Scanner) -> tuple[Instant, bool] | None:
    """Slack's own form of a moment (docs.slack.dev/messaging/formatting-message-text, "Date formatting")."""
    found = scanner.take(_DATE_TOKEN)
    return (Instant(datetime.fromtimestamp(int(found[1]), UTC)), False) if found else None


def _take_ago(scanner: Scanner) -> tuple[Ago, bool] | None:
    is_approximate = bool(scanner.take(_APPROXIMATELY))
    is_minus = not is_approximate and bool(scanner.take(_MINUS))
    length = take_length(scanner)
    is_ago = length is not None and bool(scanner.take(_AGO))
    if length is None or (is_minus and length.is_loose_letter) or not (is_minus or is_ago):
        return None
    if length.is_of_days:
        raise UnreadableTime(
            f"{quote(length.written + ' ago')} names a day and no time of it",
            "add the clock, like `2 days ago 14:05` or `yesterday 23:10`",
        )
    if length.seconds > LONGEST_AGO.total_seconds():
        raise UnreadableTime(f"{quote(length.written + ' ago')} is longer ago than any incident")
    return Ago(timedelta(seconds=length.seconds)), is_approximate


def _take_span(scanner: Scanner) -> tuple[Span, bool] | None:
    began = scanner.at
    is_between = bool(scanner.take(_BETWEEN))
    start = _take_point(scanner)
    if start is None:
        scanner.at = began
        return None
    before_end = scanner.at
    end = _take_point(scanner) if scanner.take(_AND if is_between else _TO) else None
    if end is None:
        scanner.at = before_end
        if broken := scanner.take(_BROKEN_CLOCK):
            raise UnreadableTime(
                f"I can't read the end of the range in {quote(start.clock.written + broken[0])}"
            )
        if is_between:
            scanner.at = began
            return None
        return Span(start), start.is_approximate
    _refuse_mixed_halves(start.clock, end.clock)
    if start.day is None and end.day is not None and not end.is_day_behind:
        raise UnreadableTime(
            f"I can't tell on which day the range from {quote(start.clock.written)} begins",
            "write both days, like `2023-09-10 23:50 - 2023-09-11 00:10`",
        )
    return Span(start, end), start.is_approximate or end.is_approximate


def _take_point(scanner: Scanner) -> Point | None:
    began = scanner.at
    is_approximate = bool(scanner.take(_APPROXIMATELY))
    is_at = bool(scanner.take(_AT))
    is_approximate |= bool(scanner.take(_APPROXIMATELY))
    is_iso = False
    part = take_part(scanner)
    day = take_day(scanner) if part is None else None
    if part is not None or day is not None:
        joint = scanner.take(_JOINT)
        is_iso = bool(joint and joint[1])
        is_approximate |= bool(scanner.take(_APPROXIMATELY))
    clock = take_clock(scanner, follows_day=day is not None or part is not None)
    if clock is None:
        scanner.at = began
        return None
    is_alone = part is None and day is None
    part = part or take_part_behind_clock(scanner)
    zone = take_zone(scanner, clock, has_day=not is_alone, is_iso=is_iso)
    part = part or take_part_behind_clock(scanner)
    if part is not None:
        return _in_part(clock, part, day, zone, is_approximate, is_day_behind=is_alone)
    if clock.is_midnight and day is not None:
        raise _which_midnight(f"{day.written} {clock.written}")
    if day is None:
        behind = take_day_behind_clock(scanner)
        unclear = leaves_day_unclear(scanner) if behind is None else None
        if unclear:
            raise UnreadableTime(
                f"I can't tell whether {quote(unclear)} belongs to {quote(clock.written)}",
                f"write `{unclear} {clock.written}`, or a colon behind the time (`{clock.written}: text`)",
            )
        if behind is not None:
            zone = zone or take_zone(scanner, clock, has_day=True, is_iso=False)
            if clock.is_midnight:
                raise _which_midnight(f"{clock.written} {behind.written}")
        is_word = clock.is_word and behind is None and zone is None and not is_at
        return Point(clock, behind, zone, is_approximate, behind is not None, is_word=is_word)
    if day.is_complete_but_for_year and clock.has_seconds and (year := scanner.take(_CTIME_YEAR)):
        day = Day(day.written, int(year[1]), day.month, day.day, day.weekday, day.numbers)
        zone = zone or take_zone(scanner, clock, has_day=True, is_iso=False)
    return Point(clock, day, zone, is_approximate)


def _in_part(
    clock: Clock, part: Part, day: Day | None, zone: Zone | None, is_approximate: bool, *, is_day_behind: bool
) -> Point:
    meant, parts_day = clock_in_part(clock, part)
    if day is not None and parts_day is not None:
        raise UnreadableTime(f"I can't tell which day {quote(f'{day.written} {part.written}')} means")
    day = day or parts_day
    is_day_behind = is_day_behind and parts_day is not None
    return Point(meant, day, zone, is_approximate, is_day_behind, is_in_part=True)


def _which_midnight(written: str) -> UnreadableTime:
    return UnreadableTime(
        f"I can't tell whether {quote(written)} begins or ends that day",
        "write it like `2023-09-10 00:00`",
    )


def _refuse_mixed_halves(start: Clock, end: Clock) -> None:
    if (start.is_of_twelve and end.reads_either_way) or (end.is_of_twelve and start.reads_either_way):
        raise UnreadableTime(
            f"I can't tell which half of the day {quote(f'{start.written} - {end.written}')} means",
            "write am or pm at both ends, like `1:30pm - 3pm`, or `13:30 - 15:00`",
        )
