"""`/timeline suggest`: what nobody marked is listed with why, added by a button, and dismissed for good."""

from __future__ import annotations

import asyncio

import pytest
from sqlmodel import select

from bot.incidents.actions.timeline import AddEvent, add_event
from bot.incidents.actor import Actor
from bot.incidents.errors import StandsElsewhere
from bot.incidents.views.unmarked import unmarked_of
from bot.slack.blocks.unmarked import added, message_blocks
from bot.slack.showing.timeline import shown_unmarked
from sandbox.records import Ephemeral, Person
from sandbox.views import with_block_ids
from storage import incidents
from storage.tables import Dismissal, TimelineEvent
from tests.e2e.conftest import World
from tests.until import until

pytestmark = pytest.mark.on_each_database

SUGGEST = "/timeline suggest"


def list_of(world: World, who: Person) -> Ephemeral:
    """The newest list before somebody."""
    return world.workspace.ephemerals(who.id, world.channel.id)[-1]


def shown_in(answer: Ephemeral) -> str:
    return f"{answer.text}\n{answer.blocks}"


async def press(world: World, who: Person, action_id: str, ts: str) -> None:
    """Press a button of the list that somebody has before them, below the message of this `ts`."""
    listed = list_of(world, who)
    block = next(block for block in listed.blocks or [] if ts in str(block.get("elements")))
    error = await world.workspace.click(
        who.id,
        channel_id=world.channel.id,
        message_ts=listed.ts,
        action_id=action_id,
        block_id=block["block_id"],
    )
    assert error is None
    await until(lambda: ts not in shown_in(list_of(world, who)))
    await world.settled()


async def events(world: World) -> list[TimelineEvent]:
    async with world.running.scribe.database.read() as session:
        return list((await session.exec(select(TimelineEvent))).all())


async def test_what_probably_belongs_is_listed_in_order_with_who_said_it_and_why(world: World) -> None:
    await world.open_here()
    rolled_back = await world.say(world.ana, "Rolled back to 1.4, errors at 2%.", at="14:30")
    await world.say(world.ben, "ok, thanks", at="14:31")
    await world.say(world.ben, "should we restart the workers?", at="14:32")
    for minute in range(33, 39):
        await world.say(world.ben, "see the graph", thread_ts=rolled_back, at=f"14:{minute}")
    world.at("14:40")
    alert = world.workspace.say_as_bot("Grafana", world.channel.id, text="Alert: error rate above 30%")
    await world.sandbox.settled()

    await world.command(world.ana, SUGGEST)

    listed = list_of(world, world.ana)
    texts = [block["text"]["text"] for block in listed.blocks or [] if block["type"] == "section"]
    whys = [block["elements"][0]["text"] for block in listed.blocks or [] if block["type"] == "context"]
    assert listed.text == "2 messages may belong on the timeline of INC-1"
    assert "Rolled back to 1.4, errors at 2%. — <@" + world.ana.id in texts[1]
    assert f"/p{rolled_back.replace('.', '')}|message>" in texts[1]
    assert "Alert: error rate above 30% — Grafana" in texts[2]
    assert f"/p{alert.replace('.', '')}|message>" in texts[2]
    assert (
        whys[0]
        == "Why: an action (“rolled back”) · how things stand (“errors at”) · a number with a unit (“2%”)"
    )
    assert await events(world) == []


async def test_one_is_added_by_its_button_and_another_dismissed_for_everybody(world: World) -> None:
    await world.open_here()
    added = await world.say(world.ana, "Rolled back to 1.4.", at="14:30")
    dismissed = await world.say(world.ben, "Restarted the build agent.", at="14:31")
    left = await world.say(world.ben, "Failed over to the second region.", at="14:32")
    await world.command(world.ben, SUGGEST)

    await press(world, world.ben, "unmarked_add", added)
    await press(world, world.ben, "unmarked_dismiss", dismissed)

    assert left in shown_in(list_of(world, world.ben))
    await world.command(world.ana, SUGGEST)
    shown = shown_in(list_of(world, world.ana))
    assert left in shown
    assert added not in shown
    assert dismissed not in shown
    assert "Rolled back to 1.4." in await world.command(world.ana, "/timeline")
    assert world.confirmed(added)
    (event,) = await events(world)
    assert (event.message_ts, event.added_by, event.is_explicit) == (added, world.ben.id, True)
    async with world.running.scribe.database.read() as session:
        (kept,) = (await session.exec(select(Dismissal))).all()
    assert (kept.key, kept.dismissed_by) == (f"message:{dismissed}", world.ben.id)


