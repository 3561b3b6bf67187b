"""Finding the time in what people type: `[time] text`, and `title since <time>`."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.text.when.moment import Moment, UnreadableTime, quote
from bot.text.when.phrases import Phrase, Span, take_phrase
from bot.text.when.resolve import resolve
from bot.text.when.suspicion import suspicion_of
from bot.text.when.words import (
    END,
    MONTH_NAMES,
    NUMBER_WORD,
    SP,
    UNIT,
    WEEKDAY_NAMES,
    Pattern,
    one_of,
    pattern,
    plain,
)

NOW_IS_A_WAY_OUT = "or start with `now` to record it at this moment"
NO_SINCE_IS_A_WAY_OUT = "or leave that part out"

_SPACE = Pattern(r"\s*")
_EMOJI = pattern(r":[a-z0-9_+'-]+:")
_FOUR_DIGITS = Pattern(r"([01][0-8]|2[1-3])([0-5][0-9])")  # 1930 and 2015 may be years
_SEPARATOR = Pattern(rf"[:,;.：、，。]|[-–—]|{SP}*(?:-{{1,3}}|[:,;.–—])(?=\s|\Z)")
_SINCE = pattern(r"(?:(?<=[\s(\[])|\A)since(?=\s)")
_JOINT_OF_SINCE = " \t\n,;:–—-"
_TALKS_OF_TIME = Pattern(
    r"[0-9]|(?i:\b(?:today|yesterday|tomorrow|tonight|overnight|noon|midday|midnight|weekend|"
    rf"morning|afternoon|evening|night|{one_of(tuple(n for n in MONTH_NAMES if n not in ('May', 'March')))}|"
    rf"{one_of(WEEKDAY_NAMES)}|ago|o['’]clock|(?:half|quarter)\s+(?:past|to)|[ap]m)\b)|\b(?:May|March)\b"
    rf"|(?i:\b(?:{NUMBER_WORD}|few|several|some|half)\s+{UNIT}{END})"
)


def read_moment(phrase: str, now: datetime, zone: ZoneInfo) -> Moment:
    """The moment of a phrase that is a time from end to end, as somebody living in `zone` means it at `now`.

    Raises:
        FutureTime: it lies more than two minutes ahead of `now`.
        UnreadableTime: it is no time that can be read for sure.
    """
    written = plain(phrase.strip())
    if not written:
        raise UnreadableTime("There is no time")
    if compact := _FOUR_DIGITS.fullmatch(written):
        return read_moment(f"{compact[1]}:{compact[2]}", now, zone)
    found = take_phrase(written)
    if found is None:
        raise suspicion_of(written) or UnreadableTime(f"I can't read {quote(written)} as a time")
    if written[found.end :] not in ("", "."):
        raise UnreadableTime(f"I can't read all of {quote(written)} as a time")
    return resolve(found, now, zone)


def split_leading_moment(text: str, now: datetime, zone: ZoneInfo) -> tuple[Moment | None, str]:
    """Divide "[time] text" into the longest time it begins with, and the text.

    One separator between them (colon, comma, dash, spaces) is dropped; the text keeps every other
    character. A text that plainly begins with no time comes back whole, without a moment. A length of
    time in front ("240 minutes down") may be meant as a time and is refused; one that is the subject of
    its sentence ("5 minutes of downtime") or an adjective ("5 minute timeout hit") is text.

    Raises:
        FutureTime: the time lies more than two minutes ahead of `now`.
        UnreadableTime: the text begins with what looks like a time and can't be read for sure.
    """
    head = text.lstrip()
    try:
        found = take_phrase(plain(head))
        if found is None:
            if refusal := suspicion_of(plain(head)):
                raise refusal
            return None, text
        return resolve(found, now, zone), _without_separator(head, found.end)
    except UnreadableTime as refusal:
        raise refusal.with_way_out(NOW_IS_A_WAY_OUT) from None


def split_since(text: str, now: datetime, zone: ZoneInfo) -> tuple[str, Moment | None]:
    """Divide "title since <time>" at its last "since" into the title and the moment.

    Where no time follows ("Errors since the last deploy"), "since" belongs to the title.

    Raises:
        FutureTime: the time lies more than two minutes ahead of `now`.
        UnreadableTime: what follows speaks of a time (a number, a day) and can't be read for sure.
    """
    divided = _divide_at_since(text)
    if divided is None:
        return text, None
    title, tail = divided
    try:
        moment = read_moment(tail, now, zone)
        if moment.until is not None:
            raise UnreadableTime(f"{quote('since ' + tail)} has two times", "write one, like `since 14:00`")
    except UnreadableTime as refusal:
        if not _TALKS_OF_TIME.search(tail):
            return text, None
        raise refusal.with_way_out(NO_SINCE_IS_A_WAY_OUT) from None
    return title, moment


def needs_zone(text: str) -> bool:
    """Whether the time that a text begins with means another instant to a person in another zone.

    False for "10 minutes ago", for a time with UTC or an offset, and where there is no readable time.
    """
    if _FOUR_DIGITS.fullmatch(plain(text.strip())):
        return True
    try:
        found = take_phrase(plain(text.lstrip()))
    except UnreadableTime:
        return False
    return found is not None and _depends_on_zone(found)


def since_needs_zone(text: str) -> bool:
    """The same as `needs_zone`, for the time behind the last "since" of a title."""
    divided = _divide_at_since(text)
    return divided is not None and needs_zone(divided[1])


def _depends_on_zone(phrase: Phrase) -> bool:
    if not isinstance(phrase.said, Span):
        return False  # "10 minutes ago", or Slack's own form of a moment
    return any(zone is None or not zone.is_same_for_everybody for zone in phrase.said.zones)


def _divide_at_since(text: str) -> tuple[str, str] | None:
    found = next(reversed(list(_SINCE.finditer(text))), None)
    if found is None or not text[found.end() :].strip():
        return None
    title, tail = text[: found.start()], text[found.end() :].strip()
    if title.endswith(("(", "[")) and tail.rstrip(".").endswith((")", "]")):
        title, tail = title[:-1], tail.rstrip(".")[:-1].rstrip()
    return title.rstrip(_JOINT_OF_SINCE), tail


def _without_separator(text: str, at: int) -> str:
    separator = None if _EMOJI.match(text, at) else _SEPARATOR.match(text, at)
    at = separator.end() if separator else at
    space = _SPACE.match(text, at)
    return text[space.end() if space else at :]
