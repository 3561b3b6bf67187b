"""An app that changes its message says that something happened, then; a ticker makes no two hundred lines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.app_edits import MOST_TOLD, Version, course, meaning

SAID = datetime(2023, 9, 10, 14, 25, tzinfo=UTC)


def version(minutes: float, text: str, *, is_approximate: bool = False) -> Version:
    return Version(SAID + timedelta(minutes=minutes), text, is_approximate)


def told(*versions: Version) -> tuple[str | None, list[tuple[int, str]]] | None:
    """The first text, and what it became: minutes after it was said, and in which words."""
    found = course(SAID, versions)
    if found is None:
        return None
    return found.first, [
        (round((change.at - SAID).total_seconds() / 60), change.in_words) for change in found.changes
    ]


def test_an_alert_that_was_never_changed_has_no_course() -> None:
    assert told(version(0, "FIRING")) is None
    assert told(version(0, "FIRING"), version(5, "FIRING")) is None


def test_an_alert_that_is_resolved_said_so_when_it_was_changed() -> None:
    assert told(version(0, "FIRING 100/100"), version(25, "RESOLVED 0/100")) == (
        "FIRING 100/100",
        [(25, "changed to: RESOLVED 0/100")],
    )


def test_counters_alone_are_summed_up_and_the_last_text_is_told() -> None:
    versions = [version(number, f"FIRING {number + 1}/100, since 14:{number:02}") for number in range(0, 40)]
    assert told(*versions) == (
        "FIRING 1/100, since 14:00",
        [(39, "changed 39 times, last: FIRING 40/100, since 14:39")],
    )


def test_counters_before_and_after_a_change_of_meaning() -> None:
    found = told(
        version(0, "FIRING 1/100"),
        version(5, "FIRING 50/100"),
        version(25, "RESOLVED after 25 minutes"),
        version(26, "RESOLVED after 26 minutes"),
    )
    assert found == (
        "FIRING 1/100",
        [(25, "changed to: RESOLVED after 25 minutes"), (26, "changed to: RESOLVED after 26 minutes")],
    )


def test_an_alert_that_flaps_is_one_line() -> None:
    versions = [version(number, "RESOLVED" if number % 2 else "FIRING") for number in range(0, 200)]
    assert told(*versions) == ("FIRING", [(199, "changed 199 times, last: RESOLVED")])


def test_what_was_first_heard_of_after_a_change_does_not_say_it_then() -> None:
    assert told(version(25, "RESOLVED")) == (None, [(25, "changed to: RESOLVED")])


def test_a_message_completed_at_once_says_what_it_was_completed_to() -> None:
    assert told(version(0, "Loading"), version(0.2, "FIRING"), version(25, "RESOLVED")) == (
        "FIRING",
        [(25, "changed to: RESOLVED")],
    )
    assert told(version(0, "Loading"), version(0.2, "FIRING")) == ("FIRING", [])


def test_since_when_it_means_what_it_did() -> None:
    found = course(SAID, [version(0, "FIRING"), version(10, "FIRING 5"), version(25, "RESOLVED")])
    assert found is not None
    assert found.since(SAID + timedelta(minutes=20)) is None
    assert found.since(SAID + timedelta(minutes=30)) == SAID + timedelta(minutes=25)
    assert found.since(None) == SAID + timedelta(minutes=25)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("FIRING 100/100", "FIRING 97/100", True),
        ("CPU 97%", "CPU 3 %", True),
        ("firing for 5 minutes", "firing for 1 hour", True),
        ("up 5ms", "up 12.5ms", True),
        ("at <!date^1694354400^{time}|14:00>", "at <!date^1694354500^{time}|14:01>", True),
        ("since 2023-09-10T14:00:00Z", "since 2023-09-10T15:00:00Z", True),
        ("FIRING", "RESOLVED", False),
        ("🔴 db", "🟢 db", False),
        (":red_circle: db", ":large_green_circle: db", False),
        ("db-1 is down", "db-2 is down", False),
        ("Deployed v1.4", "Deployed v1.5", False),
        ("3 up", "3 no", False),
        ("Health check: HTTP 503", "Health check: HTTP 200", False),
        ("HTTP/1.1 503", "HTTP/1.1 200", False),
        ("status: 503", "status: 200", False),
        ("2 of 3 down", "0 of 3 down", False),
        ("0/100 up", "97/100 up", False),
        ("3 of 3 down", "2 of 3 down", True),
        ("firing for 0 minutes", "firing for 5 minutes", True),
        ("since 00:00", "since 14:05", True),
    ],
)
def test_counters_and_times_are_no_meaning(one: str, other: str, is_same: bool) -> None:
    assert (meaning(one) == meaning(other)) is is_same


@given(st.lists(st.sampled_from(["FIRING 1", "FIRING 2", "RESOLVED 1", "ACK", ""]), min_size=1, max_size=12))
def test_the_last_text_is_told_and_no_more_lines_than_a_few(texts: list[str]) -> None:
    found = course(SAID, [version(number * 5, text) for number, text in enumerate(texts)])

    if found is None:
        assert set(texts) == {texts[0]}
        return
    assert found.first == texts[0]
    assert found.changes[-1].text == texts[-1]
    assert len(found.changes) <= MOST_TOLD + 1
    assert sorted(change.at for change in found.changes) == [change.at for change in found.changes]


def test_an_alert_that_its_app_emptied_is_told_as_emptied() -> None:
    assert told(version(0, "FIRING"), version(25, "")) == ("FIRING", [(25, "emptied")])
