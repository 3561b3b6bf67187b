"""Odd incidents each yield a draft: none at all said, far too much said, everything deleted, nobody known."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from storage import incidents
from storage.tables import Incident, TimelineEvent
from tests.e2e.conftest import TEN_PAST_TWO, World

REFUSED = "canvas_disabled_user_team"


def thread_of(world: World) -> str:
    """Everything Scribe said in threads of the channel."""
    return "\n".join(message.text for message in world.messages_of_scribe() if message.thread_ts)


def without_canvases(world: World) -> None:
    for method in ("canvases.create", "conversations.canvases.create"):
        world.workspace.refuse(method, REFUSED, times=1000)


async def test_an_incident_without_events_has_its_beginning_and_its_end(world: World) -> None:
    await world.open_here()
    await world.command(world.ben, "/resolve")

    canvas = world.canvas()
    rows = [line for line in canvas.splitlines() if line.startswith("| 14:")]
    assert rows == [
        "| 14:20 | ● Incident declared | Ben Okafor |",
        "| 14:20 | ⚑ **Resolved** | Ben Okafor |",
    ]


async def test_five_thousand_events_are_all_there_in_order(world: World) -> None:
    await world.open_here()
    async with world.running.scribe.database.write() as session:
        incident = await incidents.by_id(session, 1)
        for number in range(5_000):
            session.add(note(incident, number, TEN_PAST_TWO + timedelta(seconds=number)))

    await world.command(world.ben, "/resolve Done.")

    said = re.findall(r"Step (\d{4}) of many", world.canvas())
    assert said == [f"{number:04}" for number in range(5_000)]


def note(incident: Incident, number: int, at: datetime) -> TimelineEvent:
    """A line somebody added by command."""
    return TimelineEvent(
        incident_id=incident.id or 0,
        team_id=incident.team_id,
        number=number + 1,
        kind="note",
        source="command",
        occurred_at=at,
        recorded_at=at,
        text=f"Step {number:04} of many.",
        author_id=incident.declared_by,
        added_by=incident.declared_by,
        is_explicit=True,
    )


async def test_an_event_of_forty_thousand_characters_is_whole(world: World) -> None:
    await world.open_here()
    words = [f"w{number}" for number in range(5_700)]
    ts = await world.say(world.ana, " ".join(words), at="14:30")
    await world.mark(world.ben, ts)

    await world.command(world.ben, "/resolve")

    assert re.findall(r"\bw\d+\b", world.canvas()) == words


async def test_without_canvases_a_long_event_is_whole_in_the_thread(world: World) -> None:
    without_canvases(world)
    await world.open_here()
    words = [f"w{number}" for number in range(5_700)]
    ts = await world.say(world.ana, " ".join(words), at="14:30")
    await world.mark(world.ben, ts)

    await world.command(world.ben, "/resolve")

    assert re.findall(r"\bw\d+\b", thread_of(world)) == words


async def test_when_every_message_is_deleted_the_draft_says_so(world: World) -> None:
    await world.open_here()
    for text in ("One secret.", "Another secret."):
        ts = await world.say(world.ana, text, at="14:30")
        await world.mark(world.ben, ts)
        await world.mark(world.ben, ts, "mag")
        world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.sandbox.settled()

    await world.command(world.ben, "/resolve")

    assert "secret" not in world.canvas()
    assert world.canvas().count("message deleted in Slack") == 4


async def test_when_nobody_is_known_the_draft_has_their_ids(world: World) -> None:
    world.workspace.refuse("users.info", "user_not_found", times=1000)
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ben, ts)

    await world.command(world.ben, "/resolve")

    assert "Rolled back." in world.canvas()
    assert world.ana.id in world.canvas()
