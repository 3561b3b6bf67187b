"""Payloads of Slack's shapes with anything in any place: each is answered, and the record goes on.

The examples are made from a seed, so that a failure comes again; FUZZ_SEED=7 makes others.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from random import Random
from typing import Any

from sandbox.json_types import JsonObject
from tests.e2e.conftest import World
from tests.fuzz.test_readers import PIECES

SEED = int(os.environ.get("FUZZ_SEED", "1"))
EVENTS, COMMANDS, FORMS = 120, 50, 30
ODD: list[Any] = [
    None, True, False, 0, -1, 1.5, 2**70, "", " ", "\x00", "\ud800", "x" * 5000, "<!channel>", "\u202e",
    [], [None], [[[]]], {}, {"": None}, {"type": "message"}, [{"type": "rich_text", "elements": [None]}],
    "1694355000.000100", "U0NOBODY", "C0NOWHERE", "99999999999999999999.9", "NaN",
]  # fmt: skip
TEXTS = [
    *(
        "start",
        "start here",
        "start private",
        "list",
        "show",
        "catchup",
        "task add",
        "task edit 1",
        "import since",
    ),
    *("severity", "status", "role commander", "zone", "duration", "milestone detected", "update", "rename"),
    *("conclusion", "impact", "similar", "reopen", "cancel", "help", "timeline add", "postmortem draft", ""),
]


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every place in a payload."""
    if way:
        yield way
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*way, key))


def spoilt(payload: JsonObject, random: Random, *, keeping: frozenset[str] = frozenset()) -> JsonObject:
    """A copy with something odd in one place, or without it; what stands under `keeping` stays."""
    spoilt = copy.deepcopy(payload)
    ways = [way for way in places(payload) if not keeping & {str(step) for step in way}]
    *way, last = random.choice(ways)
    inner: Any = spoilt
    for step in way:
        inner = inner[step]
    if random.random() < 0.2:
        del inner[last]
    else:
        inner[last] = random.choice(ODD)
    return spoilt


def text_of(random: Random) -> str:
    pieces = [random.choice(PIECES) for _ in range(random.randrange(12))]
    return "".join(pieces) * random.choice([1, 1, 1, 200])


async def is_still_recording(world: World) -> bool:
    """Somebody says something and marks it, and it is on the record."""
    ts = await world.say(world.ana, "All is well after all.")
    await world.mark(world.ben, ts)
    await world.settled()
    return world.confirmed(ts)


async def test_events_with_anything_anywhere_stop_nobody(world: World) -> None:
    random = Random(SEED)
    await world.open_here()
    published: list[JsonObject] = []
    world.workspace.deliveries.on_published = published.append
    ts = await world.say(world.ana, "Rolled <https://x.test|back>, <@U1> :tada: `now`", at="14:30")
    await world.mark(world.ben, ts)
    world.workspace.edit(world.ana.id, world.channel.id, ts, "Rolled back *now*")
    await world.unmark(world.ben, ts)
    world.workspace.delete(world.ana.id, world.channel.id, ts)
    world.workspace.change_person(world.ana.id, tz="Europe/Berlin")
    await world.settled()
    whole = [one for one in published if one.get("type") == "event_callback"]
    assert len(whole) >= 6
    socket = world.workspace.deliveries
    socket.retry_delays = (0.1,)
    given_up = len(socket.given_up)

    for number in range(EVENTS):
        # what says that it is an event, and whose, is Slack's and is not forged behind its signature
        event = spoilt(random.choice(whole), random, keeping=frozenset({"event_id", "authorizations"}))
        socket.publish(event | {"event_id": f"EvFuzz{number}"})
    await world.settled()

    assert len(socket.given_up) == given_up
    assert await is_still_recording(world)


async def test_commands_with_any_text_are_answered(world: World) -> None:
    random = Random(SEED)
    await world.open_here()

    for _ in range(COMMANDS):
        command = random.choice(["/incident", "/incident", "/timeline", "/postmortem"])
        said = f"{random.choice(TEXTS) if command == '/incident' else ''} {text_of(random)}".strip()[:8000]
        answer = await world.workspace.command(world.ben.id, world.channel.id, command, said)
        assert answer.acknowledged, (command, said)
        shown = " ".join(message.text for message in answer.messages)
        assert "Scribe could not do that" not in shown, (command, said)
        for view in list(world.workspace.open_views(world.ben.id)):
            await world.workspace.close_view(world.ben.id, view.id)
    await world.settled()


async def test_presses_and_forms_with_anything_anywhere_are_answered(world: World) -> None:
    random = Random(SEED)
    await world.open_here()
    press = {
        "type": "block_actions",
        "team": {"id": world.workspace.team_id},
        "user": {"id": world.ana.id, "team_id": world.workspace.team_id},
        "trigger_id": "1.2.3",
        "channel": {"id": world.channel.id},
        "container": {"type": "message", "channel_id": world.channel.id, "message_ts": "1694355000.000100"},
        "actions": [
            {"action_id": "timeline_row", "block_id": "b", "type": "button", "value": '[1,1,{"number":1}]'}
        ],
    }
    form = {
        "type": "view_submission",
        "team": {"id": world.workspace.team_id},
        "user": {"id": world.ana.id, "team_id": world.workspace.team_id},
        "view": {
            "id": "V1",
            "hash": "1.a",
            "type": "modal",
            "callback_id": "edit_event",
            "private_metadata": '[1,1,{"number":1}]',
            "blocks": [{"block_id": "text", "type": "input"}],
            "state": {"values": {"text": {"value": {"type": "plain_text_input", "value": "x"}}}},
        },
    }
    callbacks = [
        "edit_event",
        "add_task",
        "resolve_incident",
        "post_update",
        "declare_incident",
        "answer_gap",
    ]
    buttons = ["timeline_row", "resolve_form", "task_done", "gap_form", "incident_menu", "draft_again"]

    for _ in range(FORMS):
        form["view"]["callback_id"] = random.choice(callbacks)  # type: ignore[index]
        press["actions"][0]["action_id"] = random.choice(buttons)  # type: ignore[index]
        for payload in (press, form):
            kept = frozenset({"type", "callback_id", "action_id", "blocks"})
            odd = spoilt(payload, random, keeping=kept)
            if payload is form and not isinstance(odd.get("view"), dict):
                continue  # without a field to write to there is no answer, and Slack keeps the form open
            answer = await world.workspace.deliveries.ask("interactive", odd)
            assert isinstance(answer, dict)
            json.dumps(answer)
    await world.settled()

    assert await is_still_recording(world)
