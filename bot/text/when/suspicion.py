"""Why the beginning of a text looks like a time and cannot be read as one, in words for its author.

Such a text is refused, since recording "this morning the database fell over" at the present moment would be
made up too. Ordinary sentences are not refused: "500 errors", "3/4 of the pods", "second
deploy", "May was right", "5 minutes of downtime", "Today's deploy", "5 minute timeout hit".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.text.when import elsewhere
from bot.text.when.days import is_fraction, take_day
from bot.text.when.elsewhere import ANY_CLOCK, HALF, HOUR, ORDINAL_DAY, PRONOUN
from bot.text.when.lengths import take_length
from bot.text.when.moment import EXAMPLES, ONLY_THE_PAST, FutureTime, UnreadableTime, quote
from bot.text.when.phrases import CLOSING, take_phrase
from bot.text.when.scanner import Scanner
from bot.text.when.words import (
    APPROXIMATELY,
    CLOCK_SHAPE,
    CLOCK_WORD,
    COUNTED_WORD,
    END,
    FULL_WEEKDAY,
    MONTH,
    NUMBER_WORD,
    OTHER_DAY,
    SP,
    UNIT,
    WEEKDAY,
    Pattern,
    is_misspelt_day,
    one_of,
    pattern,
)
from bot.text.when.zones import ABBREVIATIONS

_NO_CLOCK = "add the clock, like `2023-09-10 14:00` or `yesterday 23:10`"
_LEADING = pattern(rf"(?:{APPROXIMATELY}{SP}*)?(?:(?:on|at){SP}+)?(?:{APPROXIMATELY}{SP}*)?")
_OPEN_ENDED = pattern(
    rf"((?:(?:shortly|just|right|sometime|some time|long){SP}+)?"
    rf"(?:by|until|till|before|after|since|from|between)){SP}+"
)
_FOR = pattern(rf"for{SP}+(?:{APPROXIMATELY}{SP}*)?")
_OF = pattern(rf"{SP}+of{END}")
_FROM_ELSEWHERE = pattern(rf"{SP}+(?:later|earlier|before|after|afterwards|beforehand|prior){END}")
_AGO = pattern(rf"{SP}+(?:ago|back){END}")
_SOME = (
    rf"(?:(?:a{SP}+)?(?:few|couple{SP}+of|couple)|several|some|many|[0-9]{{1,3}}{SP}*[-–—]{SP}*[0-9]{{1,3}})"
    rf"{SP}*{UNIT}{END}"
)
_SOME_LENGTH = pattern(_SOME)
_SOME_RELATIVE = pattern(
    rf"(?:{_SOME}|(?:a|some|long){SP}+(?:while|time)|long|moments|a{SP}+moment)"
    rf"{SP}+(?:ago|later|earlier|before|after|back){END}"
)
_DAYTIME = "(?:morning|afternoon|evening|night|noon|midday)"
_VAGUE = pattern(
    rf"(?:(?:this|late|early|mid|yesterday|tomorrow|today|{WEEKDAY}){SP}+{_DAYTIME}|this{SP}+(?:week|weekend|month|year)"
    rf"|last{SP}+(?:night|evening|week|weekend|month|year|{WEEKDAY})"
    rf"|earlier{SP}+(?:today|this{SP}+{UNIT}|this{SP}+{_DAYTIME})"
    rf"|the{SP}+(?:next|following|previous|same|other){SP}+(?:day|week|weekend|{_DAYTIME})"
    rf"|(?:in|during){SP}+the{SP}+{_DAYTIME}|at{SP}+night"
    rf"|(?:over|at|during){SP}+the{SP}+weekend|overnight|tonight){END}"
)
_COUNTED_THINGS = rf"{SP}+(?:[a-z-]*s|percent|pct|of|out|x|k|m|mb|gb|req|qps|rps){END}"
_ROUND_HOUR = pattern(
    rf"at{SP}+[0-9]{{1,2}}{END}(?![%/-]|[.,:][0-9]|{_COUNTED_THINGS})"
    rf"|at{SP}+{CLOCK_WORD}(?=\s*(?:\Z|[,:;–—-])|{SP}+(?:i|it|we|they|he|she){END})"
    rf"|(?:around|about|~){SP}*[0-9]{{1,2}}(?=\s*(?:\Z|[,:;–—-](?![0-9]))|{SP}+{PRONOUN}{END})"
    rf"|[0-9]{{1,2}}(?::[0-9]{{2}})?{SP}?-?(?:(?:[ap]m)?-?ish|{SP}o['’]clock){END}"
    rf"|(?:half|(?:a{SP}+)?quarter{SP}+(?:to|past)){SP}+(?:past{SP}+)?(?:{CLOCK_WORD}|noon|midday|midnight)"
    rf"(?=\s*(?:\Z|[,:;–—-])|{SP}+{PRONOUN}{END})|half{SP}+past{END}|{CLOCK_WORD}{SP}+o['’]clock{END}"
)
_DAYS_RANGE = pattern(rf"[0-9]{{1,2}}{SP}*[-–—〜]{SP}*[0-9]{{1,2}}/[0-9]{{1,2}}|[0-9]{{2}}-[0-9]{{2}}{SP}*〜")
_DATE_WITH_GAPS = pattern(
    rf"(?:[0-9]{{4}}-[0-9?x]{{2}}-[0-9?x]{{2}}|[0-9]{{1,2}}/[0-9]{{1,2}}/[0-9]{{2}}){END}"
)
_COMPACT = pattern(
    rf"[0-9]{{8}}T[0-9]{{4,6}}|0[0-9][0-5][0-9]{END}(?![-/.])|[0-9]{{4}}{SP}?(?:UTC|GMT|Z|hrs){END}"
    rf"|(?:[01][0-9]|2[0-3])[0-5][0-9](?:(?=\s*(?:\Z|[:;–—](?![0-9])|-(?![0-9\w])))|(?={SP}+{PRONOUN}{END}))"
    rf"|[0-9]{{1,2}};[0-9]{{2}}{END}|at{SP}+[0-9]{{1,2}}\.[0-9]{{2}}{END}|(?:[01][0-9]|2[0-3])[時时点點시]"
)
_COUNTDOWN = pattern(rf"T{SP}?[-−+]{SP}?[0-9]+")
_ELSEWHERE_SAID = pattern(
    rf"(?:vor|hace|il{SP}+y{SP}+a|há){SP}+(?:[0-9]+|ein(?:er|em)?|une?|una?){END}|[0-9]+{SP}\w{{1,12}}{SP}(?:geleden|atr[aá]s|fa|sedan|siden|temu|назад|önce){END}|[0-9]+{SP}?(?:分钟?|時間|小时|秒|日|시간|분){SP}?[前전]"
)
_AGO_WORD = (
    rf"(?:[0-9][0-9.,/½¼¾]*(?:{UNIT}|ish)?['’′]?|[½¼¾]|{NUMBER_WORD}|{UNIT}|and|half|quarters?|of|or|to|so|couple|few"
    r"|good|bit|more|less|than|about|nearly|almost|over|under|just|maybe|like|roughly|some|several|many|ish|while|long"
    r"|moments?|time|little|short|not|too|very)"
)
_SOMEHOW_AGO = pattern(rf"(?:{_AGO_WORD}(?:{SP}+|{SP}*[-–—]{SP}*)){{1,9}}?ago{END}")
_IN = pattern(rf"(?:in{SP}+(?:{APPROXIMATELY}{SP}*)?|\+{SP}?)")
_FROM_NOW = pattern(rf"{SP}+(?:from{SP}+now|hence){END}")
_AHEAD = pattern(
    rf"(?:tomorrow|next{SP}+(?:week|weekend|month|year|{FULL_WEEKDAY})|later{SP}+(?:today|tonight|this{SP}+(?:week|{_DAYTIME})))"
    rf"{END}"
)
_HALF_A_RANGE = pattern(
    rf"(?:between{SP}+|from{SP}+)?[0-9]{{1,2}}{SP}*(?:[-–—]|(?:to|and|until|till?){SP}){SP}*[0-9]{{1,2}}(?::[0-9]{{2}})?{SP}?[ap]\.?m"
)
_CLOCK_BEHIND_WORDS = pattern(
    rf"(?:(?:the{SP}+)?day{SP}+before(?:{SP}+yesterday)?|time|clock|klokken|gegen|ab|vers|om|ore|alle|a{SP}+las?)"
    rf"[: ,]+(?:at{SP}+)?[0-9]{{1,2}}[:.h][0-9]{{2}}(?![0-9])|(?:the{SP}+)?day{SP}+before{SP}+yesterday{END}"
    rf"|(?::[a-z0-9_+-]{{1,40}}:{SP}*)+{CLOCK_SHAPE}(?![0-9])"
    rf"|{CLOCK_WORD}{SP}+(?:oh{SP}+)?{COUNTED_WORD}(?:{SP}+{COUNTED_WORD})?{SP}?[ap]\.?m|[0-9]{{1,2}}p{END}"
    rf"|[0-9]\.[0-5][0-9](?=\s*[:–—]|{SP}+-{SP})|noon-?ish{END}|(?:a{SP}+)?quarter{SP}+of{SP}+{CLOCK_WORD}{END}"
)
_MONTH_OF_YEAR = pattern(rf"({MONTH})\.?,?{SP}+(?:19|20)[0-9]{{2}}{END}")
_DOTTED = pattern(r"(?:[01][0-9]|2[0-3])\.[0-5][0-9](?![0-9%])(?!\.[0-9])")
_ONE_DIGIT_MINUTE = pattern(rf"[0-9]{{2}}:[0-9]{END}")
_CLOCK_WITH_GAPS = pattern(r"[0-9]{1,2}:(?:[0-9?][?x]|x{2}|\?)")
_CLOCK_AND_MORE = pattern(rf"{CLOCK_SHAPE}(?![0-9])\S*")
_ZONE_FIRST = pattern(rf"{one_of(ABBREVIATIONS)}{SP}+{CLOCK_SHAPE}(?!\w)")
_CLOCK_BEHIND_NO_WORDS = Pattern(rf"(?:[\W0-9_]{{0,30}}?[^\w.:])??{CLOCK_SHAPE}(?!\w)")
_FULL_WEEKDAY = pattern(rf"{FULL_WEEKDAY}{END}")
_LOWER_MONTH = Pattern("may|march|mar")
_A_FEW_WORDS = Pattern(rf"(?:\S+{SP}*){{1,3}}")

_DETERMINER = "(?:the|an?|our|your|my|their|its|his|her|this|that|these|those|each|every|no|one|another)"
_ONE_WORD_AND_CLOCK = pattern(rf"(?!{_DETERMINER}{END})(?u:[^\W\d_]{{1,14}})[.,:]?{SP}{{1,3}}{ANY_CLOCK}")
_DAY_AND_CLOCK = pattern(
    rf"(?:{ORDINAL_DAY}|(?:(?:this|that|past|the){SP}){{1,2}}{WEEKDAY}|(?:(?u:[^\W\d_]{{1,3}}){SP})?{OTHER_DAY})"
    rf",?{SP}{{1,3}}(?:(?u:[^\W\d_]{{1,6}}){SP}){{0,2}}{ANY_CLOCK}"
)
_HOUR_AND_DAY = pattern(rf"[0-9]{{1,2}},?{SP}(?:yesterday|{OTHER_DAY}){END}")
_MISTYPED_CLOCK = pattern(
    rf"[0-9]{{1,2}}:[0-9]{HALF}|[0-9]{{3,4}}{HALF}|[0-9]{{1,2}}[ .,;][0-9]{{1,2}}{HALF}"
    rf"|[0-9]{{1,2}}-[ap]\.?m{END}"
    rf"|{HOUR}(?:{SP}:{SP}?|::|:{SP})(?:0[0-9]|[1-5][0-9](?!{_COUNTED_THINGS}))(?![0-9%]|[.:][0-9])"
    rf"|(?:[1-9]|1[0-2])a{END}(?!-)|(?:[01][0-9]|2[0-3])\.[0-5][0-9]\.[0-5][0-9](?![0-9]|\.[0-9])"
    rf"|{HOUR}{SP}?(?:heures?|horas?|uur|ore|uhr|timer|godz\.?){SP}?(?:[a-z]{SP})?[0-5][0-9]{END}"
    rf"|(?:[0-9]{{1,2}}|{COUNTED_WORD}|half|(?:a{SP})?quarter)(?:{SP}(?:minutes?|mins?))?"
    rf"{SP}(?:to|till?|before|past|after){SP}(?:noon|midday|midnight){END}"
)
_MISTYPED_AGO = pattern(rf"\.?[0-9]{{1,3}}(?:[.,][0-9]{{1,2}})?{SP}?[a-z]{{1,12}}\.?{SP}{{1,3}}ago{END}")
_MINUS = pattern(rf"(?:minus{SP}|[-–—−]{SP}?)(?=[0-9]|{NUMBER_WORD}{SP})")
_FIRST_WORD = pattern(rf"([a-z]{{5,12}}){END}")
_WORD_END = pattern(rf"{END}(?!-)")

_BROKEN_CLOCKS = (
    _CLOCK_BEHIND_WORDS,
    _CLOCK_WITH_GAPS,
    _COMPACT,
    _HALF_A_RANGE,
    _DOTTED,
    _ONE_DIGIT_MINUTE,
    _CLOCK_AND_MORE,
    _ZONE_FIRST,
    _CLOCK_BEHIND_NO_WORDS,
    _MISTYPED_CLOCK,
    _HOUR_AND_DAY,
    _DAY_AND_CLOCK,
    _ONE_WORD_AND_CLOCK,
    *elsewhere.ODD_TIMES,
)


@dataclass(frozen=True)
class _Head:
    """The beginning of a text, after "about", "on" and an opening bracket."""

    text: str
    at: int

    def scan(self) -> Scanner:
        return Scanner(self.text, self.at)

    def words(self, found: re.Match[str] | None = None) -> str:
        """What to quote: what was found, else the first words."""
        few = found or _A_FEW_WORDS.match(self.text, self.at)
        return quote(few[0] if few else self.text)


def suspicion_of(text: str) -> UnreadableTime | None:
    """Why the beginning of a text looks like a time without being one that can be read; None if it doesn't.

    Meant for a text in which `take_phrase` found nothing.
    """
    start = 1 if text[:1] in CLOSING else 0
    leading = _LEADING.match(text, start)
    for head in (_Head(text, start), _Head(text, leading.end() if leading else start)):
        for look in (_ahead, _open_ended, _length, _vague, _broken_clock, _no_clock):
            if refusal := look(head):
                return refusal
    return None


def _ahead(head: _Head) -> UnreadableTime | None:
    if found := _AHEAD.match(head.text, head.at):
        return FutureTime(f"{quote(found[0])} is still to come", ONLY_THE_PAST)
    scanner = head.scan()
    is_in = scanner.take(_IN)
    length = take_length(scanner)
    if length is None or not (is_in or scanner.sees(_FROM_NOW)):
        return None
    is_text = length.is_adjective or length.is_loose_letter or scanner.sees(_OF)
    is_count = length.has_article and length.seconds == 1  # "in a second deploy"
    if is_text or is_count or not (scanner.sees(_WORD_END) or scanner.sees(_FROM_NOW)):
        return None
    return FutureTime(f"{head.words()} is still to come", ONLY_THE_PAST)


def _open_ended(head: _Head) -> UnreadableTime | None:
    scanner = head.scan()
    found = scanner.take(_OPEN_ENDED)
    if found is None:
        return None
    rest = head.text[scanner.at :]
    try:
        is_time = take_phrase(rest) is not None
    except UnreadableTime:
        is_time = True
    if is_time or _vague(_Head(rest, 0)) or _broken_clock(_Head(rest, 0)):
        return UnreadableTime(f"{head.words()} leaves open when it happened")
    return None


def _length(head: _Head) -> UnreadableTime | None:
    for_ = _FOR.match(head.text, head.at)
    scanner = Scanner(head.text, for_.end() if for_ else head.at)
    if for_ and (some := _SOME_LENGTH.match(head.text, scanner.at)):
        return UnreadableTime(f"{quote(for_[0] + some[0])} is a length of time, not a moment")
    if relative := _SOME_RELATIVE.match(head.text, scanner.at):
        return UnreadableTime(f"{quote(relative[0])} is no exact time")
    if somehow := _SOMEHOW_AGO.match(head.text, head.at):
        return UnreadableTime(f"I can't read {quote(somehow[0])} as a time for sure")
    if mistyped := _MISTYPED_AGO.match(head.text, head.at):
        return UnreadableTime(f"I can't read {quote(mistyped[0])} as a time for sure")
    if countdown := _COUNTDOWN.match(head.text, head.at):
        return UnreadableTime(f"{quote(countdown[0])} counts from a moment that I don't know")
    if _ELSEWHERE_SAID.match(head.text, head.at):
        return UnreadableTime(f"I can't read {head.words()} as a time")
    scanner.take(_MINUS)
    length = take_length(scanner)
    if length is None:
        return None
    if elsewhere := scanner.take(_FROM_ELSEWHERE):
        return UnreadableTime(
            f"{quote(length.written + elsewhere[0])} counts from a moment that I don't know"
        )
    if scanner.sees(_AGO):
        return UnreadableTime(f"I can't read {head.words()} as a time")
    is_text = length.has_article or length.is_adjective or length.is_loose_letter or scanner.sees(_OF)
    if (is_text and not for_) or not scanner.sees(_WORD_END):
        return None
    ago = "" if length.is_of_days else f"write `{length.written} ago` or a time like `14:05`"
    return UnreadableTime(f"{quote(length.written)} is a length of time, not a moment", ago or EXAMPLES)


def _vague(head: _Head) -> UnreadableTime | None:
    found = _VAGUE.match(head.text, head.at) or _ROUND_HOUR.match(head.text, head.at)
    return UnreadableTime(f"{quote(found[0])} is no exact time") if found else None


def _broken_clock(head: _Head) -> UnreadableTime | None:
    first = _FIRST_WORD.match(head.text, head.at)
    if first and is_misspelt_day(first[1]):
        return UnreadableTime(f"I can't read {head.words()} as a time for sure")
    for broken in _BROKEN_CLOCKS:
        if found := broken.match(head.text, head.at):
            return UnreadableTime(f"I can't read {head.words(found)} as a time for sure")
    return None


def _no_clock(head: _Head) -> UnreadableTime | None:
    scanner = head.scan()
    for day_only in (_DAYS_RANGE, _DATE_WITH_GAPS, _MONTH_OF_YEAR):
        if found := day_only.match(head.text, head.at):
            return UnreadableTime(f"{quote(found[0])} says no exact time", _NO_CLOCK)
    day = take_day(scanner)
    if day is None:
        return None
    is_text = (
        (day.numbers is not None and day.year is None and is_fraction(day.written, day.numbers))
        or (day.is_weekday_alone and not _FULL_WEEKDAY.match(day.written))
        or (day.month is not None and _LOWER_MONTH.search(day.written) is not None)
    )
    if is_text:
        return None
    return UnreadableTime(f"{quote(day.written)} says on which day, and not when", _NO_CLOCK)
