"""No secret leaves Scribe, at DEBUG and in trouble either: not in logs, errors, metrics or the record.

Nor does the log hold what people write.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

import aiohttp
import pytest
import structlog
from sqlalchemy import text
from sqlmodel import SQLModel

from bot import logs
from bot.app import start
from bot.doctor import examine
from tests.e2e.conftest import TEN_PAST_TWO, World, settings_for

pytestmark = pytest.mark.on_each_database

SIGNING_SECRET = "5f0e2a7c9d1b4e8f6a3c0d9e7b5f1a2c"
WORDS = "zanzibar checkout pineapple"


@pytest.fixture(params=["json", "text"])
def log_format(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


async def rows(world: World) -> str:
    """Every row of every table, as text."""
    found: list[str] = []
    async with world.running.scribe.database.read() as session:
        connection = await session.connection()
        for name in SQLModel.metadata.tables:
            found += [f"{name}: {row}" for row in await connection.execute(text(f'SELECT * FROM "{name}"'))]
    return "\n".join(found)


async def page(world: World) -> str:
    server = world.running.transports.server
    assert server is not None
    async with aiohttp.ClientSession() as http, http.get(f"{server.url}metrics") as answer:
        return await answer.text()


async def test_no_secret_and_no_words_are_told(
    world: World, database_url: str, log_format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await world.running.stop()
    settings = settings_for(
        world.sandbox,
        database_url,
        port="0",
        log_level="DEBUG",
        log_format=log_format,
        slack_signing_secret=SIGNING_SECRET,
    )
    logs.configure(settings)
    secrets = [settings.slack_bot_token, settings.slack_app_token, SIGNING_SECRET]

    # a day with trouble in it
    world.running = await start(settings)
    await world.sandbox.wait_connected()
    await world.open_here()
    ts = await world.say(world.ana, WORDS)
    world.workspace.refuse("reactions.add", "ratelimited", retry_after=0)
    await world.mark(world.ana, ts)
    await world.command(world.ana, f"/timeline add 14:21 {WORDS}")
    await world.command(world.ana, f"/incident nonsense {WORDS}")
    world.workspace.refuse("canvases.create", "restricted_action")
    world.workspace.refuse("conversations.canvases.create", "internal_error", status=500)
    await world.command(world.ben, f"/resolve {WORDS}")
    world.workspace.refuse("chat.postMessage", "not_in_channel")
    await world.command(world.ben, "/postmortem draft")
    world.workspace.refuse("auth.test", "invalid_auth")
    findings = "\n".join(map(str, await examine(settings, TEN_PAST_TWO)))
    told = {"metrics": await page(world), "rows": await rows(world), "doctor": findings}
    told["repr"] = f"{settings!r} {world.running.scribe!r}"
    await world.running.stop()

    told["log"] = "".join(capsys.readouterr())
    assert "outbox.later" in told["log"] and "scribe.connected" in told["log"]
    assert WORDS in told["rows"]
    assert [(where, secret) for where, said in told.items() for secret in secrets if secret in said] == []
    passing = [WORDS, *world.workspace.response_urls]  # stored for as long as they are needed
    assert len(passing) > 3
    outside = ("log", "metrics", "doctor")
    assert [(where, one) for where in outside for one in passing if one in told[where]] == []


async def test_lines_about_a_request_name_it_and_its_incident(
    world: World, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(settings_for(world.sandbox, database_url, log_format="json"))
    await world.open_here()
    world.workspace.refuse("reactions.add", "not_reactable")

    await world.mark(world.ana, await world.say(world.ana, WORDS))
    await asyncio.sleep(0)

    (line,) = [line for line in capsys.readouterr().err.splitlines() if '"outbox.refused"' in line]
    assert '"kind": "confirm_mark"' in line
    assert world.channel.id in line
