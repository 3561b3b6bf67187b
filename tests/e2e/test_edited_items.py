"""What is changed of an action item follows to its ticket, once, and over nobody's later change there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.slack.directory import ADDRESSES
from sandbox.trackers.tracker import Fault
from storage import outbox_upkeep
from storage.ticket_tables import Ticket
from tests.e2e.conftest import World, connected
from tests.e2e.tracked import world_with_item
from tests.trackers import KINDS, Kind, held
from tests.until import until

BEN, CEM = "ben@example.com", "cem@example.com"


@pytest.fixture(params=KINDS)
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
    """A world in which an item of Ben's is filed, given to nobody in the tracker who is not there."""
    async with world_with_item(
        database_url, kind, server, monkeypatch, due="2027-01-05", further_scopes=[ADDRESSES]
    ) as made:
        yield made


async def _file(world: World, server: Any) -> Any:
    await world.command(world.ana, "/incident task ticket 1")
    await until(lambda: bool(server.issues))
    await world.settled()
    (issue,) = server.issues
    _pass(world, 60)
    return issue


async def _file_message(world: World, server: Any) -> tuple[str, Any]:
    """File an item that is made of a message: its `ts` and the issue."""
    ts = await world.say(world.ana, "Alert on quagga replicas")
    await world.mark(world.ben, ts, "dart")
    await world.command(world.ana, "/incident task")
    await world.command(world.ana, "/incident task ticket 2")
    await until(lambda: bool(server.issues))
    await world.settled()
    (issue,) = server.issues
    _pass(world, 60)
    return ts, issue


def _pass(world: World, seconds: float) -> None:
    world.workspace.clock.set(world.workspace.clock.now() + timedelta(seconds=seconds))


def _cem(world: World) -> str:
    return next(one.id for one in world.workspace.people.values() if one.name == "cem")


async def _failures(world: World) -> list[str]:
    async with world.running.scribe.database.read() as session:
        return [one.failure or "" for one in await outbox_upkeep.unsent(session, limit=9)]


def _told(world: World, words: str) -> list[str]:
    return [one.text for one in world.messages_of_scribe() if words in one.text]


