"""Deploys are kept once, follow what is told of them in any order, and are forgotten in time."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from bot.incidents import deploys as rules
from bot.incidents.deploys import IncomingDeploy
from bot.jobs.retention import Retention
from storage import deploys, timeline
from storage.database import Database
from storage.deploy_tables import Deploy
from storage.deploys import Window
from storage.tables import Incident
from storage.vocabulary import DeployState, EventKind
from tests.storage.conftest import NOON, TEAM, incident
from tests.storage.test_retention import AtNoon

SCRIBE = "USCRIBE"
HOUR = Window(NOON - timedelta(hours=1), NOON)


def told(
    number: int = 1, state: DeployState = DeployState.SUCCEEDED, minutes: float = 30, **facts: object
) -> IncomingDeploy:
    """A deploy that went on for a minute, so many minutes before noon."""
    began = NOON - timedelta(minutes=minutes)
    ended = None if state is DeployState.STARTED else began + timedelta(minutes=1)
    one = IncomingDeploy("github", f"d{number}", "checkout", state, began, ended, ended or began)
    return replace(one, **facts)  # type: ignore[arg-type]


async def take(database: Database, *given: IncomingDeploy, now: datetime = NOON) -> int:
    async with database.write() as session:
        return await rules.take(session, TEAM, given, by=SCRIBE, now=now)


async def every(database: Database) -> list[Deploy]:
    async with database.read() as session:
        return list(await session.exec(select(Deploy).order_by(Deploy.deploy_id)))


async def shown(database: Database, window: Window = HOUR, services: tuple[str, ...] = ()) -> list[str]:
    async with database.read() as session:
        found = await deploys.within(session, TEAM, window, limit=50, services=services)
        assert await deploys.count_within(session, TEAM, window) == len(found)
    return [one.deploy_id for one in found]


async def test_a_deploy_counts_once_and_told_again_it_is_no_news(database: Database) -> None:
    assert await take(database, told(), told()) == 1
    assert await take(database, told()) == 0
    assert await take(database, replace(told(), source="gitlab")) == 1
    assert [one.source for one in await every(database)] == ["github", "gitlab"]


LIFE = (
    told(state=DeployState.STARTED, version="1.4"),
    told(
        state=DeployState.STARTED, changed_at=NOON - timedelta(minutes=29.5), link="https://ci.example.com/7"
    ),
    told(state=DeployState.SUCCEEDED, who="octocat"),
)


@pytest.mark.parametrize("order", list(itertools.permutations(range(len(LIFE)))))
async def test_in_whatever_order_it_is_told_it_ends_as_it_ended(
    database: Database, order: tuple[int, ...]
) -> None:
    for place in order:
        await take(database, LIFE[place])

    (one,) = await every(database)
    assert (one.state, one.version, one.who) == (DeployState.SUCCEEDED, "1.4", "octocat")
    assert one.link == "https://ci.example.com/7"
    assert one.started_at == NOON - timedelta(minutes=30)
    assert one.last_at == one.ended_at == NOON - timedelta(minutes=29)


async def test_what_says_no_time_stays_ended_and_nothing_is_later_than_now(database: Database) -> None:
    done = IncomingDeploy("ci", "7", "checkout", DeployState.FAILED)
    await take(database, done, replace(done, state=DeployState.STARTED))
    await take(database, told(2, minutes=-600))

    failed, ahead = await every(database)
    assert (failed.state, failed.last_at) == (DeployState.FAILED, NOON)
    assert ahead.started_at == ahead.last_at == NOON


async def test_one_that_goes_on_again_after_its_end_has_not_ended(database: Database) -> None:
    await take(database, told())
    again = NOON - timedelta(minutes=10)
    await take(database, told(state=DeployState.STARTED, changed_at=again))

    (one,) = await every(database)
    assert (one.state, one.ended_at, one.last_at) == (DeployState.STARTED, None, one.started_at)


async def test_a_window_holds_what_went_on_or_ended_in_it_the_newest_first(database: Database) -> None:
    await take(
        database,
        told(1, minutes=90),
        told(2, minutes=60.5),  # ended in it
        told(3, minutes=5),
        told(4, minutes=0.5),  # goes on at its end
        told(5, minutes=30, service="cart"),
        now=NOON + timedelta(minutes=5),
    )
    await take(database, told(6, minutes=-2), now=NOON + timedelta(minutes=5))

    assert await shown(database) == ["d4", "d3", "d5", "d2"]
    assert await shown(database, services=("cart",)) == ["d5", "d4", "d3", "d2"]


async def test_environments_are_chosen_and_a_run_is_shown_by_its_parts(database: Database) -> None:
    await take(
        database,
        told(1, environment="Production", part_of="d9"),
        told(2, environment="review/7"),
        told(3),
        told(9),
    )

    assert await shown(database) == ["d3", "d2", "d1"]
    window = rules.window(NOON, ["production"])
    assert await shown(database, window) == ["d3", "d1"]


async def test_after_two_days_it_is_forgotten_unless_an_incident_uses_it(database: Database) -> None:
    async with database.write() as session:
        session.add(ours := incident())
    await take(database, told(1), told(2))
    await take(database, told(3), now=NOON + timedelta(hours=40))
    async with database.write() as session:
        found = [one for one in await every(database) if one.deploy_id == "d1"]
        await rules.add(session, ours, found, by="U1", now=NOON)

    later = NOON + timedelta(hours=49)
    async with database.write() as session:
        await deploys.forget(session, later - rules.REMEMBERED)

    assert [one.deploy_id for one in await every(database)] == ["d1", "d3"]


async def test_the_daily_sweep_forgets_them_where_everything_else_is_kept_for_ever(
    database: Database,
) -> None:
    await take(database, told(1), now=NOON - timedelta(hours=49))
    await take(database, told(2), now=NOON - timedelta(hours=47))

    await Retention(database, AtNoon(), 0).sweep()

    assert [one.deploy_id for one in await every(database)] == ["d2"]


async def put_on(database: Database, *numbers: int) -> tuple[Incident, list[int]]:
    """An incident with these deploys on its timeline, and the numbers of their events."""
    async with database.write() as session:
        session.add(ours := incident())
        await session.flush()
        found = [one for one in await session.exec(select(Deploy)) if int(one.deploy_id[1:]) in numbers]
        events = await rules.add(session, ours, found, by="U1", now=NOON)
    return ours, sorted(event.number for event in events.values())


async def test_it_stands_on_the_timeline_once_at_its_own_time_with_its_link(database: Database) -> None:
    await take(database, told(1, link="https://ci.example.com/1", version="1.4", who="octocat"))
    ours, numbers = await put_on(database, 1)
    async with database.write() as session:
        again = await rules.add(session, ours, await every(database), by="U2", now=NOON)

    async with database.read() as session:
        (line,) = await timeline.standing(session, ours.pk)
    assert numbers == [event.number for event in again.values()] == [1]
    assert (line.event.kind, line.event.occurred_at) == (EventKind.DEPLOY, NOON - timedelta(minutes=30))
    assert line.event.occurred_until == NOON - timedelta(minutes=29)
    assert line.event.text == (
        "Deploy of checkout 1.4 succeeded, by octocat (<https://ci.example.com/1|its page>)"
    )
    assert (line.event.added_by, line.event.author_id) == ("U1", None)


async def test_its_event_follows_how_it_ends_unless_people_changed_it(database: Database) -> None:
    await take(database, told(1, DeployState.STARTED), told(2, DeployState.STARTED))
    ours, _ = await put_on(database, 1, 2)
    async with database.write() as session:
        line = await timeline.by_number(session, ours.pk, 2)
        assert line
        await timeline.revise(session, line.event, "text", "Ana deployed", by="U1", at=NOON)
    await take(database, told(1), told(2))

    async with database.read() as session:
        lines = await timeline.standing(session, ours.pk)
        history = await timeline.revisions(session, lines[0].event.pk)
    assert [line.event.text for line in lines] == ["Deploy of checkout succeeded", "Ana deployed"]
    assert {(one.field, one.changed_by) for one in history} == {("text", SCRIBE), ("occurred_until", SCRIBE)}


async def test_one_that_was_taken_off_comes_back_under_its_number(database: Database) -> None:
    await take(database, told(1))
    ours, numbers = await put_on(database, 1)
    async with database.write() as session:
        line = await timeline.by_number(session, ours.pk, 1)
        assert line
        line.event.removed_at = NOON
        session.add(line.event)
    async with database.write() as session:
        back = await rules.add(session, ours, await every(database), by="U2", now=NOON)

    assert [event.number for event in back.values()] == numbers
    async with database.read() as session:
        assert len(await timeline.standing(session, ours.pk)) == 1


async def test_a_thousand_at_once_are_a_thousand(database: Database) -> None:
    storm = [told(number, minutes=number % 50 + 1) for number in range(1000)]

    assert await take(database, *storm) == 1000
    assert await take(database, *storm) == 0
    async with database.read() as session:
        assert await deploys.count_within(session, TEAM, HOUR) == 1000
        assert len(await deploys.within(session, TEAM, HOUR, limit=5)) == 5


async def test_an_end_by_its_tool_s_clock_ends_a_start_by_ours(database: Database) -> None:
    """Its clock may be slow, or its times whole seconds."""
    began = IncomingDeploy("ci", "7", "checkout", DeployState.STARTED)
    await take(database, began)
    ended_at = NOON - timedelta(seconds=3)
    ended = replace(began, state=DeployState.SUCCEEDED, ended_at=ended_at, changed_at=ended_at)
    await take(database, ended, now=NOON + timedelta(minutes=1))

    (kept,) = await every(database)
    assert (kept.state, kept.ended_at) == (DeployState.SUCCEEDED, ended_at)
