"""What the storms know of the processes they kill."""

from __future__ import annotations

import asyncio
import signal

from tests.e2e.storm.processes import tell


async def test_how_a_process_ended_is_known_however_often_it_was_killed() -> None:
    for _ in range(20):
        process = await asyncio.create_subprocess_exec("sleep", "60")
        for _ in range(200):
            tell(process, signal.SIGKILL)
        assert await process.wait() == -signal.SIGKILL
