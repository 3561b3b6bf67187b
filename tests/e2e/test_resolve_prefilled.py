"""The form that resolves begins with the times that the record has, and states what its person left there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from sandbox.records import Channel, SubmitAnswer, View
from storage import incidents
from storage.tables import Milestone
from storage.vocabulary import Basis, IncidentStatus, MilestoneKind
from tests.e2e.alerts import Alerted, alert, group, listening
from tests.e2e.conftest import World
from tests.until import until

pytestmark = pytest.mark.on_each_database

ENDED = datetime(2023, 9, 10, 14, 59, 37, tzinfo=UTC)


@dataclass
class Told:
    """An incident that an alert declared, and Ana in its channel."""

    alerted: Alerted
    own: Channel

    @property
    def world(self) -> World:
        return self.alerted.world

    async def ends(self) -> None:
        """The alert ends."""
        ended = alert(fires=False) | {"endsAt": f"{ENDED:%Y-%m-%dT%H:%M:%SZ}"}
        assert await self.alerted.tell(group(ended)) == 200
        await self.world.settled()

    async def fires_again(self) -> None:
        assert await self.alerted.tell(group(alert(began="2023-09-10T15:02:00Z"))) == 200
        await self.world.settled()

    async def form(self) -> View:
        await self.world.command(self.world.ana, "/resolve form", channel=self.own.id)
        await until(lambda: self.world.workspace.open_views(self.world.ana.id))
        return self.world.workspace.open_views(self.world.ana.id)[-1]

    async def send(self, view: View, said: Mapping[str, str | None]) -> SubmitAnswer:
        values = {name: {"value": value} for name, value in said.items()}
        answer = await self.world.workspace.submit_view(self.world.ana.id, view.id, values)
        await self.world.settled()
        return answer

    async def milestones(self) -> dict[MilestoneKind, Milestone]:
        async with self.world.running.scribe.database.read() as session:
            return await incidents.milestones(session, 1)

    async def status(self) -> str:
        async with self.world.running.scribe.database.read() as session:
            return (await incidents.by_id(session, 1)).status


@pytest.fixture
async def told(world: World, database_url: str) -> AsyncIterator[Told]:
    """It was declared at 14:10; by now it is 15:00."""
    await listening(world, database_url)
    async with aiohttp.ClientSession() as http:
        alerted = Alerted(world, http)
        assert await alerted.tell(group(alert())) == 200
        await world.settled()
        own = next(one for one in world.workspace.channels.values() if one.name.startswith("inc-"))
        own.members.append(world.ana.id)
        world.at("15:00")
        world.workspace.say(world.ana.id, own.id, "Looks better")
        await world.settled()
        yield Told(alerted, own)


def field(view: View, name: str) -> dict[str, Any]:
    return next(block for block in view.blocks if block.get("block_id") == name)


async def test_while_an_alert_fires_the_times_are_empty(told: Told) -> None:
    view = await told.form()

    for name in ("mitigated", "resolved"):
        assert "initial_value" not in field(view, name)["element"]
        assert "hint" not in field(view, name)


async def test_the_end_of_the_last_alert_fills_both_times_and_says_that_it_does(told: Told) -> None:
    await told.ends()

    view = await told.form()

    for name in ("mitigated", "resolved"):
        assert field(view, name)["element"]["initial_value"] == "2023-09-10 14:59"
        assert "the end of its last alert" in field(view, name)["hint"]["text"]


async def test_sent_as_it_stands_both_are_stated_to_the_second_by_whoever_sent_it(told: Told) -> None:
    await told.ends()

    answer = await told.send(await told.form(), {})

    assert answer.closed
    known = await told.milestones()
    for kind in (MilestoneKind.MITIGATED, MilestoneKind.RESOLVED):
        assert (known[kind].at, known[kind].basis) == (ENDED, Basis.STATED)
        assert known[kind].stated_by == told.world.ana.id


async def test_emptied_nothing_is_stated_and_it_is_resolved_now(told: Told) -> None:
    await told.ends()

    await told.send(await told.form(), {"mitigated": None, "resolved": None})

    known = await told.milestones()
    assert MilestoneKind.MITIGATED not in known
    assert known[MilestoneKind.RESOLVED].basis == Basis.OBSERVED
    assert known[MilestoneKind.RESOLVED].at > ENDED


async def test_where_people_were_at_it_after_the_alert_its_end_is_named_and_not_filled_in(
    told: Told,
) -> None:
    await told.ends()
    await told.world.command(told.world.ana, "/incident status monitoring", channel=told.own.id, at="15:01")

    resolved = field(await told.form(), "resolved")

    assert "initial_value" not in resolved["element"]
    assert resolved["element"]["placeholder"]["text"] == (
        "now, if you leave it empty; the alerts ended 2023-09-10 14:59"
    )


async def test_an_alert_that_fires_while_the_form_is_open_makes_its_end_be_asked_again(told: Told) -> None:
    await told.ends()
    view = await told.form()
    await told.fires_again()

    refused = await told.send(view, {"conclusion": "Rolled back"})

    assert not refused.closed
    assert refused.errors["resolved"].startswith("An alert of this incident fired after this form was opened")
    assert await told.status() == IncidentStatus.OPEN
    assert (await told.send(view, {"conclusion": "Rolled back", "resolved": None})).closed
    assert (await told.milestones())[MilestoneKind.RESOLVED].basis == Basis.OBSERVED


async def test_a_mark_fills_the_mitigation_as_it_was_said(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ben, "Rolled back to 1.4", at="14:40")
    await world.mark(world.ana, ts, "adhesive_bandage")

    await world.command(world.ana, "/resolve form")
    await until(lambda: world.workspace.open_views(world.ana.id))
    mitigated = field(world.workspace.open_views(world.ana.id)[-1], "mitigated")

    assert mitigated["element"]["initial_value"] == "2023-09-10 14:40"
    assert mitigated["hint"]["text"] == (
        "Filled in from the record: the mark on Ben Okafor's message. Empty it if that is not so."
    )
