"""After a catch-up the record says what Slack shows, whatever was never delivered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest
from sqlmodel import select

from bot.app import start
from bot.jobs.catch_up import ask_to_catch_up
from storage.tables import Message
from tests.e2e.conftest import World
from tests.until import until

pytestmark = pytest.mark.on_each_database


@contextmanager
def unheard(world: World) -> Iterator[None]:
    """Nothing that happens meanwhile is ever delivered."""
    world.workspace.socket.lose(1_000_000)
    yield
    world.workspace.socket.calm()


async def caught_up(world: World) -> None:
    """Scribe connects anew, and has read what it missed."""
    await world.sandbox.settled()
    world.sandbox.disconnect_clients()
    await world.sandbox.wait_connected()
    await world.settled()


@asynccontextmanager
async def away(world: World) -> AsyncIterator[None]:
    """Scribe is down meanwhile, and Slack has given up by the time it is back."""
    await world.running.stop()
    with unheard(world):
        yield
    world.running = await start(world.running.scribe.settings)
    await world.sandbox.wait_connected()
    await world.settled()


async def looked_again(world: World) -> None:
    """The timer has asked for the channel to be read again."""
    scribe = world.running.scribe
    await ask_to_catch_up(scribe.database, scribe.clock, world.workspace.team_id, is_thorough=False)
    await world.settled()


async def timeline(world: World) -> str:
    return await world.command(world.ana, "/timeline")


async def stored(world: World, ts: str) -> Message | None:
    async with world.running.scribe.database.read() as session:
        return (await session.exec(select(Message).where(Message.ts == ts))).first()


async def test_a_message_and_its_mark(world: World) -> None:
    await world.open_here()
    with unheard(world):
        ts = world.workspace.say(world.ana.id, world.channel.id, "Rolled back.")
        world.workspace.react(world.ben.id, world.channel.id, ts, "pushpin")
    assert "is empty" in await timeline(world)

    await caught_up(world)

    assert "Rolled back." in await timeline(world)
    assert world.confirmed(ts)


async def test_replies_and_edits(world: World) -> None:
    await world.open_here()
    root = await world.say(world.ana, "Reading the lgos.", at="14:30")
    await world.mark(world.ben, root)
    with unheard(world):
        reply = world.workspace.say(world.ana.id, world.channel.id, "Unusual patterns.", thread_ts=root)
        world.workspace.react(world.ben.id, world.channel.id, reply, "pushpin")
        world.workspace.edit(world.ana.id, world.channel.id, root, "Reading the logs.")

    await caught_up(world)

    shown = await timeline(world)
    assert "Unusual patterns." in shown
    assert "Reading the logs." in shown


async def test_a_mark_that_was_put_on_an_old_reply(world: World) -> None:
    await world.open_here()
    root = await world.say(world.ana, "What do we see?", at="14:30")
    reply = await world.say(world.ben, "Errors fall.", thread_ts=root)
    async with away(world):
        world.workspace.react(world.ana.id, world.channel.id, reply, "pushpin")

    assert "Errors fall." in await timeline(world)
    assert world.confirmed(reply)


async def test_a_mark_that_was_taken_off(world: World) -> None:
    await world.open_here()
    root = await world.say(world.ana, "Rolled back.", at="14:30")
    reply = await world.say(world.ben, "Errors fall.", thread_ts=root)
    await world.mark(world.ben, root)
    await world.mark(world.ana, root)
    await world.mark(world.ana, reply)
    async with away(world):
        world.workspace.unreact(world.ana.id, world.channel.id, root, "pushpin")
        world.workspace.unreact(world.ana.id, world.channel.id, reply, "pushpin")

    shown = await timeline(world)
    assert "Rolled back." in shown  # ben's mark still stands
    assert "Errors fall." not in shown
    assert not world.confirmed(reply)


async def test_a_mark_that_was_taken_off_and_put_on_again(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ben, ts)
    await world.unmark(world.ben, ts)
    async with away(world):
        world.workspace.react(world.ben.id, world.channel.id, ts, "pushpin")

    assert "Rolled back." in await timeline(world)


async def test_an_edit_within_the_second_of_the_last_one(world: World) -> None:
    world.workspace.edits_in_seconds = True
    await world.open_here()
    ts = await world.say(world.ana, "one", at="14:30")
    await world.mark(world.ben, ts)
    world.workspace.edit(world.ana.id, world.channel.id, ts, "two words")
    await world.settled()
    with unheard(world):
        world.workspace.edit(world.ana.id, world.channel.id, ts, "three words")

    await caught_up(world)

    assert "three words" in await timeline(world)


async def test_an_edited_reply(world: World) -> None:
    await world.open_here()
    root = await world.say(world.ana, "What do we see?", at="14:30")
    reply = await world.say(world.ben, "Errros fall.", thread_ts=root)
    await world.mark(world.ana, reply)
    async with away(world):
        world.workspace.edit(world.ben.id, world.channel.id, reply, "Errors fall.")

    assert "Errors fall." in await timeline(world)


async def test_deletions_of_roots_and_replies(world: World) -> None:
    await world.open_here()
    root = await world.say(world.ana, "The password is hunter2.", at="14:30")
    threaded = await world.say(world.ana, "The user is hunter3.")
    reply = await world.say(world.ben, "It was hunter4.", thread_ts=threaded)
    last = await world.say(world.ben, "Or hunter5.", thread_ts=threaded)
    plain = await world.say(world.ben, "Nobody marked hunter6.")
    for ts in (root, threaded, reply):
        await world.mark(world.ben, ts)
    async with away(world):
        world.workspace.delete(world.ana.id, world.channel.id, root)
        world.workspace.delete(world.ben.id, world.channel.id, reply)
        world.workspace.delete(world.ana.id, world.channel.id, threaded)
        world.workspace.delete(world.ben.id, world.channel.id, plain)

    shown = await timeline(world)
    assert shown.count("message deleted in Slack") == 3
    for ts in (root, threaded, reply, plain):
        row = await stored(world, ts)
        assert row is not None
        assert "hunter" not in row.text + str(row.payload)
    kept = await stored(world, last)
    assert kept is not None
    assert kept.text == "Or hunter5."


async def test_a_whole_thread_that_is_gone(world: World) -> None:
    await world.open_here()
    root = await world.say(world.ana, "What do we see?", at="14:30")
    reply = await world.say(world.ben, "Errors fall.", thread_ts=root)
    await world.mark(world.ana, reply)
    async with away(world):
        world.workspace.delete(world.ben.id, world.channel.id, reply)
        world.workspace.delete(world.ana.id, world.channel.id, root)

    assert "message deleted in Slack" in await timeline(world)


async def test_a_list_of_users_that_is_cut_takes_no_mark_off(world: World) -> None:
    world.workspace.reaction_users_shown = 1
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ben, ts)
    await world.mark(world.ana, ts)
    async with away(world):
        world.workspace.unreact(world.ben.id, world.channel.id, ts, "pushpin")

    assert "Rolled back." in await timeline(world)
    answer = await world.command(world.ana, "/timeline history 1")
    assert f"<@{world.ben.id}> took :pushpin: off" in answer
    assert f"<@{world.ana.id}> took" not in answer


async def test_a_page_that_slack_cuts_short_deletes_nothing(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ben, ts)
    world.workspace.channel(world.channel.id).unlisted.add(ts)

    await caught_up(world)

    assert "Rolled back." in await timeline(world)


async def test_catching_up_twice_changes_and_writes_nothing(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ben, ts)
    await world.unmark(world.ben, ts)
    other = await world.say(world.ana, "Restarted.", at="14:31")
    await world.mark(world.ben, other)
    world.workspace.edit(world.ana.id, world.channel.id, other, "Restarted all.")
    await world.settled()
    before = await timeline(world)

    await caught_up(world)
    reads = len(world.workspace.calls("conversations.replies"))
    await caught_up(world)

    assert await timeline(world) == before
    assert [m.text for m in world.messages_of_scribe()] == ["INC-1: Deployment disruption (open)"]
    assert len(world.workspace.calls("conversations.replies")) == reads  # nothing was in dispute


async def test_a_thousand_messages_cost_at_most_six_calls(world: World) -> None:
    await world.open_here()
    with unheard(world):
        for number in range(1000):
            world.workspace.say(world.ana.id, world.channel.id, f"message {number}")
    before = len(world.workspace.calls("conversations.history"))

    await caught_up(world)

    assert len(world.workspace.calls("conversations.history")) - before <= 6
    async with world.running.scribe.database.read() as session:
        known = (await session.exec(select(Message.text))).all()
    assert {f"message {number}" for number in range(1000)} <= set(known)


@pytest.mark.parametrize("pages_forward", [False, True], ids=["newest first", "oldest first"])
async def test_missed_changes_on_every_page(world: World, pages_forward: bool) -> None:
    world.workspace.pages_forward = pages_forward
    await world.open_here()
    said = [world.workspace.say(world.ana.id, world.channel.id, f"message {number}") for number in range(450)]
    await world.settled()
    gone, marked = said[::90] + said[-1:], said[1::90]
    async with away(world):
        for ts in gone:
            world.workspace.delete(world.ana.id, world.channel.id, ts)
        for ts in marked:
            world.workspace.react(world.ben.id, world.channel.id, ts, "pushpin")
    asked_alone = len(world.workspace.calls("conversations.replies"))

    await caught_up(world)

    async with world.running.scribe.database.read() as session:
        deleted = (await session.exec(select(Message.ts).where(Message.deleted_ts != None))).all()  # noqa: E711
    assert sorted(deleted) == sorted(gone)
    assert all(world.confirmed(ts) for ts in marked)
    assert asked_alone == len(gone)  # what Slack still shows is not asked for again
    assert len(world.workspace.calls("conversations.replies")) == asked_alone


async def test_a_change_that_is_heard_while_its_message_is_read_again_holds(world: World) -> None:
    workspace = world.workspace
    workspace.edits_in_seconds, workspace.reaction_users_shown = True, 1
    await world.open_here()
    ts = await world.say(world.ana, "one", at="14:30")
    await world.mark(world.ana, ts)
    await world.mark(world.ben, ts)
    workspace.edit(world.ana.id, world.channel.id, ts, "two words")
    await world.settled()
    workspace.faults.delay("reactions.get", 3.0)  # the text is read by then

    async def edited_meanwhile() -> None:
        await until(lambda: workspace.calls("conversations.replies"))
        workspace.edit(world.ana.id, world.channel.id, ts, "four words")

        async def is_stored() -> bool:
            row = await stored(world, ts)
            return row is not None and row.text == "four words"

        await until(is_stored)
        assert not workspace.calls("reactions.get")

    async with away(world):
        workspace.edit(world.ana.id, world.channel.id, ts, "three words")
        meanwhile = asyncio.create_task(edited_meanwhile())
    await meanwhile

    assert "four words" in await timeline(world)


async def test_what_people_do_in_threads_is_found_without_reading_all_of_them(world: World) -> None:
    await world.open_here()
    roots = [await world.say(world.ana, f"question {number}", at="14:30") for number in range(4)]
    replies = [await world.say(world.ben, f"answer {ts}", thread_ts=ts) for ts in roots]
    await world.mark(world.ana, replies[1])
    with unheard(world):
        world.workspace.unreact(world.ana.id, world.channel.id, replies[1], "pushpin")
        new = world.workspace.say(world.ben.id, world.channel.id, "one more", thread_ts=roots[2])
        world.workspace.react(world.ana.id, world.channel.id, new, "pushpin")
        world.workspace.delete(world.ben.id, world.channel.id, replies[3])
    before = len(world.workspace.calls("conversations.replies"))

    await looked_again(world)

    assert {call.args["ts"] for call in world.workspace.calls("conversations.replies")[before:]} == {
        *roots[1:]
    }
    shown = await timeline(world)
    assert "one more" in shown
    assert "answer" not in shown
    row = await stored(world, replies[3])
    assert row is not None
    assert row.deleted_ts


async def test_marks_made_after_the_resolution_are_caught_up_too(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.command(world.ana, "/resolve")
    async with away(world):
        world.workspace.react(world.ben.id, world.channel.id, ts, "pushpin")

    assert "Rolled back." in await timeline(world)


@pytest.mark.parametrize("error", ["not_in_channel", "channel_not_found"])
async def test_a_channel_scribe_was_removed_from_is_not_read(world: World, error: str) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ben, ts)
    world.workspace.refuse("conversations.history", error)

    await caught_up(world)

    assert "Rolled back." in await timeline(world)
    await world.command(world.ana, "/resolve")
    assert "was not read again" not in world.canvas()


async def test_a_draft_says_when_its_channel_could_not_be_read_again(world: World) -> None:
    await world.open_here()
    world.workspace.refuse("conversations.history", "missing_scope", times=50)

    await world.command(world.ana, "/resolve")

    assert "the channel was not read again before this draft" in world.canvas()


async def test_a_draft_says_what_slack_did_not_deliver(world: World) -> None:
    await world.open_here()
    with unheard(world):
        ts = world.workspace.say(world.ana.id, world.channel.id, "Rolled back.")
        world.workspace.react(world.ben.id, world.channel.id, ts, "pushpin")

    await world.command(world.ana, "/resolve")

    assert "1 message that Slack did not deliver recovered" in world.canvas()


async def test_a_message_slack_delivers_late_was_not_lost(world: World) -> None:
    await world.open_here()
    world.workspace.socket.reorder(2)
    ts = world.workspace.say(world.ana.id, world.channel.id, "Rolled back.")
    await caught_up(world)
    world.workspace.react(world.ben.id, world.channel.id, ts, "pushpin")  # and now both are delivered
    await world.settled()

    await world.command(world.ana, "/resolve")

    assert "Rolled back." in world.canvas()
    assert "recovered" not in world.canvas()
