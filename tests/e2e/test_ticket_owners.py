"""A ticket is its owner's where the tracker knows their address, else it names them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from bot.slack.directory import ADDRESSES
from sandbox.trackers.tracker import Fault
from tests.e2e.conftest import World
from tests.e2e.tracked import world_with_item
from tests.trackers import KINDS, Kind, held
from tests.until import until

BEN = "ben@example.com"


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


@pytest.fixture
async def server(kind: Kind) -> AsyncIterator[Any]:
    async with kind.make() as made:
        yield made
        held(kind, made)


@pytest.fixture
def further_scopes() -> frozenset[str]:
    return frozenset({ADDRESSES})


@pytest.fixture
async def world(
    database_url: str,
    is_patient: bool,
    kind: Kind,
    server: Any,
    further_scopes: frozenset[str],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[World]:
    async with world_with_item(
        database_url, kind, server, monkeypatch, due="tomorrow", further_scopes=further_scopes
    ) as made:
        yield made


async def _file(world: World, server: Any) -> Any:
    """The one issue that comes of asking for it."""
    await world.command(world.ana, "/incident task ticket 1")
    await until(lambda: bool(server.issues))
    await world.settled()
    (issue,) = server.issues
    assert "Ben Okafor" in str(issue)
    return issue


async def test_it_is_its_owners_and_their_address_stays_nowhere(
    world: World, kind: Kind, server: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    ben = kind.people.join(server, BEN)

    issue = await _file(world, server)

    assert kind.people.given(issue) == [ben]
    assert BEN not in str(issue.get("body") or issue.get("description") or issue.get("made"))
    assert BEN not in await _rows(world)
    assert BEN not in "".join(capsys.readouterr())


@pytest.mark.parametrize("further_scopes", [frozenset()], ids=["without the scope"])
async def test_without_the_scope_nobody_is_looked_for(world: World, kind: Kind, server: Any) -> None:
    kind.people.join(server, BEN)

    issue = await _file(world, server)

    assert kind.people.given(issue) == []
    assert BEN not in str(server.calls)


@pytest.mark.parametrize("kind", [KINDS["gitlab"]], ids=["gitlab"])
async def test_an_address_that_nobody_confirmed_is_not_looked_for(
    world: World, kind: Kind, server: Any
) -> None:
    kind.people.join(server, BEN)
    world.ben.is_email_confirmed = False

    issue = await _file(world, server)

    assert kind.people.given(issue) == []
    assert BEN not in str(server.calls)


async def test_a_lookup_that_is_refused_costs_no_ticket(
    world: World, kind: Kind, server: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    kind.people.join(server, BEN)
    server.read_faults.append(Fault(403, {"message": f"{BEN} may not be looked for"}))

    issue = await _file(world, server)

    assert kind.people.given(issue) == []
    assert not any("could not file" in one.text for one in world.messages_of_scribe())
    logged = "".join(capsys.readouterr())
    assert "ticket.owner_not_looked_up" in logged
    assert BEN not in logged


async def test_a_lookup_that_fails_is_made_again(world: World, kind: Kind, server: Any) -> None:
    ben = kind.people.join(server, BEN)
    server.read_faults += [Fault(503, {}), Fault(is_cut=True, is_performed=True)]

    issue = await _file(world, server)

    assert kind.people.given(issue) == [ben]


async def test_a_lookup_that_goes_on_failing_costs_no_ticket(
    world: World, kind: Kind, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.connect.assigned.LOOKED_FOR", timedelta(days=-1))
    kind.people.join(server, BEN)
    server.read_faults.append(Fault(503, {}))

    issue = await _file(world, server)

    assert kind.people.given(issue) == []


@pytest.mark.parametrize(
    "kind", [KINDS[name] for name in KINDS if name != "gitlab"], ids=lambda one: one.name
)
async def test_an_owner_whom_it_does_not_take_costs_no_ticket(world: World, kind: Kind, server: Any) -> None:
    kind.people.turn_away(server, kind.people.join(server, BEN))

    issue = await _file(world, server)

    assert kind.people.given(issue) == []
    assert not any("could not file" in one.text for one in world.messages_of_scribe())


@pytest.mark.parametrize(
    "fault", [Fault(500, {}), Fault(502, {}, is_performed=True), Fault(is_cut=True, is_performed=True)]
)
async def test_it_is_one_ticket_of_its_owner_whatever_is_lost(
    world: World, kind: Kind, server: Any, fault: Fault
) -> None:
    ben = kind.people.join(server, BEN)
    server.faults.append(fault)

    issue = await _file(world, server)

    assert kind.people.given(issue) == [ben]


async def _rows(world: World) -> str:
    """Every row of every table, as text."""
    found: list[str] = []
    async with world.running.scribe.database.read() as session:
        connection = await session.connection()
        for name in SQLModel.metadata.tables:
            found += [f"{name}: {row}" for row in await connection.execute(text(f'SELECT * FROM "{name}"'))]
    return "\n".join(found)
