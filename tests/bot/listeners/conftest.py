"""Doors alone: Bolt with Scribe's listeners on a record of its own, and no Slack that answers.

Payloads are built of the fields that Slack's own samples have (tests/data/slack-shapes.json); whatever Scribe
would tell Slack stays in the outbox, where a test reads it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import SQLModel, select

from bot.bolt import bolt_app
from bot.clock import Clock
from bot.incidents import attempt
from bot.incidents.declare import Declaration, declare
from bot.intent_kinds import KINDS
from bot.listeners.scribe import Scribe
from bot.settings import Settings
from bot.slack.calls import Slack
from bot.slack.directory import Directory
from bot.slack.members import Members
from bot.slack.permission import Permission
from storage import incidents
from storage.database import Database
from storage.tables import Incident, Workspace
from tests.until import until

Row = TypeVar("Row", bound=SQLModel)
SHAPES = Path(__file__).parents[2] / "data" / "slack-shapes.json"
TEAM, ANA, CHANNEL = "T0ACME", "U0ANA", "C0OPS"
NOWHERE = "http://127.0.0.1:1/api/"
URL = "https://hooks.slack.com/commands/1"
NOW = datetime(2023, 9, 10, 14, 0, tzinfo=UTC)


@dataclass
class Answered:
    """What a door gave back before it was acknowledged, as Slack gets it."""

    status: int
    body: Any

    @property
    def text(self) -> str:
        return str(self.body.get("text", "")) if isinstance(self.body, Mapping) else str(self.body)


class Doors:
    """The doors of INC-1, which is open in a channel where Ana speaks."""

    def __init__(self, app: AsyncApp, scribe: Scribe) -> None:
        self.app, self.scribe = app, scribe
        self._count = 0

    async def command(self, name: str, text: str = "", **fields: str) -> Answered:
        body = {
            "api_app_id": "A0SCRIBE",
            "channel_id": CHANNEL,
            "channel_name": "ops",
            "command": name,
            "is_enterprise_install": "false",
            "response_url": URL,
            "team_domain": "acme",
            "team_id": TEAM,
            "text": text,
            "token": "t",
            "trigger_id": self._trigger(),
            "user_id": ANA,
            "user_name": "ana",
            **fields,
        }
        return await self._through("app-backend/SlashCommand", body)

    async def press(self, action_id: str, value: str, **fields: Any) -> Answered:
        action = {
            "type": "button",
            "action_id": action_id,
            "block_id": "b",
            "value": value,
            "action_ts": "1694354400.000100",
            "text": {"type": "plain_text", "text": "Press"},
        }
        body = {
            "type": "block_actions",
            "api_app_id": "A0SCRIBE",
            "team": {"id": TEAM, "domain": "acme"},
            "user": {"id": ANA, "name": "ana", "username": "ana", "team_id": TEAM},
            "channel": {"id": CHANNEL, "name": "ops"},
            "container": {
                "type": "message",
                "channel_id": CHANNEL,
                "message_ts": "1694354400.000100",
                "is_ephemeral": False,
            },
            "actions": [action],
            "response_url": URL,
            "trigger_id": self._trigger(),
            "token": "t",
            **fields,
        }
        return await self._through("app-backend/BlockAction", body)

    async def message_shortcut(self, callback_id: str, message: Mapping[str, Any], **fields: Any) -> Answered:
        body = {
            "type": "message_action",
            "callback_id": callback_id,
            "trigger_id": self._trigger(),
            "message_ts": message["ts"],
            "response_url": URL,
            "message": {"type": "message", **message},
            "channel": {"id": CHANNEL, "name": "ops"},
            "user": {"id": ANA, "name": "ana", "username": "ana", "team_id": TEAM},
            "team": {"id": TEAM, "domain": "acme"},
            "action_ts": "1694354400.000100",
            "token": "t",
            **fields,
        }
        return await self._through("app-backend/MessageShortcut", body)

    async def submit(self, view: Mapping[str, Any], values: Mapping[str, Mapping[str, Any]]) -> Answered:
        body = {
            "type": "view_submission",
            "api_app_id": "A0SCRIBE",
            "team": {"id": TEAM, "domain": "acme"},
            "user": {"id": ANA, "name": "ana", "username": "ana", "team_id": TEAM},
            "view": {
                **view,
                "id": view.get("id") or f"V{self._trigger()}",
                "team_id": TEAM,
                "hash": "h",
                "state": {"values": {field: {"value": dict(value)} for field, value in values.items()}},
            },
            "trigger_id": self._trigger(),
            "token": "t",
            "is_enterprise_install": False,
        }
        return await self._through("app-backend/ViewSubmission", body)

    async def rows(self, kind: type[Row]) -> Sequence[Row]:
        async with self.scribe.database.read() as session:
            return (await session.exec(select(kind))).all()

    async def incident(self) -> Incident:
        async with self.scribe.database.read() as session:
            found = await incidents.by_number(session, TEAM, 1)
        assert found is not None
        return found

    async def _through(self, shape: str, body: Mapping[str, Any]) -> Answered:
        assert_shaped(shape, body)
        request = AsyncBoltRequest(body=dict(body), mode="socket_mode")
        response = await self.app.async_dispatch(request)
        answered: Any = response.body or {}
        return Answered(response.status, json.loads(answered) if isinstance(answered, str) else answered)

    def _trigger(self) -> str:
        self._count += 1
        return f"{self._count}.1.abc"


def assert_shaped(shape: str, body: Mapping[str, Any]) -> None:
    """Slack's sample of such a payload has each field that this one has, as far as the list of them goes."""
    lines = json.loads(SHAPES.read_text(encoding="utf-8"))["shapes"][shape]
    known = {line.partition(":")[0].replace("[]", "") for line in lines}
    mine = {
        *(name for name, value in body.items() if not isinstance(value, Mapping | list)),
        *(
            f"{outer}.{name}"
            for outer in ("user", "team", "channel", "container")
            for name in body.get(outer, {})
        ),
    }
    unknown = {name for name in mine - known if name < max(known)}
    assert not unknown, f"Slack sends no such thing: {unknown}"


