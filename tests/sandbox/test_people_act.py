"""What Slack's client would not let people do, the workspace does not either."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.clock import SandboxClock, moment_of, ts_of
from sandbox.errors import SandboxError
from tests.sandbox.conftest import Room


async def test_who_is_not_in_a_channel_says_nothing_there(room: Room) -> None:
    cleo = room.workspace.add_person("cleo")
    ts = room.workspace.say(room.ana.id, room.ops.id, "x")
    with pytest.raises(SandboxError, match="cleo is not in #ops"):
        room.workspace.say(cleo.id, room.ops.id, "Hello")
    with pytest.raises(SandboxError, match="cleo is not in #ops"):
        room.workspace.react(cleo.id, room.ops.id, ts, "eyes")
    with pytest.raises(SandboxError, match="cleo is not in #ops"):
        await room.workspace.command(cleo.id, room.ops.id, "/incident")


async def test_people_change_their_own_words_only(room: Room) -> None:
    ts = room.workspace.say(room.ana.id, room.ops.id, "Mine")
    with pytest.raises(SandboxError, match="ben did not write that message"):
        room.workspace.edit(room.ben.id, room.ops.id, ts, "His")
    with pytest.raises(SandboxError, match="ben did not write that message"):
        room.workspace.delete(room.ben.id, room.ops.id, ts)
    assert room.workspace.message(room.ops.id, ts).text == "Mine"


async def test_reactions_follow_the_same_rules_as_the_apps(room: Room) -> None:
    ts = room.workspace.say(room.ana.id, room.ops.id, "x")
    room.workspace.react(room.ana.id, room.ops.id, ts, "eyes")
    for emoji, reason in (("eyes", "already_reacted"), ("nonsense", "invalid_name")):
        with pytest.raises(SandboxError, match=reason):
            room.workspace.react(room.ana.id, room.ops.id, ts, emoji)
    with pytest.raises(SandboxError, match="no_reaction"):
        room.workspace.unreact(room.ben.id, room.ops.id, ts, "eyes")


async def test_what_is_not_there_is_named(room: Room) -> None:
    for act, sentence in (
        (lambda: room.workspace.say("U0", room.ops.id, "x"), "Nobody here has the id U0"),
        (lambda: room.workspace.say(room.ana.id, "C0", "x"), "There is no channel C0"),
        (lambda: room.workspace.message(room.ops.id, "1.0"), "There is no message 1.0"),
        (lambda: room.workspace.view_of(room.ana.id, "V0"), "ana has no view V0 open"),
        (lambda: room.workspace.add_channel("ops"), "name_taken"),
    ):
        with pytest.raises(SandboxError, match=sentence):
            act()


def test_the_clock_stands_where_it_is_set_and_never_repeats_a_ts() -> None:
    clock = SandboxClock()
    noon = datetime(2023, 9, 10, 14, tzinfo=UTC)
    clock.set(noon)
    first, second = clock.next_ts(), clock.next_ts()
    clock.set(noon)
    third = clock.next_ts()
    clock.set(noon - timedelta(minutes=5))
    earlier = clock.next_ts()

    assert clock.now() == noon - timedelta(minutes=5)
    assert [first, second, third] == ["1694354400.000000", "1694354400.000001", "1694354400.000002"]
    assert earlier == "1694354100.000000"


def test_the_clock_runs_on_from_where_it_stood() -> None:
    noon = datetime(2023, 9, 10, 14, tzinfo=UTC)
    before = datetime.now(UTC)
    clock = SandboxClock(noon)
    clock.run()
    later = clock.now()
    assert noon <= later <= noon + (datetime.now(UTC) - before)
    assert clock.next_ts() < clock.next_ts()


def test_the_clock_shows_the_systems_time_unless_it_is_set() -> None:
    before = datetime.now(UTC)
    assert before <= SandboxClock().now() <= datetime.now(UTC)
    with pytest.raises(ValueError, match="time zone"):
        SandboxClock().set(datetime(2023, 9, 10))  # noqa: DTZ001


def test_a_ts_and_its_moment_are_the_same() -> None:
    moment = datetime(2023, 9, 10, 14, 0, 0, 123457, tzinfo=UTC)
    assert ts_of(moment) == "1694354400.123457"
    assert moment_of("1694354400.123457") == moment
    with pytest.raises(ValueError, match="not a Slack timestamp"):
        moment_of("yesterday")
