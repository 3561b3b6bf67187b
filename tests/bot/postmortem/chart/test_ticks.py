"""The ticks of the time axis: even on the zone's own clock, also where that changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.postmortem.chart.ticks import Spanning, ticks

NEW_YORK = ZoneInfo("America/New_York")


def labels(since: datetime, until: datetime, zone: ZoneInfo, most: int = 9) -> list[str]:
    span = Spanning(since, until, zone)
    return [f"{tick.label} {tick.under}".strip() for tick in ticks(span, [(since, until)], most)]


def test_ticks_are_even_on_the_zone_s_own_clock() -> None:
    since = datetime(2023, 9, 10, 14, 7, tzinfo=UTC)

    assert labels(since, since + timedelta(hours=2), ZoneInfo("Asia/Kathmandu")) == [
        *("20:00", "20:15", "20:30", "20:45", "21:00", "21:15", "21:30", "21:45")
    ]


def test_the_hour_that_comes_twice_is_marked_twice_and_the_new_clock_named() -> None:
    since = datetime(2023, 11, 5, 4, 30, tzinfo=UTC)

    assert labels(since, since + timedelta(hours=4), NEW_YORK) == [
        *("00:30 EDT", "01:00", "01:30", "01:00 EST", "01:30", "02:00", "02:30", "03:00", "03:30")
    ]


def test_the_hour_that_is_skipped_is_not_marked() -> None:
    since = datetime(2023, 3, 12, 6, tzinfo=UTC)

    assert labels(since, since + timedelta(hours=2, minutes=30), NEW_YORK, most=6) == [
        *("01:00 EST", "01:30", "03:00 EDT", "03:30", "04:00", "04:30")
    ]


def test_days_are_named_where_they_begin() -> None:
    since = datetime(2023, 9, 10, 20, tzinfo=UTC)

    assert labels(since, since + timedelta(hours=10), ZoneInfo("UTC"), most=6) == [
        *("20:00 Sun 10 Sep", "22:00", "00:00 Mon 11 Sep", "02:00", "04:00", "06:00")
    ]


@given(
    since=st.integers(31_536_000, 4_102_444_800),
    seconds=st.floats(1, 400 * 86400),
    zone=st.sampled_from(["UTC", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata"]),
)
def test_ticks_are_few_in_order_and_within_the_time_shown(since: int, seconds: float, zone: str) -> None:
    begin = datetime.fromtimestamp(since, UTC)
    span = Spanning(begin, begin + timedelta(seconds=seconds), ZoneInfo(zone))
    found = [tick.at for tick in ticks(span, [(span.since, span.until)], most=9)]

    assert len(found) <= 13
    assert found == sorted(set(found))
    assert all(span.since <= moment <= span.until for moment in found)