@pytest.fixture
async def doors(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Doors]:
    monkeypatch.setattr(attempt, "WITHIN", 30.0)  # what is tested does not depend on how busy the machine is
    database = Database(sqlite_url)
    await database.open()
    settings = Settings(
        _env_file=None,
        slack_bot_token="xoxb-doors",
        slack_app_token="xapp-doors",
        slack_api_url=NOWHERE,
        database_url=sqlite_url,
    )
    clock = Clock()
    slack = Slack(AsyncWebClient(token=settings.slack_bot_token, base_url=NOWHERE), clock)
    directory = Directory(slack, database, TEAM)

    async def record(message_event: object) -> None:
        raise AssertionError(f"no door of these records a message: {message_event}")

    scribe = Scribe(
        slack=slack,
        database=database,
        directory=directory,
        clock=clock,
        settings=settings,
        workspace=Workspace(
            team_id=TEAM, name="Acme", url="https://acme.slack.com/", bot_user_id="U0BOT", bot_id="B0BOT"
        ),
        kinds=KINDS,
        record=record,
        permission=Permission(TEAM, directory, Members(slack)),
    )
    async with database.write() as session:
        here = Declaration(TEAM, CHANNEL, "ops", ANA, "Checkout is down", is_here=True)
        await declare(session, here, now=NOW, prefix="inc-")
    yield Doors(bolt_app(scribe), scribe)
    # Lazy listeners go on after what they answer was acknowledged, and may hold a connection. People are
    # looked up in vain for longer than anybody waits for it, and what is found would be stored.
    await until(lambda: not database.is_busy)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for other in others:
        other.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await until(lambda: not database.is_busy)
    await database.close()
