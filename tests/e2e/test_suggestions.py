"""Milestones Scribe suggests in the channel: asked once, never set without somebody's yes."""

from __future__ import annotations

import asyncio

import pytest
from sqlmodel import select

from sandbox.records import Message
from storage.tables import Dismissal, IncidentChange, Suggested
from tests.e2e.conftest import World
from tests.e2e.test_milestones import at, form_is_open, milestones_of
from tests.until import until


def suggestions_of(world: World) -> list[Message]:
    return [message for message in world.messages_of_scribe() if ":stopwatch:" in str(message.blocks)]


def buttons(message: Message) -> dict[str, str]:
    """The words on the buttons of a message, by action id."""
    return {
        element["action_id"]: element["text"]["text"]
        for block in message.blocks or []
        for element in [*block.get("elements", []), block.get("accessory") or {}]
        if element.get("type") == "button"
    }


async def alert_on_the_timeline(world: World, clock: str = "14:35") -> str:
    world.at(clock)
    ts = world.workspace.say_as_bot("Grafana", world.channel.id, text="Error rate above 30%")
    await world.sandbox.settled()
    await world.mark(world.ben, ts)
    await world.settled()
    return ts


async def press(world: World, who: str, action_id: str, message: Message) -> None:
    error = await world.workspace.click(
        who, channel_id=world.channel.id, message_ts=message.ts, action_id=action_id
    )
    assert error is None
    await world.settled()


async def told_alone(world: World) -> str:
    """What Ben alone is told after he pressed a button."""
    told = await until(lambda: world.workspace.ephemerals(world.ben.id, world.channel.id))
    return told[-1].text


async def changes_of_milestones(world: World) -> list[IncidentChange]:
    async with world.running.scribe.database.read() as session:
        found = (await session.exec(select(IncidentChange))).all()
    return [change for change in found if change.what.startswith("milestone:")]


async def test_an_alert_on_the_timeline_is_suggested_as_the_detection_and_not_set(world: World) -> None:
    await world.open_here()

    await alert_on_the_timeline(world)

    (asked,) = suggestions_of(world)
    assert "Was INC-1 detected at" in asked.text
    assert f"^{int(at('14:35').timestamp())}^" in asked.text
    assert buttons(asked) == {
        "suggestion_yes": "Yes, detected 14:35 UTC",
        "suggestion_other": "Another time…",
        "suggestion_no": "No",
    }
    assert await milestones_of(world) == {}


async def test_a_yes_states_it_with_its_evidence_and_says_who_said_so(world: World) -> None:
    await world.open_here()
    alert_ts = await alert_on_the_timeline(world)

    await press(world, world.ben.id, "suggestion_yes", suggestions_of(world)[0])

    stated = (await milestones_of(world))["detected"]
    assert (stated.basis, stated.stated_by) == ("stated", world.ben.id)
    assert (stated.channel_id, stated.message_ts) == (world.channel.id, alert_ts)
    (asked,) = suggestions_of(world)
    assert "said Ben Okafor" in str(asked.blocks)
    assert buttons(asked) == {}


async def test_a_no_is_for_good(world: World) -> None:
    await world.open_here()
    alert_ts = await alert_on_the_timeline(world)

    await press(world, world.ana.id, "suggestion_no", suggestions_of(world)[0])
    await world.unmark(world.ben, alert_ts)
    await world.mark(world.ben, alert_ts)
    await world.settled()

    (asked,) = suggestions_of(world)
    assert "it was not, said Ana Ferreira" in str(asked.blocks)
    assert await milestones_of(world) == {}
    async with world.running.scribe.database.read() as session:
        (dismissal,) = (await session.exec(select(Dismissal))).all()
    assert dismissal.dismissed_by == world.ana.id


async def test_two_people_and_a_redelivery_are_one_change(world: World) -> None:
    await world.open_here()
    await alert_on_the_timeline(world)
    (asked,) = suggestions_of(world)
    world.workspace.socket.duplicate_asks(2)

    await asyncio.gather(
        press(world, world.ana.id, "suggestion_yes", asked),
        press(world, world.ben.id, "suggestion_yes", asked),
    )

    assert [change.what for change in await changes_of_milestones(world)] == ["milestone:detected"]
    assert len(suggestions_of(world)) == 1


async def test_who_says_yes_to_what_is_known_otherwise_by_now_is_told(world: World) -> None:
    await world.open_here()
    await alert_on_the_timeline(world)
    (asked,) = suggestions_of(world)
    # the question is still before somebody while another states the time
    offer = next(b for block in asked.blocks or [] for b in block.get("elements", []) if "value" in b)
    await world.command(world.ana, "/incident milestone detected 14:30")
    assert buttons(suggestions_of(world)[0]) == {}
    asked_again = world.workspace.message(world.channel.id, asked.ts)
    asked_again.blocks = [{"type": "actions", "block_id": "b", "elements": [offer]}]

    await press(world, world.ben.id, "suggestion_yes", asked_again)

    told = await told_alone(world)
    assert told.startswith("It is already known when it was detected: <!date^1694356200^")
    assert (await milestones_of(world))["detected"].at == at("14:30")


