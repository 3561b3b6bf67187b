"""Slack in trouble, the bot restarted, nonsense from outside: nothing lost, nothing doubled, no traceback."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from bot.app import CannotStart, start
from sandbox.server import Sandbox
from storage.database import DatabaseUnavailable
from tests.e2e.conftest import TEN_PAST_TWO, World, settings_for
from tests.until import until


async def test_rate_limits_and_errors_of_slack_delay_but_lose_nothing(world: World) -> None:
    await world.open_here()
    world.workspace.refuse("reactions.add", "ratelimited", status=429, retry_after=1)
    world.workspace.refuse("canvases.create", "internal_error", status=500)
    world.workspace.refuse("chat.postMessage", "service_unavailable", status=503)
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ben, ts)
    await world.command(world.ana, "/resolve")

    assert world.confirmed(ts)
    assert "Rolled back." in world.canvas()
    assert len(world.workspace.canvases) == 1
    assert sum("was resolved by" in m.text for m in world.messages_of_scribe()) == 1


async def test_what_slack_was_not_told_is_told_after_a_restart(world: World, database_url: str) -> None:
    await world.open_here()
    world.workspace.refuse("reactions.add", "internal_error", status=500, times=2)
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ben, ts)
    await world.running.stop()

    world.running = await start(settings_for(world.sandbox, database_url))
    await world.settled()

    assert world.confirmed(ts)


async def test_events_sent_while_the_bot_was_away_for_a_moment_are_recorded_once(
    world: World, database_url: str
) -> None:
    await world.open_here()
    await world.running.stop()
    ts = world.workspace.say(world.ana.id, world.channel.id, "Rolled back.")
    world.workspace.react(world.ben.id, world.channel.id, ts, "pushpin")

    world.running = await start(settings_for(world.sandbox, database_url))
    await world.sandbox.wait_connected()
    await asyncio.sleep(0.2)
    await world.settled()

    shown = await world.command(world.ana, "/timeline")
    assert shown.count("Rolled back.") == 1


async def test_a_listener_that_cannot_write_leaves_its_event_to_come_again(world: World) -> None:
    await world.open_here()
    async with world.running.scribe.database.write() as session:
        connection = await session.connection()  # on SQLite nobody else can write from here on
        if not world.running.scribe.database.is_sqlite:
            await connection.exec_driver_sql("LOCK TABLE message IN EXCLUSIVE MODE")
        ts = world.workspace.say(world.ana.id, world.channel.id, "Rolled back.")
        world.workspace.react(world.ben.id, world.channel.id, ts, "pushpin")
        await until(lambda: world.workspace.socket.unacknowledged)
        await asyncio.sleep(0.3)
        assert world.workspace.socket.unacknowledged
        await session.rollback()
    await world.settled()

    assert "Rolled back." in await world.command(world.ana, "/timeline")


async def test_an_event_with_missing_fields_is_acknowledged_and_harms_nobody(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "", at="14:30")
    await world.mark(world.ben, ts)

    assert "(no text)" in await world.command(world.ana, "/timeline")


async def test_slack_refusing_tokens_or_being_away_is_one_sentence(database_url: str) -> None:
    async with Sandbox(now=TEN_PAST_TWO) as sandbox:
        good = settings_for(sandbox, database_url)
        wrong_bot = good.model_copy(update={"slack_bot_token": "xoxb-wrong"})
        with pytest.raises(CannotStart, match=r"^Slack does not accept SLACK_BOT_TOKEN \(invalid_auth\)"):
            await start(wrong_bot)
        wrong_app = good.model_copy(update={"slack_app_token": "xapp-wrong"})
        with pytest.raises(CannotStart, match=r"^Slack does not accept SLACK_APP_TOKEN \(invalid_auth\)"):
            await start(wrong_app)
    with pytest.raises(CannotStart, match=r"^Slack can't be reached at http://127\.0\.0\.1"):
        await start(good)


async def test_a_database_that_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    async with Sandbox(now=TEN_PAST_TWO) as sandbox:
        with pytest.raises(DatabaseUnavailable, match=r"sqlite:///scribe\.db"):
            await start(settings_for(sandbox, f"sqlite:///{tmp_path}/nowhere/x.db"))


def test_the_command_line_shows_no_traceback(tmp_path: Path) -> None:
    for environment in (
        {},
        {"SLACK_BOT_TOKEN": "hello", "SLACK_APP_TOKEN": "xapp-1"},
        {
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_APP_TOKEN": "xapp-1",
            "SLACK_API_URL": "http://127.0.0.1:9/",
        },
    ):
        ended = subprocess.run(
            [sys.executable, "-m", "bot", "run"],
            cwd=Path(__file__).parents[2],
            env={"DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}", **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ended.returncode == 1
        assert "SLACK_" in ended.stderr or "Slack" in ended.stderr
        assert "Traceback" not in ended.stderr
