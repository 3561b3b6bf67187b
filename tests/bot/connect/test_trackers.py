"""Every tracker the same way: made, found by its marker, moved, read; what it refuses is told in words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.incidents.tickets.contract import Tracker
from bot.slack.calls import RefusedByTracker, TryLater
from sandbox.trackers.tracker import Fault
from storage.vocabulary import ActionItemState
from tests.trackers import KINDS, Kind, connected, held, new_ticket

DONE, DROPPED, OPEN = ActionItemState.DONE, ActionItemState.DROPPED, ActionItemState.OPEN


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


@pytest.fixture
async def server(kind: Kind) -> AsyncIterator[Any]:
    async with kind.make() as made:
        yield made
        held(kind, made)


@pytest.fixture
async def tracker(kind: Kind, server: Any) -> AsyncIterator[Tracker]:
    async with connected(kind, server) as made:
        yield made


async def test_a_ticket_lives(kind: Kind, server: Any, tracker: Tracker) -> None:
    new = new_ticket(kind.project)

    made = await tracker.create(new)
    found = await tracker.find(new)

    assert found and (found.remote_id, found.key, found.url) == (made.remote_id, made.key, made.url)
    assert made.state == found.state == OPEN
    assert await tracker.find(new_ticket(kind.project)) is None
    for state in (DONE, OPEN, DROPPED, DROPPED, OPEN):
        seen = await tracker.move(kind.project, made.remote_id, state)
        assert (seen.remote_id, seen.state == OPEN) == (made.remote_id, state == OPEN)


async def test_what_changed_there_is_read(kind: Kind, server: Any, tracker: Tracker) -> None:
    made = await tracker.create(new_ticket(kind.project))
    await tracker.create(new_ticket(kind.project))
    kind.close(server, server.issues[0])

    seen = await tracker.changed(kind.project, datetime.now(UTC) - timedelta(minutes=5))

    states = {one.remote_id: (one.state, one.is_exact) for one in seen}
    assert states[made.remote_id] == (DONE, True)
    assert len(states) == 2


@pytest.mark.parametrize(
    "fault", [Fault(500, {}), Fault(502, {}, is_performed=True), Fault(is_cut=True, is_performed=True)]
)
async def test_an_answer_that_is_lost_leaves_doubt(
    kind: Kind, server: Any, tracker: Tracker, fault: Fault
) -> None:
    new = new_ticket(kind.project)
    server.faults.append(fault)

    with pytest.raises(TryLater) as raised:
        await tracker.create(new)

    assert not raised.value.is_undone
    assert (await tracker.find(new) is not None) is fault.is_performed
    assert len(server.issues) == fault.is_performed


async def test_a_limit_leaves_no_doubt_and_pauses(kind: Kind, server: Any, tracker: Tracker) -> None:
    server.faults.append(kind.limit)

    with pytest.raises(TryLater) as raised:
        await tracker.create(new_ticket(kind.project))

    assert raised.value.is_undone
    assert raised.value.after == 7
    with pytest.raises(TryLater), tracker.turn():
        pass


async def test_a_token_that_does_not_work_is_said(kind: Kind, server: Any) -> None:
    wrong = {f"{kind.name}_token": "wrong-token-1"}
    async with connected(kind, server, **wrong) as tracker:
        with pytest.raises(RefusedByTracker) as raised:
            await tracker.check()
    assert raised.value.status == 401
    assert raised.value.said


async def test_what_is_well_is_said_and_nothing_is_made(kind: Kind, server: Any, tracker: Tracker) -> None:
    (line,) = await tracker.check()

    assert kind.project in line
    assert server.issues == []


async def test_a_project_that_is_not_there_is_said(kind: Kind, server: Any, tracker: Tracker) -> None:
    nowhere = kind.project.upper().replace("OPS", "NOPE").replace("SHOP", "nope")
    with pytest.raises(RefusedByTracker) as raised:
        await tracker.create(new_ticket(nowhere))
    assert raised.value.said


async def test_jira_is_told_what_its_project_has_no_field_for_in_the_text() -> None:
    kind = KINDS["jira cloud"]
    async with kind.make() as server, connected(kind, server) as tracker:
        server.screen.clear()
        await tracker.create(new_ticket("OPS"))
        assert "duedate" not in server.issues[0]["made"]
        server.leads_to = {"To Do": "new"}
        with pytest.raises(RefusedByTracker, match="no transition leads OPS-42"):
            await tracker.move("OPS", server.issues[0]["id"], DONE)


async def test_jira_drops_by_the_transition_of_that_name() -> None:
    kind = KINDS["jira cloud"]
    async with kind.make() as server, connected(kind, server) as tracker:
        made = await tracker.create(new_ticket("OPS"))
        assert (await tracker.move("OPS", made.remote_id, DROPPED)).state == DROPPED
        assert server.issues[0]["status"] == "Won't Do"


async def test_an_empty_jira_project_says_which_types_it_has() -> None:
    kind = KINDS["jira cloud"]
    async with kind.make() as server, connected(kind, server, jira_issue_type="Story") as tracker:
        with pytest.raises(RefusedByTracker, match="it has Task, Bug"):
            await tracker.check()


BEN = "ben@example.com"


async def test_an_owner_is_found_by_their_address_and_given_it(
    kind: Kind, server: Any, tracker: Tracker
) -> None:
    kind.people.join(server, "ana@example.com")
    ben = kind.people.join(server, "Ben@example.com")

    found = await tracker.assignee(kind.project, BEN)
    await tracker.create(new_ticket(kind.project, assignee=found))

    assert found == ben
    assert kind.people.given(server.issues[0]) == [ben]


async def test_nobody_is_found_by_a_part_of_their_address(kind: Kind, server: Any, tracker: Tracker) -> None:
    kind.people.join(server, "ben@example.com.au")

    assert await tracker.assignee(kind.project, BEN) is None
    assert await tracker.assignee(kind.project, "nobody@example.com") is None


async def test_who_may_not_be_given_tickets_is_not_found(kind: Kind, server: Any, tracker: Tracker) -> None:
    kind.people.join(server, BEN, is_assignable=False)

    assert await tracker.assignee(kind.project, BEN) is None


@pytest.mark.parametrize(
    "kind", [KINDS[name] for name in KINDS if name != "github"], ids=lambda one: one.name
)
async def test_of_two_with_one_address_neither_is_taken(kind: Kind, server: Any, tracker: Tracker) -> None:
    kind.people.join(server, BEN)
    kind.people.join(server, BEN)

    assert await tracker.assignee(kind.project, BEN) is None


@pytest.mark.parametrize(
    "kind", [KINDS["jira cloud"], KINDS["jira data center"]], ids=["cloud", "data center"]
)
async def test_jira_finds_by_an_address_that_it_hides(kind: Kind, server: Any, tracker: Tracker) -> None:
    server.hides_addresses = True
    ben = kind.people.join(server, BEN)
    assert await tracker.assignee(kind.project, BEN) == ben

    server.add_person("5b10-mallory", "ben@example.com", "mallory@example.com")
    assert await tracker.assignee(kind.project, BEN) is None
    server.assignable.remove(ben)
    assert await tracker.assignee(kind.project, BEN) is None


async def test_gitlab_finds_private_addresses_for_an_administrator_alone() -> None:
    kind = KINDS["gitlab"]
    async with kind.make() as server, connected(kind, server) as tracker:
        ben = server.add_person("ben", "Ben Okafor")
        server.private[ben["id"]] = BEN
        assert await tracker.assignee(kind.project, BEN) is None
        server.is_admin = True
        assert await tracker.assignee(kind.project, BEN) == str(ben["id"])
        held(kind, server)
