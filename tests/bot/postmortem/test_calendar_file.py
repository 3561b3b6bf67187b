"""The file of a review meeting, as calendars read it (RFC 5545)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from bot.postmortem.review_meeting.calendar_file import MOST_NAMED, Involved, Meeting, calendar_file

MEETING = Meeting(
    uid="inc-7-review-t1@incident-scribe",
    sequence=1,
    starts_at=datetime(2026, 12, 3, 13, 0, tzinfo=UTC),
    minutes=45,
    title="Review of INC-7; checkout, über",
    note="Bring\nnotes",
    link="https://acme.slack.com/docs/T1/F1",
    planned_at=datetime(2026, 11, 30, 12, 0, 5, 7, tzinfo=UTC),
    organizer=Involved("Ana Ferreira"),
    others=[Involved("Ben Okafor"), Involved("Chris")],
)


def read(content: bytes) -> tuple[Calendar, Event]:
    calendar = cast(Calendar, Calendar.from_ical(content))
    (event,) = calendar.walk("VEVENT")
    return calendar, cast(Event, event)


def test_it_is_published_and_names_whom_it_concerns() -> None:
    calendar, event = read(calendar_file(MEETING))

    assert (str(calendar["METHOD"]), str(calendar["VERSION"])) == ("PUBLISH", "2.0")
    assert (str(event["UID"]), int(event["SEQUENCE"])) == (MEETING.uid, 1)
    assert str(event["SUMMARY"]) == MEETING.title
    assert str(event["DESCRIPTION"]) == (
        "Bring\nnotes\n\nThe draft: https://acme.slack.com/docs/T1/F1\n\n"
        "Involved: Ana Ferreira, Ben Okafor, Chris"
    )
    assert str(event["ORGANIZER"]) == "invalid:nomail"
    assert event["ORGANIZER"].params["CN"] == "Ana Ferreira"
    assert "ATTENDEE" not in event
    assert event["DTEND"].dt == datetime(2026, 12, 3, 13, 45, tzinfo=UTC)


def test_with_addresses_it_invites_those_who_have_one() -> None:
    invited = replace(
        MEETING,
        organizer=Involved("Ana", "ana@example.com"),
        others=[Involved('Ben "B"', "ben@example.com"), Involved("Chris")],
    )
    calendar, event = read(calendar_file(invited))

    assert str(calendar["METHOD"]) == "REQUEST"
    assert str(event["ORGANIZER"]) == "mailto:ana@example.com"
    assert str(event["ATTENDEE"]) == "mailto:ben@example.com"
    assert event["ATTENDEE"].params["RSVP"] == "TRUE"
    assert str(event["DESCRIPTION"]).endswith("""Involved: Ana, Ben "B", Chris""")


def test_where_the_organizer_has_no_address_nobody_is_invited() -> None:
    content = calendar_file(replace(MEETING, others=[Involved("Ben", "ben@example.com")]))

    assert b"METHOD:PUBLISH" in content and b"ben@example.com" not in content


def test_the_same_meeting_is_the_same_file() -> None:
    assert calendar_file(MEETING) == calendar_file(replace(MEETING))


def test_a_crowd_is_counted() -> None:
    many = [Involved(f"N{number}") for number in range(MOST_NAMED + 4)]
    _, event = read(calendar_file(replace(MEETING, others=many)))

    assert str(event["DESCRIPTION"]).endswith("and 5 more")


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
)
def test_whatever_people_write_adds_no_line_of_its_own(title: str, note: str, name: str) -> None:
    content = calendar_file(
        replace(MEETING, title=title, note=note, organizer=Involved(name), others=[Involved(name)])
    )

    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    names = [
        line.partition(b":")[0].partition(b";")[0] for line in content.split(b"\r\n") if line[:1] != b" "
    ]
    assert names.count(b"BEGIN") == names.count(b"END") == 2
    assert names.count(b"ORGANIZER") == 1 and b"ATTENDEE" not in names
    _, event = read(content)
    assert str(event["UID"]) == MEETING.uid


def test_cancelled_it_takes_the_same_event_away() -> None:
    cancelled = replace(MEETING, sequence=2, is_cancelled=True)
    calendar, event = read(calendar_file(cancelled))

    assert str(calendar["METHOD"]) == "CANCEL"
    assert (str(event["UID"]), int(event["SEQUENCE"]), str(event["STATUS"])) == (MEETING.uid, 2, "CANCELLED")
    assert str(event["ORGANIZER"]) == "invalid:nomail"
    assert "ATTENDEE" not in event


def test_cancelled_it_tells_those_who_were_invited_and_asks_for_no_answer() -> None:
    invited = replace(
        MEETING,
        organizer=Involved("Ana", "ana@example.com"),
        others=[Involved("Ben", "ben@example.com")],
        is_cancelled=True,
    )
    calendar, event = read(calendar_file(invited))

    assert str(calendar["METHOD"]) == "CANCEL"
    assert str(event["ORGANIZER"]) == "mailto:ana@example.com"
    assert str(event["ATTENDEE"]) == "mailto:ben@example.com"
    assert "RSVP" not in event["ATTENDEE"].params
