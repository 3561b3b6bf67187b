"""A rolling restart over HTTP: the load balancer takes each replica out, and nobody notices."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlmodel import select

from sandbox.server import Sandbox
from storage.database import Database
from storage.tables import Message, TimelineEvent
from tests.e2e.conftest import words
from tests.e2e.storm.processes import Replica, free_ports

RATE_SCALE = 1000.0


@pytest.mark.storm
async def test_every_command_is_answered_and_every_event_recorded_once(
    postgres_url: str, tmp_path: Path
) -> None:
    async with Sandbox(is_http=True, rate_scale=RATE_SCALE) as sandbox:
        workspace = sandbox.workspace
        ana = workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
        channel = workspace.add_channel("ops", members=[ana.id, workspace.bot_user_id])
        ports = free_ports(2)
        urls = [f"http://127.0.0.1:{port}/slack/events" for port in ports]
        replicas = [
            Replica(
                f"replica-{port}",
                {
                    "SLACK_BOT_TOKEN": sandbox.bot_token,
                    "SLACK_SIGNING_SECRET": sandbox.signing_secret,
                    "SLACK_API_URL": sandbox.api_url,
                    "DATABASE_URL": postgres_url,
                    "RATE_SCALE": str(RATE_SCALE),
                    "PORT": str(port),
                },
                tmp_path,
            )
            for port in ports
        ]
        for replica in replicas:
            replica.begin()
        for replica in replicas:
            await replica.connected()
        await sandbox.request_url.verify(*urls)
        await workspace.command(ana.id, channel.id, "/incident", "start here Checkout is down")

        answers: list[str] = []
        said: list[str] = []

        async def work() -> None:
            while True:
                ts = workspace.say(ana.id, channel.id, f"Step {len(said)}")
                workspace.react(ana.id, channel.id, ts, "pushpin")
                said.append(ts)
                answer = await workspace.command(ana.id, channel.id, "/timeline", f"add now Note {len(said)}")
                answers.append(answer.error or words(answer))
                await asyncio.sleep(0.02)

        working = asyncio.create_task(work())
        for number, replica in enumerate(replicas):
            others = [urls[1 - number]]
            await sandbox.request_url.verify(*others)
            await replica.terminate()
            await replica.connected()
            await sandbox.request_url.verify(*urls)
            before = len(answers)
            while len(answers) < before + 5:  # noqa: ASYNC110  (what others do)
                await asyncio.sleep(0.02)
        working.cancel()
        await sandbox.settled()
        faults = [fault for replica in replicas for fault in replica.faults]
        for replica in replicas:
            await replica.end()

    database = Database(postgres_url)
    async with database.read() as session:
        kept = [ts for ts in await session.exec(select(Message.ts)) if ts in set(said)]
        marked = [ts for ts in await session.exec(select(TimelineEvent.message_ts)) if ts]
    await database.close()

    assert faults == []
    assert [answer for answer in answers if not answer.startswith("On the timeline as event ")] == []
    assert sorted(kept) == sorted(said)
    assert sorted(marked) == sorted(said)
