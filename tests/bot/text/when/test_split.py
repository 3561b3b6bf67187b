"""Times in front of a text and behind "since": where they end, and that no word of the text is lost."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.text.when import (
    FutureTime,
    Moment,
    UnreadableTime,
    needs_zone,
    since_needs_zone,
    split_leading_moment,
    split_since,
)

ZURICH = ZoneInfo("Europe/Zurich")
NOW = datetime(2023, 9, 13, 15, 30, tzinfo=UTC)  # a Wednesday, 17:30 in Zurich


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def assert_helpful(refusal: UnreadableTime) -> None:
    """One sentence, on one line, that shows something to write."""
    assert refusal.sentence.endswith(".")
    assert "\n" not in refusal.sentence
    assert refusal.sentence.count("`") >= 2
    assert refusal.sentence.count("`") % 2 == 0
    assert len(refusal.sentence) < 320


# A time and a text --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("14:05 restarted", "restarted"),
        ("14:05: restarted", "restarted"),
        ("14:05, restarted", "restarted"),
        ("14:05 - restarted", "restarted"),
        ("14:05 – restarted", "restarted"),
        ("14:05—restarted", "restarted"),
        ("14:05. Restarted", "Restarted"),
        ("  14:05 restarted", "restarted"),
        ("14:05", ""),
        ("14:05:", ""),
        ("14:05 May deploys paused", "May deploys paused"),
        ("14:05 may 3 be too many?", "may 3 be too many?"),
        ("14:05 sat down with Ann", "sat down with Ann"),
        ("14:05 second deploy", "second deploy"),
        ("14:05 1st attempt failed", "1st attempt failed"),
        ("14:05 3/4 of the pods", "3/4 of the pods"),
        ("14:05 10 minutes of downtime", "10 minutes of downtime"),
        ("14:05 am I right?", "am I right?"),
        ("14:05 yesterday's deploy", "yesterday's deploy"),
        ("14:05 - 3 pods down", "3 pods down"),
        ("14:05: +1 from Ann", "+1 from Ann"),
        ("14:05 to the rescue", "to the rescue"),
        ("14:05 -v flag added", "-v flag added"),
        ("14:05 --force used", "--force used"),
        ("14:05 :fire: database down", ":fire: database down"),
        ("14:05:fire: database down", ":fire: database down"),
        ("14:05\nMay 3 was\n\nworse", "May 3 was\n\nworse"),
        ("14:05\n- first\n- second", "- first\n- second"),
    ],
)
def test_the_text_behind_a_time_keeps_its_words(text: str, rest: str) -> None:
    assert split_leading_moment(text, NOW, ZURICH) == (Moment(utc("2023-09-13T12:05")), rest)


def test_the_longest_time_is_taken() -> None:
    expected = Moment(utc("2022-09-27T13:06"), utc("2022-09-27T13:10"))
    text = "Sep 27 2022 13:06 - 13:10 UTC: hub restarted"
    assert split_leading_moment(text, NOW, ZURICH) == (expected, "hub restarted")
    assert split_leading_moment("2 hours ago the DB fell over", NOW, ZURICH) == (
        Moment(utc("2023-09-13T13:30")),
        "the DB fell over",
    )
    assert split_leading_moment("10 minutes ago", NOW, ZURICH) == (Moment(utc("2023-09-13T15:20")), "")


@pytest.mark.parametrize(
    "text",
    [
        "500 errors on checkout",
        "3 replicas restarted",
        "3/4 of the pods are back",
        "24/7 support was called",
        "1:1 with the vendor",
        "1.25 million requests lost",
        "10.0.0.5:80 refuses",
        "127.0.0.1:8080 refuses",
        "5 minutes of downtime",
        "5 minute timeout hit",
        "5-minute window",
        "5M rows deleted",
        "5 s3 buckets",
        "a second deploy",
        "second deploy",
        "1st attempt failed",
        "Rolled back",
        "May was right",
        "Sun is up",
        "Today's deploy",
        "Mondays are slow",
        "Tomorrow's deploy is off",
        "Now that it is back",
        "now-defunct cluster removed",
        "around 3 pods failed",
        "in 5 minute steps",
        "The 14:05 deploy",
        "Before the incident nobody looked",
        "lasted 5 hours and 26 minutes",
        "between the two regions",
        "for everybody",
        "Q4 2025 plans",
        "All times in UTC.",
        "  ",
        "",
    ],
)
def test_a_text_without_a_time_comes_back_whole(text: str) -> None:
    assert split_leading_moment(text, NOW, ZURICH) == (None, text)
    assert not needs_zone(text)


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-13 14:?? restarted",
        "Dec 17th 22:XX restarted",
        "27/09 restarted",
        "03/04 12:00 restarted",
        "15.26 restarted",
        "25:00 restarted",
        "14:5 restarted",
        "0900 restarted",
        "14:05x restarted",
        "14:05頃 restarted",
        "5pm-ish it broke",
        "at 5 it broke",
        "2-3pm it broke",
        "14:05 +1 from Ann",
        "14:05 -3 replicas",
        "14:05 Monday deploy",
        "14:05 Sep 10 15:00 restarted",
        "(14:05 restarted)",
        "EST 14:05 restarted",
        "by 14:05 restarted",
        "just after midnight it broke",
        "this morning the db fell over",
        "Yesterday the db fell over",
        "on Monday the db fell over",
        "overnight the db fell over",
        "last Monday 14:05 the db fell over",
        "240 minutes down",
        "33h 14m down",
        "for 5 minutes all was down",
        "an hour before the deploy",
        "two minutes later it was back",
        "23:50 rolled back",
        "in 5 minutes we fail over",
        "Tomorrow we roll it out",
    ],
)
def test_a_text_whose_time_is_not_sure_is_refused_with_now_as_the_way_out(text: str) -> None:
    with pytest.raises(UnreadableTime) as refusal:
        split_leading_moment(text, NOW, ZURICH)
    assert "start with `now`" in refusal.value.sentence
    assert "start with `now`" not in refusal.value.reason
    assert_helpful(refusal.value)

    # and the way out works
    assert split_leading_moment(f"now {text}", NOW, ZURICH) == (Moment(NOW), text)


# A title and when it began ------------------------------------------------------------------------


def test_since_says_when_it_began() -> None:
    began = Moment(utc("2023-09-13T12:00"))
    assert split_since("Checkout down since 14:00", NOW, ZURICH) == ("Checkout down", began)
    assert split_since("since 14:00", NOW, ZURICH) == ("", began)
    assert split_since("Slow since v2 Since about 12:00 UTC.", NOW, ZURICH) == (
        "Slow since v2",
        Moment(utc("2023-09-13T12:00"), is_approximate=True),
    )


@pytest.mark.parametrize(
    "text",
    [
        "Checkout is down (since 14:00)",
        "Checkout is down [since 14:00].",
        "Checkout is down, since 14:00",
        "Checkout is down - since 14:00",
        "Checkout is down; since 12:00 UTC",
        "Checkout is down (since 12:00 UTC)",
    ],
)
def test_brackets_and_signs_around_since_stay_in_no_title(text: str) -> None:
    assert split_since(text, NOW, ZURICH) == ("Checkout is down", Moment(utc("2023-09-13T12:00")))


@pytest.mark.parametrize(
    "title",
    [
        "Errors since the last deploy",
        "Errors (since the deploy)",
        "Errors, since the deploy",
        "Down since lunch",
        "Sincere errors",
        "Down since",
        "Checkout down",
        "",
    ],
)
def test_since_may_belong_to_the_title(title: str) -> None:
    assert split_since(title, NOW, ZURICH) == (title, None)


@pytest.mark.parametrize(
    "title",
    [
        "Down since yesterday",
        "Down since 25:00",
        "Down (since 25:00)",
        "Down (since 14:00) again",
        "Down since 2 to 3pm",
        "Down since v2.3",
        "Down since 8:20 - 8:24",
        "Down since this morning",
    ],
)
def test_since_with_a_time_that_is_not_sure_is_refused(title: str) -> None:
    with pytest.raises(UnreadableTime) as refusal:
        split_since(title, NOW, ZURICH)
    assert "leave that part out" in refusal.value.sentence
    assert_helpful(refusal.value)


def test_since_the_future_is_refused() -> None:
    with pytest.raises(FutureTime):
        split_since("Down since 23:50", NOW, ZURICH)


# Whether the person's zone matters ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14:05 restarted", True),
        ("yesterday 23:10 restarted", True),
        ("Sep 27 2017 13:06 restarted", True),
        ("14:05 PST restarted", True),  # means their wall clock to some
        ("8:20 - 8:24 restarted", True),
        ("14:05 UTC restarted", False),
        ("8:20 - 8:24 UTC restarted", False),
        ("2023-09-10T14:00:00+02:00 restarted", False),
        ("14:05 PT restarted", False),
        ("10 minutes ago it restarted", False),
        ("now restarted", False),
        ("restarted at 14:05", False),
        ("25:00 restarted", False),
    ],
)
def test_only_a_time_without_a_zone_needs_the_persons_zone(text: str, expected: bool) -> None:
    assert needs_zone(text) is expected


def test_the_same_for_the_time_behind_since() -> None:
    assert since_needs_zone("Checkout down since 14:00")
    assert not since_needs_zone("Checkout down since 14:00 UTC")
    assert not since_needs_zone("Checkout down since the deploy")
    assert not since_needs_zone("14:00 Checkout down")
