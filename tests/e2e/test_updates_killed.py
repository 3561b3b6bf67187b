"""Updates and announcements while the process is killed, answers are lost, and two people act at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping

import pytest
from sqlmodel import col, select

from sandbox.records import Channel, Message, Person
from sandbox.server import Sandbox
from storage.database import Database
from storage.surface_tables import Announcement, StatusUpdate
from storage.tables import TimelineEvent
from tests.e2e.test_stop import process, workplace
from tests.until import PATIENCE, until

pytestmark = pytest.mark.storm

EACH = 4
"""Updates that each of two people posts."""


@pytest.mark.one_in(3)
@pytest.mark.parametrize("posts", [0, 1, 2, 3, 5, 8])
async def test_a_kill_between_two_posts_doubles_and_loses_nothing(database_url: str, posts: int) -> None:
    async with workplace() as (sandbox, ana, channel):
        workspace = sandbox.workspace
        ben = workspace.add_person("ben", real_name="Ben Okafor", tz="UTC")
        workspace.invite(ben.id, channel.id, by=ana.id)
        place = workspace.add_channel("incidents", members=[ana.id])
        async with process(sandbox, database_url, ANNOUNCE_CHANNEL="incidents") as first:
            killing = kill_at(sandbox, first, posts)
            workspace.lose_answer("chat.postMessage", times=2)
            workspace.socket.duplicate_asks(1 + EACH)
            assert await say(sandbox, ana, channel, "/incident start here Checkout is down")
            posting = [asyncio.create_task(updates_of(sandbox, who, channel)) for who in (ana, ben)]
            await asyncio.wait_for(killing, PATIENCE)
            recorded = [text for texts in await asyncio.gather(*posting) for text in texts]
        workspace.socket.calm()
        async with process(sandbox, database_url, ANNOUNCE_CHANNEL="incidents"):
            await sandbox.settled(60)
            assert await say(sandbox, ana, channel, "/incident severity sev1")
            assert await say(sandbox, ben, channel, "/incident status monitoring")
            assert await say(sandbox, ben, channel, "/resolve The rollback helped")
            await until(lambda: any("*Resolved*" in one.text for one in said_by_scribe(sandbox, place)))
            await until(lambda: "(resolved)" in said_by_scribe(sandbox, place)[0].text)
            kept, _, _ = await stored(database_url)
            await until(lambda: len(updates_in(sandbox, channel)) >= len(kept))
            await sandbox.settled(60)

    kept, events, threads = await stored(database_url)
    assert set(recorded) <= set(kept)
    assert Counter(events) == Counter(f"Update: {text}" for text in kept)
    assert Counter(last_words(updates_in(sandbox, channel))) == Counter(kept)
    root, *replies = said_by_scribe(sandbox, place)
    assert threads == [root.ts]
    assert {one.thread_ts for one in replies} == {root.ts}
    *told, severity, stage, end = [one.text for one in replies]
    assert last_words(told) == kept  # in their order
    assert severity.startswith("Severity *sev1*")
    assert stage.startswith("Now *monitoring*")
    assert end.endswith("The rollback helped")
    assert "(resolved)" in root.text


async def updates_of(sandbox: Sandbox, who: Person, channel: Channel) -> list[str]:
    """What somebody was told is posted, of all that they say."""
    texts = [f"{who.name} {number}" for number in range(EACH)]
    return [text for text in texts if await say(sandbox, who, channel, f"/incident update {text}")]


async def say(sandbox: Sandbox, who: Person, channel: Channel, command: str) -> bool:
    """Whether the command was acknowledged and done."""
    name, _, text = command.partition(" ")
    answer = await sandbox.workspace.command(who.id, channel.id, name, text)
    said = " ".join(one.text for one in answer.messages)
    return answer.acknowledged and "could not" not in said and "cannot" not in said


def kill_at(sandbox: Sandbox, bot: asyncio.subprocess.Process, posts: int) -> asyncio.Future[None]:
    """Kill the bot when it has posted so often; the next post reaches Slack all the same."""
    killed = asyncio.get_running_loop().create_future()
    made = 0

    def count(method: str, arguments: Mapping[str, object]) -> None:
        nonlocal made
        if method != "chat.postMessage" or killed.done():
            return
        if made == posts:
            bot.kill()
            killed.set_result(None)
        made += 1

    sandbox.workspace.before_calls.append(count)
    return killed


def said_by_scribe(sandbox: Sandbox, channel: Channel) -> list[Message]:
    workspace = sandbox.workspace
    return [
        one for one in workspace.messages(channel.id) if one.bot_id == workspace.bot_id and not one.subtype
    ]


def updates_in(sandbox: Sandbox, channel: Channel) -> list[str]:
    return [one.text for one in said_by_scribe(sandbox, channel) if "update by" in one.text]


def last_words(texts: list[str]) -> list[str]:
    """Of "INC-1: update by Ana Ferreira: ana 1" what was said."""
    return [text.rpartition(": ")[2] for text in texts]


async def stored(database_url: str) -> tuple[list[str], list[str], list[str]]:
    """The updates in their order, the timeline, and the first message of each thread of announcements."""
    database = Database(database_url)
    async with database.read() as session:
        kept = list(await session.exec(select(StatusUpdate.known).order_by(col(StatusUpdate.id))))
        events = [text or "" for text in await session.exec(select(TimelineEvent.text))]
        threads = list(await session.exec(select(Announcement.ts)))
    await database.close()
    return kept, events, threads
