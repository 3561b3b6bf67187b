from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.text.spans import between, date_and_clock, in_words, occurrence


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=45.9), "45 s"),
        (timedelta(minutes=15), "15 min"),
        (timedelta(minutes=90, seconds=59), "1 h 30 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(days=2, hours=1, minutes=29), "2 d 1 h 29 min"),
        (timedelta(days=1, minutes=5), "1 d 5 min"),
    ],
)
def test_a_span_reads_as_people_say_it(span: timedelta, words: str) -> None:
    assert in_words(span) == words


def test_a_negative_span_has_no_words() -> None:
    with pytest.raises(ValueError, match="negative"):
        in_words(timedelta(seconds=-1))


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("14:00:10", "15:30:05", "1 h 30 min"),  # 1 h 29 min 55 s, but the reader sees 14:00 and 15:30
        ("14:00:59", "14:02:00", "2 min"),
        ("14:00:50", "14:01:20", "30 s"),
    ],
)
def test_minutes_are_counted_between_the_minutes_shown(start: str, end: str, words: str) -> None:
    day = "2023-09-10T"
    assert between(datetime.fromisoformat(f"{day}{start}Z"), datetime.fromisoformat(f"{day}{end}Z")) == words


def test_an_instant_carries_date_and_zone() -> None:
    moment = datetime(2023, 9, 10, 22, 30, 59, tzinfo=UTC)
    assert date_and_clock(moment, ZoneInfo("UTC")) == "2023-09-10 22:30 UTC"
    assert date_and_clock(moment, ZoneInfo("Europe/Copenhagen")) == "2023-09-11 00:30 CEST"
    assert date_and_clock(moment, ZoneInfo("America/Sao_Paulo")) == "2023-09-10 19:30 UTC-03"


@pytest.mark.parametrize(
    ("until", "is_approximate", "words"),
    [
        (None, False, "2023-10-29 02:30 CEST"),
        (None, True, "~2023-10-29 02:30 CEST"),
        (timedelta(minutes=25), False, "2023-10-29 02:30–02:55 CEST"),
        (timedelta(seconds=20), False, "2023-10-29 02:30 CEST"),
        (
            timedelta(minutes=40),
            False,
            "2023-10-29 02:30 CEST – 2023-10-29 02:10 CET",
        ),  # the clocks went back
        (timedelta(days=1), True, "~2023-10-29 02:30 CEST – 2023-10-30 01:30 CET"),
    ],
)
def test_an_occurrence_is_exact_about_what_it_knows(
    until: timedelta | None, is_approximate: bool, words: str
) -> None:
    start = datetime(2023, 10, 29, 0, 30, tzinfo=UTC)
    end = start + until if until else None
    assert occurrence(start, end, is_approximate, ZoneInfo("Europe/Copenhagen")) == words
