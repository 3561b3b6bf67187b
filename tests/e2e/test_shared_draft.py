"""A draft goes into a channel that another company reads only where its owner wants it there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from bot.app import start
from bot.clock import ts_of
from bot.incidents.message_events import MessageDeleted
from sandbox import canvases
from sandbox.faults import Faults
from sandbox.records import Canvas, Message
from sandbox.server import Sandbox
from tests.e2e.conftest import RATE_SCALE, TEN_PAST_TWO, World, settings_for
from tests.e2e.test_ladder import CHANNEL as CHANNEL_CANVAS
from tests.e2e.test_ladder import TAB, refuse

THEIRS = "T0THEIRS"
WORDS = "The secret key was logged."
CHANNEL, OURS = "draft_audience_channel", "draft_audience_ours"
OUR_VIEW = {
    "operation": "insert_at_end",
    "document_content": {"type": "markdown", "markdown": "## Our view\n\nBuy a vault."},
}


@pytest.fixture
async def world(tmp_path: Path, is_patient: bool) -> AsyncIterator[World]:
    """What is asked here is the same on every database."""
    async with Sandbox(now=TEN_PAST_TWO, rate_scale=RATE_SCALE) as sandbox:
        workspace = sandbox.workspace
        ana = workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
        ben = workspace.add_person("ben", real_name="Ben Okafor", tz="America/New_York")
        cleo = workspace.add_person("cleo", real_name="Cleo of theirs", tz="UTC", team_id=THEIRS)
        members = [ana.id, ben.id, cleo.id, workspace.bot_user_id]
        channel = workspace.add_channel("with-them", members=members)
        running = await start(settings_for(sandbox, f"sqlite:///{tmp_path / 'scribe.db'}"))
        await sandbox.wait_connected()
        made = World(sandbox, running, ana, ben, channel)
        try:
            yield made
        finally:
            await made.running.stop()


async def resolved(world: World) -> str:
    await world.open_here()
    ts = await world.say(world.ana, WORDS, at="14:30")
    await world.mark(world.ben, ts)
    return await world.command(world.ana, "/resolve Rotated.", at="15:00")


def direct(world: World) -> str:
    """Where the owner is asked."""
    return next(
        channel.id for channel in world.workspace.channels.values() if channel.with_user_id == world.ana.id
    )


def questions(world: World) -> list[Message]:
    told = world.messages_of_scribe(direct(world))
    return [message for message in told if "draft_audience_ours" in str(message.blocks)]


async def press(world: World, action_id: str, question: int = -1) -> None:
    ts = questions(world)[question].ts
    error = await world.workspace.click(
        world.ana.id, channel_id=direct(world), message_ts=ts, action_id=action_id
    )
    assert error is None
    await asyncio.sleep(0.05)
    await world.settled()


def in_channel(world: World) -> str:
    """Everything Scribe has said in the channel, and every canvas that stands there."""
    said = [f"{message.text} {message.blocks}" for message in world.messages_of_scribe()]
    tabs = [world.workspace.canvases[one].markdown for one in world.channel.canvas_ids]
    return "\n".join([*said, *tabs])


def readers(world: World, canvas: Canvas) -> set[str]:
    return {
        one.name
        for one in world.workspace.people.values()
        if canvases.may(world.workspace, canvas, one.id, "read")
    }


async def again(world: World, tmp_path: Path) -> None:
    """A restart."""
    await world.running.stop()
    world.running = await start(settings_for(world.sandbox, f"sqlite:///{tmp_path / 'scribe.db'}"))
    await world.sandbox.wait_connected()
    await world.settled()


async def test_nothing_is_put_there_before_the_owner_has_pressed(world: World, tmp_path: Path) -> None:
    world.workspace.share_channel(world.channel.id, THEIRS)

    await resolved(world)
    await again(world, tmp_path)

    assert len(questions(world)) == 1
    assert "Where shall it go?" in str(questions(world)[0].blocks)
    assert world.workspace.canvases == {}
    assert WORDS not in in_channel(world)


async def test_the_canvas_for_our_people_is_theirs_alone_and_its_link_the_owners(
    world: World, tmp_path: Path
) -> None:
    world.workspace.share_channel(world.channel.id, THEIRS)
    await resolved(world)
    await again(world, tmp_path)

    await press(world, OURS)
    await press(world, OURS)

    (canvas,) = world.workspace.canvases.values()
    assert WORDS in canvas.markdown
    assert canvas.channel_id is None
    assert readers(world, canvas) - {"scribe"} == {"ana", "ben"}
    told = "\n".join(f"{one.text} {one.blocks}" for one in world.messages_of_scribe(direct(world)))
    assert told.count(f"Post-mortem draft of INC-1: {world.workspace.url}") <= 1
    assert canvas.id in told
    assert canvas.id not in in_channel(world)
    assert WORDS not in in_channel(world)


async def test_drafting_again_stays_in_that_canvas_and_says_so_to_the_owner(world: World) -> None:
    world.workspace.share_channel(world.channel.id, THEIRS)
    await resolved(world)
    await press(world, OURS)

    ts = await world.say(world.ben, "A second lesson.", at="15:10")
    await world.mark(world.ana, ts, "bulb")
    await world.command(world.ben, "/postmortem draft", at="15:20")

    (canvas,) = world.workspace.canvases.values()
    assert "A second lesson." in canvas.markdown
    assert canvas.id not in in_channel(world)
    assert len(questions(world)) == 1


async def test_a_change_of_mind_puts_it_into_the_channel_with_peoples_words(world: World) -> None:
    world.workspace.share_channel(world.channel.id, THEIRS)
    await resolved(world)
    await press(world, OURS)
    (canvas,) = world.workspace.canvases.values()
    content = {"type": "markdown", "markdown": "## Our view\n\nBuy a vault."}
    change = {"operation": "insert_at_end", "document_content": content}
    canvases.apply(world.workspace, canvas, world.ana.id, change)

    await press(world, CHANNEL)

    assert WORDS in in_channel(world)
    assert "Buy a vault." in in_channel(world)
    assert len(world.channel.canvas_ids) == 1


async def test_the_channel_chosen_is_as_ever(world: World) -> None:
    world.workspace.share_channel(world.channel.id, THEIRS)
    await resolved(world)

    await press(world, CHANNEL)

    (canvas,) = world.workspace.canvases.values()
    assert canvas.channel_id == world.channel.id
    assert "cleo" in readers(world, canvas)


async def test_where_slack_takes_no_such_canvas_the_owner_gets_it_in_messages(world: World) -> None:
    world.workspace.share_channel(world.channel.id, THEIRS)
    await resolved(world)
    world.workspace.refuse("canvases.create", "free_teams_cannot_create_non_tabbed_canvases")

    await press(world, OURS)

    told = "\n".join(message.text for message in world.workspace.messages(direct(world)))
    assert WORDS in told
    assert WORDS not in in_channel(world)


async def test_a_channel_shared_after_its_draft_is_said_to_the_owner_once(world: World) -> None:
    await resolved(world)
    assert WORDS in in_channel(world)

    world.workspace.share_channel(world.channel.id, THEIRS)
    await world.settled()
    world.workspace.share_channel(world.channel.id, "T0OTHERS")
    await world.settled()

    assert len(questions(world)) == 1
    assert "is now shared with another company" in str(questions(world)[0].blocks)

    await press(world, OURS)

    assert len(world.workspace.canvases) == 2
    newest = list(world.workspace.canvases.values())[-1]
    assert "cleo" not in readers(world, newest)


async def test_a_channel_that_is_shared_no_more_is_as_any_other(world: World) -> None:
    world.workspace.share_channel(world.channel.id, THEIRS)
    world.workspace.unshare_channel(world.channel.id, THEIRS)

    await resolved(world)

    assert WORDS in in_channel(world)


async def test_an_invitation_that_is_pending_counts_and_needs_no_event(world: World) -> None:
    world.channel.is_pending_ext_shared = True

    await resolved(world)

    assert world.workspace.canvases == {}
    assert len(questions(world)) == 1


async def test_a_thread_from_before_it_was_shared_learns_nothing_new(world: World) -> None:
    refuse(world, TAB, CHANNEL_CANVAS)
    await world.open_here()
    ts = await world.say(world.ana, "The okapi is loose", at="14:31")
    await world.mark(world.ben, ts)
    await world.command(world.ana, "/resolve Rotated.", at="15:00")
    world.workspace.faults = Faults()
    world.workspace.share_channel(world.channel.id, THEIRS)
    await world.settled()
    await press(world, OURS)
    await world.command(world.ana, "/timeline add 14:40 Customer list was on the zebra host")

    world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.settled()

    said = "\n".join(message.text for message in world.messages_of_scribe())
    assert "zebra" not in said
    assert "okapi" not in said


async def test_peoples_words_stay_in_a_thread_that_loses_a_quote(world: World) -> None:
    world.workspace.share_channel(world.channel.id, THEIRS)
    await world.open_here()
    ts = await world.say(world.ana, "The okapi is loose", at="14:31")
    await world.mark(world.ben, ts)
    await world.command(world.ana, "/resolve Rotated.", at="15:00")
    await press(world, OURS)
    (canvas,) = world.workspace.canvases.values()
    canvases.apply(world.workspace, canvas, world.ana.id, OUR_VIEW)
    refuse(world, TAB, CHANNEL_CANVAS)
    await press(world, CHANNEL)
    assert "Buy a vault." in "\n".join(message.text for message in world.messages_of_scribe())

    world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.settled()

    said = "\n".join(message.text for message in world.messages_of_scribe())
    assert "Buy a vault." in said
    assert "okapi" not in said


async def test_of_a_canvas_that_others_read_by_now_nothing_is_mended_by_itself(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, WORDS, at="14:30")
    await world.mark(world.ben, ts)

    def wait(called: str, arguments: Mapping[str, object]) -> None:
        if called == "canvases.create":
            world.at("15:05")

    world.workspace.before_calls.append(wait)
    await world.command(world.ana, "/resolve Rotated.", at="15:00")
    world.workspace.share_channel(world.channel.id, THEIRS)
    await world.settled()
    await world.command(world.ana, "/timeline add 14:35 It was on the quagga host", at="15:10")

    key = (world.workspace.team_id, world.channel.id, ts)
    deleted = MessageDeleted(key, ts_of(TEN_PAST_TWO.replace(hour=15, minute=2)))
    await world.running.recorder.record(deleted)
    await world.settled()

    assert "quagga" not in in_channel(world)
    told = [one.text for one in world.messages_of_scribe() if "deleted in Slack since" in one.text]
    assert [one.split(" draft 1 ")[0] for one in told] == ["A message quoted in"]
