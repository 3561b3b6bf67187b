"""What Slack refuses for good is said once, and what nobody can decide is never repeated."""

from __future__ import annotations

import pytest
from sqlmodel import select

from storage.tables import Incident, Intent
from tests.e2e.conftest import World
from tests.until import until


async def intents(world: World, kind: str) -> list[Intent]:
    async with world.running.scribe.database.read() as session:
        return list((await session.exec(select(Intent).where(Intent.kind == kind))).all())


async def test_twenty_refused_confirmations_are_one_sentence_in_the_channel(world: World) -> None:
    await world.open_here()
    world.workspace.refuse("reactions.add", "missing_scope", times=20, needed="reactions:write")
    for number in range(20):
        ts = await world.say(world.ana, f"message {number}")
        await world.mark(world.ben, ts)
    await world.settled()

    said = [m.text for m in world.messages_of_scribe() if "could not" in m.text]
    assert len(said) == 1
    assert "missing_scope" in said[0]
    assert "scribe outbox retry" in said[0]
    kept = await intents(world, "confirm_mark")
    assert {(intent.state, intent.failure) for intent in kept} == {
        ("failed", "reactions_add: missing_scope (reactions:write)")
    }


async def test_a_channel_that_cannot_be_posted_in_is_told_nothing(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.")
    world.workspace.refuse("reactions.add", "not_in_channel")
    await world.mark(world.ben, ts)
    await world.settled()

    assert [m.text for m in world.messages_of_scribe() if "could not" in m.text] == []


async def test_a_canvas_nobody_can_look_for_is_asked_about_and_not_made_twice(world: World) -> None:
    await world.open_here()
    world.workspace.shows_tabs = False
    world.workspace.lose_answer("canvases.create")

    await world.command(world.ana, "/resolve")
    await world.settled()

    assert len(world.workspace.canvases) == 1
    assert [intent.state for intent in await intents(world, "deliver_draft")] == ["held"]
    (asked,) = [m.text for m in world.messages_of_scribe() if "may stand here already" in m.text]
    assert "`/postmortem draft INC-1` makes a new one" in asked


async def test_a_reply_whose_fate_is_unclear_is_held_and_not_repeated(world: World) -> None:
    world.workspace.lose_answer("response_url")

    await world.command(world.ana, "/incident start Checkout is down")
    await world.settled()

    assert [intent.state for intent in await intents(world, "reply")] == ["held"]
    shown = world.workspace.ephemerals(world.ana.id, world.channel.id)
    assert len([one for one in shown if "has its channel" in one.text]) == 1
    assert [m for m in world.messages_of_scribe() if "could not" in m.text] == []


async def test_a_revoked_token_closes_no_incident_and_everything_waits(world: World) -> None:
    world.workspace.refuse("conversations.create", "token_revoked")

    answer = await world.workspace.command(
        world.ana.id, world.channel.id, "/incident", "start Checkout is down"
    )
    assert answer.acknowledged
    await until(lambda: world.workspace.calls("conversations.create"))
    await world.sandbox.settled()

    async with world.running.scribe.database.read() as session:
        (incident,) = (await session.exec(select(Incident))).all()
    assert incident.status == "open"
    assert {intent.state for intent in await intents(world, "open_channel")} == {"waiting"}


@pytest.mark.parametrize(
    "error", ["restricted_action", "method_not_supported_for_channel_type", "no_permission"]
)
async def test_where_scribe_is_already_nobody_is_told_that_it_may_not_join(world: World, error: str) -> None:
    before = await world.say(world.ana, "Latency doubled.", at="14:10")
    await world.mark(world.ben, before)
    world.workspace.refuse("conversations.join", error)

    await world.open_here()

    assert world.confirmed(before)  # what was marked before is read
    assert [m.text for m in world.messages_of_scribe() if "could not" in m.text] == []
    assert [intent.state for intent in await intents(world, "join_channel")] == ["sent"]


@pytest.mark.parametrize("error", ["restricted_action", "user_is_restricted", "missing_scope"])
async def test_where_it_may_not_join_by_itself_it_asks_to_be_invited(world: World, error: str) -> None:
    world.workspace.channel(world.channel.id).members.remove(world.workspace.bot_user_id)
    world.workspace.refuse("conversations.join", error)

    await world.open_here()

    shown = [one.text for one in world.workspace.ephemerals(world.ben.id, world.channel.id)]
    assert [text for text in shown if f"`/invite` <@{world.workspace.bot_user_id}>" in text]
    assert [intent.state for intent in await intents(world, "join_channel")] == ["sent"]
