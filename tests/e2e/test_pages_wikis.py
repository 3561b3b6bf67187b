"""In every wiki a published post-mortem is one page, whatever is lost, and people's edits are theirs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.connect.pages.confluence import Confluence
from bot.connect.pages.notion import Notion
from bot.slack.blocks.checkpoint import PUBLISH_ACTION
from bot.slack.blocks.pages import OVERWRITE_ACTION
from sandbox.trackers.tracker import Fault
from sandbox.wikis.confluence import ConfluenceServer
from storage import outbox_upkeep, pages
from storage.page_tables import Page
from storage.vocabulary import PageState
from tests.e2e.conftest import RATE_SCALE, World, connected
from tests.quiet import Sandbox
from tests.until import until
from tests.wikis import KINDS, Kind, held

FAULTS = [
    Fault(500, {}),
    Fault(502, {}, is_performed=True),
    Fault(is_cut=True, is_performed=True),
    Fault(429, {}, {"retry-after": "1"}),
]
NOTIONS = ["notion data source", "notion page"]
IDS = ["500", "502 after it", "cut", "429"]


@pytest.fixture(params=KINDS.values(), ids=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return request.param if isinstance(request.param, Kind) else KINDS[request.param]


@pytest.fixture
async def server(kind: Kind) -> AsyncIterator[Any]:
    async with kind.make() as made:
        yield made
        held(kind, made)


@pytest.fixture
async def world(
    database_url: str, is_patient: bool, kind: Kind, server: Any, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    for one in (Confluence, Notion):
        monkeypatch.setattr(one, "settles_within", timedelta())
    # a wiki is asked for what was made in the last minutes, which are those of this machine
    async with Sandbox(now=datetime.now(UTC), rate_scale=RATE_SCALE) as sandbox:
        workspace = sandbox.workspace
        ana = workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
        ben = workspace.add_person("ben", real_name="Ben Okafor", tz="UTC")
        channel = workspace.add_channel("web-release", members=[ana.id, ben.id, workspace.bot_user_id])
        running = await connected(sandbox, database_url, **kind.settings(server))
        made = World(sandbox, running, ana, ben, channel)
        await made.command(ana, "/incident start here Checkout <is> down")
        ts = await made.say(ana, f"<@{ben.id}> rolled *it* back, {{toc}} </p>")
        await made.mark(ben, ts)
        await made.command(ana, "/resolve")
        try:
            yield made
        finally:
            await made.running.stop()


async def _page(world: World) -> Page:
    async with world.running.scribe.database.read() as session:
        (page,) = await pages.of_incident(session, 1)
        return page


async def _failures(world: World) -> list[str]:
    async with world.running.scribe.database.read() as session:
        return [one.failure or "" for one in await outbox_upkeep.unsent(session, limit=9)]


@pytest.mark.parametrize("fault", FAULTS, ids=IDS)
async def test_it_is_one_page_whatever_is_lost(world: World, kind: Kind, server: Any, fault: Fault) -> None:
    server.faults.append(fault)
    if fault.is_performed:
        server.read_faults.append(Fault(503, {}))

    await world.publish(world.ana)

    (page,) = server.pages
    assert page.title == "INC-1: Checkout <is> down"
    assert "Ben Okafor rolled" in kind.text(page)
    assert world.ben.id not in kind.text(page)
    assert await _failures(world) == []
    kept = await _page(world)
    assert kept.state == PageState.WRITTEN
    assert f"<{kept.url}|" in await world.command(world.ana, "/postmortem status")
    assert pictures(server) == 1


def pictures(server: Any) -> int:
    """How many the only page shows, or has attached."""
    (page,) = server.pages
    if isinstance(server, ConfluenceServer):
        return len(page.files)
    return str(page.markdown).count("![Drawn by Scribe, ")


@pytest.mark.parametrize("kind", NOTIONS, indirect=True, ids=NOTIONS)
@pytest.mark.parametrize("fault", FAULTS, ids=IDS)
@pytest.mark.parametrize("before", [1, 2, 3], ids=["the upload", "the file", "the block"])
async def test_its_picture_is_there_once_whatever_is_lost(
    world: World, kind: Kind, server: Any, fault: Fault, before: int
) -> None:
    server.faults += [None] * before + [fault]

    await world.publish(world.ana)
    assert pictures(server) == 1
    await world.command(world.ana, "/postmortem reopen")
    server.faults += [None] * (before + 1) + [fault]
    await world.publish(world.ana)

    assert pictures(server) == 1
    assert await _failures(world) == []
    kept = await _page(world)
    assert (kept.state, kept.written) == (PageState.WRITTEN, 2)
    assert [one for one in world.messages_of_scribe() if OVERWRITE_ACTION in str(one.blocks)] == []


@pytest.mark.parametrize("before", [1, 2, 3], ids=["the upload", "the file", "the block"])
@pytest.mark.parametrize("kind", NOTIONS, indirect=True, ids=NOTIONS)
async def test_killed_while_its_picture_is_on_its_way_it_gets_that_once(
    world: World, kind: Kind, server: Any, before: int
) -> None:
    server.faults += [None] * before + [Fault(is_cut=True, is_performed=True)] * 50
    await _say_publish(world)
    await until(lambda: len(server.faults) < 50)

    await world.running.stop()
    server.faults.clear()
    url = world.running.scribe.settings.database_url
    world.running = await connected(world.sandbox, url, **kind.settings(server))
    await world.settled()

    assert pictures(server) == 1
    assert (await _page(world)).state == PageState.WRITTEN


async def test_where_it_takes_no_picture_the_page_is_published_and_that_is_told_once(
    world: World, kind: Kind, server: Any
) -> None:
    def told() -> list[str]:
        words = [f"{one.text}" for one in world.messages_of_scribe()]
        return [one for one in words if "lacks the timeline's picture" in one]

    _takes_files(server, takes=False)

    await world.publish(world.ana)

    assert (await _page(world)).state == PageState.WRITTEN
    assert pictures(server) == 0
    (first,) = told()
    assert "stands in" in first and "ermission" in first
    await world.command(world.ana, "/postmortem reopen")
    await world.publish(world.ana)
    assert len(told()) == 2
    _takes_files(server, takes=True)
    await world.command(world.ana, "/postmortem reopen")
    await world.publish(world.ana)
    assert len(told()) == 2
    assert pictures(server) == 1


def _takes_files(server: Any, *, takes: bool) -> None:
    if isinstance(server, ConfluenceServer):
        server.takes_files = takes
    else:
        server.uploads.may_upload = takes


async def test_published_again_it_is_the_same_page_whatever_is_lost(
    world: World, kind: Kind, server: Any
) -> None:
    await world.publish(world.ana)
    await world.command(world.ana, "/postmortem reopen")
    await world.command(world.ana, "/incident rename Checkout was down")
    server.faults += [
        Fault(is_cut=True, is_performed=True),
        Fault(502, {}, is_performed=True),
        Fault(500, {}),
    ]

    await world.publish(world.ana)

    (page,) = server.pages
    assert page.title == "INC-1: Checkout was down"
    assert await _failures(world) == []
    assert (await _page(world)).written == 2
    assert pictures(server) == 1
    if kind.name == "confluence":
        assert page.number == 2


async def test_peoples_edits_are_asked_about_and_overwritten_once(
    world: World, kind: Kind, server: Any
) -> None:
    await world.publish(world.ana)
    kind.edit(server, server.pages[0], "What really happened.")
    await world.command(world.ana, "/postmortem reopen")

    await world.publish(world.ana)

    assert "What really happened." in kind.text(server.pages[0])
    (asked,) = [one for one in world.messages_of_scribe() if OVERWRITE_ACTION in str(one.blocks)]
    assert "Ana edited its page" in str(asked.blocks)
    await world.workspace.click(
        world.ana.id, channel_id=world.channel.id, message_ts=asked.ts, action_id=OVERWRITE_ACTION
    )
    await world.settled()
    assert "What really happened." not in kind.text(server.pages[0])
    assert (await _page(world)).state == PageState.WRITTEN
    assert len(server.pages) == 1


async def _press(world: World, action_id: str) -> None:
    asked = [one for one in world.messages_of_scribe() if action_id in str(one.blocks)]
    error = await world.workspace.click(
        world.ana.id, channel_id=world.channel.id, message_ts=asked[-1].ts, action_id=action_id
    )
    assert error is None, error


async def test_made_again_while_nobody_knew_it_is_the_same_page_later(
    world: World, kind: Kind, server: Any
) -> None:
    await world.publish(world.ana)
    kind.drop(server.pages[0])
    await world.command(world.ana, "/postmortem reopen")
    await world.publish(world.ana)
    server.faults.append(Fault(is_cut=True, is_performed=True))
    answer = server.answer

    async def silent_once_it_is_made(request: Any, path: str, body: Any) -> Any:
        answered = await answer(request, path, body)
        server.read_faults += [Fault(503, {})] * 50 if len(server.pages) == 2 else []
        return answered

    server.answer = silent_once_it_is_made
    await _press(world, OVERWRITE_ACTION)
    await until(lambda: len(server.pages) == 2)
    # it is published again before anybody could look whether it was made
    await world.workspace.command(world.ana.id, world.channel.id, "/postmortem", "reopen")
    await world.settled()
    server.answer = answer
    server.read_faults.clear()
    world.workspace.clock.set(world.workspace.clock.now() + timedelta(hours=1))
    await world.publish(world.ana)
    await _press(world, OVERWRITE_ACTION)
    await world.settled()

    assert len(server.pages) == 2  # the one in the bin, and the one that was made again
    kept = await _page(world)
    assert (kept.remote_id, kept.state, kept.written) == (server.pages[1].id, PageState.WRITTEN, 3)
    assert await _failures(world) == []


async def test_killed_before_it_is_noted_it_is_found_again(world: World, kind: Kind, server: Any) -> None:
    server.faults.append(Fault(is_cut=True, is_performed=True))
    answer = server.answer

    async def silent_once_it_is_made(request: Any, path: str, body: Any) -> Any:
        answered = await answer(request, path, body)
        server.read_faults += [Fault(503, {})] * 50 if server.pages else []
        return answered

    server.answer = silent_once_it_is_made
    await _say_publish(world)
    await until(lambda: bool(server.pages))

    await world.running.stop()
    server.read_faults.clear()
    server.answer = answer
    url = world.running.scribe.settings.database_url
    world.running = await connected(world.sandbox, url, **kind.settings(server))
    await world.settled()

    assert len(server.pages) == 1
    assert (await _page(world)).remote_id == server.pages[0].id


async def test_what_it_refuses_is_told_in_its_words_and_made_once_that_is_mended(
    world: World, kind: Kind, server: Any
) -> None:
    if kind.name == "confluence":
        server.may_write = False
    else:
        server.may_insert = False

    await world.publish(world.ana)

    told = [one for one in world.messages_of_scribe() if "outside Slack" in f"{one.text}{one.blocks}"]
    words = "Could not create content" if kind.name == "confluence" else "Insufficient permissions"
    assert [words in f"{one.text}{one.blocks}" for one in told].count(True) == 1
    assert server.pages == []
    server.may_write = server.may_insert = True
    await world.command(world.ana, "/postmortem reopen")
    await world.publish(world.ana)
    assert len(server.pages) == 1


async def _say_publish(world: World) -> None:
    """Publish without waiting for what is sent."""
    await world.command(world.ana, "/postmortem publish")
    asked = world.workspace.ephemerals(world.ana.id, world.channel.id)[-1]
    await world.workspace.click(
        world.ana.id, channel_id=world.channel.id, message_ts=asked.ts, action_id=PUBLISH_ACTION
    )
