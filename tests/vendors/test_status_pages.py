"""Posts through Prism: what Scribe asks and what the fakes answer is what each status page's file allows."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from bot.incidents.status_pages.contract import StatusPage
from bot.slack.calls import RefusedByTracker, TryLater
from storage.vocabulary import PublicImpact, PublicState
from tests.status_pages import KINDS, Kind, connected, new_post
from tests.vendors.judged import let_pass, through, together
from tests.vendors.prism import Judge

pytestmark = pytest.mark.vendors
EMPTY = {"cachet": ["'name'", "'status'"]}
"""What the incident lacks by whose refusal it says that the token is well."""


@pytest.fixture(params=[together(name) for name, kind in KINDS.items() if kind.contract])
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


@pytest.fixture
async def page(kind: Kind, server: Any, judge: Judge) -> AsyncIterator[StatusPage]:
    async with connected(kind, server, **through(judge, server, kind.settings(server))) as made:
        yield made


async def test_an_incident_lives(kind: Kind, server: Any, judge: Judge, page: StatusPage) -> None:
    (first, *_) = await page.components() or ()
    opened = new_post(components=(first.id,), impact=PublicImpact.PARTIAL_OUTAGE)
    fixed = replace(opened, marker=uuid.uuid4().hex, text="A fix is out.", state=PublicState.MONITORING)
    over = replace(
        fixed,
        marker=uuid.uuid4().hex,
        text="It is over.",
        state=PublicState.RESOLVED,
        impact=PublicImpact.OPERATIONAL,
        notifies=True,
    )

    assert await page.find(opened) is None
    made = await page.open(opened)
    assert await page.find(opened) == made
    assert await page.shows(made.remote_id, fixed) is None
    for post in (fixed, over):
        await page.update(made.remote_id, post)
        assert await page.shows(made.remote_id, post) == made

    assert judge.found == []
    assert len(judge.calls) == len(server.calls)
    assert await let_pass(judge, server) == []
    assert len(server.incidents) == 1
    assert server.posts == [opened.text, fixed.text, over.text]
    assert server.notified == [over.text]


async def test_an_incident_of_no_part_lives(kind: Kind, server: Any, judge: Judge, page: StatusPage) -> None:
    opened = new_post(impact=PublicImpact.MAJOR_OUTAGE)

    made = await page.open(opened)
    await page.update(made.remote_id, replace(opened, text="It is over.", state=PublicState.RESOLVED))

    assert judge.found == []
    assert server.posts == [opened.text, "It is over."]


async def test_a_lost_answer_posts_nothing_twice(
    kind: Kind, server: Any, judge: Judge, page: StatusPage
) -> None:
    opened = new_post()

    judge.lose_answers.append(True)
    with pytest.raises(TryLater) as raised:
        await page.open(opened)
    made = await page.find(opened)
    assert made
    update = replace(opened, marker=uuid.uuid4().hex, text="A fix is out.", state=PublicState.MONITORING)
    judge.lose_answers += [*[False] * kind.calls_before, True]
    with pytest.raises(TryLater):
        await page.update(made.remote_id, update)

    assert not raised.value.is_undone
    assert await page.shows(made.remote_id, update)
    assert server.posts == [opened.text, update.text]
    assert judge.found == []


async def test_what_a_status_page_refuses_is_as_it_says_too(
    kind: Kind, server: Any, judge: Judge, page: StatusPage
) -> None:
    server.faults.append(kind.limit)
    with pytest.raises(TryLater) as raised:
        await page.open(new_post())
    with pytest.raises(RefusedByTracker):
        await page.open(new_post(components=("999",)))
    with pytest.raises(RefusedByTracker):
        await page.shows("999", new_post())
    wrong = {**through(judge, server, kind.settings(server)), f"{kind.name}_token": "wrong-token-1"}
    async with connected(kind, server, **wrong) as stranger:
        with pytest.raises(RefusedByTracker) as refused:
            await stranger.open(new_post())

    assert raised.value.after == 7
    assert refused.value.status == 401
    assert judge.found == []
    assert server.posts == []


async def test_asking_for_rights_asks_for_nothing_wrong_but_an_empty_incident(
    kind: Kind, server: Any, judge: Judge, page: StatusPage
) -> None:
    with suppress(RefusedByTracker):
        await page.check()

    lacking = EMPTY.get(kind.name, [])
    assert [words.rpartition("must have required property ")[2] for words in judge.found] == lacking
    assert len(judge.calls) == len(server.calls) + bool(lacking)
