"""One writes at a time, and those a person waits for go first."""

from __future__ import annotations

import asyncio

import pytest

from storage.database import Database, somebody_waits
from storage.priority_lock import PriorityLock


async def use(turn: PriorityLock, name: str, order: list[str], *, urgent: bool = False) -> None:
    async with turn.taken(urgent=urgent):
        order.append(name)
        await asyncio.sleep(0)


async def test_urgent_ones_go_first_and_the_rest_in_the_order_they_came() -> None:
    turn, order = PriorityLock(), list[str]()
    async with turn.taken(urgent=False):
        waiting = [
            asyncio.create_task(use(turn, "batch 1", order)),
            asyncio.create_task(use(turn, "batch 2", order)),
            asyncio.create_task(use(turn, "command 1", order, urgent=True)),
            asyncio.create_task(use(turn, "command 2", order, urgent=True)),
        ]
        await asyncio.sleep(0)
        assert order == []
    await asyncio.gather(*waiting)

    assert order == ["command 1", "command 2", "batch 1", "batch 2"]


async def test_who_gives_up_waiting_stops_nobody() -> None:
    turn, order = PriorityLock(), list[str]()
    async with turn.taken(urgent=False):
        given_up = asyncio.create_task(use(turn, "given up", order))
        other = asyncio.create_task(use(turn, "other", order))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.sleep(0)
    await other

    assert order == ["other"]


async def test_a_turn_that_comes_together_with_a_cancellation_is_passed_on() -> None:
    turn, order = PriorityLock(), list[str]()
    async with turn.taken(urgent=False):
        cancelled = asyncio.create_task(use(turn, "cancelled", order))
        other = asyncio.create_task(use(turn, "other", order))
        await asyncio.sleep(0)
    cancelled.cancel()  # it has been given the turn, and has not run since
    async with asyncio.timeout(1):
        await other

    with pytest.raises(asyncio.CancelledError):
        await cancelled
    assert order == ["other"]


async def test_a_write_a_person_waits_for_goes_before_those_nobody_does(sqlite: Database) -> None:
    order: list[str] = []

    async def write(name: str, *, waits: bool) -> None:
        somebody_waits.set(waits)
        async with sqlite.write():
            order.append(name)

    async with sqlite.write():
        writes = [asyncio.create_task(write(f"note {number}", waits=False)) for number in range(3)]
        writes.append(asyncio.create_task(write("command", waits=True)))
        await asyncio.sleep(0)
    await asyncio.gather(*writes)

    assert order == ["command", "note 0", "note 1", "note 2"]
