"""In every tracker an action item is one ticket, whatever is lost, and each follows the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.connect.trackers.github import GitHub
from bot.connect.trackers.gitlab import GitLab
from bot.connect.trackers.jira import Jira
from bot.connect.trackers.linear import Linear
from bot.jobs.tickets import read_tickets
from sandbox.trackers.tracker import Fault
from storage import outbox_upkeep
from storage.ticket_tables import Ticket
from tests.e2e.conftest import RATE_SCALE, World, connected
from tests.quiet import Sandbox
from tests.trackers import KINDS, Kind, held
from tests.until import until


@pytest.fixture(params=[name for name in KINDS if name != "github"])
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


@pytest.fixture
async def server(kind: Kind) -> AsyncIterator[Any]:
    async with kind.make() as made:
        yield made
        held(kind, made)


@pytest.fixture
async def world(
    database_url: str, is_patient: bool, kind: Kind, server: Any, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    for one in (GitHub, GitLab, Jira, Linear):
        monkeypatch.setattr(one, "settles_within", timedelta())
    # Jira is asked for what changed in the last minutes, which are those of this machine
    async with Sandbox(now=datetime.now(UTC), rate_scale=RATE_SCALE) as sandbox:
        workspace = sandbox.workspace
        ana = workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
        ben = workspace.add_person("ben", real_name="Ben Okafor", tz="UTC")
        channel = workspace.add_channel("web-release", members=[ana.id, ben.id, workspace.bot_user_id])
        running = await connected(sandbox, database_url, **kind.settings(server))
        made = World(sandbox, running, ana, ben, channel)
        await made.command(ana, "/incident start here Checkout is down")
        await made.command(ana, f"/incident task add <@{ben.id}> by tomorrow p1: Add an index")
        try:
            yield made
        finally:
            await made.running.stop()


@pytest.mark.parametrize(
    "fault",
    [
        Fault(500, {}),
        Fault(502, {}, is_performed=True),
        Fault(is_cut=True, is_performed=True),
        Fault(429, {}, {"retry-after": "1"}),
    ],
    ids=["500", "502 after it", "cut", "429"],
)
async def test_it_is_one_ticket_whatever_is_lost(world: World, server: Any, fault: Fault) -> None:
    server.faults += [fault]
    if fault.is_performed:
        server.read_faults.append(Fault(503, {}))

    await world.command(world.ana, "/incident task ticket 1")
    await until(lambda: bool(server.issues))
    await world.settled()

    assert len(server.issues) == 1
    async with world.running.scribe.database.read() as session:
        assert await outbox_upkeep.unsent(session, limit=9) == []
        ticket = await session.get(Ticket, 1)
    assert ticket and ticket.key and f"|{ticket.key}>" in await world.command(world.ana, "/incident task")


@pytest.mark.parametrize("kind", [KINDS["jira cloud"]], ids=["jira cloud"])
async def test_what_a_search_does_not_show_yet_is_not_made_again(
    world: World, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Jira, "settles_within", timedelta(seconds=2))
    server.unindexed = 1
    server.faults.append(Fault(502, {}, is_performed=True))
    await world.workspace.command(world.ana.id, world.channel.id, "/incident", "task ticket 1")
    await until(lambda: server.issues and not server.unindexed)

    world.workspace.clock.set(datetime.now(UTC) + timedelta(minutes=5))
    await world.say(world.ana, "Time goes on.")
    await world.settled()

    assert len(server.issues) == 1
    assert [call.path for call in server.changes()] == ["/rest/api/3/issue"]


async def test_killed_before_it_is_noted_it_is_found_again(world: World, kind: Kind, server: Any) -> None:
    server.faults.append(Fault(is_cut=True, is_performed=True))
    await world.workspace.command(world.ana.id, world.channel.id, "/incident", "task ticket 1")
    await until(lambda: bool(server.issues))

    await world.running.stop()
    url = world.running.scribe.settings.database_url
    world.running = await connected(world.sandbox, url, **kind.settings(server))
    await world.settled()

    assert len(server.issues) == 1
    async with world.running.scribe.database.read() as session:
        ticket = await session.get(Ticket, 1)
    assert ticket and ticket.remote_id


async def test_closed_in_either_place_it_is_closed_in_both(world: World, kind: Kind, server: Any) -> None:
    await world.command(world.ana, "/incident task ticket 1")
    await world.command(world.ana, "/incident task done 1")
    assert await _is_closed(world)
    await world.command(world.ana, "/incident task reopen 1")
    assert not await _is_closed(world)

    world.workspace.clock.set(datetime.now(UTC) + timedelta(seconds=3))
    server.now = datetime.now(UTC) + timedelta(seconds=2)
    kind.close(server, server.issues[0])
    async with world.running.scribe.database.write() as session:
        ticket = await session.get(Ticket, 1)
        assert ticket
        ticket.read_at = datetime.now(UTC) - timedelta(hours=1)
        session.add(ticket)
    await read_tickets(world.running.scribe)
    await world.settled()

    assert "0 of 1 action items open" in await world.command(world.ana, "/incident task")


async def _is_closed(world: World) -> bool:
    """What the tracker said last."""
    async with world.running.scribe.database.read() as session:
        ticket = await session.get(Ticket, 1)
    assert ticket
    return ticket.state != "open"
