"""What a start costs: loading the program, what of that are its libraries, and all until it is connected."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time

from benchmarks.rig import folder
from benchmarks.slack_process import SlackProcess, slack_process

LIBRARIES = "slack_bolt.async_app, sqlmodel"
CPU_OF_IMPORT = "import time, {modules}; print(time.process_time())"
STARTED = b"Scribe keeps the record"


async def measure(*, is_quick: bool) -> dict[str, float]:
    """CPU time of a new interpreter that imports, the least of several: everything else is disturbance."""
    times = 1 if is_quick else 7
    return {
        "cold_import_ms": min(_cpu_ms("bot.app") for _ in range(times)),
        "cold_import_libraries_ms": min(_cpu_ms(LIBRARIES) for _ in range(times)),
    }


async def start(*, is_quick: bool) -> dict[str, float]:
    """From `scribe run` to a Scribe that is connected, its schema up to date; the least of several."""
    with folder() as place:
        async with slack_process() as slack:
            environment = _environment(slack, f"sqlite:///{place / 'scribe.db'}")
            migrating = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "migrate"), env=environment, stdout=asyncio.subprocess.DEVNULL
            )
            await migrating.wait()
            return {"start_s": min([await _started(environment) for _ in range(1 if is_quick else 5)])}


async def _started(environment: dict[str, str]) -> float:
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"), env=environment, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    async for line in process.stderr:
        if line.startswith(STARTED):
            break
    else:
        raise RuntimeError("scribe run ended before it was connected")
    seconds = time.perf_counter() - began
    process.terminate()
    await process.communicate()
    return seconds


def _environment(slack: SlackProcess, database_url: str) -> dict[str, str]:
    return {
        **os.environ,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": database_url,
    }


def _cpu_ms(modules: str) -> float:
    code = CPU_OF_IMPORT.format(modules=modules)
    done = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout) * 1000
