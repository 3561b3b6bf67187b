"""People are answered at once however much is being written and told."""

from __future__ import annotations

import asyncio
import gc
import time

from sqlmodel import col, func, select

from bot.incidents.message_events import MessageEvent, MessagePosted, ReactionChanged
from storage.recorder import Recorder
from storage.tables import Intent, Message
from storage.vocabulary import IntentState
from tests.e2e.conftest import World, words

EVENTS, MARKS = 10_000, 1_000
BLOCKED_AT_MOST = 0.1
"""Part of all its computing that the event loop may do in one go, however fast the machine is."""
AT_ONCE = 100


def message_events(world: World) -> list[MessageEvent]:
    """Ten thousand messages, and a thousand marks among them, each of which Slack must be told of."""
    team, channel = world.workspace.team_id, world.channel.id
    everything: list[MessageEvent] = []
    for number in range(EVENTS - MARKS):
        key = (team, channel, f"1694354000.{number:06}")
        everything.append(MessagePosted(key, key[2], f"Something happened, number {number}.", world.ana.id))
        if number < MARKS:
            mark_ts = f"1694360000.{number:06}"
            everything.append(ReactionChanged(key, world.ben.id, "pushpin", mark_ts, is_set=True))
    return everything


async def rain(world: World, everything: list[MessageEvent]) -> None:
    """Have it all recorded; it comes faster than it can be written."""
    recorder = world.running.recorder
    recordings = []
    for start in range(0, len(everything), AT_ONCE):
        recordings += [
            asyncio.create_task(recorder.record(message_event))
            for message_event in everything[start : start + AT_ONCE]
        ]
        await asyncio.sleep(0)
    for recording in recordings:
        await recording


async def longest_standstill(until: asyncio.Task[None]) -> float:
    """The longest that the loop's thread computed in one go, as a part of all it computed."""
    longest, first = 0.0, time.thread_time()
    while not until.done():
        began = time.thread_time()
        await asyncio.sleep(0.002)
        longest = max(longest, time.thread_time() - began)
    return longest / (time.thread_time() - first)


async def test_commands_are_answered_while_ten_thousand_events_are_written_and_told(world: World) -> None:
    await world.open_here()
    world.workspace.slow("reactions.add", 0.1)
    taken: list[float] = []

    everything = message_events(world)
    gc.collect()
    gc.freeze()  # as `scribe run` does; here the heap is pytest's too
    writing = asyncio.create_task(rain(world, everything))
    watching = asyncio.create_task(longest_standstill(writing))
    while not writing.done():
        verb = f"add now Step {len(taken)}" if len(taken) % 2 else ""
        answer = await world.workspace.command(world.ana.id, world.channel.id, "/timeline", verb)
        assert answer.acknowledged
        assert "Scribe cannot" not in words(answer)
        taken.append(answer.seconds)
    meanwhile = len(taken)
    await writing
    standstill = await watching
    gc.unfreeze()
    async with world.running.scribe.database.read() as session:
        waiting = (
            await session.exec(select(func.count(col(Intent.id))).where(Intent.state == IntentState.WAITING))
        ).one()
    while len(taken) < 20 or (waiting and len(taken) < 30):  # the outbox is full still
        answer = await world.workspace.command(world.ana.id, world.channel.id, "/timeline", "add now More")
        taken.append(answer.seconds)

    taken.sort()
    print(
        f"{len(taken)} commands: p50 {taken[len(taken) // 2] * 1000:.0f} ms, "
        f"slowest {taken[-1] * 1000:.0f} ms; the loop stood still for {standstill:.1%} of it at most"
    )
    assert meanwhile > 5  # nobody waits until it is all written
    assert standstill < BLOCKED_AT_MOST


async def test_what_the_recorder_cannot_hold_comes_again_and_is_not_kept_in_memory(world: World) -> None:
    await world.open_here()
    small: Recorder[MessageEvent] = world.running.recorder
    small._most_waiting = 50
    world.workspace.socket.retry_delays = (0.5, 1.0, 2.0, 4.0, 6.0, 6.0)
    most = 0
    database = world.running.scribe.database

    async with database.write() as session:
        connection = await session.connection()
        if not database.is_sqlite:
            await connection.exec_driver_sql("LOCK TABLE message IN EXCLUSIVE MODE")
        said = [
            world.workspace.say(world.ana.id, world.channel.id, f"Number {number}.") for number in range(300)
        ]
        for _ in range(20):
            await asyncio.sleep(0.01)
            most = max(most, small.waiting)
        unacknowledged = len(world.workspace.socket.unacknowledged)
    await world.settled()
    async with database.read() as session:
        stored = set(await session.exec(select(Message.ts)))

    assert unacknowledged == 300
    assert most == 50
    assert set(said) <= stored
    assert world.workspace.socket.given_up == []
