"""Updates: posted once, on the record once, with a next one that people are reminded of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlmodel import select

from bot.app import start
from bot.incidents.actions.declare import Declare, declare
from bot.incidents.actor import Actor
from bot.jobs.reminders import ask_for_reminders
from bot.slack.blocks.carried import packed
from sandbox.records import Message
from storage.postmortem_tables import Reminder
from storage.surface_tables import StatusUpdate
from tests.e2e.buttons import answered, opened, press, submit
from tests.e2e.conftest import World, settings_for
from tests.until import until

HALF_PAST_TWO = datetime(2023, 9, 10, 14, 30, tzinfo=UTC)


def saying(world: World, words: str) -> list[Message]:
    return [message for message in world.messages_of_scribe() if words in f"{message.text}{message.blocks}"]


async def kept(world: World) -> list[StatusUpdate]:
    async with world.running.scribe.database.read() as session:
        return list(await session.exec(select(StatusUpdate).order_by("id")))


async def it_is(world: World, at: datetime) -> None:
    """Somebody speaks then, and Scribe looks for what is due."""
    world.workspace.clock.set(at)
    await world.say(world.ben, "Still here.")
    await look(world)


async def look(world: World) -> None:
    await ask_for_reminders(world.running.scribe.database, world.running.scribe.clock)
    await world.settled()


async def test_an_update_is_posted_and_stands_in_the_draft_once(world: World) -> None:
    await world.open_here()

    answer = await world.command(
        world.ana, "/incident update Checkout &amp; carts are <!here> slow", at="14:30"
    )

    assert answer.startswith("The update of INC-1 is posted in this channel. No next update is promised.")
    (posted,) = saying(world, "update by Ana Ferreira")
    assert "Checkout &amp; carts are @here slow" in str(posted.blocks)
    await world.command(world.ana, "/resolve Rolled back", at="15:00")
    assert world.canvas().count("Update: Checkout") == 1


async def test_the_form_asks_what_we_know_what_we_do_and_when_people_hear_more(world: World) -> None:
    await world.open_here()

    await world.command(world.ana, "/incident update")
    (view,) = world.workspace.open_views(world.ana.id)
    empty = await submit(world, world.ana, view, {"known": "  ", "next": "30"})
    world.at("14:30")
    answer = await submit(
        world, world.ana, view, {"known": "Checkout <is> slow", "doing": "Rolling back", "next": "30"}
    )

    assert "Say in a sentence" in empty.errors["known"]
    assert answer.closed
    (posted,) = saying(world, "update by Ana Ferreira")
    said = str(posted.blocks)
    assert "Checkout &lt;is&gt; slow" in said
    assert "*Doing:* Rolling back" in said
    assert "Next update by <!date^" in said
    (row,) = await kept(world)
    assert row.next_at is not None
    assert row.next_at - row.at == timedelta(minutes=30)
    assert "Update: Checkout &lt;is&gt; slow. Doing: Rolling back" in await world.command(
        world.ben, "/timeline"
    )
    await answered(world, world.ana, "The update of INC-1 is posted in this channel. Next update by")


async def test_a_form_left_open_while_it_was_resolved_keeps_its_text_and_posts_nothing(world: World) -> None:
    await world.open_here()
    view = await opened(world, world.ana, "post_update_form", packed(1))

    await world.command(world.ben, "/resolve")
    answer = await submit(world, world.ana, view, {"known": "Checkout is slow", "next": "30"})

    assert "INC-1 is resolved" in answer.errors["known"]
    assert "Checkout is slow" in answer.errors["known"]
    assert await kept(world) == []
    refused = await world.command(world.ana, "/incident update Still slow")
    assert "Nothing was recorded of: Still slow" in refused


async def test_a_copy_of_a_command_posts_nothing_twice(world: World) -> None:
    await world.open_here()
    world.workspace.socket.duplicate_asks()

    await world.command(world.ana, "/incident update Checkout is slow")
    await world.command(world.ben, "/incident update Carts are slow")

    assert [one.known for one in await kept(world)] == ["Checkout is slow", "Carts are slow"]
    assert len(saying(world, "update by")) == 2


async def test_whoever_speaks_is_reminded_when_the_next_update_is_due_and_again_until_one_is_posted(
    world: World,
) -> None:
    await world.open_here()
    await world.command(world.ana, f"/incident role commander <@{world.ben.id}>")
    await world.command(world.ana, "/incident severity sev1", at="14:30")

    await it_is(world, HALF_PAST_TWO + timedelta(minutes=29))
    assert saying(world, "is due") == []
    await it_is(world, HALF_PAST_TWO + timedelta(minutes=31))
    await look(world)
    (reminder,) = saying(world, "The next update on INC-1 is due.")
    assert f"<@{world.ben.id}>" in reminder.text
    await it_is(world, HALF_PAST_TWO + timedelta(minutes=62))
    assert len(saying(world, "The next update on INC-1 is due.")) == 2

    await world.command(world.ana, "/incident update Rolled back")
    await it_is(world, HALF_PAST_TWO + timedelta(minutes=90))
    assert len(saying(world, "The next update on INC-1 is due.")) == 2
    await world.command(world.ana, "/resolve")
    await it_is(world, HALF_PAST_TWO + timedelta(hours=9))
    assert len(saying(world, "The next update on INC-1 is due.")) == 2


async def test_a_severity_moves_it_but_never_puts_off_what_was_promised(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/incident severity sev1", at="14:30")
    await world.command(world.ana, "/incident severity sev2", at="14:40")

    await it_is(world, HALF_PAST_TWO + timedelta(minutes=31))
    assert saying(world, "is due") == []
    await world.command(world.ana, "/incident update Slow")  # promises 16:01
    await world.command(world.ana, "/incident severity sev4")
    await it_is(world, HALF_PAST_TWO + timedelta(minutes=92))
    assert len(saying(world, "is due")) == 1


async def test_snoozed_or_stopped_it_stays_so_over_a_restart(world: World, database_url: str) -> None:
    await world.open_here()
    await world.command(world.ana, "/incident severity sev1", at="14:30")
    await it_is(world, HALF_PAST_TWO + timedelta(minutes=31))
    (reminder,) = saying(world, "is due")

    await click(world, reminder, "update_snooze")
    await answered(world, world.ana, "I will ask for the next update on INC-1 again")
    await it_is(world, HALF_PAST_TWO + timedelta(minutes=45))
    assert len(saying(world, "is due")) == 1
    await world.running.stop()
    world.running = await start(settings_for(world.sandbox, database_url))
    await world.sandbox.wait_connected()
    await it_is(world, HALF_PAST_TWO + timedelta(minutes=47))
    assert len(saying(world, "is due")) == 2

    await click(world, reminder, "update_stop")
    await answered(world, world.ana, "I ask for no more updates on INC-1")
    await click(world, reminder, "update_snooze")
    await answered(world, world.ana, "Nobody waits for an update on INC-1 any more.")
    await world.command(world.ana, "/incident update Slow")
    await world.command(world.ana, "/incident severity sev2")
    await it_is(world, HALF_PAST_TWO + timedelta(hours=5))
    assert len(saying(world, "is due")) == 2

    await world.command(world.ana, "/resolve")
    await world.command(world.ana, "/incident reopen")
    await it_is(world, HALF_PAST_TWO + timedelta(hours=6, minutes=2))
    assert len(saying(world, "is due")) == 3


async def click(world: World, message: Message, action_id: str) -> None:
    await world.workspace.click(
        world.ana.id, channel_id=world.channel.id, message_ts=message.ts, action_id=action_id
    )
    await world.settled()


async def test_a_silence_is_asked_about_once_and_ends_nothing(world: World) -> None:
    await world.open_here()
    await world.say(world.ana, "Looking.", at="14:30")

    world.workspace.clock.set(HALF_PAST_TWO + timedelta(hours=3, minutes=59))
    await elsewhere(world)
    assert saying(world, "Is it still going on?") == []
    for hours in (5, 9, 20):
        world.workspace.clock.set(HALF_PAST_TWO + timedelta(hours=hours))
        await elsewhere(world)
        await elsewhere(world)
    (question,) = saying(world, "Is it still going on?")
    assert "nobody has written here for 4 h" in question.text

    await world.say(world.ana, "Still at it.")
    for hours in (23, 25):
        world.workspace.clock.set(HALF_PAST_TWO + timedelta(hours=hours))
        await elsewhere(world)
    assert len(saying(world, "Is it still going on?")) == 2
    assert (await world.command(world.ana, "/incident status")).startswith("INC-1 is investigating")


async def elsewhere(world: World) -> None:
    """Time goes on though nobody writes in the incident's channel, and Scribe looks for what is due."""
    workspace = world.workspace
    found = [channel for channel in workspace.channels.values() if channel.name == "elsewhere"]
    place = (
        found[0]
        if found
        else workspace.add_channel("elsewhere", members=[world.ben.id, workspace.bot_user_id])
    )
    workspace.say(world.ben.id, place.id, "Good morning.")
    await world.sandbox.settled()
    await look(world)


