"""Every wiki the same way: a page is made once, found by its marker, and written over by nobody's leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.incidents.pages.contract import EditedSince, PageHost
from bot.slack.calls import RefusedByTracker, TryLater
from sandbox.trackers.tracker import Fault
from tests.bot.connect.pages.wiki_pages import connected, new_page, published_again
from tests.wikis import KINDS, Kind


async def test_a_page_lives(kind: Kind, server: Any, host: PageHost) -> None:
    new = new_page()

    made = await host.create(new)

    assert made.stamp == new.stamp
    assert made.url and made.url.startswith(server.url)
    assert await host.find(new) == made == await host.read(replace(new, earlier=made))
    assert await host.find(new_page()) is None
    assert "Add an index" in kind.text(server.pages[0])
    newer = published_again(new, made, markdown="It is up.", title="INC-7: Checkout was down")
    written = await host.update(newer)
    assert (written.remote_id, written.stamp) == (made.remote_id, newer.stamp)
    assert written.version != made.version
    assert "It is up." in kind.text(server.pages[0])
    assert server.pages[0].title == "INC-7: Checkout was down"
    assert await host.find(newer) == written == await host.read(replace(newer, earlier=written))
    assert len(server.pages) == 1


async def test_what_people_edited_is_left_and_said(kind: Kind, server: Any, host: PageHost) -> None:
    new = new_page()
    made = await host.create(new)
    kind.edit(server, server.pages[0], "Ana was here.")

    with pytest.raises(EditedSince) as raised:
        await host.update(published_again(new, made, markdown="It is up."))

    assert "Ana was here." in kind.text(server.pages[0])
    edited = raised.value.seen
    assert edited and edited.version != made.version
    assert edited.stamp is None
    assert edited.by == "Ana"
    assert await host.find(new) == edited  # it is still the page of that marker
    await host.update(published_again(new, edited, markdown="It is up."))  # somebody agreed to that
    assert "Ana was here." not in kind.text(server.pages[0])


async def test_a_page_that_people_deleted_is_not_there(kind: Kind, server: Any, host: PageHost) -> None:
    new = new_page()
    made = await host.create(new)
    kind.drop(server.pages[0])

    assert await host.read(replace(new, earlier=made)) is None
    assert await host.find(new) is None
    with pytest.raises(EditedSince) as raised:
        await host.update(published_again(new, made))
    assert raised.value.seen is None
    await host.create(new)
    assert len(server.pages) == 2


def of(name: str) -> list[Any]:
    """The wikis that are one tool, each by its name."""
    return [pytest.param(kind, id=which) for which, kind in KINDS.items() if kind.name == name]


LOST = [Fault(500, {}), Fault(502, {}, is_performed=True), Fault(is_cut=True, is_performed=True)]


@pytest.mark.parametrize("fault", LOST, ids=["500", "502 after it", "cut"])
async def test_a_lost_answer_to_making_it_leaves_doubt(
    kind: Kind, server: Any, host: PageHost, fault: Fault
) -> None:
    new = new_page()
    server.faults.append(fault)

    with pytest.raises(TryLater) as raised:
        await host.create(new)

    assert not raised.value.is_undone
    assert len(server.pages) == fault.is_performed
    found = await host.find(new)
    assert (found.stamp if found else None) == (new.stamp if fault.is_performed else None)


@pytest.mark.parametrize("fault", LOST, ids=["500", "502 after it", "cut"])
@pytest.mark.parametrize("before", [0, 1])
async def test_a_lost_answer_to_writing_it_is_no_edit_of_people(
    kind: Kind, server: Any, host: PageHost, fault: Fault, before: int
) -> None:
    """Of Notion two calls write: the title, and then the text."""
    new = new_page()
    made = await host.create(new)
    newer = published_again(new, made, markdown="It is up.", title="INC-7: Checkout was down")
    has_failed = before == 0 or kind.name == "notion"
    server.faults += [None] * before + [fault]

    if has_failed:
        with pytest.raises(TryLater):
            await host.update(newer)
    server.faults.clear()
    written = await host.update(newer)

    assert written.stamp == newer.stamp
    assert "It is up." in kind.text(server.pages[0])
    assert server.pages[0].title == "INC-7: Checkout was down"
    if kind.name == "confluence":
        assert server.pages[0].number == 2


@pytest.mark.parametrize("kind", of("confluence"), indirect=True)
async def test_people_who_are_faster_than_the_call_are_seen(server: Any, host: PageHost, kind: Kind) -> None:
    """Between reading and writing somebody saves: Confluence refuses the version; Notion has none."""
    new = new_page()
    made = await host.create(new)
    answer = server.answer

    async def edited_first(request: Any, path: str, body: Any) -> Any:
        if request.method == "PUT" and server.pages[0].author == "scribe":
            kind.edit(server, server.pages[0], "Ana was faster.")
        return await answer(request, path, body)

    server.answer = edited_first
    with pytest.raises(EditedSince) as raised:
        await host.update(published_again(new, made))

    assert raised.value.seen and raised.value.seen.by == "Ana"
    assert "Ana was faster." in kind.text(server.pages[0])


async def test_a_limit_leaves_no_doubt_and_pauses(kind: Kind, server: Any, host: PageHost) -> None:
    server.faults.append(kind.limit)

    with pytest.raises(TryLater) as raised:
        await host.create(new_page())

    assert raised.value.is_undone
    assert raised.value.after == 7
    with pytest.raises(TryLater), host.turn():
        pass


async def test_a_token_that_does_not_work_is_said(kind: Kind, server: Any) -> None:
    async with connected(kind, server, **{f"{kind.name}_token": "wrong-token-1"}) as host:
        with pytest.raises(RefusedByTracker) as raised:
            await host.check()
    assert raised.value.status == 401
    assert raised.value.said


async def test_what_is_well_is_said_and_nothing_is_made(kind: Kind, server: Any, host: PageHost) -> None:
    lines = await host.check()

    assert len(lines) == 1
    assert server.changes() == []
    assert server.pages == []


@pytest.mark.parametrize("kind", of("notion"), indirect=True)
async def test_what_a_search_does_not_show_yet_shows_later(kind: Kind, server: Any, host: PageHost) -> None:
    """Which is why nothing is made again before `settles_within` has gone by."""
    new = new_page()
    await host.create(new)
    server.unindexed = 1
    assert await host.find(new) is None
    assert await host.find(new)
    assert host.settles_within >= timedelta(seconds=30)
