"""Alerts of senders whose clock is wrong, or that say no time at all, and tools that call at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.alerts import Alerted, alert, group, listening
from tests.e2e.conftest import World

MAPPING = """
sender = "Uptime"

[alert]
id = "check"
title = "text"
severity = "level"
state = "state"

[states]
resolved = "up"
"""
DOWN = {"check": "shop", "text": "The shop is down", "level": "critical", "state": "down"}
UP = DOWN | {"state": "up"}


@pytest.fixture
async def alerted(world: World, database_url: str, tmp_path: Path) -> AsyncIterator[Alerted]:
    (tmp_path / "uptime.toml").write_text(MAPPING)
    await listening(world, database_url, hooks_dir=str(tmp_path))
    async with aiohttp.ClientSession() as http:
        yield Alerted(world, http)


def later(alerted: Alerted, minutes: int) -> None:
    clock = alerted.world.workspace.clock
    clock.set(clock.now() + timedelta(minutes=minutes))


async def test_an_alert_that_says_no_time_calls_again_when_it_fires_again(alerted: Alerted) -> None:
    assert await alerted.tell(DOWN, "uptime") == 200
    await alerted.tell(UP, "uptime")
    await alerted.tell(DOWN, "uptime")  # late
    assert len(await alerted.lines()) == 2
    await alerted.world.settled()
    await alerted.world.command(alerted.world.ana, "/resolve INC-1 Restarted")
    later(alerted, 60)
    await alerted.world.say(alerted.world.ana, "Back to work")

    await alerted.tell(DOWN, "uptime")
    await alerted.tell(DOWN, "uptime")

    assert await alerted.incidents() == [(1, "The shop is down"), (2, "The shop is down")]


async def test_what_was_well_when_it_was_first_told_of_calls_when_it_fails(alerted: Alerted) -> None:
    await alerted.tell(UP, "uptime")
    later(alerted, 60)
    await alerted.world.say(alerted.world.ana, "Good morning")

    await alerted.tell(DOWN, "uptime")

    assert await alerted.incidents() == [(1, "The shop is down")]


async def test_after_a_clock_that_was_years_ahead_an_alert_calls_again(alerted: Alerted) -> None:
    ahead = {"startsAt": "2099-01-01T00:00:00Z", "endsAt": "2099-01-01T00:10:00Z"}
    await alerted.tell(group(alert() | ahead | {"endsAt": "0001-01-01T00:00:00Z"}))
    await alerted.tell(group(alert(fires=False) | ahead))
    await alerted.world.settled()
    assert len(await alerted.lines()) == 2
    await alerted.world.command(alerted.world.ana, "/resolve INC-1 Restarted")

    await alerted.tell(group(alert(began="2023-09-10T14:12:00Z")))

    assert len(await alerted.incidents()) == 2


async def test_where_the_past_is_replayed_the_times_of_a_tool_of_today_count(alerted: Alerted) -> None:
    began = datetime.now(UTC) - timedelta(minutes=1)
    ended = {"startsAt": began.isoformat(), "endsAt": (began + timedelta(seconds=1)).isoformat()}
    await alerted.tell(group(alert(began=began.isoformat())))
    await alerted.tell(group(alert(fires=False) | ended))
    assert len(await alerted.lines()) == 2

    await alerted.tell(group(alert(began=(began + timedelta(seconds=2)).isoformat())))

    assert len(await alerted.lines()) == 3


async def test_a_tools_alert_calls_though_another_tool_has_just_called_often(alerted: Alerted) -> None:
    for number in range(8):
        assert await alerted.tell(group(alert(f"web-{number}"), key=f"service-{number}")) == 200
    assert len(await alerted.incidents()) == 5

    assert await alerted.tell(DOWN, "uptime") == 200
    assert await alerted.tell(DOWN | {"check": "search", "text": "Search is down"}, "uptime") == 200

    assert (await alerted.incidents())[5:] == [(6, "The shop is down")]
    assert "1 alert from Uptime: alerts of other groups" in "\n".join(await alerted.lines())
