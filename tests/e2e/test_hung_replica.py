"""A replica that hangs, its connections open, keeps nobody from the record or from Slack; two processes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.server import Sandbox
from storage.database import Database
from tests.e2e.conftest import words
from tests.e2e.storm.processes import Replica
from tests.e2e.storm.record import Record, read_record
from tests.e2e.storm.shown import faults_of
from tests.until import PATIENCE

pytestmark = pytest.mark.storm


async def until(database: Database, what: Callable[[Record], bool]) -> Record:
    async with asyncio.timeout(90):
        while not what(record := await read_record(database)):  # noqa: ASYNC110  (other processes write)
            await asyncio.sleep(0.1)
    return record


@pytest.mark.timeout(300)
async def test_another_takes_over_and_the_one_that_hung_doubles_nothing(
    postgres_url: str, tmp_path: Path
) -> None:
    async with Sandbox(retry_delays=(0.5, 1.0, 2.0), rate_scale=1000) as sandbox:
        workspace = sandbox.workspace
        ana = workspace.add_person("ana", tz="UTC")
        channel = workspace.add_channel("ops", members=[ana.id, workspace.bot_user_id])
        environment = {
            "SLACK_BOT_TOKEN": sandbox.bot_token,
            "SLACK_APP_TOKEN": sandbox.app_token,
            "SLACK_API_URL": sandbox.api_url,
            "DATABASE_URL": postgres_url,
            "RATE_SCALE": "1000",
        }
        hung, other = (Replica(name, environment, tmp_path) for name in ("hung", "other"))
        database = Database(postgres_url)
        try:
            hung.begin()
            await hung.connected()
            for method in ("chat.postMessage", "reactions.add"):
                workspace.slow(method, 0.7)
            said = [workspace.say(ana.id, channel.id, f"before {number}") for number in range(3)]
            opened = words(await workspace.command(ana.id, channel.id, "/incident", "start here Down"))
            said += [workspace.say(ana.id, channel.id, f"after {number}") for number in range(5)]
            for ts in said:
                workspace.react(ana.id, channel.id, ts, "pushpin")
            await until(database, lambda record: len(record.marks) == len(said))
            async with asyncio.timeout(PATIENCE):
                while sandbox.web_api.in_flight < 2:  # noqa: ASYNC110  (its calls are under way)
                    await asyncio.sleep(0.01)
            hung.stop_still()
            for method in ("chat.postMessage", "reactions.add"):
                workspace.slow(method, 0)
            other.begin()
            await other.connected()
            waited = await until(database, lambda record: bool(record.waiting()))
            taken_over = faults_of(workspace, await until(database, lambda record: not record.waiting()))

            hung.go_on()
            said.append(workspace.say(ana.id, channel.id, "together"))
            workspace.react(ana.id, channel.id, said[-1], "pushpin")
            await sandbox.settled(60)
            record = await until(
                database, lambda record: len(record.marks) == len(said) and not record.waiting()
            )
            await hung.connected()
            await hung.terminate()
            await other.terminate()
        finally:
            await hung.end()
            await other.end()
            await database.close()

    assert "INC-1 is open" in opened
    assert waited.waiting()
    assert taken_over == []
    assert faults_of(workspace, record) == []
    assert {ts for _, ts in record.messages} >= set(said)
    assert [*hung.faults, *other.faults] == []
