"""Routes say which alerts declare, which feed what is open, and which are only remembered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.app import CannotStart
from sandbox import groups
from tests.e2e.alerts import TOKEN, Alerted, alert, group, listening
from tests.e2e.conftest import World, connected

pytestmark = pytest.mark.on_each_database

ROUTES = """
[[route]]
name = "Staging"
when.labels.env = "staging*"
then = "remember"

[[route]]
name = "Checkout pages"
when.source = "alertmanager"
when.severity = "page"
when.service = "checkout"
then = "declare"
severity = "sev1"
title = "{service}: {title} <!here>"
invite = ["@oncall", "@nobody"]
template = "sre"

[[route]]
when.labels.team = "web"
then = "attach"
to = "#web-alerts"
otherwise = "declare"

[[route]]
when.service = "*"
when.severity = "warning"
then = "attach"
"""


@pytest.fixture
async def alerted(
    world: World, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Alerted]:
    file = tmp_path_factory.mktemp("routes") / "routes.toml"
    file.write_text(ROUTES)
    oncall = world.workspace.add_person("oncall1")
    groups.add(world.workspace, "oncall", created_by=world.ana.id, members=[oncall.id])
    await listening(world, database_url, routes_file=str(file))
    async with aiohttp.ClientSession() as http:
        yield Alerted(world, http)


async def test_a_route_declares_as_it_says(alerted: Alerted) -> None:
    world = alerted.world
    await alerted.tell(group(alert(severity="page", service="checkout")))
    await world.settled()

    assert await alerted.incidents() == [(1, "checkout: Checkout fails &lt;!here&gt;")]
    assert await alerted.rows("SELECT severity, template FROM incident") == [("sev1", "sre")]
    assert await alerted.rows("SELECT service FROM incident_service") == [("checkout",)]
    own = next(one for one in world.workspace.channels.values() if one.name.startswith("inc-"))
    (oncall,) = [one.id for one in world.workspace.people.values() if one.name == "oncall1"]
    assert oncall in own.members
    told = "\n".join(str(one.blocks) for one in alerted.said())
    assert "Not everybody of the route `Checkout pages` was invited to INC-1." in told
    assert "`@nobody`: no group and nobody is called so" in told


async def test_the_first_draft_follows_the_routes_template_and_a_later_one_what_people_say(
    alerted: Alerted,
) -> None:
    world = alerted.world
    await alerted.tell(group(alert(severity="page", service="checkout")))
    await world.settled()
    await world.command(world.ana, "/resolve INC-1 rolled back")
    await world.settled()
    await world.command(world.ana, "/postmortem INC-1 draft short")
    await world.settled()

    drafts = await alerted.rows("SELECT template FROM draft WHERE is_public = false ORDER BY version")
    assert [row[0] for row in drafts] == ["sre", "short"]


async def test_what_is_only_remembered_feeds_nothing_though_its_group_declares(alerted: Alerted) -> None:
    staged = alert("web-1", severity="page", service="checkout", env="staging-2")
    await alerted.tell(group(staged))
    before = await alerted.incidents()
    await alerted.tell(group(staged, alert("web-2", severity="page", service="checkout")))
    await alerted.tell(group(alert("web-3", severity="page", service="checkout", env="staging")))
    await alerted.world.settled()

    assert before == []
    assert len(await alerted.incidents()) == 1
    assert [line.partition(":")[0] for line in await alerted.lines()] == ["1 alert from Alertmanager"]
    assert (await alerted.rows("SELECT count(*) FROM alert"))[0][0] == 3


async def test_what_no_route_takes_goes_by_todays_rule(alerted: Alerted) -> None:
    await alerted.tell(group(alert("web-1", severity="info"), key="one"))
    await alerted.tell(group(alert("web-2"), key="two"))

    assert await alerted.incidents() == [(1, "Checkout fails")]


async def test_an_alert_attaches_to_the_open_incident_of_its_service_and_is_told_there(
    alerted: Alerted,
) -> None:
    slow = alert("p99", severity="warning", summary="Checkout is slow", service="Checkout")
    await alerted.tell(group(slow, key="latency"))
    await alerted.tell(group(alert(severity="page", service="checkout")))
    await alerted.world.settled()
    other = alert("p50", severity="warning", summary="Slower yet", service="Checkout")
    await alerted.tell(group(other, key="latency"))
    await alerted.tell(group(alert("db", severity="warning", service="search"), key="search"))
    await alerted.world.settled()

    assert [line.partition(" (<")[0] for line in await alerted.lines()] == [
        "1 alert from Alertmanager: Checkout fails",
        "1 alert from Alertmanager: Slower yet",
    ]
    told = [one for one in alerted.said() if "On the timeline from now on" in str(one.blocks)]
    assert len(told) == 1
    assert "Slower yet" in str(told[0].blocks)


async def test_when_what_attached_has_ended_the_timeline_says_so(alerted: Alerted) -> None:
    await alerted.tell(group(alert(severity="page", service="checkout")))
    await alerted.tell(group(alert("p50", severity="warning", service="checkout"), key="latency"))
    await alerted.tell(
        group(alert("p50", severity="warning", service="checkout", fires=False), key="latency")
    )

    assert [line.partition(":")[0] for line in await alerted.lines()] == [
        "1 alert from Alertmanager",
        "1 alert from Alertmanager",
        "The alert from Alertmanager resolved",
    ]


async def test_of_several_open_incidents_the_one_declared_last_is_meant_and_one_that_is_over_is_not(
    alerted: Alerted,
) -> None:
    for number in (1, 2, 3):
        await alerted.tell(
            group(alert(f"web-{number}", severity="page", service="checkout"), key=f"g{number}")
        )
    await alerted.world.settled()
    await alerted.world.command(alerted.world.ana, "/resolve INC-3 mistake")
    await alerted.tell(group(alert("p50", severity="warning", service="checkout"), key="latency"))

    found = await alerted.rows(
        "SELECT number FROM incident JOIN alert ON alert.incident_id = incident.id "
        "WHERE alert.severity = 'warning'"
    )
    assert found == [(2,)]


async def test_an_alert_attaches_to_the_open_incident_of_a_channel_else_declares_once(
    alerted: Alerted,
) -> None:
    world = alerted.world
    await alerted.tell(group(alert("web-1", team="web", severity="info"), key="one"))
    await world.settled()
    channel = world.workspace.add_channel("web-alerts", members=[world.ana.id, world.workspace.bot_user_id])
    await world.command(world.ana, "/incident start here The shop is down", channel=channel.id)
    await world.settled()
    await alerted.tell(group(alert("web-2", team="web", severity="info"), key="two"))
    await world.settled()

    assert [number for number, _ in await alerted.incidents()] == [1, 2]
    fed = await alerted.rows(
        "SELECT alert_id, number FROM alert JOIN incident ON alert.incident_id = incident.id ORDER BY number"
    )
    assert fed == [("fp-web-1-info", 1), ("fp-web-2-info", 2)]


async def test_an_alert_that_gets_graver_is_asked_about_again_and_counted_where_it_goes_now(
    alerted: Alerted,
) -> None:
    await alerted.tell(group(alert(severity="page", service="checkout")))
    calm = alert("p50", severity="info", service="checkout", summary="Slow")
    await alerted.tell(group(calm, alert("p90", severity="info", service="checkout"), key="latency"))
    graver = alert("p50", severity="warning", service="checkout", summary="Slow")
    graver["fingerprint"] = calm["fingerprint"]
    await alerted.tell(group(graver, key="latency"))
    await alerted.world.settled()

    assert [line.partition(" (<")[0] for line in await alerted.lines()] == [
        "1 alert from Alertmanager: Checkout fails",
        "1 alert from Alertmanager: Slow",
    ]
    counted = await alerted.rows("SELECT fired, firing, incident_id IS NOT NULL FROM alert_group ORDER BY id")
    assert [tuple(row) for row in counted] == [(1, 1, True), (1, 1, False), (1, 1, True)]


async def test_a_storm_that_attaches_is_few_lines_and_swallows_no_incident(alerted: Alerted) -> None:
    await alerted.tell(group(alert(severity="page", service="checkout")))
    waiting = [
        group(alert(f"w{number}", severity="warning", service="checkout"), key=f"g{number}")
        for number in range(200)
    ]
    while waiting:
        some, waiting = waiting[:50], waiting[50:]
        statuses = await asyncio.gather(*(alerted.tell(body) for body in some))
        waiting += [body for body, status in zip(some, statuses, strict=True) if status == 503]
    await alerted.tell(group(alert("other"), key="of another trouble"))
    await alerted.world.settled()

    lines = await alerted.rows("SELECT incident_id, count(*) FROM timeline_event GROUP BY incident_id")
    assert sorted(row[1] for row in lines) == [1, 11]
    assert len(await alerted.incidents()) == 2
    assert "191 alerts from Alertmanager: alerts of other groups" in "\n".join(await alerted.lines())
    assert (await alerted.rows("SELECT count(*) FROM alert WHERE incident_id IS NOT NULL"))[0][0] == 202


async def test_a_thousand_alerts_of_one_group_are_one_incident_and_one_line(alerted: Alerted) -> None:
    for start in range(0, 1000, 250):
        some = [
            alert(f"web-{number}", severity="page", service="checkout")
            for number in range(start, start + 250)
        ]
        assert await alerted.tell(group(*some)) == 200
    await alerted.world.settled()

    assert len(await alerted.incidents()) == 1
    assert [line.partition(":")[0] for line in await alerted.lines()] == ["1,000 alerts from Alertmanager"]


async def test_routes_that_cannot_be_used_end_the_start_and_name_every_mistake(
    world: World, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("routes") / "routes.toml"
    file.write_text('[[route]]\nwhen.source = "alertmanger"\nthen = "remember"\n')
    await world.running.stop()

    with pytest.raises(CannotStart, match="there is no hook 'alertmanger'; did you mean 'alertmanager'"):
        await connected(world.sandbox, database_url, hooks_token=TOKEN, port="0", routes_file=str(file))
