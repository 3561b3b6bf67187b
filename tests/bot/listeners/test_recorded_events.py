"""Messages and reactions are dealt with without Bolt, as Bolt would have."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.bolt import dispatch_to
from bot.incidents.message_events import MessageEvent
from bot.slack.message_events import Unreadable
from bot.slack.transport import COMMAND, EVENT, SlackRequest
from storage.recorder import RecorderFull
from tests.bot.listeners.conftest import CHANNEL, TEAM, Doors

Send = Callable[..., Awaitable[int | None]]


@pytest.fixture
def heard() -> list[MessageEvent]:
    """What the recorder was handed."""
    return []


@pytest.fixture
def send(doors: Doors, heard: list[MessageEvent]) -> Send:
    """Sends an event; the status it is answered with."""

    async def record(message_event: MessageEvent) -> None:
        heard.append(message_event)

    async def send(event: dict[str, Any], *, problem: Exception | None = None, **outer: Any) -> int | None:
        async def fail(message_event: MessageEvent) -> None:
            raise problem or AssertionError

        scribe = replace(doors.scribe, record=fail if problem else record)
        body = {"type": "event_callback", "team_id": TEAM, "event_id": "Ev1", "event": event, **outer}
        return (await dispatch_to(scribe)(SlackRequest(EVENT, body))).status

    return send


SAID = {
    "type": "message",
    "channel": CHANNEL,
    "user": "U0ANA",
    "text": "Rolled back.",
    "ts": "1694354400.000001",
}
REACTED = {
    "type": "reaction_added",
    "user": "U0ANA",
    "reaction": "pushpin",
    "item": {"type": "message", "channel": CHANNEL, "ts": "1694354400.000001"},
    "event_ts": "1694354401.000001",
}


@pytest.mark.parametrize("event", [SAID, REACTED, {**REACTED, "type": "reaction_removed"}])
async def test_what_happened_is_recorded_and_then_acknowledged(
    send: Send, heard: list[MessageEvent], event: dict[str, Any]
) -> None:
    assert await send(event) == 200
    assert [one.key for one in heard] == [(TEAM, CHANNEL, "1694354400.000001")]


OWN = {
    "said by its user": {**SAID, "user": "U0BOT"},
    "said by its app": {**SAID, "user": None, "bot_id": "B0BOT"},
    "reacted": {**REACTED, "user": "U0BOT"},
    "edited": {
        "type": "message",
        "subtype": "message_changed",
        "channel": CHANNEL,
        "message": {**SAID, "user": "U0BOT"},
        "event_ts": "1694354402.000001",
    },
}


@pytest.mark.parametrize("event", OWN.values(), ids=OWN)
async def test_what_scribe_did_itself_is_acknowledged_and_not_recorded(
    send: Send, heard: list[MessageEvent], event: dict[str, Any]
) -> None:
    assert await send(event) == 200
    assert heard == []


async def test_what_is_for_another_workspace_is_acknowledged_and_not_recorded(
    send: Send, heard: list[MessageEvent]
) -> None:
    assert await send(SAID, authorizations=[{"team_id": "T0OTHER"}]) == 200
    assert heard == []


async def test_what_nobody_can_read_is_acknowledged(send: Send, heard: list[MessageEvent]) -> None:
    assert await send({**SAID, "ts": "yesterday"}) == 200
    assert await send({**SAID, "user": 5}) == 200
    assert await send(SAID, problem=Unreadable("it says nothing")) == 200
    assert heard == []


async def test_what_was_not_recorded_comes_again(send: Send) -> None:
    assert await send(SAID, problem=RecorderFull("full")) == 500


async def test_what_holds_no_text_that_can_be_stored_is_mended_first(
    send: Send, heard: list[MessageEvent]
) -> None:
    assert await send({**SAID, "text": "Rolled\x00 back\ud800."}) == 200
    assert [getattr(one, "text", None) for one in heard] != ["Rolled\x00 back\ud800."]


@pytest.mark.parametrize("kind", ["user_change", "message", ["message"], None])
async def test_everything_else_is_bolts(doors: Doors, kind: Any) -> None:
    command = SlackRequest(COMMAND, {"command": "/nothing", "team_id": TEAM, "event": {"type": kind}})

    assert (await dispatch_to(doors.scribe)(command)).status in (200, 404)
