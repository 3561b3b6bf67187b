"""Days as people write them; what could be two days, or is past, is refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.action_items import DayUnreadable, read_day
from bot.incidents.action_items.due_day import DayOnly
from bot.incidents.errors import ScribeError

WEDNESDAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("friday", date(2026, 11, 20)),
        ("Fri", date(2026, 11, 20)),
        ("wednesday", date(2026, 11, 25)),  # today's own name means the next
        ("tuesday", date(2026, 11, 24)),
        ("thurs", None),
        ("today", WEDNESDAY),
        ("tomorrow", date(2026, 11, 19)),
        ("2026-12-01", date(2026, 12, 1)),
        ("1 dec", date(2026, 12, 1)),
        ("Dec 1st", date(2026, 12, 1)),
        ("3 January", date(2027, 1, 3)),
        ("3 January 2028", date(2028, 1, 3)),
        ("in 2 weeks", date(2026, 12, 2)),
        ("in 3 days", date(2026, 11, 21)),
        ("end of month", date(2026, 11, 30)),
        ("the end of the week", date(2026, 11, 20)),
        ("next friday", None),  # this week's, or the week after's?
        ("next wednesday", date(2026, 11, 25)),
        ("next monday", date(2026, 11, 23)),
        ("next sunday", None),
        ("03/04", None),
        ("2026-11-17", None),
        ("2026-02-30", None),
        ("30 feb", None),
        ("2099-01-01", None),
        ("fridays", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_day_is_read_or_refused(said: str, day: date | None) -> None:
    if day is None:
        with pytest.raises(DayUnreadable):
            read_day(said, WEDNESDAY)
    else:
        assert read_day(f"{said}: Add an index", WEDNESDAY) == (day, ": Add an index")


@given(st.text(max_size=30), st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_whatever_was_written_is_read_as_a_day_to_come_or_refused(said: str, today: date) -> None:
    try:
        day, rest = read_day(said, today)
    except DayUnreadable as problem:
        assert problem.sentence.count("`") == 10
    else:
        assert day >= today
        assert said.endswith(rest)


def test_the_next_monday_is_not_guessed_on_a_sunday() -> None:
    with pytest.raises(DayUnreadable):
        read_day("next monday", date(2026, 11, 22))
    assert read_day("monday", date(2026, 11, 22)) == (date(2026, 11, 23), "")


@pytest.mark.parametrize(("said", "example"), [("1 sep", "2024-09-01"), ("sep 12", "2024-09-12")])
def test_a_day_that_has_just_passed_is_asked_for_with_its_year(said: str, example: str) -> None:
    with pytest.raises(ScribeError) as refusal:
        read_day(said, date(2023, 9, 13))

    assert example in refusal.value.sentence


@pytest.mark.parametrize(
    "said", ["friday 5pm", "tomorrow at noon", "2023-09-15 14:05", "friday at 9", "monday, morning"]
)
def test_a_time_of_the_day_is_refused_and_not_taken_for_the_text(said: str) -> None:
    with pytest.raises(DayOnly) as refusal:
        read_day(f"{said} fix the index", date(2023, 9, 13))

    assert "`by friday`" in refusal.value.sentence


def test_a_day_without_a_year_may_be_months_ahead() -> None:
    assert read_day("1 may fix", date(2023, 9, 13)) == (date(2024, 5, 1), "fix")
