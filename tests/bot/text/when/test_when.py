"""Times as people write them: what is read, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.text.when import FutureTime, Moment, UnreadableTime, read_moment, split_leading_moment
from tests.published import time_phrases

ZURICH = ZoneInfo("Europe/Zurich")
LONDON = ZoneInfo("Europe/London")
CHICAGO = ZoneInfo("America/Chicago")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
KOLKATA = ZoneInfo("Asia/Kolkata")
UTC_ZONE = ZoneInfo("UTC")
NOW = datetime(2023, 9, 13, 15, 30, tzinfo=UTC)  # a Wednesday, 17:30 in Zurich


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def read(phrase: str, now: datetime = NOW, zone: ZoneInfo = ZURICH) -> Moment:
    return read_moment(phrase, now, zone)


# The phrases of published incident timelines ------------------------------------------------------

READ_IN_TEXT = {
    "10AM CET",
    "11AM",
    "2018-07-07 18:32:27.000 CEST",
    "2023-05-02 03:01:18.935901",
    "2025-09-29T16:54:16.154136Z",
    "3 hours ago",
    "30 minutes ago",
    "3pm",
    "6am",
    "8 pm UTC",
    "9am PST",
    "Mon May 10 19:03:52 2021 +0900",
    "November 14, 2025, 15:02 UTC",
    "On May 9th 2021 at 6:48AM PDT",
    "On Nov 1, 2021 at approximately 09:45 am UTC",
    "On Tuesday, December 13th, 2022 at roughly 18:52 UTC",
    "approximately 09:45 am UTC",
    "around 17:20",
    "around 3:50 PM UTC",
    "around 9:52am",
    "between 12:17 and 12:30 UTC",
    "between 2019-02-25 23:04 and 2019-02-26 08:12",
    "ca 18:30 CEST",
    "from 16:58 to 18:46 UTC",
    "on September 3, 2020 at 13:57 (CEST)",
}
# Complete too, but only within days.
READ_WITHIN_DAYS = {
    "On Sunday, October 31 at 21:33 PT": "2021-11-01",
    "on Tuesday, March 19, 10:36 UTC": "2024-03-19",
    "November 11, 16:02 UTC": "2025-11-11",
}


@pytest.mark.corpus
def test_every_published_entry_is_read_as_its_author_meant_it() -> None:
    entries = [row for row in time_phrases() if row["kind"] == "entry"]
    assert len(entries) >= 30
    for row in entries:
        at = datetime.fromisoformat(row["expected_at"])
        until = datetime.fromisoformat(row["expected_until"]) if row["expected_until"] else None
        now = at.astimezone(UTC) + timedelta(hours=5)
        moment = Moment(at, until, row["approx"] == "~")

        assert read(row["phrase"], now, ZoneInfo(row["timezone"])) == moment, row["phrase"]
        text = f"{row['phrase']} Rolled back"
        assert split_leading_moment(text, now, ZoneInfo(row["timezone"])) == (moment, "Rolled back"), text


@pytest.mark.corpus
def test_published_phrases_that_name_no_instant_are_refused_with_a_sentence() -> None:
    rows = [row for row in time_phrases() if row["kind"] != "entry"]
    assert len(rows) >= 80
    for row in rows:
        phrase = row["phrase"]
        if phrase in READ_IN_TEXT or phrase in READ_WITHIN_DAYS:
            continue
        with pytest.raises(UnreadableTime) as refusal:
            read(phrase, utc("2025-12-20T23:55"), UTC_ZONE)
        assert_helpful(refusal.value)


@pytest.mark.corpus
def test_published_phrases_in_running_text_are_read_when_they_are_unmistakable() -> None:
    phrases = {row["phrase"] for row in time_phrases()}
    for phrase in READ_IN_TEXT & phrases:
        assert read(phrase, utc("2025-12-20T21:55"), UTC_ZONE).at.tzinfo is UTC
    for phrase, day in READ_WITHIN_DAYS.items():
        assert read(phrase, utc(f"{day}T23:55"), UTC_ZONE).at.date() == utc(f"{day}T00:00").date()


def assert_helpful(refusal: UnreadableTime) -> None:
    """One sentence, on one line, that shows something to write."""
    assert refusal.sentence.endswith(".")
    assert "\n" not in refusal.sentence
    assert refusal.sentence.count("`") >= 2
    assert refusal.sentence.count("`") % 2 == 0
    assert len(refusal.sentence) < 320


# What is read -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("14:05", "2023-09-13T12:05"),
        ("14:05:30", "2023-09-13T12:05:30"),
        ("14:05:30,810", "2023-09-13T12:05:30.810"),
        ("2:05pm", "2023-09-13T12:05"),
        ("2:05 PM", "2023-09-13T12:05"),
        ("2:05\u202fPM", "2023-09-13T12:05"),
        ("2:05 p.m.", "2023-09-13T12:05"),
        ("12:45 AM", "2023-09-12T22:45"),
        ("12pm", "2023-09-13T10:00"),
        ("3pm", "2023-09-13T13:00"),
        ("[08:47]", "2023-09-13T06:47"),
        ("`08:47`", "2023-09-13T06:47"),
        ("*08:47*", "2023-09-13T06:47"),
        ("today 14:05", "2023-09-13T12:05"),
        ("today at 14:05.", "2023-09-13T12:05"),
        ("yesterday 23:10", "2023-09-12T21:10"),
        ("23:10 yesterday", "2023-09-12T21:10"),
        ("2 days ago 14:05", "2023-09-11T12:05"),
        ("Monday 14:05", "2023-09-11T12:05"),
        ("Wednesday, 14:05", "2023-09-13T12:05"),
        ("Thu 14:05", "2023-09-07T12:05"),
        ("14:05 on Monday", "2023-09-11T12:05"),
        ("2023-09-10 14:00 UTC", "2023-09-10T14:00"),
        ("2023-09-10 14:00 UTC+2", "2023-09-10T12:00"),
        ("2023-09-10 14:00 UTC+5:30", "2023-09-10T08:30"),
        ("2023-09-10 14:00 (UTC−4)", "2023-09-10T18:00"),
        ("2023-09-10 14:00 +0200", "2023-09-10T12:00"),
        ("2023-09-10T14:00Z", "2023-09-10T14:00"),
        ("2023-09-10T14:00:05.810-03:30", "2023-09-10T17:30:05.810"),
        ("2023-09-10 14:00:05+00", "2023-09-10T14:00:05"),
        ("2023/9/1 9:05", "2023-09-01T07:05"),
        ("2023-09-10 15.26", "2023-09-10T13:26"),
        ("10/Sep/2023:14:00:00 +0000", "2023-09-10T14:00"),
        ("Sep 10 14:00", "2023-09-10T12:00"),
        ("Sept. 10th, 2023, 2pm", "2023-09-10T12:00"),
        ("10 September 14:00", "2023-09-10T12:00"),
        ("10th of September 2023 at 14:00", "2023-09-10T12:00"),
        ("14:00 on 10 Sep 2022 UTC", "2022-09-10T14:00"),
        ("Sun Sep 10 14:00:00 2023", "2023-09-10T12:00"),
        ("08/27/2022 21:47", "2022-08-27T19:47"),
        ("09/09 12:00", "2023-09-09T10:00"),
        ("14:05 PT yesterday", "2023-09-12T21:05"),
        ("14:05 Europe/Berlin", "2023-09-13T12:05"),
        ("10 minutes ago", "2023-09-13T15:20"),
        ("an hour ago", "2023-09-13T14:30"),
        ("2h ago", "2023-09-13T13:30"),
        ("1h 20m ago", "2023-09-13T14:10"),
        ("1h20m ago", "2023-09-13T14:10"),
        ("1 hour and 20 minutes ago", "2023-09-13T14:10"),
        ("90s ago", "2023-09-13T15:28:30"),
        ("1.5 hours ago", "2023-09-13T14:00"),
        ("Half an hour ago", "2023-09-13T15:00"),
        ("ten minutes ago", "2023-09-13T15:20"),
        ("now", "2023-09-13T15:30"),
        ("just now", "2023-09-13T15:30"),
    ],
)
def test_a_time_as_people_write_it(phrase: str, expected: str) -> None:
    assert read(phrase) == Moment(utc(expected))


@pytest.mark.parametrize(
    ("phrase", "at", "until"),
    [
        ("8:20 - 8:24", "06:20", "06:24"),
        ("8:20–8:24", "06:20", "06:24"),
        ("from 8:20 to 8:24", "06:20", "06:24"),
        ("between 8:20 UTC and 8:24", "08:20", "08:24"),
        ("8:20 - 8:24 UTC", "08:20", "08:24"),
        ("1pm - 3pm", "11:00", "13:00"),
        ("02:00-03:00", "00:00", "01:00"),
    ],
)
def test_a_range_has_an_end_and_its_zone_holds_for_both(phrase: str, at: str, until: str) -> None:
    assert read(phrase) == Moment(utc(f"2023-09-13T{at}"), utc(f"2023-09-13T{until}"))


def test_a_range_may_cross_midnight() -> None:
    assert read("yesterday 23:50 - 00:10") == Moment(utc("2023-09-12T21:50"), utc("2023-09-12T22:10"))
    assert read("2023-09-10 23:50 - 2023-09-12 00:10") == Moment(
        utc("2023-09-10T21:50"), utc("2023-09-11T22:10")
    )


@pytest.mark.parametrize(
    "about", ["~", "~ ", "ca. ", "ca ", "about ", "around ", "approximately ", "at roughly "]
)
def test_an_approximate_time_says_so(about: str) -> None:
    assert read(f"{about}14:05") == Moment(utc("2023-09-13T12:05"), is_approximate=True)


def test_a_date_without_a_year_is_the_latest_that_is_not_ahead_if_that_is_within_days() -> None:
    now = utc("2024-01-03T10:00")
    assert read("Dec 30 14:00 UTC", now).at == utc("2023-12-30T14:00")
    assert read("Jan 2 14:00 UTC", now).at == utc("2024-01-02T14:00")
    assert read("Feb 29 14:00 UTC", utc("2024-03-02T10:00")).at == utc("2024-02-29T14:00")


@pytest.mark.parametrize(
    ("phrase", "example"),
    [
        ("27/08 21:47", "2023-08-27 21:47"),
        ("Sep 2 14:00", "2023-09-02 14:00"),
        ("Sep 20 14:00", "2022-09-20 14:00"),
        ("Feb 29 14:00", "2023-02-29 14:00"),
    ],
)
def test_an_older_date_without_a_year_is_asked_for_with_its_year(phrase: str, example: str) -> None:
    with pytest.raises(UnreadableTime) as refusal:
        read(phrase)
    assert "which year" in refusal.value.sentence
    assert f"`{example}`" in refusal.value.sentence


def test_a_day_is_counted_in_the_zone_that_was_written() -> None:
    # Given 23:30 in Los Angeles, where the 12th has not ended, and 06:30 of the 13th in UTC
    now = utc("2023-09-13T06:30")
    assert read("05:00 UTC", now, LOS_ANGELES).at == utc("2023-09-13T05:00")
    assert read("yesterday 23:10 UTC", now, LOS_ANGELES).at == utc("2023-09-12T23:10")
    assert read("22:00", now, LOS_ANGELES).at == utc("2023-09-13T05:00")


# Zone abbreviations -------------------------------------------------------------------------------


def test_an_abbreviation_of_the_persons_own_zone_means_their_wall_clock() -> None:
    assert read("2021-10-30 12:45 PST", zone=LOS_ANGELES).at == utc("2021-10-30T19:45")
    assert read("2023-07-01 12:00 CET").at == utc("2023-07-01T10:00")
    assert read("2023-07-01 12:00 BST", zone=LONDON).at == utc("2023-07-01T11:00")
    assert read("2023-07-01 12:00 CST", zone=CHICAGO).at == utc("2023-07-01T17:00")
    assert read("2023-07-01 12:00 CST", zone=ZoneInfo("Asia/Shanghai")).at == utc("2023-07-01T04:00")
    assert read("2023-07-01 12:00 IST", zone=KOLKATA).at == utc("2023-07-01T06:30")


def test_an_abbreviation_of_another_family_means_its_offset() -> None:
    assert read("2021-10-30 23:00 MST", zone=LOS_ANGELES).at == utc("2021-10-31T06:00")
    assert read("2023-07-01 12:00 PST").at == utc("2023-07-01T20:00")
    assert read("2023-07-01 12:00 cest", zone=CHICAGO).at == utc("2023-07-01T10:00")
    assert read("2023-07-01 12:00 GMT", zone=LONDON).at == utc("2023-07-01T12:00")


@pytest.mark.parametrize(
    ("name", "offered"),
    [("CST", "America/Chicago"), ("IST", "Asia/Kolkata"), ("ist", "Asia/Kolkata"), ("WAT", "UTC+5:30")],
)
def test_an_abbreviation_with_several_meanings_is_refused(name: str, offered: str) -> None:
    with pytest.raises(UnreadableTime) as refusal:
        read(f"14:05 {name}")
    assert f"`{name.upper()}` stands for more than one" in refusal.value.sentence
    assert offered in refusal.value.sentence


# Summer time --------------------------------------------------------------------------------------


def test_a_local_time_that_was_skipped_is_refused_with_its_offset() -> None:
    with pytest.raises(
        UnreadableTime, match=r"no `2023-03-26 02:30` in Europe/Zurich.*`2023-03-26 02:30 UTC\+1`"
    ):
        read("2023-03-26 02:30")


def test_a_local_time_that_happened_twice_is_refused_until_it_has_its_offset() -> None:
    with pytest.raises(UnreadableTime, match=r"twice in Europe/Zurich.*02:30 UTC\+2`.*02:30 UTC\+1`"):
        read("2022-10-30 02:30")
    assert read("2022-10-30 02:30 UTC+2").at == utc("2022-10-30T00:30")
    assert read("2022-10-30 02:30 UTC+1").at == utc("2022-10-30T01:30")


def test_the_name_of_summer_or_winter_time_tells_the_two_apart() -> None:
    assert read("2022-11-06 01:30 PDT", zone=LOS_ANGELES).at == utc("2022-11-06T08:30")
    assert read("2022-11-06 01:30 PST", zone=LOS_ANGELES).at == utc("2022-11-06T09:30")


# The future ---------------------------------------------------------------------------------------


def test_a_bare_clock_ahead_of_now_is_refused_with_yesterday_as_advice() -> None:
    with pytest.raises(FutureTime, match="`yesterday 23:50`"):
        read("23:50")
    with pytest.raises(FutureTime, match="`yesterday 18:00 UTC`"):
        read("~18:00 UTC")


@pytest.mark.parametrize(
    "phrase",
    [
        "tomorrow 10:00",
        "2023-09-14 10:00",
        "9999-12-31 23:59",
        "14:05 - 18:00",
        "Wednesday 18:00",
        "Sep 13 18:00",
    ],
)
def test_the_future_is_refused(phrase: str) -> None:
    with pytest.raises(FutureTime) as refusal:
        read(phrase)
    assert_helpful(refusal.value)


def test_two_minutes_ahead_are_a_difference_of_clocks() -> None:
    assert read("17:32").at == utc("2023-09-13T15:32")
    with pytest.raises(FutureTime):
        read("17:33")
    # and around New Year a date without a year is not a year ago for it
    assert read("Jan 1 00:00 UTC", utc("2023-12-31T23:59")).at == utc("2024-01-01T00:00")


# What is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "why"),
    [
        ("", "no time"),
        ("25:00", "no hour 25"),
        ("14:75", "no minute 75"),
        ("23:59:60", "no second 60"),
        ("13pm", "no `13pm`"),
        ("2023-02-30 10:00", "February 2023 has no day 30"),
        ("2023-13-01 10:00", "no month 13"),
        ("Feb 30 10:00", "February has no day 30"),
        ("0001-01-01 10:00", "too long ago"),
        ("Tue Sep 11 14:05", "11 September 2023 was a Monday"),
        ("03/04 12:00", "3 April or 4 March"),
        ("03-04-2023 12:00", "3 April or 4 March"),
        ("0:30 pm", "midnight or after noon"),
        ("1:30 - 3pm", "half of the day"),
        ("1:30pm - 3:00", "half of the day"),
        ("13:30 - 13:00", "ends before it begins"),
        ("14:05 - 14:??", "end of the range"),
        ("14:05 - 2023-09-10 15:00", "on which day"),
        ("2023-09-10 01:00-03:00", "range or has an offset"),
        ("14:05 UTC +2", "holds an offset"),
        ("14:05 UTC+25", "No place on earth"),
        ("14:05 Central Time", "more than one time zone"),
        ("2 days ago", "names a day"),
        ("999999 hours ago", "longer ago"),
        ("240 minutes", "write `240 minutes ago`"),
        ("2 hours and 2 minutes", "length of time"),
        ("a few minutes ago", "no exact time"),
        ("1-3 hours ago", "no exact time"),
        ("3 hours later", "counts from a moment"),
        ("by 15:56 UTC", "leaves open"),
        ("this morning", "no exact time"),
        ("last night", "no exact time"),
        ("around 3ish", "no exact time"),
        ("27/09", "on which day, and not when"),
        ("yesterday", "on which day, and not when"),
        ("Q4 2025", "can't read `Q4 2025`"),
        ("14:05 or so", "can't tell which time"),
    ],
)
def test_what_is_not_sure_is_refused_and_says_why(phrase: str, why: str) -> None:
    with pytest.raises(UnreadableTime) as refusal:
        read(phrase)
    assert why in refusal.value.sentence
    assert_helpful(refusal.value)


def test_a_refusal_quotes_the_person_shortly_and_cannot_be_broken_by_backticks() -> None:
    with pytest.raises(UnreadableTime) as refusal:
        read("the `time`\nwhen everything broke " + "x" * 40_000)
    assert "`the time when everything broke" in refusal.value.sentence
    assert_helpful(refusal.value)
