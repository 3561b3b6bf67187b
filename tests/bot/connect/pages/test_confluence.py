"""What Confluence alone does: versions, titles that are given once, files, tokens that nobody knows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.incidents.pages.contract import EditedSince, PageHost
from bot.slack.calls import RefusedByTracker, TryLater
from sandbox.trackers.tracker import Fault
from sandbox.wikis.confluence import ConfluenceServer
from tests.bot.connect.pages.wiki_pages import PICTURE, connected, new_page, published_again
from tests.wikis import KINDS, Kind

CONFLUENCES = [KINDS["confluence cloud"], KINDS["confluence data center"]]


@pytest.mark.parametrize("kind", [KINDS["confluence data center"]], ids=["data center"])
async def test_a_token_nobody_knows_hides_no_page(kind: Kind, server: Any, host: PageHost) -> None:
    """To a stranger a page is not there, which is not to say that somebody deleted it."""
    new = new_page()
    made = await host.create(new)

    async with connected(kind, server, confluence_token="wrong-token-1") as stranger:
        for asked in (stranger.read(replace(new, earlier=made)), stranger.find(new)):
            with pytest.raises(RefusedByTracker) as raised:
                await asked
            assert raised.value.status == 401


@pytest.mark.parametrize("kind", CONFLUENCES, ids=["cloud", "data center"])
async def test_a_space_that_is_not_there_is_said(kind: Kind, server: Any) -> None:
    async with connected(kind, server, confluence_space="NONE") as host:
        with pytest.raises(RefusedByTracker, match="there is no space NONE"):
            await host.check()


@pytest.mark.parametrize("kind", CONFLUENCES, ids=["cloud", "data center"])
async def test_pages_go_below_the_one_that_is_set(kind: Kind, server: Any) -> None:
    at = f"{server.url}/wiki/spaces/OPS/pages/65600/Operations+Home"
    async with connected(kind, server, confluence_parent=at) as host:
        assert (await host.check())[-1] == "pages go below Operations Home."
        await host.create(new_page())
    assert server.pages[0].parent == "65600"
    async with connected(kind, server, confluence_parent="12345") as host:
        with pytest.raises(RefusedByTracker, match="12345"):
            await host.check()


@pytest.mark.parametrize("kind", CONFLUENCES, ids=["cloud", "data center"])
async def test_who_may_not_write_is_told(kind: Kind, server: ConfluenceServer, host: PageHost) -> None:
    server.may_write = False
    with pytest.raises(RefusedByTracker, match="Could not create content"):
        await host.create(new_page())
    if server.is_cloud:
        with pytest.raises(RefusedByTracker, match="may not make pages in OPS"):
            await host.check()


@pytest.mark.parametrize("kind", CONFLUENCES, ids=["cloud", "data center"])
async def test_a_title_that_is_taken_gets_a_number(
    kind: Kind, server: ConfluenceServer, host: PageHost
) -> None:
    first = new_page()
    await host.create(first)
    second = new_page()

    made = await host.create(second)

    assert [page.title for page in server.pages] == [first.title, f"{first.title} (2)"]
    assert await host.find(second) == made
    assert await host.find(new_page()) is None
    again = published_again(second, made)
    written = await host.update(again)
    assert server.pages[1].title == f"{first.title} (2)"
    server.titles_taken.add("INC-7: Renamed")
    await host.update(published_again(again, written, title="INC-7: Renamed"))
    assert server.pages[1].title == f"{first.title} (2)"


@pytest.mark.parametrize("kind", CONFLUENCES, ids=["cloud", "data center"])
async def test_its_own_page_under_the_title_is_not_made_again(
    kind: Kind, server: ConfluenceServer, host: PageHost
) -> None:
    """Even where no search showed it: a title is given once."""
    new = new_page()
    server.faults.append(Fault(502, {}, is_performed=True))
    with pytest.raises(TryLater):
        await host.create(new)

    made = await host.create(new)
    kind.edit(server, server.pages[0], "Ana was here.")
    with pytest.raises(EditedSince) as raised:
        await host.create(new)

    assert (made.remote_id, made.stamp) == (server.pages[0].id, new.stamp)
    assert raised.value.seen and raised.value.seen.by == "Ana"
    assert len(server.pages) == 1


@pytest.mark.parametrize("kind", CONFLUENCES, ids=["cloud", "data center"])
async def test_an_incident_that_is_renamed_meanwhile_makes_no_second_page(
    kind: Kind, server: ConfluenceServer, host: PageHost
) -> None:
    new = new_page()
    server.faults.append(Fault(502, {}, is_performed=True))
    with pytest.raises(TryLater):
        await host.create(new)

    found = await host.find(replace(new, title="INC-7: Checkout was slow"))

    assert found and found.stamp == new.stamp


@pytest.mark.parametrize("kind", CONFLUENCES, ids=["cloud", "data center"])
async def test_the_picture_is_attached_once_and_shown(
    kind: Kind, server: ConfluenceServer, host: PageHost
) -> None:
    new = new_page(picture=PICTURE)

    made = await host.create(new)
    await host.find(new)
    newer = published_again(new, made)
    written = await host.update(newer)
    await host.update(published_again(newer, written, picture=PICTURE + b"2"))

    (page,) = server.pages
    (file,) = page.files
    assert (file.name, file.media_type, file.versions) == (
        "timeline.png",
        "image/png",
        [PICTURE, PICTURE + b"2"],
    )
    assert '<ac:image ac:alt="The timeline"><ri:attachment ri:filename="timeline.png"/>' in page.value
    assert page.number == 3


@pytest.mark.parametrize("kind", CONFLUENCES, ids=["cloud", "data center"])
async def test_a_picture_whose_answer_is_lost_is_attached_when_the_page_is_found(
    kind: Kind, server: ConfluenceServer, host: PageHost
) -> None:
    new = new_page(picture=PICTURE)
    server.faults += [None, Fault(500, {})]
    with pytest.raises(TryLater):
        await host.create(new)
    assert server.pages[0].files == []

    found = await host.find(new)

    assert found and [file.versions for file in server.pages[0].files] == [[PICTURE]]
    newer = published_again(new, found, picture=PICTURE + b"2")
    server.faults += [None, Fault(500, {})]
    with pytest.raises(TryLater):
        await host.update(newer)
    read = await host.read(newer)
    assert read and read.stamp == newer.stamp
    assert server.pages[0].files[0].versions[-1] == PICTURE + b"2"


@pytest.mark.parametrize("kind", CONFLUENCES, ids=["cloud", "data center"])
async def test_who_may_not_attach_publishes_without_a_picture(
    kind: Kind, server: ConfluenceServer, host: PageHost
) -> None:
    server.takes_files = False
    made = await host.create(new_page(picture=PICTURE))
    assert made.stamp and server.pages[0].files == []
