"""The day and time of a meeting, as people write them, and the moment that they mean."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.incidents.review_meetings import MeetingUnreadable, NoSuchTime, Said, moment, read

WEDNESDAY = date(2026, 12, 2)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-12-03 14:00", Said(date(2026, 12, 3), time(14), False, 45, "")),
        ("tomorrow at 9:30 UTC", Said(date(2026, 12, 3), time(9, 30), True, 45, "")),
        ("friday 2pm for 30 minutes", Said(date(2026, 12, 4), time(14), False, 30, "")),
        ("fri 12am 1h Five whys", Said(date(2026, 12, 4), time(0), False, 60, "Five whys")),
        (
            "Friday, 14.30, 60: What we learned",
            Said(date(2026, 12, 4), time(14, 30), False, 60, "What we learned"),
        ),
        ("3 dec 14:00 5 whys", Said(date(2026, 12, 3), time(14), False, 45, "5 whys")),
        ("today 23:59  a   b", Said(WEDNESDAY, time(23, 59), False, 45, "a b")),
    ],
)
def test_a_day_a_time_a_length_and_a_title(text: str, said: Said) -> None:
    assert read(text, WEDNESDAY) == said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "14:00",
        "friday",
        "yesterday 14:00",
        "friday 24:00",
        "friday 13pm",
        "friday 14:00 2h",
        "03/04 14:00",
    ],
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(MeetingUnreadable, match="/postmortem meeting friday 14:00"):
        read(text, WEDNESDAY)


def test_a_time_is_that_of_the_zone() -> None:
    assert moment(date(2026, 12, 3), time(14), BERLIN) == datetime(2026, 12, 3, 13, tzinfo=UTC)
    assert moment(date(2026, 7, 3), time(14), BERLIN) == datetime(2026, 7, 3, 12, tzinfo=UTC)


def test_one_that_the_clocks_skip_is_refused_and_of_one_that_comes_twice_the_first_is_meant() -> None:
    with pytest.raises(NoSuchTime, match="Europe/Berlin"):
        moment(date(2027, 3, 28), time(2, 30), BERLIN)

    assert moment(date(2026, 10, 25), time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