async def test_what_was_dismissed_can_still_be_marked(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back to 1.4.", at="14:30")
    await world.command(world.ana, SUGGEST)
    await press(world, world.ana, "unmarked_dismiss", ts)

    await world.mark(world.ben, ts)

    assert "Rolled back to 1.4." in await world.command(world.ana, "/timeline")


async def test_an_added_message_is_taken_off_restored_and_follows_its_edit(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back to 1.3.", at="14:30")
    await world.command(world.ana, SUGGEST)
    await press(world, world.ana, "unmarked_add", ts)

    world.workspace.edit(world.ana.id, world.channel.id, ts, "Rolled back to 1.4.")
    await world.sandbox.settled()
    await world.mark(world.ben, ts)
    await world.unmark(world.ben, ts)  # it stands without any mark
    assert "Rolled back to 1.4." in await world.command(world.ana, "/timeline")

    await world.command(world.ben, "/timeline remove 1")
    assert not world.confirmed(ts)
    history = await world.command(world.ana, "/timeline history 1")
    assert f"<@{world.ana.id}> put it on the timeline" in history
    assert f"<@{world.ben.id}> took it off the timeline" in history
    await world.command(world.ben, SUGGEST)
    assert ts not in shown_in(list_of(world, world.ben))  # somebody has decided on it
    await world.command(world.ben, "/timeline restore 1")
    assert world.confirmed(ts)


async def test_two_people_who_add_the_same_message_at_once_make_one_event(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back to 1.4.", at="14:30")
    await world.command(world.ana, SUGGEST)
    await world.command(world.ben, SUGGEST)

    await asyncio.gather(*(press(world, who, "unmarked_add", ts) for who in (world.ana, world.ben)))

    (event,) = await events(world)
    assert (event.message_ts, event.number, event.removed_at) == (ts, 1, None)


async def test_an_alert_that_is_added_is_asked_about_as_the_detection(world: World) -> None:
    await world.open_here()
    world.at("14:30")
    ts = world.workspace.say_as_bot("Grafana", world.channel.id, text="Alert: error rate above 30%")
    await world.sandbox.settled()
    await world.command(world.ana, SUGGEST)

    await press(world, world.ana, "unmarked_add", ts)

    (event,) = await events(world)
    assert event.kind == "alert"
    assert any("Was INC-1 detected at" in message.text for message in world.messages_of_scribe())


async def test_a_message_that_was_taken_off_since_the_list_was_shown_comes_back(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back to 1.4.", at="14:30")
    await world.command(world.ana, SUGGEST)
    await world.mark(world.ben, ts)
    await world.command(world.ben, "/timeline remove 1")

    await press(world, world.ana, "unmarked_add", ts)

    (event,) = await events(world)
    assert event.removed_at is None
    assert world.confirmed(ts)


async def test_a_button_of_another_surface_is_answered_in_a_sentence_and_leaves_it_as_it_is(
    world: World,
) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back to 1.4.", at="14:30")
    async with world.running.scribe.database.read() as session:
        incident = await incidents.by_id(session, 1)
    scribe = world.running.scribe
    view = await unmarked_of(scribe.database, scribe.workspace, incident, scribe.clock.now())
    blocks = with_block_ids(message_blocks(1, await shown_unmarked(scribe, view)))
    checkpoint = Ephemeral(world.workspace.clock.next_ts(), world.channel.id, world.ana.id, "Before", blocks)
    world.workspace.show_ephemeral(checkpoint)

    await world.workspace.click(
        world.ana.id, channel_id=world.channel.id, message_ts=checkpoint.ts, action_id="unmarked_add"
    )

    await until(lambda: list_of(world, world.ana).text == added(1))
    assert checkpoint in world.workspace.ephemerals(world.ana.id, world.channel.id)
    assert [event.message_ts for event in await events(world)] == [ts]


async def test_a_message_that_was_deleted_since_is_not_added(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back to 1.4.", at="14:30")
    await world.command(world.ben, SUGGEST)
    listed = list_of(world, world.ben)
    world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.sandbox.settled()

    await world.workspace.click(
        world.ben.id, channel_id=world.channel.id, message_ts=listed.ts, action_id="unmarked_add"
    )

    await until(lambda: "nothing was added" in list_of(world, world.ben).text)
    assert await events(world) == []


async def test_what_is_marked_deleted_or_of_another_time_is_never_listed(world: World) -> None:
    before = await world.say(world.ana, "Deployed 1.5 to production.", at="14:12")
    await world.open_here()
    marked = await world.say(world.ana, "Rolled back to 1.4.", at="14:30")
    await world.mark(world.ben, marked)
    lesson = await world.say(world.ana, "Restarted the wrong host.", at="14:31")
    await world.mark(world.ben, lesson, "bulb")
    deleted = await world.say(world.ana, "Failed over by accident.", at="14:32")
    world.workspace.delete(world.ana.id, world.channel.id, deleted)
    during = await world.say(world.ana, "Scaled the workers to 20 pods.", at="14:33")
    await world.command(world.ana, "/resolve Rolled back", at="14:40")
    after = await world.say(world.ana, "Deployed 1.6 to production.", at="15:10")
    newcomer = world.workspace.add_person("dora")
    world.workspace.invite(newcomer.id, world.channel.id)
    await world.settled()

    await world.command(world.ana, SUGGEST)

    shown = shown_in(list_of(world, world.ana))
    assert during in shown
    for ts in (before, marked, lesson, deleted, after):
        assert ts not in shown
    assert "joined" not in shown
    assert "Scribe" not in shown


async def test_each_incident_of_a_channel_is_suggested_its_own(world: World) -> None:
    await world.open_here("First")
    first = await world.say(world.ana, "Rolled back to 1.4.", at="14:30")
    await world.command(world.ana, "/resolve", at="14:40")
    await world.command(world.ben, "/incident start here Second", at="15:00")
    second = await world.say(world.ana, "Failed over to the second region.", at="15:05")

    await world.command(world.ana, SUGGEST)
    of_second = shown_in(list_of(world, world.ana))
    await world.command(world.ana, "/timeline suggest INC-1")
    of_first = shown_in(list_of(world, world.ana))

    assert second in of_second
    assert first not in of_second
    assert first in of_first
    assert second not in of_first


async def test_a_message_of_another_incident_of_the_channel_stays_there(world: World) -> None:
    await world.open_here("First")
    first = await world.say(world.ana, "Rolled back to 1.4.", at="14:30")
    await world.mark(world.ana, first)
    await world.command(world.ana, "/resolve", at="14:40")
    await world.command(world.ben, "/incident start here Second", at="15:00")
    scribe = world.running.scribe
    ana = Actor(world.ana.id, world.workspace.team_id, world.channel.id, key="action:1")

    with pytest.raises(StandsElsewhere, match="INC-1"):
        await add_event(scribe.work, ana, AddEvent(number=2, message_ts=first))

    assert [event.incident_id for event in await events(world)] == [1]


async def test_words_of_people_are_shown_inert_and_shortened(world: World) -> None:
    await world.open_here()
    text = f"Restarted <!channel> <https://evil.example|https://good.example> {'and on ' * 200}"
    await world.say(world.ana, text, at="14:30")

    await world.command(world.ben, SUGGEST)

    (shown,) = [
        block["text"]["text"]
        for block in list_of(world, world.ben).blocks or []
        if "Restarted" in str(block.get("text"))
    ]
    assert "<!channel>" not in shown
    assert "|https://good.example>" not in shown
    assert len(shown) < 700


async def test_nothing_to_suggest_is_said_in_one_sentence(world: World) -> None:
    await world.open_here()
    await world.say(world.ana, "ok", at="14:30")

    answer = await world.command(world.ana, SUGGEST)

    assert answer == "Nothing more to suggest. `/timeline INC-1` shows what stands on the timeline."


async def test_who_may_not_see_the_incident_is_suggested_nothing_of_it(world: World) -> None:
    bot = world.workspace.bot_user_id
    secret = world.workspace.add_channel("secret", is_private=True, members=[world.ana.id, bot])
    guest = world.workspace.add_person("gil", is_restricted=True)
    world.workspace.channel(world.channel.id).members.append(guest.id)
    await world.command(world.ana, "/incident start here Breach", channel=secret.id)
    world.workspace.say(world.ana.id, secret.id, "Rolled back the vault.")
    await world.sandbox.settled()

    for who in (guest, world.ben):
        answer = await world.command(who, "/timeline suggest INC-1")
        assert "shown to its members alone" in answer
        assert "vault" not in answer
