"""The record follows what becomes of messages and channels after they were recorded."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from bot.app import start
from bot.incidents import intents
from sandbox import channels
from storage import incidents, outbox
from storage.tables import Incident, Message, MessageVersion, TimelineEvent
from tests.e2e.conftest import World, settings_for

pytestmark = pytest.mark.on_each_database


async def incident(world: World, number: int = 1) -> Incident:
    async with world.running.scribe.database.read() as session:
        found = await incidents.by_number(session, world.workspace.team_id, number)
    assert found is not None
    return found


async def everything_stored(world: World) -> str:
    """All text the record keeps of messages, to look for a word in."""
    async with world.running.scribe.database.read() as session:
        messages = (await session.exec(select(Message))).all()
        versions = (await session.exec(select(MessageVersion))).all()
    return " ".join(str(row) for row in (*messages, *versions))


async def test_the_history_of_an_event_tells_who_changed_what(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled bcak.", at="14:30")
    await world.mark(world.ben, ts)
    world.workspace.edit(world.ana.id, world.channel.id, ts, "Rolled back.")
    await world.settled()
    await world.command(world.ana, "/timeline edit 1 14:29 Rolled back to 1.4")

    answer = await world.command(world.ana, "/timeline history 1")

    assert f"<@{world.ben.id}> marked it with :pushpin:" in answer
    assert f"<@{world.ana.id}> changed the text from “Rolled bcak.” to “Rolled back.”" in answer
    assert f"<@{world.ana.id}> changed the text from “Rolled back.” to “Rolled back to 1.4”" in answer
    assert answer.index("marked it") < answer.index("Rolled bcak")


async def test_an_event_that_was_never_changed_says_so_and_an_unknown_one_is_one_sentence(
    world: World,
) -> None:
    await world.open_here()
    await world.command(world.ana, "/timeline add 14:05 Deploy began")

    assert "Nothing about event 1 was changed" in await world.command(world.ana, "/timeline history 1")
    assert "/timeline" in await world.command(world.ana, "/timeline history 9")


async def test_a_deletion_takes_the_words_from_everything_the_record_keeps(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "The password is hunter2.", at="14:30")
    await world.mark(world.ben, ts)
    world.workspace.edit(world.ana.id, world.channel.id, ts, "The password was hunter2.")
    await world.settled()
    assert "hunter2" in await everything_stored(world)

    world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.settled()

    assert "hunter2" not in await everything_stored(world)
    assert "hunter2" not in await world.command(world.ana, "/timeline history 1")


async def test_where_the_team_keeps_deleted_messages_they_are_shown_as_deleted(world: World) -> None:
    await world.running.stop()
    kept = settings_for(world.sandbox, world.running.scribe.settings.database_url, keep_deleted="true")
    world.running = await start(kept)
    await world.sandbox.wait_connected()
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ben, ts)

    world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.settled()
    await world.command(world.ana, "/resolve")

    assert "Rolled back." in world.canvas()
    assert "(this message was deleted in Slack)" in world.canvas()
    assert "Rolled back. (message deleted in Slack)" in await world.command(world.ana, "/timeline")


async def test_words_that_a_delivered_draft_quotes_are_pointed_out_and_left_to_people(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "The password is hunter2.", at="14:30")
    await world.mark(world.ben, ts)
    await world.command(world.ana, "/resolve")
    edits_before = len(world.workspace.calls("canvases.edit"))

    world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.settled()

    said = [m.text for m in world.messages_of_scribe() if "deleted in Slack since" in m.text]
    assert said == [
        "A message quoted in draft 1 of INC-1 was deleted in Slack since. "
        "`/postmortem draft INC-1` takes it out of the canvas, and names what was copied or reworded there."
    ]
    assert "hunter2" in world.canvas()
    assert len(world.workspace.calls("canvases.edit")) == edits_before
    await world.command(world.ana, "/postmortem draft")
    assert "hunter2" not in world.canvas()


async def test_a_deletion_that_people_were_told_of_is_not_told_again(world: World) -> None:
    await world.open_here()
    said = [await world.say(world.ana, text, at="14:30") for text in ("The password is hunter2.", "Or not.")]
    for ts in said:
        await world.mark(world.ben, ts)
    await world.command(world.ana, "/resolve")

    told = []
    for ts in said:
        world.workspace.delete(world.ana.id, world.channel.id, ts)
        await world.settled()
        async with world.running.scribe.database.write() as session:  # as when the next one comes meanwhile
            await outbox.ask(session, [intents.point_out_deletion(1)], asked_at=datetime.now(UTC))
        await world.settled()
        told = [m.text for m in world.messages_of_scribe() if "deleted in Slack since" in m.text]

    assert [text.partition(" quoted")[0] for text in told] == ["A message", "2 messages"]


async def test_a_reply_shown_in_the_channel_too_is_one_message_and_one_event(world: World) -> None:
    await world.open_here()
    root = await world.say(world.ana, "What do we see?", at="14:30")
    ts = world.workspace.say(world.ben.id, world.channel.id, "Errors fall.", thread_ts=root, broadcast=True)
    world.workspace.socket.duplicate(2)
    await world.mark(world.ana, ts)
    await world.settled()

    async with world.running.scribe.database.read() as session:
        stored = (await session.exec(select(Message).where(Message.ts == ts))).all()
        events = (await session.exec(select(TimelineEvent).where(TimelineEvent.message_ts == ts))).all()
    assert [message.thread_ts for message in stored] == [root]
    assert len(events) == 1


async def test_a_renamed_channel_is_called_by_its_new_name(world: World) -> None:
    await world.open_here()

    world.workspace.rename(world.ana.id, world.channel.id, "web-release-2")
    await world.settled()

    assert (await incident(world)).channel_name == "web-release-2"


async def test_an_archived_channel_is_left_alone_and_what_waited_goes_on_when_it_is_back(
    world: World,
) -> None:
    await world.open_here()
    channel = world.workspace.channel(world.channel.id)
    world.workspace.archive(world.ana.id, channel.id)
    await world.settled()
    assert (await incident(world)).is_archived

    channels.unarchive(world.workspace, channel, world.ana.id)
    await world.settled()

    assert not (await incident(world)).is_archived


async def test_a_channel_that_gets_another_id_keeps_its_record(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ben, ts)
    await world.settled()

    new = channels.change_id(world.workspace, world.workspace.channel(world.channel.id))
    await world.settled()
    later = await world.say(world.ben, "All is well.", at="14:40")
    await world.mark(world.ana, later)
    await world.settled()

    assert (await incident(world)).channel_id == new
    page = await world.command(world.ana, "/timeline", channel=new)
    assert "Rolled back." in page
    assert "All is well." in page
    assert world.confirmed(later)


@pytest.mark.parametrize("event", ["channel_rename", "channel_archive", "channel_id_changed"])
async def test_a_channel_event_that_lacks_everything_stops_nothing(world: World, event: str) -> None:
    await world.open_here()

    world.sandbox.workspace.socket.publish(
        {"type": "event_callback", "team_id": world.workspace.team_id, "event": {"type": event}}
    )
    await world.sandbox.settled()

    assert world.workspace.socket.unacknowledged == []
    assert "is empty" in await world.command(world.ana, "/timeline")
