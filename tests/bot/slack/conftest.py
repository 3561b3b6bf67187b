"""The desk and the outbox worker against a workspace on this machine, without the rest of the bot."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import select

from bot.clock import Clock
from bot.incidents.declare import Declaration, declare
from bot.intent_kinds import KINDS
from bot.settings import Settings
from bot.slack.calls import Slack
from bot.slack.directory import Directory
from bot.slack.members import Members
from bot.slack.outbox import OutboxWorker
from bot.slack.permission import Permission
from bot.slack.services import Services
from sandbox.records import Channel, Person
from sandbox.server import Sandbox
from sandbox.workspace import Workspace
from storage import outbox, tables
from storage.database import Database
from storage.outbox import NewIntent
from storage.tables import Incident, Intent
from tests.until import until

RATE_SCALE = 1000.0
"""Both sides' pace where a test is about something else."""
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def assert_golden() -> Callable[[str, object], None]:
    """Compares with a file in golden/; UPDATE_GOLDEN=1 writes it, for the change to be read in the diff."""

    def compare(name: str, message: object) -> None:
        file = GOLDEN / f"{name}.json"
        written = json.dumps(message, indent=2, ensure_ascii=False) + "\n"
        if os.environ.get("UPDATE_GOLDEN"):
            file.write_text(written, encoding="utf-8")
        assert written == file.read_text(encoding="utf-8")

    return compare


@dataclass
class Office:
    """Ana and her workspace, a desk with an empty outbox, and a worker that a test starts when it wants."""

    sandbox: Sandbox
    services: Services
    worker: OutboxWorker
    ana: Person

    @property
    def workspace(self) -> Workspace:
        return self.sandbox.workspace

    def channel(self, name: str = "ops") -> Channel:
        """A channel with Ana and the bot in it."""
        return self.workspace.add_channel(name, members=[self.ana.id, self.workspace.bot_user_id])

    async def declared(self, title: str, channel: Channel | None = None, *, by: str = "") -> int:
        """An incident in this channel, or one that wants a channel of its own; its intents wait."""
        async with self.services.database.write() as session:
            incident = await declare(
                session,
                Declaration(
                    team_id=self.workspace.team_id,
                    channel_id=channel.id if channel else "C0LOBBY",
                    channel_name=channel.name if channel else "lobby",
                    user_id=by or self.ana.id,
                    title=title,
                    is_here=channel is not None,
                ),
                now=self.services.clock.now(),
                prefix="inc-",
            )
        assert incident.id is not None
        return incident.id

    async def ask(self, *asks: NewIntent) -> None:
        async with self.services.database.write() as session:
            await outbox.ask(session, asks, asked_at=self.services.clock.now())

    async def drained(self) -> None:
        """Wait until nothing waits any more."""
        await until(self.worker.drained)

    async def tried(self, key: str) -> Intent:
        """Wait until a failed attempt of this intent is noted; returns its row."""

        async def found() -> Intent | None:
            row = (await self.kept())[key]
            return row if row.attempts else None

        row = await until(found)
        assert row
        return row

    async def incident(self, incident_id: int) -> Incident:
        async with self.services.database.read() as session:
            found = await session.get(Incident, incident_id)
        assert found is not None
        return found

    async def kept(self) -> Mapping[str, Intent]:
        """Every row of the outbox, by key."""
        async with self.services.database.read() as session:
            return {intent.key: intent for intent in await session.exec(select(Intent))}

    def called(self, *methods: str) -> list[str]:
        """The methods that were called, in order; only these if any are named."""
        return [call.method for call in self.workspace.calls() if not methods or call.method in methods]

    def times(self, method: str) -> list[datetime]:
        return [call.at for call in self.workspace.calls(method)]

    def another_worker(self) -> OutboxWorker:
        worker = OutboxWorker(self.services)
        self.services.database.on_outbox(worker.wake)
        return worker


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    async with Sandbox(rate_scale=RATE_SCALE) as sandbox, aiohttp.ClientSession() as http:
        workspace = sandbox.workspace
        settings = Settings(
            _env_file=None,
            slack_bot_token=sandbox.bot_token,
            slack_app_token=sandbox.app_token,
            slack_api_url=sandbox.api_url,
        )
        database = Database(sqlite_url)
        await database.open()
        client = AsyncWebClient(
            token=sandbox.bot_token, base_url=sandbox.api_url, session=http, retry_handlers=[]
        )
        slack = Slack(client, Clock(), rate_scale=RATE_SCALE)
        directory = Directory(slack, database, workspace.team_id)
        services = Services(
            slack=slack,
            database=database,
            directory=directory,
            clock=Clock(),
            settings=settings,
            workspace=tables.Workspace(
                team_id=workspace.team_id,
                name=workspace.team_name,
                url=workspace.url,
                bot_user_id=workspace.bot_user_id,
                bot_id=workspace.bot_id,
            ),
            kinds=KINDS,
            permission=Permission(workspace.team_id, directory, Members(slack)),
        )
        worker = OutboxWorker(services)
        database.on_outbox(worker.wake)
        made = Office(sandbox, services, worker, workspace.add_person("ana", real_name="Ana Ferreira"))
        try:
            yield made
        finally:
            await made.worker.stop()
            await database.close()
