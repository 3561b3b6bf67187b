"""Tickets through Prism: what Scribe asks and what the fakes answer is what each tracker's file allows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.incidents.tickets.contract import Tracker
from bot.slack.calls import RefusedByTracker, TryLater
from storage.vocabulary import ActionItemState
from tests.trackers import KINDS, Kind, connected, new_ticket
from tests.vendors.judged import let_pass, through, together
from tests.vendors.prism import Judge

pytestmark = pytest.mark.vendors
BEN = "ben@example.com"
EMPTY = {"github": ["'title'"], "gitlab": ["'title'"]}
"""What the ticket lacks by whose refusal these say that the token may write."""
UNSAID = {"github": [401], "jira": [429]}
"""Answers to making a ticket that the vendor's own file leaves out: GitHub says them of all its API in
"Authenticating to the REST API", Atlassian in "Rate limiting"."""


@pytest.fixture(params=[together(name) for name, kind in KINDS.items() if kind.contract])
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


@pytest.fixture
async def tracker(kind: Kind, server: Any, judge: Judge) -> AsyncIterator[Tracker]:
    async with connected(kind, server, **through(judge, server, kind.settings(server))) as made:
        yield made


async def test_a_ticket_lives(kind: Kind, server: Any, judge: Judge, tracker: Tracker) -> None:
    ben = kind.people.join(server, BEN)
    new = new_ticket(kind.project, assignee=await tracker.assignee(kind.project, BEN))

    assert await tracker.find(new) is None
    made = await tracker.create(new)
    found = await tracker.find(new)
    given = kind.people.given(server.issues[0])
    moved = [
        (await tracker.move(kind.project, made.remote_id, state)).state
        for state in (ActionItemState.DONE, ActionItemState.OPEN, ActionItemState.DROPPED)
    ]
    newer = replace(new, title="Drop it", text="Drop it", assignee=None, due_on=None)
    await tracker.edit(kind.project, made.remote_id, newer, tracker.as_shown(newer).keys())
    details = await tracker.details(kind.project, made.remote_id)
    (seen,) = await tracker.changed(kind.project, datetime.now(UTC) - timedelta(minutes=5))

    assert found and found.remote_id == made.remote_id == seen.remote_id
    assert [state == ActionItemState.OPEN for state in moved] == [False, True, False]
    assert seen.state == moved[-1]
    assert details.shown == tracker.as_shown(newer)
    assert judge.found == []
    assert len(judge.calls) == len(server.calls)
    assert await let_pass(judge, server) == []
    assert len(server.issues) == 1
    assert (given, kind.people.given(server.issues[0])) == ([ben], [])


async def test_a_lost_answer_makes_no_second_ticket(
    kind: Kind, server: Any, judge: Judge, tracker: Tracker
) -> None:
    new = new_ticket(kind.project)
    judge.lose_answers.append(True)

    with pytest.raises(TryLater) as raised:
        await tracker.create(new)
    found = await tracker.find(new)

    assert not raised.value.is_undone
    assert found
    assert len(server.issues) == 1
    assert judge.found == []


async def test_what_a_tracker_refuses_is_as_it_says_too(
    kind: Kind, server: Any, judge: Judge, tracker: Tracker
) -> None:
    server.faults.append(kind.limit)
    with pytest.raises(TryLater) as raised:
        await tracker.create(new_ticket(kind.project))
    nowhere = kind.project.upper().replace("OPS", "NOPE").replace("SHOP", "nope")
    with pytest.raises(RefusedByTracker):
        await tracker.create(new_ticket(nowhere))
    wrong = {**through(judge, server, kind.settings(server)), f"{kind.name}_token": "wrong-token-1"}
    async with connected(kind, server, **wrong) as stranger:
        with pytest.raises(RefusedByTracker) as refused:
            await stranger.create(new_ticket(kind.project))

    assert raised.value.after == 7
    assert refused.value.status == 401
    wrong_at = [one for one in judge.calls if one.found]
    assert [one.status for one in wrong_at] == UNSAID.get(kind.name, [])
    assert all("Unable to match the returned status code" in words for words in judge.found)
    assert server.issues == []


async def test_asking_for_rights_asks_for_nothing_wrong_but_an_empty_ticket(
    kind: Kind, server: Any, judge: Judge, tracker: Tracker
) -> None:
    with suppress(RefusedByTracker):  # Prism refuses an empty one with a status of its own
        await tracker.check()

    lacking = EMPTY.get(kind.name, [])
    assert [words.rpartition("must have required property ")[2] for words in judge.found] == lacking
    assert len(judge.calls) == len(server.calls) + bool(lacking)
