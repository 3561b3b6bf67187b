"""Every tracker the same way: what of a ticket follows its item is read, written, and cleared again."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.incidents.tickets.contract import Fact, NewTicket, Tracker
from bot.incidents.tickets.fields import TicketField
from bot.slack.calls import RefusedByTracker, TryLater
from sandbox.trackers.tracker import Fault
from storage.vocabulary import ActionItemPriority
from tests.trackers import KINDS, Kind, connected, held

EVERY = frozenset(TicketField)


@pytest.fixture(params=KINDS.values(), ids=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture
async def server(kind: Kind) -> AsyncIterator[Any]:
    async with kind.make() as made:
        yield made
        held(kind, made)


@pytest.fixture
async def tracker(kind: Kind, server: Any) -> AsyncIterator[Tracker]:
    async with connected(kind, server) as made:
        yield made


def new_ticket(kind: Kind, **changes: Any) -> NewTicket:
    new = NewTicket(
        marker=uuid.uuid4().hex,
        project=kind.project,
        since=datetime.now(UTC) - timedelta(minutes=10),
        title="Add an *index* #3",
        text="Add an *index* #3\n\n- to @orders_by_day",
        facts=[Fact("Owner", "Ana *F* [1]"), Fact("Incident", "INC-7", "https://acme.slack.com/archives/C1")],
        due_on=date(2026, 11, 30),
        priority=ActionItemPriority.P1,
    )
    return replace(new, **changes)


async def test_a_ticket_stands_as_it_was_made(kind: Kind, server: Any, tracker: Tracker) -> None:
    new = new_ticket(kind, assignee=kind.people.join(server, "ana@example.com"))

    seen = await tracker.create(new)

    details = await tracker.details(kind.project, seen.remote_id)
    assert details.shown == tracker.as_shown(new)
    assert details.changed_at


async def test_what_is_edited_alone_changes(kind: Kind, server: Any, tracker: Tracker) -> None:
    ana, ben = (kind.people.join(server, f"{name}@example.com") for name in ("ana", "ben"))
    new = new_ticket(kind, assignee=ana)
    seen = await tracker.create(new)
    newer = new_ticket(
        kind,
        marker=new.marker,
        title="Drop it",
        text="Drop it",
        assignee=ben,
        due_on=date(2027, 1, 2),
        priority=None,
    )

    for _ in range(2):  # twice is once
        await tracker.edit(kind.project, seen.remote_id, newer, {TicketField.OWNER})
        shown = (await tracker.details(kind.project, seen.remote_id)).shown
        assert shown == {**tracker.as_shown(new), TicketField.OWNER: ben}
    await tracker.edit(kind.project, seen.remote_id, newer, tracker.as_shown(newer).keys())

    details = await tracker.details(kind.project, seen.remote_id)
    assert details.shown == tracker.as_shown(newer)
    assert await tracker.find(newer) is not None  # its marker is not lost
    nobodys = replace(newer, assignee=None, due_on=None)
    await tracker.edit(kind.project, seen.remote_id, nobodys, tracker.as_shown(nobodys).keys())
    assert (await tracker.details(kind.project, seen.remote_id)).shown == tracker.as_shown(nobodys)
    (issue,) = server.issues
    assert kind.people.given(issue) == []


async def test_a_text_that_people_changed_is_another_one(kind: Kind, server: Any, tracker: Tracker) -> None:
    new = new_ticket(kind)
    seen = await tracker.create(new)
    (issue,) = server.issues

    kind.people.describe(server, issue, "See the runbook.")

    shown = (await tracker.details(kind.project, seen.remote_id)).shown
    assert shown[TicketField.TEXT] != tracker.as_shown(new)[TicketField.TEXT]
    assert shown[TicketField.TITLE] == tracker.as_shown(new)[TicketField.TITLE]


async def test_a_limit_pauses_and_a_lost_answer_is_no_refusal(
    kind: Kind, server: Any, tracker: Tracker
) -> None:
    new = new_ticket(kind)
    seen = await tracker.create(new)
    server.faults += [Fault(is_cut=True, is_performed=True), kind.limit]
    newer = replace(new, title="Drop it")

    with pytest.raises(TryLater):
        await tracker.edit(kind.project, seen.remote_id, newer, {TicketField.TITLE})
    with pytest.raises(TryLater) as raised:
        await tracker.edit(kind.project, seen.remote_id, newer, {TicketField.TITLE})

    assert raised.value.after == 7
    assert (await tracker.details(kind.project, seen.remote_id)).shown == tracker.as_shown(newer)


async def test_a_ticket_that_is_gone_is_said(kind: Kind, server: Any, tracker: Tracker) -> None:
    seen = await tracker.create(new_ticket(kind))
    server.issues.clear()
    with pytest.raises(RefusedByTracker):
        await tracker.details(kind.project, seen.remote_id)


@pytest.mark.parametrize(
    "kind", [KINDS["jira cloud"], KINDS["jira data center"]], ids=["cloud", "data center"]
)
async def test_a_field_that_a_project_lacks_costs_no_other(kind: Kind, server: Any, tracker: Tracker) -> None:
    server.screen.clear()
    new = new_ticket(kind, due_on=None)
    seen = await tracker.create(new)
    newer = replace(new, title="Drop it", due_on=date(2027, 1, 2))

    await tracker.edit(kind.project, seen.remote_id, newer, {TicketField.TITLE, TicketField.DUE})
    await tracker.edit(
        kind.project, seen.remote_id, newer, {TicketField.DUE}
    )  # which leaves nothing to write

    shown = (await tracker.details(kind.project, seen.remote_id)).shown
    assert shown == {**tracker.as_shown(newer), TicketField.DUE: None}