async def test_whoever_says_that_it_goes_on_starts_the_silence_anew(world: World) -> None:
    await world.open_here()
    world.workspace.clock.set(HALF_PAST_TWO + timedelta(hours=5))
    await elsewhere(world)
    (question,) = saying(world, "Is it still going on?")

    await click(world, question, "silence_going_on")
    assert (
        "INC-1 is still going on, said Ana Ferreira"
        in world.workspace.message(world.channel.id, question.ts).text
    )
    world.workspace.clock.set(HALF_PAST_TWO + timedelta(hours=8))
    await elsewhere(world)
    assert saying(world, "Is it still going on?") == []
    world.workspace.clock.set(HALF_PAST_TWO + timedelta(hours=10))
    await elsewhere(world)
    assert len(saying(world, "Is it still going on?")) == 1

    await world.command(world.ana, "/resolve")
    async with world.running.scribe.database.read() as session:
        left = [one.kind for one in await session.exec(select(Reminder)) if one.kind != "postmortem"]
    assert left == []


async def test_whoever_says_that_it_is_over_gets_the_form_that_ends_it(world: World) -> None:
    await world.open_here()
    world.workspace.clock.set(HALF_PAST_TWO + timedelta(hours=5))
    await elsewhere(world)
    (question,) = saying(world, "Is it still going on?")

    await click(world, question, "resolve_form")

    await until(lambda: bool(world.workspace.open_views(world.ana.id)))


