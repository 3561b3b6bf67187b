"""What drafting again leaves behind in the database, for good: rows, and the bytes in them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy import select
from sqlmodel import SQLModel

from benchmarks.rig import folder, quiet
from bot.app import Running, start
from bot.settings import Settings
from sandbox.server import Sandbox

UNLIMITED = 100_000.0
BEGAN = datetime(2023, 9, 10, 14, 10, tzinfo=UTC)
REDRAFTS, MARKED = 25, 100


async def measure(*, is_quick: bool) -> dict[str, float]:
    """Of each `/postmortem draft` where nothing changed, in a draft with a hundred marked messages."""
    redrafts, marked = (2, 5) if is_quick else (REDRAFTS, MARKED)
    quiet()
    with folder() as place:
        async with Sandbox(now=BEGAN, rate_scale=UNLIMITED) as sandbox:
            running = await start(
                Settings(
                    _env_file=None,
                    slack_bot_token=sandbox.bot_token,
                    slack_app_token=sandbox.app_token,
                    slack_api_url=sandbox.api_url,
                    database_url=f"sqlite:///{place / 'scribe.db'}",
                    scribe_clock="slack",
                    rate_scale=UNLIMITED,
                )
            )
            try:
                await sandbox.wait_connected()
                workspace = sandbox.workspace
                ana = workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
                channel = workspace.add_channel("ops", members=[ana.id, workspace.bot_user_id])

                async def said(command: str, text: str) -> None:
                    await workspace.command(ana.id, channel.id, command, text)
                    while not await running.worker.drained():
                        await sandbox.settled()

                workspace.say(ana.id, channel.id, "Something is off.")
                await said("/incident", "start here Checkout is down")
                for number in range(marked):
                    ts = workspace.say(ana.id, channel.id, f"Step {number} of many, which takes some words.")
                    workspace.react(ana.id, channel.id, ts, "pushpin")
                await sandbox.settled()
                await said("/postmortem", "draft")
                await said("/postmortem", "draft")
                rows, size = await _stored(running)
                for _ in range(redrafts):
                    await said("/postmortem", "draft")
                more_rows, more_size = await _stored(running)
            finally:
                await running.stop()
    return {
        "rows_per_redraft": (more_rows - rows) / redrafts,
        "kb_per_redraft": (more_size - size) / redrafts / 1000,
    }


async def _stored(running: Running) -> tuple[int, int]:
    """Rows in all tables, and the bytes of everything that stands in them."""
    rows = size = 0
    async with running.scribe.database.read() as session:
        connection = await session.connection()
        for table in SQLModel.metadata.sorted_tables:
            for row in await connection.execute(select(table)):
                rows += 1
                size += sum(len(json.dumps(value, default=str).encode()) for value in row)
    return rows, size
