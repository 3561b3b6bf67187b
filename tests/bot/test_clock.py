"""The clock: the system's, or the latest moment Slack has shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import Clock

TWO = datetime(2023, 9, 10, 14, 0, tzinfo=UTC)
TWO_TS = "1694354400.000000"


def test_it_shows_aware_utc_of_the_system() -> None:
    clock = Clock()

    clock.saw_ts(TWO_TS)

    assert clock.now().utcoffset() == timedelta(0)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_before_slack_has_shown_anything_it_is_the_system_s() -> None:
    assert abs(Clock(follows_slack=True).now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_following_slack_it_stands_at_the_latest_moment_shown() -> None:
    clock = Clock(follows_slack=True)

    clock.saw_ts("1694354400.000001")
    assert clock.now() == TWO + timedelta(microseconds=1)

    clock.saw_ts("1694354460.000000")
    clock.saw_ts("1694354430.000000")  # came late
    assert clock.now() == TWO + timedelta(minutes=1)


@pytest.mark.parametrize(
    "body",
    [
        {"event_time": 1694354400},
        {"event": {"ts": TWO_TS}},
        {"event": {"event_ts": TWO_TS}},
        {"event_time": 1694350000, "event": {"ts": "1694350000.000000", "event_ts": TWO_TS}},
    ],
)
def test_every_time_of_an_event_counts(body: dict[str, object]) -> None:
    clock = Clock(follows_slack=True)

    clock.saw_event(body)

    assert clock.now() == TWO


def test_a_reaction_on_an_old_message_does_not_turn_it_back() -> None:
    clock = Clock(follows_slack=True)

    clock.saw_event({"event": {"item": {"ts": "1600000000.000000"}, "event_ts": TWO_TS}})

    assert clock.now() == TWO


@pytest.mark.parametrize(
    "ts",
    [
        None,
        True,
        1694354500,
        1694354500.5,
        "",
        "soon",
        "1e9",
        "99999999999999999999",
        "12345678901234567",
        ".",
    ],
)
def test_what_is_no_time_is_passed_over(ts: object) -> None:
    clock = Clock(follows_slack=True)
    clock.saw_ts(TWO_TS)

    clock.saw_ts(ts)
    clock.saw_event({"event_time": ts if not isinstance(ts, int) else None, "event": {"ts": ts}})
    clock.saw_event({"event_time": None, "event": "none"})

    assert clock.now() == TWO


def test_an_envelope_of_the_sandbox_tells_its_time_and_slacks_tell_none() -> None:
    clock = Clock(follows_slack=True)

    clock.saw_envelope({"type": "slash_commands", "sandbox_time": TWO_TS})
    clock.saw_envelope({"type": "slash_commands", "payload": {"trigger_id": "1694355000.1.a"}})

    assert clock.now() == TWO
