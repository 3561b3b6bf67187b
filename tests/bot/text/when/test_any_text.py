"""Times in whatever people may type: read back exactly or refused, with nothing lost and in no long time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text.when import (
    Moment,
    UnreadableTime,
    needs_zone,
    read_moment,
    since_needs_zone,
    split_leading_moment,
    split_since,
)

ZURICH = ZoneInfo("Europe/Zurich")
NOW = datetime(2023, 9, 13, 15, 30, tzinfo=UTC)  # a Wednesday, 17:30 in Zurich
LATER = datetime(2038, 1, 1, tzinfo=UTC)
LONG = 100_000

instants = st.integers(0, int(66 * 365.25 * 86_400) * 1_000_000).map(
    lambda microseconds: datetime(1971, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
)
offsets = st.integers(-48, 56).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
zones = st.sampled_from(
    ("Europe/Zurich", "Europe/London", "America/Chicago", "America/Los_Angeles", "Asia/Kolkata", "UTC")
).map(ZoneInfo)

ZONED_FORMS = (
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S %z",
    "%a %b %d %H:%M:%S %Y %z",
    "%d/%b/%Y:%H:%M:%S %z",
)


@given(instants, offsets)
def test_iso_8601_reads_back_exactly(at: datetime, offset: timezone) -> None:
    there = at.astimezone(offset)
    for phrase in (there.isoformat(), str(there), there.isoformat().replace(".", ",")):
        assert read_moment(phrase, LATER, ZURICH) == Moment(at)


@given(instants, offsets, st.sampled_from(ZONED_FORMS))
def test_a_time_with_its_offset_reads_back_exactly(at: datetime, offset: timezone, form: str) -> None:
    second = at.replace(microsecond=0)
    assert read_moment(second.astimezone(offset).strftime(form), LATER, ZURICH) == Moment(second)


LOCAL_FORMS = (
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %I:%M %p",
    "%Y-%m-%d %H.%M",
    "%Y %B %d %H:%M",
    "%B %d, %Y: %I:%M%p",
    "%b %d %Y %H:%M",
    "%A, %d %B %Y at %H:%M",
    "%d. %b %Y, %H:%M",
    "%H:%M %d %B %Y",
    "%I:%M %p %A %b %d, %Y",
)


@given(instants, zones, st.sampled_from(LOCAL_FORMS))
def test_a_local_time_reads_back_exactly_unless_it_happened_twice(
    at: datetime, zone: ZoneInfo, form: str
) -> None:
    minute = at.replace(second=0, microsecond=0)
    local = minute.astimezone(zone)
    if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
        with pytest.raises(UnreadableTime, match="twice"):
            read_moment(local.strftime(form), LATER, zone)
    else:
        assert read_moment(local.strftime(form), LATER, zone) == Moment(minute)


TIME_LIKE = (
    "14:05|9:05|25:00|3pm|15.26|14:05:30|14:??|am|PM|3|500|2023|2023-09-10|27/09|03/04|3/4|Sep|May|may|10th|"
    "Monday|sat|today|yesterday|tomorrow|now|ago|10 minutes|2h|an hour|2 days|5M|UTC|UTC+2|+0200|-03:00|PST|"
    "CST|(CET)|~|ca.|around|on|at|from|to|between|and|since|by|for|later|of|that|-|–|:|,|.|[|]|`|*|T|Z| | | |"
    "\n|\u202f|’s|頃|deploy|٣"
)
FRAGMENTS = TIME_LIKE.split("|")
phrases = st.lists(st.sampled_from(FRAGMENTS), max_size=9)
texts = st.one_of(st.text(), phrases.map("".join), phrases.map(" ".join))


@given(texts, zones)
@example("10 minutes ago yesterday", ZURICH)
@example("999999999999 days ago 14:05", ZURICH)
@example("٣pm ſept 1 14:05", ZURICH)
def test_any_text_is_split_or_refused_and_loses_nothing(text: str, zone: ZoneInfo) -> None:
    needs_zone(text)
    try:
        moment, rest = split_leading_moment(text, NOW, zone)
    except UnreadableTime as refusal:
        assert "\n" not in refusal.sentence
        return
    if moment is None:
        assert rest == text
        return
    assert moment.at <= NOW + timedelta(minutes=2)
    assert text.endswith(rest)
    # What was taken from the text is a time and a separator, and says the same on its own.
    taken = text[: len(text) - len(rest)]
    assert split_leading_moment(taken, NOW, zone) == (moment, "")


@given(texts, zones)
def test_any_title_is_split_or_refused_and_loses_nothing(text: str, zone: ZoneInfo) -> None:
    since_needs_zone(text)
    try:
        title, moment = split_since(text, NOW, zone)
    except UnreadableTime as refusal:
        assert "\n" not in refusal.sentence
        return
    assert text.startswith(title)
    assert title == text if moment is None else moment.until is None


@given(
    st.text(),
    st.sampled_from(("14:05: ", "14:05 - ", "now ", "10 minutes ago, ", "2023-09-10 14:00 UTC ")),
)
def test_a_text_behind_a_time_survives_to_the_letter(text: str, time_and_separator: str) -> None:
    _, rest = split_leading_moment(f"{time_and_separator}checkout{text}", NOW, ZURICH)
    assert rest == f"checkout{text}"


@pytest.mark.parametrize("filler", [" ", "1", "since ", "14:05 ", "1h", "a ", "-", "?", "\u00a0", "Sep 1 "])
def test_a_long_text_is_read_or_refused(filler: str) -> None:
    """Quadratic reading would take hours."""
    for text in (filler * LONG, f"14:05{filler * LONG}x", f"10 minutes{filler * LONG}ago"):
        for split, keeps in ((split_leading_moment, str.endswith), (split_since, str.startswith)):
            try:
                parts = split(text[:LONG], NOW, ZURICH)
            except UnreadableTime as refusal:
                assert refusal.sentence
            else:
                assert all(keeps(text[:LONG], part) for part in parts if isinstance(part, str))
