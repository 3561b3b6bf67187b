"""What time brings comes in time, whatever the wall clock does."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.jobs.scheduler import start_scheduler
from tests.until import PATIENCE


async def test_a_scanner_is_woken_again_and_again() -> None:
    woken = asyncio.Semaphore(0)
    scheduler = start_scheduler({woken.release: 0.05})

    async with asyncio.timeout(PATIENCE):
        await woken.acquire()
        await woken.acquire()

    scheduler.shutdown(wait=False)


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(hours=1)])
async def test_a_wall_clock_that_jumps_holds_nothing_up(jump: timedelta) -> None:
    jumped = timedelta(0)
    woken = asyncio.Event()
    scheduler = start_scheduler({woken.set: 3600.0}, wall=lambda: datetime.now(UTC) + jumped)

    jumped = jump

    async with asyncio.timeout(PATIENCE):
        await woken.wait()
    scheduler.shutdown(wait=False)
