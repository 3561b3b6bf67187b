"""Alerts declare incidents, feed them, and end in a question: each counts once, in whatever way it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.e2e.alerts import Alerted, alert, group, listening
from tests.e2e.conftest import World

pytestmark = pytest.mark.on_each_database


@pytest.fixture
async def alerted(world: World, database_url: str) -> AsyncIterator[Alerted]:
    await listening(world, database_url)
    async with aiohttp.ClientSession() as http:
        yield Alerted(world, http)


async def test_a_critical_alert_declares_an_incident_that_links_it_and_that_nobody_leads(
    alerted: Alerted,
) -> None:
    status = await alerted.tell(group(alert()))
    await alerted.world.settled()

    assert status == 200
    assert await alerted.incidents() == [(1, "Checkout fails")]
    (line,) = await alerted.lines()
    assert line.startswith("1 alert from Alertmanager: Checkout fails (<http://prometheus.example.com:9090/")
    told = [message for message in alerted.said() if "Declared by 1 alert" in str(message.blocks)]
    assert len(told) == 1
    assert "Nobody leads it yet" in str(told[0].blocks)
    assert "http://prometheus.example.com:9090/graph?g0.expr=web-1" in str(told[0].blocks)


async def test_a_warning_is_remembered_and_feeds_the_incident_that_its_group_declares(
    alerted: Alerted,
) -> None:
    await alerted.tell(group(alert("web-1", severity="warning")))
    before = await alerted.incidents()
    await alerted.tell(group(alert("web-1", severity="warning"), alert("web-2")))
    await alerted.world.settled()

    assert before == []
    assert len(await alerted.incidents()) == 1
    assert [line.partition(":")[0] for line in await alerted.lines()] == ["2 alerts from Alertmanager"]


async def test_a_delivery_that_comes_again_changes_nothing(alerted: Alerted) -> None:
    for _ in range(3):
        assert await alerted.tell(group(alert("web-1"), alert("web-2"))) == 200
    await alerted.world.settled()

    assert len(await alerted.incidents()) == 1
    assert [line.partition(":")[0] for line in await alerted.lines()] == ["2 alerts from Alertmanager"]


async def test_deliveries_at_once_count_each_alert_once(alerted: Alerted) -> None:
    bodies = [group(alert(f"web-{number % 5}")) for number in range(20)]
    statuses = await asyncio.gather(*(alerted.tell(body) for body in bodies))
    for body in (body for body, status in zip(bodies, statuses, strict=True) if status == 503):
        assert await alerted.tell(body) == 200
    await alerted.world.settled()

    assert set(statuses) <= {200, 503}
    assert len(await alerted.incidents()) == 1
    assert [line.partition(":")[0] for line in await alerted.lines()] == ["5 alerts from Alertmanager"]


async def test_when_the_last_has_ended_the_timeline_says_so_and_the_channel_is_asked(
    alerted: Alerted,
) -> None:
    await alerted.tell(group(alert("web-1"), alert("web-2")))
    await alerted.tell(group(alert("web-1", fires=False), alert("web-2")))
    halfway = len(await alerted.lines())
    await alerted.world.settled()
    await alerted.tell(group(alert("web-2", fires=False)))
    await alerted.world.settled()

    assert halfway == 1
    assert (await alerted.lines())[1:] == ["All 2 alerts from Alertmanager resolved: Checkout fails"]
    (asked,) = [one for one in alerted.said() if "mitigated" in one.text.casefold()]
    assert "Suggested by the end of its last alert." in str(asked.blocks)


async def test_what_fires_again_is_another_line_and_what_ended_never_fires(alerted: Alerted) -> None:
    await alerted.tell(group(alert()))
    await alerted.tell(group(alert(fires=False)))
    await alerted.tell(group(alert()))  # late
    stale = len(await alerted.lines())
    await alerted.tell(group(alert(began="2023-09-10T14:09:30Z")))
    await alerted.world.settled()

    assert stale == 2
    assert len(await alerted.incidents()) == 1
    assert [line.partition(":")[0] for line in await alerted.lines()] == [
        "1 alert from Alertmanager",
        "The alert from Alertmanager resolved",
        "1 alert from Alertmanager",
    ]


@pytest.mark.parametrize("is_told_in_order", [True, False])
async def test_the_end_of_an_earlier_firing_that_comes_late_ends_no_later_one(
    alerted: Alerted, is_told_in_order: bool
) -> None:
    ended_first = alert(fires=False)
    await alerted.tell(group(alert()))
    if is_told_in_order:
        await alerted.tell(group(ended_first))
    await alerted.tell(group(alert(began="2023-09-10T14:09:30Z")))
    before = await alerted.lines()

    await alerted.tell(group(ended_first))

    assert await alerted.lines() == before
    assert await alerted.rows("SELECT firing FROM alert_group") == [(1,)]
    ended = alert(fires=False, began="2023-09-10T14:09:30Z") | {"endsAt": "2023-09-10T14:12:00Z"}
    await alerted.tell(group(ended))
    assert (await alerted.lines())[len(before) :] == ["The alert from Alertmanager resolved: Checkout fails"]
    assert await alerted.rows("SELECT firing FROM alert_group") == [(0,)]


async def test_after_the_incident_the_group_declares_another_and_repeats_do_not(alerted: Alerted) -> None:
    await alerted.tell(group(alert()))
    await alerted.world.settled()
    await alerted.world.command(alerted.world.ana, "/resolve INC-1 rolled back")
    await alerted.tell(group(alert()))
    repeated = await alerted.incidents()
    await alerted.tell(group(alert(), alert("web-2")))

    assert len(repeated) == 1
    assert len(await alerted.incidents()) == 2


async def test_what_people_made_of_the_line_is_theirs(alerted: Alerted) -> None:
    await alerted.tell(group(alert()))
    await alerted.world.settled()
    await alerted.world.command(alerted.world.ana, "/timeline INC-1 edit 1 Checkout was down for everybody")
    await alerted.tell(group(alert(), alert("web-2")))

    assert await alerted.lines() == ["Checkout was down for everybody"]


async def test_the_words_of_an_alert_call_nobody_and_are_formatted_as_nothing(alerted: Alerted) -> None:
    nasty = (
        "<!channel> *bold* _and_ `code` <https://evil.example|https://bank.example> @here\n> quote \u202egnp"
    )
    await alerted.tell(group(alert(summary=nasty)))
    await alerted.world.settled()

    shown = "\n".join(text for one in alerted.said() for text in [one.text, *mrkdwn(one.blocks)])
    assert "&lt;!channel&gt;" in shown
    assert "<!channel>" not in shown and "<https://evil" not in shown and "*bold*" not in shown
    assert "`code`" not in shown and "\u202e" not in shown and "\n&gt; quote" not in shown
    assert len(await alerted.incidents()) == 1


def mrkdwn(blocks: object) -> list[str]:
    """The texts in which Slack reads mrkdwn."""
    if isinstance(blocks, list):
        return [text for block in blocks for text in mrkdwn(block)]
    if not isinstance(blocks, dict):
        return []
    own = [str(blocks["text"])] if blocks.get("type") == "mrkdwn" else []
    return own + [text for value in blocks.values() for text in mrkdwn(value)]


async def test_groups_that_are_too_many_at_once_feed_the_last_incident_together(alerted: Alerted) -> None:
    for number in range(40):
        assert await alerted.tell(group(alert(f"web-{number}"), key=f"service-{number}")) == 200
    await alerted.world.settled()

    assert len(await alerted.incidents()) == 5
    assert "35 alerts from Alertmanager: alerts of other groups" in "\n".join(await alerted.lines())


async def test_what_the_sender_did_not_name_is_counted(alerted: Alerted) -> None:
    await alerted.tell(group(alert(), hidden=2))

    assert (await alerted.lines())[0].endswith("and 2 more that it left out")


async def test_a_storm_of_a_thousand_is_one_incident_one_line_and_few_calls(alerted: Alerted) -> None:
    before = len(alerted.world.workspace.all_calls)
    waiting = [group(alert(f"web-{number}"), alert(f"web-{number + 1}")) for number in range(0, 1000, 2)]
    while waiting:
        some, waiting = waiting[:50], waiting[50:]
        statuses = await asyncio.gather(*(alerted.tell(body) for body in some))
        waiting += [body for body, status in zip(some, statuses, strict=True) if status == 503]
    await alerted.world.settled()

    assert len(await alerted.incidents()) == 1
    assert (await alerted.lines())[0].startswith("1,000 alerts from Alertmanager: Checkout fails")
    assert len(await alerted.lines()) == 1
    assert (await alerted.rows("SELECT count(*) FROM alert"))[0][0] == 1000
    called = [one.method for one in alerted.world.workspace.all_calls[before:]]
    assert len(called) <= 20, called


async def test_whom_the_setting_names_is_brought_into_the_channel(world: World, database_url: str) -> None:
    await listening(world, database_url, invite={"alert": "@ben"}, severities="critical,minor")
    async with aiohttp.ClientSession() as http:
        alerted = Alerted(world, http)
        await alerted.tell(group(alert()))
        await world.settled()

        own = next(
            one for one in world.workspace.channels.values() if one.creator == world.workspace.bot_user_id
        )
        assert world.ben.id in own.members
        assert await alerted.rows("SELECT severity FROM incident") == [("critical",)]


async def test_an_incident_of_alerts_is_led_resolved_and_drafted_like_any_other(alerted: Alerted) -> None:
    await alerted.tell(group(alert()))
    await alerted.tell(group(alert(fires=False)))
    await alerted.world.settled()
    world = alerted.world
    await world.command(world.ana, f"/incident role INC-1 commander <@{world.ana.id}>")
    await world.command(world.ana, "/resolve INC-1 rolled back")

    draft = world.canvas()
    assert "1 alert from Alertmanager: Checkout fails" in draft
    assert "The alert from Alertmanager resolved: Checkout fails" in draft
    assert "http://prometheus.example.com:9090/graph?g0.expr=web-1" in draft
