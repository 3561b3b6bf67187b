"""Every status page the same way: opened, posted to, found again; what it refuses is told in words."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.connect.status_pages import components as known_components
from bot.incidents.status_pages.contract import StatusPage
from bot.slack.calls import RefusedByTracker, TryLater
from sandbox.trackers.tracker import Fault
from storage.vocabulary import PublicImpact, PublicState
from tests.status_pages import KINDS, Kind, connected, held, new_post

LOST = [
    Fault(500, {}),
    Fault(502, {}, is_performed=True),
    Fault(is_cut=True, is_performed=True),
]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


@pytest.fixture
async def server(kind: Kind) -> AsyncIterator[Any]:
    async with kind.make() as made:
        yield made
        held(kind, made)


@pytest.fixture
async def page(kind: Kind, server: Any) -> AsyncIterator[StatusPage]:
    async with connected(kind, server) as made:
        yield made


async def test_an_incident_lives(kind: Kind, server: Any, page: StatusPage) -> None:
    (first, *_) = await page.components() or ()
    opened = new_post(components=(first.id,), impact=PublicImpact.PARTIAL_OUTAGE)

    made = await page.open(opened)
    fixed = replace(opened, marker=uuid.uuid4().hex, text="A fix is out.", state=PublicState.MONITORING)
    updated = await page.update(made.remote_id, fixed)
    over = replace(
        fixed,
        marker=uuid.uuid4().hex,
        text="It is over.",
        state=PublicState.RESOLVED,
        impact=PublicImpact.OPERATIONAL,
        notifies=True,
    )
    await page.update(made.remote_id, over)

    assert made.url.startswith(("https://", "http://"))
    assert updated.remote_id == made.remote_id
    assert server.posts == [opened.text, fixed.text, over.text]
    assert server.notified == [over.text]


async def test_what_is_there_is_found_and_what_is_not_is_not(page: StatusPage) -> None:
    opened = new_post()
    made = await page.open(opened)
    update = replace(opened, marker=uuid.uuid4().hex, text="A fix is out.", state=PublicState.MONITORING)
    same = replace(opened, marker=uuid.uuid4().hex, alike=1, opened_alike=True)

    assert await page.find(opened) == made
    assert await page.find(new_post(name="Search is slow")) is None
    assert await page.shows(made.remote_id, update) is None
    await page.update(made.remote_id, update)
    assert await page.shows(made.remote_id, update) == made
    assert await page.shows(made.remote_id, same) is None  # the first post's words stand there once
    await page.update(made.remote_id, same)
    assert await page.shows(made.remote_id, same) == made


@pytest.mark.parametrize("fault", LOST, ids=["500", "502 after it", "cut"])
async def test_an_answer_that_is_lost_leaves_doubt(
    kind: Kind, server: Any, page: StatusPage, fault: Fault
) -> None:
    opened = new_post()
    server.faults.append(fault)

    with pytest.raises(TryLater) as raised:
        await page.open(opened)

    assert not raised.value.is_undone
    assert (await page.find(opened) is not None) is fault.is_performed

    server.faults.clear()
    made = await page.open(new_post(name="Search is slow"))
    update = new_post(text="A fix is out.", state=PublicState.MONITORING)
    server.faults += [*[None] * kind.calls_before, fault]
    with pytest.raises(TryLater):
        await page.update(made.remote_id, update)
    assert (await page.shows(made.remote_id, update) is not None) is fault.is_performed


async def test_a_limit_leaves_no_doubt_and_pauses(kind: Kind, server: Any, page: StatusPage) -> None:
    server.faults.append(kind.limit)

    with pytest.raises(TryLater) as raised:
        await page.open(new_post())

    assert raised.value.is_undone
    assert raised.value.after == 7
    with pytest.raises(TryLater), page.turn():
        pass


async def test_a_token_that_does_not_work_is_said(kind: Kind, server: Any) -> None:
    async with connected(kind, server, **{f"{kind.name}_token": "wrong-token-1"}) as page:
        with pytest.raises(RefusedByTracker) as raised:
            await page.open(new_post())
        assert raised.value.status == 401
        assert raised.value.said
        with pytest.raises(RefusedByTracker):
            await page.check()
        assert await page.components() is None
    assert server.posts == []


async def test_what_is_well_is_said_and_nothing_is_posted(server: Any, page: StatusPage) -> None:
    (line,) = await page.check()

    assert "the token reads" in line
    assert server.posts == []


async def test_a_part_that_is_not_there_any_more_is_refused_in_words(server: Any, page: StatusPage) -> None:
    with pytest.raises(RefusedByTracker) as raised:
        await page.open(new_post(components=("999",)))

    assert raised.value.said
    assert server.posts == []


async def test_parts_are_read_once_and_kept(server: Any, page: StatusPage) -> None:
    assert [one.name for one in await page.components() or ()] == ["Checkout", "Search"]
    server.read_faults += [Fault(500, {})] * 9

    assert [one.name for one in await page.components() or ()] == ["Checkout", "Search"]
    assert len(server.calls) == 1


async def test_a_page_that_does_not_answer_says_nothing(
    server: Any, page: StatusPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.read_faults.append(Fault(500, {}))
    assert await page.components() is None
    assert await page.components()

    monkeypatch.setattr(known_components, "HOLDS", 0.0)  # it is old at once, and better than nothing
    server.read_faults.append(Fault(500, {}))
    assert await page.components()


async def test_a_cachet_token_that_may_not_post_is_told_which_abilities_it_needs() -> None:
    kind = KINDS["cachet"]
    async with kind.make() as server, connected(kind, server) as page:
        made = await page.open(new_post())
        server.abilities.discard("incident-updates.manage")

        with pytest.raises(RefusedByTracker, match="the token needs"):
            await page.update(made.remote_id, new_post(text="A fix is out."))


async def test_instatus_links_the_page_and_posts_although_its_address_is_not_said() -> None:
    kind = KINDS["instatus"]
    async with kind.make() as server, connected(kind, server) as page:
        server.read_faults.append(Fault(500, {}))
        assert (await page.open(new_post())).url == "https://instatus.com"
        assert (await page.open(new_post())).url == "https://acme.instatus.com"
        assert len(server.posts) == 2


async def test_another_incident_with_the_same_words_is_not_taken_for_it(page: StatusPage) -> None:
    other = await page.open(new_post())
    lost = new_post(others=frozenset({other.remote_id}))

    assert await page.find(lost) is None
    made = await page.open(lost)
    assert await page.find(lost) == made != other
