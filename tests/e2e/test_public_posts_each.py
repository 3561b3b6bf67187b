"""Every status page end to end: posted once through trouble and a restart, and to two pages from one form."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.connect.status_pages.cachet import Cachet
from bot.connect.status_pages.instatus import Instatus
from bot.connect.status_pages.statuspage import Statuspage
from sandbox.records import View
from sandbox.trackers.tracker import Fault
from storage import outbox_upkeep
from tests.e2e.conftest import RATE_SCALE, TEN_PAST_TWO, World, connected
from tests.quiet import Sandbox
from tests.status_pages import KINDS, Kind, held
from tests.until import until

OTHERS = ("cachet", "instatus")


@pytest.fixture(params=OTHERS)
def kinds(request: pytest.FixtureRequest) -> list[Kind]:
    return [KINDS[request.param]]


@pytest.fixture
async def pages(kinds: list[Kind]) -> AsyncIterator[list[Any]]:
    made = [kind.make() for kind in kinds]
    for one in made:
        await one.__aenter__()
    yield made
    for kind, one in zip(kinds, made, strict=True):
        await one.__aexit__(None, None, None)
        held(kind, one)


@pytest.fixture
async def world(
    database_url: str, is_patient: bool, kinds: list[Kind], pages: list[Any], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    for adapter in (Cachet, Instatus, Statuspage):
        monkeypatch.setattr(adapter, "settles_within", timedelta())
    async with Sandbox(now=TEN_PAST_TWO, rate_scale=RATE_SCALE) as sandbox:
        workspace = sandbox.workspace
        ana = workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
        ben = workspace.add_person("ben", real_name="Ben Okafor", tz="UTC")
        channel = workspace.add_channel("web-release", members=[ana.id, ben.id, workspace.bot_user_id])
        running = await connected(sandbox, database_url, **_settings(kinds, pages))
        made = World(sandbox, running, ana, ben, channel)
        for one in pages:
            one.now = TEN_PAST_TWO
        try:
            yield made
        finally:
            await made.running.stop()


def _settings(kinds: list[Kind], pages: list[Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind, page in zip(kinds, pages, strict=True):
        found |= kind.settings(page)
    return found


async def _form(world: World, text: str) -> View:
    await world.command(world.ana, f"/incident update --public {text}")
    return await world.form(world.ana)


async def _press(world: World, view: View, **values: Any) -> None:
    answer = await world.workspace.submit_view(
        world.ana.id, view.id, {block: {"value": value} for block, value in values.items()}
    )
    assert answer.closed, answer


@pytest.mark.parametrize(
    "fault",
    [Fault(500, {}), Fault(502, None, is_performed=True), Fault(is_cut=True, is_performed=True)],
    ids=["500", "502 after it", "cut"],
)
async def test_an_incident_is_told_once_from_its_first_post_to_its_last(
    world: World, kinds: list[Kind], pages: list[Any], fault: Fault
) -> None:
    (kind,), (page,) = kinds, pages
    await world.open_here()
    page.faults.append(fault)
    await _press(world, await _form(world, "Payments are slow"), impact="partial_outage")
    await until(lambda: len(page.posts) == 1)
    await world.settled()
    page.faults += [*[None] * kind.calls_before, fault]
    part = str(page.components[0]["id"])
    await _press(world, await _form(world, "Payments are slow"), **{f"affected_{kind.name}": [part]})
    await until(lambda: len(page.posts) == 2)
    await world.settled()
    await _press(world, await _form(world, "It is over"), state="resolved", notify=["yes"])
    await world.settled()

    assert page.posts == ["Payments are slow", "Payments are slow", "It is over"]
    assert page.notified == ["It is over"]
    assert len(page.incidents) == 1
    async with world.running.scribe.database.read() as session:
        assert list(await outbox_upkeep.unsent(session, limit=9)) == []
    told = [one for one in world.messages_of_scribe() if "Ana Ferreira posted on" in one.text]
    assert len(told) == 3


async def test_killed_before_the_answer_is_noted_it_is_found_again(
    world: World, kinds: list[Kind], pages: list[Any]
) -> None:
    (page,) = pages
    await world.open_here()
    view = await _form(world, "Payments are slow")
    page.faults.append(Fault(is_cut=True, is_performed=True))
    page.read_faults += [Fault(503)] * 9
    await _press(world, view)
    await until(lambda: bool(page.incidents))

    await world.running.stop()
    page.read_faults.clear()
    world.running = await connected(
        world.sandbox, world.running.scribe.settings.database_url, **_settings(kinds, pages)
    )
    await world.settled()

    assert page.posts == ["Payments are slow"]


class TestSeveral:
    @pytest.fixture
    def kinds(self) -> list[Kind]:
        return [KINDS["statuspage"], KINDS["cachet"]]

    async def test_each_page_that_is_ticked_has_its_own_incident_and_parts(
        self, world: World, pages: list[Any]
    ) -> None:
        statuspage, cachet = pages
        await world.open_here()
        part = statuspage.components[1]["id"]

        view = await _form(world, "Search is slow")
        await _press(world, view, affected_statuspage=[part], affected_cachet=["1"])
        await world.settled()
        await _press(world, await _form(world, "A fix is out"), where=["cachet"])
        await world.settled()

        assert statuspage.posts == ["Search is slow"]
        assert cachet.posts == ["Search is slow", "A fix is out"]
        assert statuspage.components[1]["status"] == "degraded_performance"
        assert [one["status"] for one in cachet.components] == [2, 1]
        await world.command(world.ana, "/resolve Rolled back")
        (offer,) = [one for one in world.messages_of_scribe() if "closing post" in str(one.blocks)]
        assert "|Statuspage> says investigating and" in offer.text
