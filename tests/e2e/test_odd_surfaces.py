"""Buttons and forms of what is purged, lists of ten thousand, long Hebrew titles, and new names of people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.app import start
from bot.incidents.purge import purge
from bot.slack.blocks.carried import packed
from bot.slack.blocks.resolve_form import RESOLVE_ACTION
from sandbox.records import Channel
from storage import incidents
from storage.audit import By
from storage.record import INCIDENT
from storage.vocabulary import Door
from tests.e2e.buttons import answered, opened, press, show, submit
from tests.e2e.conftest import TEN_PAST_TWO, World, settings_for
from tests.until import until

MANY = 10_000
HEBREW = ("התשלום בחנות אינו עובד " * 20)[:300].strip()
GONE = "There is no INC-1"


async def purged(world: World) -> None:
    await world.command(world.ben, "/resolve")
    async with world.running.scribe.database.write() as session:
        by = By("root", Door.TERMINAL)
        await purge(session, await incidents.by_id(session, 1), by, TEN_PAST_TWO)


@pytest.mark.parametrize(
    "action", [RESOLVE_ACTION, "set_stage_form", "post_update_form", "set_severity_form", "show_timeline"]
)
async def test_a_button_of_a_purged_incident_says_that_there_is_none(world: World, action: str) -> None:
    await world.open_here()
    button = show(world, world.ana, action, packed(1))
    await purged(world)

    await press(world, world.ana, action, packed(1), ts=button)

    await answered(world, world.ana, GONE)
    assert world.workspace.open_views(world.ana.id) == []


async def test_a_form_of_a_purged_incident_keeps_its_text_and_records_nothing(world: World) -> None:
    await world.open_here()
    view = await opened(world, world.ana, RESOLVE_ACTION, packed(1))
    await purged(world)

    answer = await submit(world, world.ana, view, {"conclusion": "Rolled back"})

    assert not answer.closed
    assert GONE in answer.errors["conclusion"]
    async with world.running.scribe.database.read() as session:
        assert await incidents.open_ones(session, world.workspace.team_id, limit=10) == []


async def many(world: World) -> None:
    """Ten thousand open incidents of public channels; the last one is the newest."""
    rows = [
        {
            "id": number,
            "team_id": world.workspace.team_id,
            "number": number,
            "title": f"Disruption {number} of the checkout",
            "status": "open",
            "channel_id": f"C0MANY{number}",
            "channel_name": f"inc-{number}",
            "is_own_channel": True,
            "is_private": False,
            "is_archived": False,
            "declared_by": world.ben.id,
            "declared_at": TEN_PAST_TWO - timedelta(seconds=MANY - number),
        }
        for number in range(1, MANY + 1)
    ]
    async with world.running.scribe.database.write() as session:
        await (await session.connection()).execute(INCIDENT.insert(), rows)


async def test_of_ten_thousand_incidents_the_newest_are_listed_and_the_others_counted(world: World) -> None:
    await many(world)

    listed = await world.command(world.ana, "/incident list")
    home = str((await world.home(world.ana)).blocks)

    assert listed.index("INC-10000") < listed.index("INC-9999")
    assert len(listed) < 12_000
    assert "INC-10000" in home
    assert "There are more: `/postmortem search checkout`" in listed
    assert "and 185 more" in home


async def test_a_message_finds_its_incident_among_ten_thousand(world: World) -> None:
    await many(world)
    ts = await world.say(world.ana, "The index is missing")

    await world.message_shortcut(world.ana, ts, "add_to_timeline")
    view = await world.form(world.ana)
    asked = await world.command(world.ana, "/incident start Disruption 10000 of the checkout")

    options = next(block["element"]["options"] for block in view.blocks if "INC-10000" in str(block))
    assert len(options) == 100  # all that a menu of Slack's takes
    assert options[0]["value"] == str(MANY)
    assert "INC-10000" in asked
    async with world.running.scribe.database.read() as session:
        assert await incidents.by_number(session, world.workspace.team_id, MANY + 1) is None


def own_channel(world: World) -> Channel:
    return next(one for one in world.workspace.channels.values() if one.name.startswith("inc-"))


async def test_a_title_of_three_hundred_characters_from_right_to_left_fits_wherever_it_is_shown(
    world: World,
) -> None:
    ts = await world.say(world.ana, HEBREW)
    await world.command(world.ana, f"/incident start {HEBREW}")
    own = own_channel(world)

    listed = await world.command(world.ana, "/incident list")
    home = str((await world.home(world.ana)).blocks)
    await world.message_shortcut(world.ana, ts, "add_action_item")
    item = await world.form(world.ana)
    await world.workspace.close_view(world.ana.id, item.id)
    await world.command(world.ana, "/resolve", channel=own.id)

    assert len(own.name) <= 80
    start_of_it = HEBREW[:20]
    summary = world.messages_of_scribe(own.id)[0]
    assert summary.blocks
    assert f"\u2068{start_of_it}" in summary.blocks[0]["text"]["text"]  # what stands beside it stays there
    assert start_of_it in listed
    assert start_of_it in home
    assert start_of_it in str(item.blocks)
    assert start_of_it in list(world.workspace.canvases.values())[-1].title
    assert not [call for call in world.workspace.calls() if call.answer.get("error") == "invalid_blocks"]


async def test_who_is_called_something_else_now_is_so_where_they_stand_and_wherever_shown_next(
    world: World,
) -> None:
    await world.command(world.ben, "/incident start Checkout is down")
    own = own_channel(world)
    await world.command(world.ben, "/incident role commander me", channel=own.id)
    before = len(world.workspace.calls())

    world.workspace.change_person(world.ben.id, tz="Europe/Berlin")
    await world.settled()
    of_the_zone = [call.method for call in world.workspace.calls()[before:]]
    world.workspace.change_person(world.ben.id, real_name="Benedict Okafor")
    await until(lambda: "Benedict Okafor" in own.topic)
    await world.settled()

    assert "chat.update" not in of_the_zone
    summary = next(one for one in world.messages_of_scribe(own.id) if RESOLVE_ACTION in str(one.blocks))
    assert "Benedict Okafor" in str(summary.blocks)
    assert "Ben Okafor" not in str(summary.blocks)
    assert "Benedict Okafor" in await world.command(world.ana, "/incident show INC-1")


async def test_a_team_has_stages_of_its_own(world: World, database_url: str) -> None:
    await world.running.stop()
    world.running = await start(settings_for(world.sandbox, database_url, stages="triage,fixing"))
    await world.sandbox.wait_connected()
    await world.open_here()

    said = await world.command(world.ana, "/incident status fixing")
    unknown = await world.command(world.ana, "/incident status monitoring")

    assert said == "INC-1 is fixing now; it was triage. `/resolve` ends it."
    assert "`triage`, `fixing`" in unknown


async def test_the_home_is_there_within_a_second_of_opening_it(world: World) -> None:
    """Whatever else waits to be sent, since it is what its person looks at."""
    await world.open_here()
    world.workspace.slow("chat.postMessage", 5.0)
    world.workspace.slow("chat.update", 5.0)
    await world.workspace.command(world.ana.id, world.channel.id, "/incident", "severity sev1")

    world.workspace.open_home(world.ana.id)
    await until(lambda: world.ana.id in world.workspace.homes)

    posted = [call.args["text"] for call in world.workspace.calls("chat.postMessage")]
    assert not any("severity" in text for text in posted)  # the Home did not wait for what is slow
