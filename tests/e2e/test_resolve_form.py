"""The form that resolves an incident: all of it is recorded with the end, or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from bot.incidents import impact
from bot.slack.blocks.resolve_form import RESOLVE_ACTION
from bot.slack.blocks.summary import REOPEN_ACTION
from bot.slack.blocks.updates import CANCEL_ACTION
from sandbox.records import Message, Person, SubmitAnswer, View
from storage import action_items, incidents, milestones, timeline
from storage.tables import Incident
from storage.vocabulary import ActionItemState, Basis, IncidentStatus, MilestoneKind
from tests.e2e.conftest import World
from tests.until import until

pytestmark = pytest.mark.on_each_database


async def opened(world: World, who: Person) -> View:
    """The form, by the button of the summary."""
    summary = next(one for one in world.messages_of_scribe() if RESOLVE_ACTION in str(one.blocks))
    await world.workspace.click(
        who.id, channel_id=world.channel.id, message_ts=summary.ts, action_id=RESOLVE_ACTION
    )
    await until(lambda: world.workspace.open_views(who.id))
    return world.workspace.open_views(who.id)[-1]


async def submit(
    world: World, who: Person, view: View, said: Mapping[str, str | list[str] | None]
) -> SubmitAnswer:
    values = {name: {"value": value} for name, value in said.items()}
    answer = await world.workspace.submit_view(who.id, view.id, values)
    await world.settled()
    return answer


async def incident(world: World) -> Incident:
    async with world.running.scribe.database.read() as session:
        return await incidents.by_id(session, 1)


def told(world: World, who: Person) -> str:
    return "\n".join(one.text for one in world.workspace.ephemerals(who.id, world.channel.id))


def message_with(world: World, action_id: str) -> Message:
    return next(one for one in reversed(world.messages_of_scribe()) if action_id in str(one.blocks))


async def press(world: World, who: Person, action_id: str) -> None:
    ts = message_with(world, action_id).ts
    await world.workspace.click(who.id, channel_id=world.channel.id, message_ts=ts, action_id=action_id)
    await world.settled()


async def test_it_holds_what_is_known_and_records_all_of_it_at_once(world: World) -> None:
    await world.open_here()
    unmarked = await world.say(world.ben, "Rolled back to 1.4, the error rate is at 0.2% again", at="14:40")
    await world.command(world.ana, "/incident milestone mitigated 14:41 UTC")
    await world.command(world.ana, "/incident impact Nobody could pay")
    await world.command(world.ana, "/incident task add Add an index")
    await world.command(world.ana, "/incident task add Alert on the pool", at="15:00")

    view = await opened(world, world.ana)
    fields = {block["block_id"]: block["element"] for block in view.blocks if block["type"] == "input"}
    assert fields["impact"]["initial_value"] == "Nobody could pay"
    assert fields["mitigated"]["initial_value"] == "2023-09-10 14:41"
    assert [one["value"] for one in fields["items"]["options"]] == ["1", "2"]
    assert [one["value"] for one in fields["unmarked"]["options"]] == [unmarked]
    answer = await submit(
        world,
        world.ana,
        view,
        {
            "conclusion": "Rolled back <!channel> & watching",
            "impact": "3,000 customers could not pay",
            "mitigated": "14:43",
            "resolved": "14:50",
            "items": ["2"],
            "unmarked": [unmarked],
        },
    )

    assert answer.closed
    assert "INC-1 is resolved." in told(world, world.ana)
    assert (await incident(world)).conclusion == "Rolled back &lt;!channel&gt; &amp; watching"
    async with world.running.scribe.database.read() as session:
        known = await incidents.milestones(session, 1)
        items = await action_items.standing(session, await incidents.by_id(session, 1))
        (line,) = await timeline.standing(session, 1)
    for kind, clock in ((MilestoneKind.MITIGATED, "14:43"), (MilestoneKind.RESOLVED, "14:50")):
        assert f"{known[kind].at:%H:%M}" == clock
        assert (known[kind].basis, known[kind].stated_by) == (Basis.STATED, world.ana.id)
    assert [one.item.state for one in items] == [ActionItemState.OPEN, ActionItemState.DONE]
    assert line.event.message_ts == unmarked
    draft = world.canvas()
    assert "3,000 customers could not pay — Ana Ferreira" in draft
    assert "Nobody could pay" not in draft
    assert "Rolled back to 1.4" in draft


async def test_sent_as_it_stands_it_is_resolve(world: World) -> None:
    await world.open_here()

    answer = await submit(world, world.ana, await opened(world, world.ana), {})

    assert answer.closed
    async with world.running.scribe.database.read() as session:
        ended = await milestones.of_kind(session, 1, MilestoneKind.RESOLVED)
    assert ended is not None and ended.basis == Basis.OBSERVED
    assert world.canvas()


@pytest.mark.parametrize("said", ["/resolve form", "/incident resolve form", "/resolve INC-1 form"])
async def test_a_command_opens_it(world: World, said: str) -> None:
    await world.open_here()

    await world.command(world.ana, said)

    await until(lambda: world.workspace.open_views(world.ana.id))
    assert world.workspace.open_views(world.ana.id)[-1].title == "Resolve INC-1"
    assert (await incident(world)).status == IncidentStatus.OPEN


async def test_a_command_on_an_incident_that_is_over_opens_none(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/resolve")

    await world.command(world.ana, "/resolve form")
    await world.settled()

    assert not world.workspace.open_views(world.ana.id)
    assert "INC-1 was already resolved" in told(world, world.ana)


@pytest.mark.parametrize(
    ("field", "said", "problem"),
    [
        ("mitigated", "25:00", "25:00"),
        ("resolved", "tomorrow 10:00", "happened"),
        ("resolved", "14:05 - 14:10", "one moment"),
        ("conclusion", "INC-7", "no conclusion"),
    ],
)
async def test_what_cannot_be_read_resolves_nothing(
    world: World, field: str, said: str, problem: str
) -> None:
    await world.open_here()
    view = await opened(world, world.ana)

    answer = await submit(world, world.ana, view, {"impact": "Nobody could pay", field: said})

    assert not answer.closed
    assert problem in answer.errors[field]
    assert (await incident(world)).status == IncidentStatus.OPEN
    async with world.running.scribe.database.read() as session:
        assert await impact.stated(session, 1) is None


@pytest.mark.parametrize(
    ("meanwhile", "problem"),
    [
        (["/resolve"], "was already resolved 2023-09-10 14:20 UTC by @Ben Okafor"),
        (["/resolve", "/incident reopen"], "was resolved and opened again since"),
        (["/incident cancel"], "was cancelled"),
    ],
)
async def test_a_form_left_open_while_it_ended_otherwise_keeps_its_text(
    world: World, meanwhile: list[str], problem: str
) -> None:
    await world.open_here()
    await world.say(world.ben, "hello")
    await world.command(world.ben, "/incident role scribe me")
    view = await opened(world, world.ana)
    for command in meanwhile:
        await world.command(world.ben, command)

    answer = await submit(world, world.ana, view, {"conclusion": "Rolled back", "impact": "All of them"})

    assert not answer.closed
    assert problem in answer.errors["conclusion"]
    assert "<" not in answer.errors["conclusion"]
    assert (await incident(world)).conclusion is None


async def test_of_two_who_send_it_at_once_one_resolves(world: World) -> None:
    await world.open_here()
    anas, bens = await opened(world, world.ana), await opened(world, world.ben)

    answers = await asyncio.gather(
        submit(world, world.ana, anas, {"conclusion": "Ana's"}),
        submit(world, world.ben, bens, {"conclusion": "Ben's"}),
    )

    assert sorted(answer.closed for answer in answers) == [False, True]
    ended = await incident(world)
    assert ended.conclusion == ("Ana's" if answers[0].closed else "Ben's")
    assert sum("was resolved by" in one.text for one in world.messages_of_scribe()) == 1


async def test_what_is_gone_by_then_is_passed_over(world: World) -> None:
    await world.open_here()
    unmarked = await world.say(world.ben, "Rolled back to 1.4, the error rate is at 0.2% again", at="14:40")
    view = await opened(world, world.ana)
    world.workspace.delete(world.ben.id, world.channel.id, unmarked)
    await world.sandbox.settled()

    answer = await submit(world, world.ana, view, {"unmarked": [unmarked]})

    assert answer.closed
    assert (await incident(world)).status == IncidentStatus.RESOLVED


async def test_moments_in_the_wrong_order_are_named(world: World) -> None:
    await world.open_here()
    view = await opened(world, world.ana)

    await submit(world, world.ana, view, {"mitigated": "14:10", "resolved": "14:05"})

    assert ":warning: Resolved" in told(world, world.ana)


async def test_the_message_of_its_end_undoes_it(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/resolve")

    await press(world, world.ben, REOPEN_ACTION)
    assert (await incident(world)).status == IncidentStatus.OPEN
    await press(world, world.ben, CANCEL_ACTION)
    assert (await incident(world)).status == IncidentStatus.CANCELLED
    await press(world, world.ben, CANCEL_ACTION)
    assert "was already cancelled" in told(world, world.ben)
    await press(world, world.ben, REOPEN_ACTION)  # below the message that it was cancelled
    assert (await incident(world)).status == IncidentStatus.OPEN


async def test_the_impact_is_stated_shown_and_kept(world: World) -> None:
    await world.open_here()

    assert "Nobody has stated" in await world.command(world.ana, "/incident impact")
    said = await world.command(world.ana, "/incident impact Some <!here> customers")
    assert said == "The impact of INC-1 is stated: Some @here customers"
    assert any("impact, stated by @Ana Ferreira" in one.text for one in world.messages_of_scribe())
    await world.command(world.ana, "/incident impact 3,000 customers")
    history = await world.command(world.ana, "/incident impact")
    assert history.startswith("The impact of INC-1: 3,000 customers")
    assert "Some @here customers" in history