FAULTS = {
    "none": None,
    "500": Fault(500, {}),
    "502 after it": Fault(502, {}, is_performed=True),
    "cut": Fault(is_cut=True, is_performed=True),
    "429": Fault(429, {}, {"retry-after": "1"}),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_a_new_owner_is_given_the_ticket(
    world: World, kind: Kind, server: Any, fault: Fault | None
) -> None:
    cem = kind.people.join(server, CEM)
    kind.people.join(server, BEN)
    issue = await _file(world, server)
    server.faults += [fault] if fault else []

    await world.command(world.ana, f"/incident task edit 1 <@{_cem(world)}> by 2027-02-03: Add two indexes")

    assert kind.people.given(issue) == [cem]
    assert "Cem Demir" in str(issue)
    assert "Ben Okafor" not in str(issue)
    assert str(issue).count("Add two indexes") >= 2  # in its title too
    said = str(issue).replace("\\", "")  # which signs of Markdown have before them
    assert "2027-02-03" in said
    assert "2027-01-05" not in said
    assert len(server.issues) == 1
    assert await _failures(world) == []
    assert _told(world, "changed") == []


async def test_an_owner_whom_nobody_there_is_is_named(world: World, kind: Kind, server: Any) -> None:
    kind.people.join(server, BEN)
    issue = await _file(world, server)

    await world.command(world.ana, f"/incident task edit 1 <@{_cem(world)}>")

    assert kind.people.given(issue) == []
    assert "Cem Demir" in str(issue)


async def test_an_owner_whom_it_refuses_is_named(world: World, kind: Kind, server: Any) -> None:
    kind.people.turn_away(server, kind.people.join(server, CEM))
    if kind.name == "gitlab":
        server.members.clear()
    issue = await _file(world, server)

    await world.command(world.ana, f"/incident task edit 1 <@{_cem(world)}>")

    assert kind.people.given(issue) == []
    assert "Cem Demir" in str(issue)
    assert await _failures(world) == []


async def test_who_was_given_it_there_later_keeps_it(world: World, kind: Kind, server: Any) -> None:
    kind.people.join(server, BEN)
    kind.people.join(server, CEM)
    dora = kind.people.join(server, "dora@example.com")
    issue = await _file(world, server)
    server.read_faults += [Fault(503, {})] * 2  # it is tried again after somebody was faster

    await world.workspace.command(
        world.ana.id, world.channel.id, "/incident", f"task edit 1 <@{_cem(world)}>"
    )
    _pass(world, 30)
    kind.people.give(server, issue, dora)
    await world.settled()

    assert kind.people.given(issue) == [dora]
    (told,) = _told(world, "as well (owner)")
    assert "not overwritten" in told
    _pass(world, 30)
    await world.command(world.ana, f"/incident task edit 1 <@{world.ben.id}>")
    assert kind.people.given(issue) != [dora]  # said once more, it is a change after theirs


async def test_who_was_given_it_there_earlier_does_not(world: World, kind: Kind, server: Any) -> None:
    kind.people.join(server, BEN)
    cem = kind.people.join(server, CEM)
    dora = kind.people.join(server, "dora@example.com")
    issue = await _file(world, server)
    kind.people.give(server, issue, dora)
    _pass(world, 60)

    await world.command(world.ana, f"/incident task edit 1 <@{_cem(world)}>")

    assert kind.people.given(issue) == [cem]
    assert len(_told(world, "(owner), and later it was changed here")) == 1


async def test_the_text_that_people_wrote_there_stays_and_that_is_told_once(
    world: World, kind: Kind, server: Any
) -> None:
    cem = kind.people.join(server, CEM)
    issue = await _file(world, server)
    kind.people.describe(server, issue, "See the runbook.")
    _pass(world, 60)

    await world.command(world.ana, f"/incident task edit 1 <@{_cem(world)}>")
    _pass(world, 60)
    await world.command(world.ana, "/incident task edit 1 by 2027-03-04")

    assert "See the runbook." in str(issue)
    assert kind.people.given(issue) == [cem]
    assert len(_told(world, "as well (text)")) == 1


@pytest.mark.parametrize("is_late", [False, True])
async def test_an_item_made_of_a_message_says_what_the_message_says(
    world: World, kind: Kind, server: Any, is_late: bool
) -> None:
    ts, issue = await _file_message(world, server)
    if is_late:
        await world.command(world.ana, "/resolve")
        await world.command(world.ana, "/incident task done 2")

    world.workspace.edit(world.ana.id, world.channel.id, ts, "Alert on zebra replicas")
    await world.settled()
    assert str(issue).count("Alert on zebra replicas") >= 2  # in its title too
    assert "quagga" not in str(issue)

    world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.settled()
    assert "zebra" not in str(issue)
    assert ts.replace(".", "") not in str(issue)
    assert len(server.issues) == 1
    assert await _failures(world) == []
    assert _told(world, "changed") == []


async def test_one_that_an_earlier_version_filed_says_nothing_of_a_deleted_message(
    world: World, kind: Kind, server: Any
) -> None:
    ts, issue = await _file_message(world, server)
    async with world.running.scribe.database.write() as session:
        for ticket in await session.exec(select(Ticket)):
            ticket.followed = None
            session.add(ticket)

    world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.settled()

    assert "quagga" not in str(issue)
    assert await _failures(world) == []
    assert _told(world, "changed") == []


async def test_of_a_title_changed_in_both_the_later_stands(world: World, kind: Kind, server: Any) -> None:
    if kind.name != "github":
        return  # what a title is called differs, what is decided about it does not
    ts, issue = await _file_message(world, server)
    server.edit(issue, title="Retitled there")
    _pass(world, 600)

    world.workspace.edit(world.ana.id, world.channel.id, ts, "Alert on zebra replicas")
    await world.settled()
    assert issue["title"] == "Alert on zebra replicas"

    _pass(world, 60)
    server.edit(issue, title="Retitled there once more")
    _pass(world, 600)
    await world.command(world.ana, "/incident cancel")
    world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.settled()
    assert issue["title"] == "Retitled there once more"
    assert "zebra" not in str(issue)


async def test_what_it_refuses_for_good_is_told_once(world: World, kind: Kind, server: Any) -> None:
    await _file(world, server)
    server.issues.clear()

    await world.command(world.ana, f"/incident task edit 1 <@{_cem(world)}>")

    assert len(await _failures(world)) == 1
    assert len(_told(world, "could not change a ticket")) == 1


async def test_killed_in_between_it_follows_once(world: World, kind: Kind, server: Any) -> None:
    cem = kind.people.join(server, CEM)
    issue = await _file(world, server)
    server.faults += [Fault(is_cut=True, is_performed=True)] * 40
    await world.workspace.command(
        world.ana.id, world.channel.id, "/incident", f"task edit 1 <@{_cem(world)}>: Add two indexes"
    )
    await until(lambda: len(server.faults) < 40)

    await world.running.stop()
    server.faults.clear()
    url = world.running.scribe.settings.database_url
    world.running = await connected(world.sandbox, url, **kind.settings(server))
    await world.settled()

    assert kind.people.given(issue) == [cem]
    assert "Add two indexes" in str(issue)
    assert _told(world, "changed") == []


async def test_of_an_incident_that_became_private_nothing_is_told(
    world: World, kind: Kind, server: Any
) -> None:
    issue = await _file(world, server)
    before = str(issue)
    world.workspace.convert(world.ana.id, world.channel.id, is_private=True)
    await world.settled()

    await world.command(world.ana, "/incident task edit 1: The password was in the log")

    assert str(issue) == before