async def test_a_command_answers_the_question_too(world: World) -> None:
    await world.open_here()
    await alert_on_the_timeline(world)

    await world.command(world.ana, "/incident milestone detected 14:30")

    (asked,) = suggestions_of(world)
    assert "said Ana Ferreira" in str(asked.blocks)
    assert buttons(asked) == {}


async def test_a_storm_of_alerts_is_one_question(world: World) -> None:
    await world.open_here()

    for minute in range(10):
        await alert_on_the_timeline(world, f"14:{30 + minute}")

    assert len(suggestions_of(world)) == 1


async def test_an_alert_is_no_suggestion_where_the_detection_is_stated(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/incident milestone detected 14:15")

    await alert_on_the_timeline(world)

    assert suggestions_of(world) == []


@pytest.mark.parametrize(
    ("emoji", "kind", "question"),
    [("rotating_light", "detected", "detected at"), ("adhesive_bandage", "mitigated", "mitigated at")],
)
async def test_a_mark_is_suggested_as_its_milestone(
    world: World, emoji: str, kind: str, question: str
) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Traffic moved to the old cluster.", at="14:50")

    await world.mark(world.ben, ts, emoji)
    await world.settled()

    (asked,) = suggestions_of(world)
    assert question in asked.text
    await press(world, world.ana.id, "suggestion_yes", asked)
    stated = (await milestones_of(world))[kind]
    assert (stated.at.replace(second=0, microsecond=0), stated.message_ts) == (at("14:50"), ts)


async def test_another_time_is_asked_for_in_the_form(world: World) -> None:
    await world.open_here()
    await alert_on_the_timeline(world)

    await press(world, world.ana.id, "suggestion_other", suggestions_of(world)[0])
    await form_is_open(world)
    (form,) = world.workspace.open_views(world.ana.id)
    (field,) = [block for block in form.blocks if block["block_id"] == "detected"]
    assert field["element"]["placeholder"]["text"].startswith("perhaps 2023-09-10 14:35")
    assert field["element"]["focus_on_load"] is True

    await world.workspace.submit_view(world.ana.id, form.id, {"detected": {"value": "14:31"}})
    await world.settled()

    assert (await milestones_of(world))["detected"].at == at("14:31")
    assert buttons(suggestions_of(world)[0]) == {}


async def test_what_nobody_stated_is_listed_once_when_the_incident_is_over(world: World) -> None:
    await world.open_here("Checkout is down since 14:00 UTC")
    await world.command(world.ana, "/incident milestone mitigated 14:15")

    await world.command(world.ana, "/resolve")

    (over,) = [m for m in world.messages_of_scribe() if "Not known yet" in str(m.blocks)]
    assert "Not known yet: detected, acknowledged, identified." in str(over.blocks)
    assert buttons(over)["milestone_form"] == "Set milestones…"

    await press(world, world.ana.id, "milestone_form", over)
    await form_is_open(world)
    (form,) = world.workspace.open_views(world.ana.id)
    assert [block["block_id"] for block in form.blocks][-1] == "resolved"


async def test_a_question_that_was_posted_but_not_noted_is_settled_all_the_same(world: World) -> None:
    await world.open_here()
    await alert_on_the_timeline(world)
    (asked,) = suggestions_of(world)
    async with world.running.scribe.database.write() as session:
        for row in await session.exec(select(Suggested)):
            await session.delete(row)

    await press(world, world.ana.id, "suggestion_yes", asked)

    assert "said Ana Ferreira" in str(suggestions_of(world)[0].blocks)
    assert (await milestones_of(world))["detected"].stated_by == world.ana.id


async def test_the_form_of_an_earlier_incident_of_the_channel_stays_its_own(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/resolve")
    (over,) = [m for m in world.messages_of_scribe() if "Not known yet" in str(m.blocks)]
    await world.say(world.ben, "It is back.", at="14:50")
    await world.command(world.ben, "/incident start here Again")

    await press(world, world.ana.id, "milestone_form", over)
    await form_is_open(world)
    (form,) = world.workspace.open_views(world.ana.id)
    await world.workspace.submit_view(world.ana.id, form.id, {"mitigated": {"value": "14:18"}})
    await world.settled()

    assert "mitigated" in await milestones_of(world)
    (change,) = await changes_of_milestones(world)
    assert change.incident_id == 1
