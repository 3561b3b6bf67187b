"""One bad item costs one item: in a channel's history, in a thread, among the events of the socket."""

from __future__ import annotations

import asyncio
import copy
from typing import Any

import pytest
from structlog.testing import capture_logs

from sandbox.json_types import JsonObject
from tests.e2e.conftest import World
from tests.e2e.test_catch_up import caught_up, unheard


def bad_items(world: World, ts: str) -> list[object]:
    """What was seen, and what else of the kind may come, in place of one message."""
    whole: dict[str, Any] = {"type": "message", "user": world.ana.id, "text": "bad", "ts": ts}
    return [
        None,
        "text",
        {**whole, "ts": None},
        {**whole, "ts": float(ts)},
        {**whole, "text": "half a pair \ud83d"},
        {**whole, "text": 5, "files": [None], "blocks": {}, "attachments": [None], "edited": "x"},
        {**whole, "reactions": [None, {"name": 5}, {"name": "pushpin", "users": None, "count": "x"}]},
        {**whole, "reply_count": "many", "latest_reply": 5, "thread_ts": ["x"]},
        {**whole, "user": {"id": "U1"}, "bot_id": 7, "bot_profile": "x", "username": []},
        {**whole, "subtype": ["channel_join"], "text": "nul \0 byte"},
        {**whole, "text": "x" * 200_000},
    ]


async def test_a_channel_with_bad_items_is_read_to_its_end(world: World) -> None:
    await world.open_here()
    with unheard(world):
        first = world.workspace.say(world.ana.id, world.channel.id, "The first.")
        world.workspace.react(world.ben.id, world.channel.id, first, "pushpin")
        root = world.workspace.say(world.ana.id, world.channel.id, "A thread.")
        for number in range(11):
            ts = world.workspace.say(world.ana.id, world.channel.id, "bad")
            world.workspace.show_as(world.channel.id, ts, bad_items(world, ts)[number])
            reply = world.workspace.say(world.ana.id, world.channel.id, "bad", thread_ts=root)
            world.workspace.show_as(world.channel.id, reply, bad_items(world, reply)[number])
        answer = world.workspace.say(world.ben.id, world.channel.id, "An answer.", thread_ts=root)
        world.workspace.react(world.ben.id, world.channel.id, answer, "pushpin")
        last = world.workspace.say(world.ana.id, world.channel.id, "The last.")
        world.workspace.react(world.ben.id, world.channel.id, last, "pushpin")

    with capture_logs() as logs:
        await caught_up(world)

    shown = await world.command(world.ana, "/timeline")
    assert all(words in shown for words in ("The first.", "An answer.", "The last."))
    assert {log["count"] for log in logs if log["event"] == "catch_up.unreadable"} == {8}
    await world.command(world.ana, "/resolve")
    assert "8 messages could not be read" in world.canvas()


@pytest.fixture
def seen(world: World) -> list[JsonObject]:
    published: list[JsonObject] = []
    world.workspace.socket.on_published = published.append
    return published


async def test_bad_events_are_acknowledged_and_named_and_the_others_recorded(
    world: World, seen: list[JsonObject]
) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    world.workspace.edit(world.ana.id, world.channel.id, ts, "Rolled back to 1.4.")
    await world.mark(world.ben, ts)
    await world.settled()
    whole = [copy.deepcopy(body) for body in seen]
    world.workspace.socket.retry_delays = (0.2,)

    junk: list[object] = [None, 5, "\ud83d", [], {}, [None], {"id": None}, float("nan")]
    count = 0
    with capture_logs() as logs:
        for body in whole:
            for place in [("event", key) for key in body["event"]] + [(key, "") for key in body]:
                bad = copy.deepcopy(body)
                count += 1
                if place[1]:
                    bad["event"][place[1]] = junk[count % len(junk)]
                elif place[0] != "type":
                    bad[place[0]] = junk[count % len(junk)]
                world.workspace.socket.publish(bad)
        later = await world.say(world.ana, "All is well.", at="14:31")
        await world.mark(world.ben, later)
        await asyncio.sleep(0.6)
        await world.settled()

    assert world.workspace.socket.given_up == []
    assert any(log["event"] == "event.unreadable" for log in logs)
    shown = await world.command(world.ana, "/timeline")
    assert "All is well." in shown
