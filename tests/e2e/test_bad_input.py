"""Payloads with holes, texts no database takes, clocks that jump: told, acknowledged, and nobody stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.bolt import UNFINISHED
from bot.slack.blocks.carried import packed
from bot.slack.blocks.unmarked import ADD_ACTION, MessageRef
from sandbox.json_types import JsonObject
from tests.e2e.conftest import World

pytestmark = pytest.mark.on_each_database


def without(payload: JsonObject, *path: str) -> JsonObject:
    """A copy of the payload with one field taken out."""
    *way, last = path
    copy = inner = dict(payload)
    for step in way:
        inner[step] = dict(inner[step])
        inner = inner[step]
    del inner[last]
    return copy


HOLES: list[tuple[str, ...]] = [
    ("team_id",),
    ("event", "ts"),
    ("event", "channel"),
    ("event", "item"),
    ("event", "item", "ts"),
    ("event", "reaction"),
    ("event", "user"),
    ("event", "event_ts"),
]


async def test_events_with_missing_fields_are_acknowledged_and_stop_nobody(world: World) -> None:
    await world.open_here()
    published: list[JsonObject] = []
    world.workspace.socket.on_published = published.append
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ben, ts)
    world.workspace.change_person(world.ana.id, tz="Europe/Berlin")
    await world.settled()
    whole = list(published)
    socket = world.workspace.socket
    socket.retry_delays = (0.2,)

    for payload in whole:
        for hole in HOLES:
            if hole[-1] in (payload if len(hole) == 1 else payload["event"]) or len(hole) == 3:
                if len(hole) == 3 and "item" not in payload["event"]:
                    continue
                socket.publish(without(payload, *hole) | {"event_id": f"Ev{len(published)}"})
    nonsense = {
        "type": "message",
        "channel": world.channel.id,
        "user": world.ana.id,
        "text": "x",
        "ts": "soon",
    }
    socket.publish(whole[0] | {"event_id": "EvNonsense", "event": nonsense})
    later = await world.say(world.ana, "All is well.", at="14:31")
    await world.mark(world.ben, later)
    await world.settled()

    assert socket.given_up == []
    assert "(2 events)" in await world.command(world.ana, "/timeline")


async def test_a_text_that_no_database_takes_harms_nobody_beside_it(world: World) -> None:
    await world.open_here()
    world.workspace.socket.retry_delays = (0.2,)

    for text in ("before", "nul \x00 byte", "half a pair \ud800", "after"):
        world.workspace.say(world.ana.id, world.channel.id, text)
    ts = world.workspace.say(world.ana.id, world.channel.id, "Rolled back.")
    world.workspace.react(world.ben.id, world.channel.id, ts, "pushpin")
    await world.settled()

    assert world.workspace.socket.given_up == []
    assert "Rolled back." in await world.command(world.ana, "/timeline")


@pytest.mark.parametrize("missing", ["user_id", "team_id", "channel_id"])
async def test_a_command_with_a_missing_field_is_answered(world: World, missing: str) -> None:
    await world.open_here()
    payload = {
        "team_id": world.workspace.team_id,
        "channel_id": world.channel.id,
        "user_id": world.ana.id,
        "command": "/timeline",
        "text": "add 14:05 Rolled back",
    }

    answer = await world.workspace.socket.ask("slash_commands", without(payload, missing))

    assert "nothing was recorded. Please say it again: /timeline add 14:05 Rolled back" in answer["text"]


async def test_a_form_with_missing_fields_is_answered_and_stays_open(world: World) -> None:
    payload = {
        "type": "view_submission",
        "team": {"id": world.workspace.team_id},
        "user": {"id": world.ana.id},
        "view": {
            "id": "V1",
            "type": "modal",
            "callback_id": "declare_incident",
            # Slack takes an error for an input alone, and a question may stand above those
            "blocks": [{"block_id": "question", "type": "section"}, {"block_id": "title", "type": "input"}],
        },
    }

    answer = await world.workspace.socket.ask("interactive", payload)

    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == ["title"]
    assert "press the button again" in answer["errors"]["title"]


@pytest.mark.parametrize(
    ("action_id", "value"),
    [("of_another_version", "1"), (ADD_ACTION, "")],
    ids=["not known", "failing after it was acknowledged"],
)
async def test_whoever_presses_what_scribe_cannot_carry_out_is_told_once(
    world: World, action_id: str, value: str
) -> None:
    """Slack shows nothing of what a press is answered."""
    await world.open_here()
    ts = await world.say(world.ben, "We rolled back")
    payload: JsonObject = {
        "type": "block_actions",
        "team": {"id": world.workspace.team_id},
        "channel": {"id": world.channel.id},
        "trigger_id": "1.2.3",
        "user": {"id": world.ana.id},
        # a press in a message has an address to respond to, which this one lacks
        "actions": [
            {
                "type": "button",
                "action_id": action_id,
                "block_id": "b",
                "value": value or packed(1, MessageRef(ts, is_list=True)),
            }
        ],
    }
    before = len(world.workspace.calls("chat.postMessage"))

    for _ in range(2):
        await world.workspace.socket.ask("interactive", payload)
        await world.settled()

    told = [call.args for call in world.workspace.calls("chat.postMessage")[before:]]
    assert [(one["channel"], one["text"]) for one in told] == [(world.ana.id, UNFINISHED)]


async def test_an_event_of_a_channel_that_scribe_was_removed_from_is_kept(world: World) -> None:
    await world.open_here()
    removed = world.workspace
    removed.channel(world.channel.id).members.remove(removed.bot_user_id)
    published: list[JsonObject] = []
    ts = world.workspace.clock.next_ts()
    said = {"type": "message", "channel": world.channel.id, "user": world.ana.id, "text": "Late.", "ts": ts}
    mark = {
        "type": "reaction_added",
        "user": world.ben.id,
        "reaction": "pushpin",
        "item": {"type": "message", "channel": world.channel.id, "ts": ts},
        "event_ts": world.workspace.clock.next_ts(),
    }
    world.workspace.socket.on_published = published.append
    world.workspace.change_person(world.ana.id, real_name="Ana F.")
    (shape,) = published[:1]
    for number, inner in enumerate((said, mark)):
        world.workspace.socket.publish(shape | {"event_id": f"EvLate{number}", "event": inner})
    await world.settled()

    assert world.workspace.socket.given_up == []
    assert "Late." in await world.command(world.ana, "/timeline")


@pytest.mark.parametrize("jump", [timedelta(days=400), timedelta(days=-400)], ids=["forward", "back"])
async def test_a_clock_that_jumps_loses_nothing(world: World, jump: timedelta) -> None:
    clock = world.running.scribe.clock
    clock.follows_slack = False
    await world.open_here()
    before = await world.say(world.ana, "Before.", at="14:30")
    await world.mark(world.ben, before)

    clock.system = _later(jump)
    after = await world.say(world.ana, "After.", at="14:31")
    await world.mark(world.ben, after)
    await world.command(world.ana, "/timeline add now Rolled back")
    shown = await world.command(world.ana, "/timeline")
    resolved = await world.command(world.ana, "/resolve Over.")

    assert all(text in shown for text in ("Before.", "After.", "Rolled back"))
    assert "resolved" in resolved
    assert "Over." in world.canvas()
    assert world.confirmed(after)


def _later(jump: timedelta) -> Callable[[], datetime]:
    return lambda: datetime.now(UTC) + jump
