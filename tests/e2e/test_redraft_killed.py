"""A draft that is being brought up to date when its process is killed goes on where it stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import pytest

from sandbox import canvases
from sandbox.faults import Fault
from sandbox.records import Canvas, Channel, Person
from sandbox.server import Sandbox
from storage import drafts
from storage.database import Database
from tests.e2e.canvas_sections import split
from tests.e2e.test_stop import process, workplace
from tests.until import PATIENCE, until

pytestmark = pytest.mark.storm

SECTIONS = {"pushpin": "Timeline", "bulb": "Lessons Learned", "mag": "Root Cause Analysis"}


@pytest.mark.one_in(2)
@pytest.mark.parametrize("edits", [0, 1, 2, 4])
async def test_a_kill_between_two_changes_doubles_and_loses_nothing(database_url: str, edits: int) -> None:
    async with workplace() as (sandbox, ana, channel):
        async with process(sandbox, database_url) as first:
            await command(sandbox, ana, channel, "/incident start here Checkout is down")
            await say_marked(sandbox, ana, channel, "Before")
            await command(sandbox, ana, channel, "/resolve The rollback helped.")
            canvas = only_canvas(sandbox)
            write(sandbox, ana, canvas, "Before of bulb", "Ana was lucky.")
            write(sandbox, ana, canvas, "Before of mag", "Nobody had looked.")
            await say_marked(sandbox, ana, channel, "After")
            killing = kill_at(sandbox, first, edits)
            await sandbox.workspace.command(ana.id, channel.id, "/postmortem", "draft")
            await asyncio.wait_for(killing, PATIENCE)
        async with process(sandbox, database_url):
            await until_delivered(database_url, 2)
            await sandbox.settled(60)

    assert_each_stands_once(canvas, "Before", "After")
    assert canvas.markdown.count("Ana was lucky.") == 1
    assert canvas.markdown.count("Nobody had looked.") == 1
    said = [one.text for one in sandbox.workspace.messages(channel.id)]
    (told,) = [one for one in said if "is up to date" in one]
    assert "Kept" not in told
    assert "Not written" not in told


@pytest.mark.one_in(2)
@pytest.mark.parametrize("edits", [0, 1, 2])
async def test_a_kill_in_a_refresh_doubles_and_loses_nothing(database_url: str, edits: int) -> None:
    async with workplace() as (sandbox, ana, channel):
        async with process(sandbox, database_url) as first:
            await command(sandbox, ana, channel, "/incident start here Checkout is down")
            root = (await say_marked(sandbox, ana, channel, "Before"))["pushpin"]
            sandbox.workspace.socket.lose(1_000_000)
            for emoji in SECTIONS:
                text = f"In the thread of {emoji}."
                ts = sandbox.workspace.say(ana.id, channel.id, text, thread_ts=root)
                sandbox.workspace.react(ana.id, channel.id, ts, emoji)
            sandbox.workspace.socket.calm()
            sandbox.workspace.slow("conversations.replies", 2.0)
            killing = kill_at(sandbox, first, edits)
            await sandbox.workspace.command(ana.id, channel.id, "/resolve", "The rollback helped.")
            await asyncio.wait_for(killing, PATIENCE)
        sandbox.workspace.faults.clear()
        async with process(sandbox, database_url):
            canvas = only_canvas(sandbox)
            await until(lambda: canvas.markdown.count("In the thread") == len(SECTIONS))
            await sandbox.settled(60)
            await asyncio.sleep(1)  # and nothing follows

    assert_each_stands_once(canvas, "Before", "In the thread")
    assert only_canvas(sandbox) is canvas
    said = [one.text for one in sandbox.workspace.messages(channel.id)]
    assert len([one for one in said if "is up to date" in one]) == 1
    assert [version for version, _ in await versions(database_url)] == [1]


async def test_a_record_that_changes_between_two_kills_blames_nobody(sqlite_url: str) -> None:
    async with workplace() as (sandbox, ana, channel):
        workspace = sandbox.workspace
        async with process(sandbox, sqlite_url) as first:
            await command(sandbox, ana, channel, "/incident start here Checkout is down")
            await say_marked(sandbox, ana, channel, "Before")
            await command(sandbox, ana, channel, "/resolve The rollback helped.")
            canvas = only_canvas(sandbox)
            write(sandbox, ana, canvas, "Before of bulb", "Ana was lucky.")
            said = await say_marked(sandbox, ana, channel, "Between")
            killing = kill_at(sandbox, first, 3)  # so that the last of five waits
            await workspace.command(ana.id, channel.id, "/postmortem", "draft")
            await asyncio.wait_for(killing, PATIENCE)
        workspace.faults.stand("canvases.edit", Fault("ratelimited", 429, retry_after=1))
        async with process(sandbox, sqlite_url) as second:
            await sandbox.settled()
            workspace.edit(ana.id, channel.id, said["bulb"], "Between of bulb, said better.")
            workspace.unreact(ana.id, channel.id, said["mag"], "mag")
            await say_marked(sandbox, ana, channel, "After")
            killing = kill_at(sandbox, second, 0)
            workspace.faults.clear()
            await asyncio.wait_for(killing, PATIENCE)
        async with process(sandbox, sqlite_url):
            await until_delivered(sqlite_url, 2)
            await sandbox.settled(60)

    assert_each_stands_once(canvas, "Before", "After")
    sections = dict(split(canvas.markdown))
    assert sections["Lessons Learned"].count("Between of bulb") == 1
    assert sections["Lessons Learned"].count("said better") == 1
    assert "Between of mag" not in sections["Root Cause Analysis"]
    assert canvas.markdown.count("Ana was lucky.") == 1
    (told,) = [one.text for one in workspace.messages(channel.id) if "is up to date" in one.text]
    assert "people" not in told
    assert "Not written" not in told


def kill_at(sandbox: Sandbox, bot: asyncio.subprocess.Process, edits: int) -> asyncio.Future[None]:
    """Kill the bot when it has made so many changes in a canvas; the next one reaches Slack all the same."""
    killed = asyncio.get_running_loop().create_future()
    made = 0

    def count(method: str, arguments: Mapping[str, object]) -> None:
        nonlocal made
        if method != "canvases.edit" or killed.done():
            return
        if made == edits:
            bot.kill()
            killed.set_result(None)
        made += 1

    sandbox.workspace.before_calls.append(count)
    return killed


async def command(sandbox: Sandbox, who: Person, channel: Channel, command: str) -> None:
    name, _, text = command.partition(" ")
    answer = await sandbox.workspace.command(who.id, channel.id, name, text)
    assert answer.acknowledged
    await sandbox.settled()
    async with asyncio.timeout(PATIENCE):
        while name == "/resolve" and not sandbox.workspace.canvases:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await asyncio.sleep(1.5)


async def say_marked(sandbox: Sandbox, who: Person, channel: Channel, word: str) -> dict[str, str]:
    """A message for each section; returns the `ts` of each by its emoji."""
    said = {}
    for emoji in SECTIONS:
        sandbox.workspace.clock.set(sandbox.workspace.clock.now() + timedelta(minutes=1))
        said[emoji] = sandbox.workspace.say(who.id, channel.id, f"{word} of {emoji}.")
        sandbox.workspace.react(who.id, channel.id, said[emoji], emoji)
    await sandbox.settled()
    return said


def write(sandbox: Sandbox, who: Person, canvas: Canvas, below: str, text: str) -> None:
    block = next(one for one in canvas.sections if below in one.markdown)
    content = {"type": "markdown", "markdown": text}
    change = {"operation": "insert_after", "section_id": block.id, "document_content": content}
    canvases.apply(sandbox.workspace, canvas, who.id, change)


def only_canvas(sandbox: Sandbox) -> Canvas:
    (canvas,) = sandbox.workspace.canvases.values()
    return canvas


def assert_each_stands_once(canvas: Canvas, *words: str) -> None:
    sections = dict(split(canvas.markdown))
    for word in words:
        for emoji, heading in SECTIONS.items():
            assert sections[heading].count(f"{word} of {emoji}") == 1, (word, emoji)


async def versions(database_url: str) -> list[tuple[int, bool]]:
    """Each draft's version, and whether it was delivered."""
    database = Database(database_url)
    async with database.read() as session:
        newest = await drafts.newest(session, 1)
        delivered = await drafts.newest_delivered(session, 1)
    await database.close()
    numbers = range(1, newest.version + 1) if newest else ()
    return [(number, delivered is not None and number <= delivered.version) for number in numbers]


async def until_delivered(database_url: str, version: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while (version, True) not in await versions(database_url):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