async def test_a_drill_is_asked_for_updates_as_any_other_and_told_to_nobody_else(
    world: World, database_url: str
) -> None:
    await world.running.stop()
    place = world.workspace.add_channel("incidents", members=[world.ana.id])
    world.running = await start(settings_for(world.sandbox, database_url, announce_channel="incidents"))
    await world.sandbox.wait_connected()
    actor = Actor(world.ana.id, world.workspace.team_id, world.channel.id, key="drill:1")
    request = Declare("Practice", world.channel.name, is_here=True, severity="sev1", is_drill=True)

    await declare(world.running.scribe.work, actor, request)
    await world.settled()
    await world.command(world.ana, "/incident update We practise")
    await it_is(world, HALF_PAST_TWO + timedelta(minutes=31))

    assert len(saying(world, "The next update on INC-1 is due.")) == 1
    assert world.messages_of_scribe(place.id) == []


async def test_a_stale_button_of_a_resolved_incident_says_so(world: World) -> None:
    await world.open_here()
    await world.command(world.ben, "/resolve")

    for action_id in ("update_snooze", "update_stop", "silence_going_on", "post_update_form"):
        before = len(world.workspace.ephemerals(world.ana.id, world.channel.id))
        await press(world, world.ana, action_id, packed(1))
        await answered(world, world.ana, "INC-1 is resolved, so it has no stage and takes no updates")
        assert len(world.workspace.ephemerals(world.ana.id, world.channel.id)) == before + 2
    assert world.workspace.open_views(world.ana.id) == []


async def test_a_press_that_comes_again_after_the_end_is_answered_how_it_stands(world: World) -> None:
    await world.open_here()
    await press(world, world.ana, "update_snooze", packed(1))
    await world.say(world.ben, f"<@{world.workspace.bot_user_id}> resolve Rolled back")
    await world.settled()

    await world.workspace.socket.ask_again()

    await answered(world, world.ana, "INC-1 is resolved, so it has no stage and takes no updates any more.")
