"""Declaring an incident by its form, and being asked whether one that is open is the same."""

from __future__ import annotations

from collections.abc import Mapping

from bot.app import start
from bot.slack.blocks.alike import DECLARE_ACTION, JOIN_ACTION
from sandbox.faults import Fault
from sandbox.records import Channel, Person, SubmitAnswer
from storage import changes, incidents
from storage.tables import Incident
from tests.e2e.conftest import World, settings_for
from tests.until import until

Filled = dict[str, dict[str, "str | list[str] | None"]]


def fields(title: str, place: str = "new", **others: str | list[str]) -> Filled:
    said: dict[str, str | list[str] | None] = {"title": title, "place": place, **others}
    return {name: {"value": value} for name, value in said.items()}


async def declared(
    world: World, who: Person, filled: Mapping[str, Mapping[str, str | list[str] | None]]
) -> SubmitAnswer:
    """Open the form by the shortcut of the workspace and send it."""
    await world.global_shortcut(who, "declare_incident")
    view = await world.form(who)
    answer = await world.workspace.submit_view(who.id, view.id, filled)
    await world.settled()
    return answer


async def incident(world: World, number: int) -> Incident | None:
    async with world.running.scribe.database.read() as session:
        return await incidents.by_number(session, world.workspace.team_id, number)


def own(world: World, word: str) -> Channel:
    return next(one for one in world.workspace.channels.values() if word in one.name)


async def test_the_form_from_anywhere_says_all_there_is_to_say(world: World) -> None:
    filled = fields(
        "Checkout is down",
        severity="sev2",
        since="14:00",
        commander=world.ben.id,
    )

    answer = await declared(world, world.ana, filled)

    found = await incident(world, 1)
    assert found is not None
    assert (found.title, found.severity, found.is_private, found.declared_in) == (
        "Checkout is down",
        "sev2",
        False,
        None,
    )
    assert {world.ana.id, world.ben.id} <= {*own(world, "checkout").members}
    async with world.running.scribe.database.read() as session:
        commander = await changes.holder(session, found.pk, "commander")
        known = await incidents.milestones(session, found.pk)
    assert commander is not None
    assert commander.user_id == world.ben.id
    assert [one.at.hour for one in known.values()] == [14]
    # in no channel can she be answered, so that the form says it
    assert not answer.closed
    (told,) = world.workspace.open_views(world.ana.id)
    assert "INC-1 is open: *Checkout is down*" in str(told.payload)
    assert "Nobody leads it yet" not in str(told.payload)


async def test_the_form_offers_no_channel_where_it_was_asked_for_in_none(world: World) -> None:
    await world.global_shortcut(world.ana, "declare_incident")
    view = await world.form(world.ana)
    assert "This channel" not in str(view.payload)
    await world.workspace.close_view(world.ana.id, view.id)
    await world.command(world.ana, "/incident start")
    assert "This channel" in str((await world.form(world.ana)).payload)


async def test_a_drill_says_so_and_is_announced_to_nobody(world: World) -> None:
    await declared(world, world.ana, fields("Database is gone", more=["drill"]))
    await declared(world, world.ana, fields("Queue is stuck"))

    drill, real = await incident(world, 1), await incident(world, 2)
    assert drill is not None
    assert real is not None
    assert (drill.title, drill.is_drill, drill.is_announced) == ("Drill: Database is gone", True, False)
    assert (real.is_drill, real.is_announced) == (
        False,
        False,
    )
    channel = own(world, "drill-database").id
    assert "*Drill: Database is really gone*" in await world.command(
        world.ana, "/incident rename Database is really gone", channel=channel
    )


async def test_an_app_or_somebody_who_left_leads_nothing_and_the_form_says_so(world: World) -> None:
    answer = await declared(
        world, world.ana, fields("Checkout is down", commander=world.workspace.bot_user_id)
    )

    assert list(answer.errors) == ["commander"]
    assert await incident(world, 1) is None


async def test_a_title_like_that_of_an_open_incident_is_asked_about_and_joined(world: World) -> None:
    await world.command(world.ben, "/incident start Checkout is down", at="14:20")

    answer = await world.command(world.ana, "/incident start Checkout errors again", at="14:40")
    assert "*INC-1* Checkout is down" in answer
    assert await incident(world, 2) is None

    told = await world.press(world.ana, JOIN_ACTION)
    channel = own(world, "checkout")
    assert f"INC-1, *Checkout is down*, goes on in <#{channel.id}>" in told
    assert world.ana.id in channel.members
    assert await incident(world, 2) is None


async def test_it_is_another_and_is_declared_once_however_often_somebody_says_so(world: World) -> None:
    await world.command(world.ben, "/incident start Checkout is down", at="14:20")
    await world.command(world.ana, "/incident start private Checkout is slow since 14:00 UTC", at="14:40")
    (asked,) = [
        one
        for one in world.workspace.ephemerals(world.ana.id, world.channel.id)
        if DECLARE_ACTION in str(one.blocks)
    ]
    value = next(
        element["value"]
        for block in asked.blocks or []
        for element in block.get("elements", ())
        if element.get("action_id") == DECLARE_ACTION
    )

    told = await world.press(world.ana, DECLARE_ACTION)
    assert "INC-2 is open: *Checkout is slow*" in told
    found = await incident(world, 2)
    assert found is not None
    assert found.is_private

    asked.blocks = [
        {
            "type": "actions",
            "block_id": "again",
            "elements": [
                {
                    "type": "button",
                    "action_id": DECLARE_ACTION,
                    "text": {"type": "plain_text", "text": "It is another"},
                    "value": value,
                }
            ],
        }
    ]
    world.workspace.show_ephemeral(asked)
    assert "That was declared before" in await world.press(world.ana, DECLARE_ACTION)
    assert await incident(world, 3) is None


async def test_two_who_declare_in_one_channel_within_a_minute_are_asked_whatever_the_title(
    world: World,
) -> None:
    await world.command(world.ben, "/incident start Checkout is down", at="14:20")

    assert "*INC-1* Checkout is down" in await world.command(world.ana, "/incident start Payments fail")
    assert "INC-2 is open" in await world.command(world.ana, "/incident start Payments fail", at="14:22")


async def test_what_somebody_may_not_see_is_not_named_and_does_not_keep_them_from_declaring(
    world: World,
) -> None:
    await world.command(world.ben, "/incident start private Vault is open", at="14:20")

    answer = await world.command(world.ana, "/incident start Vault is open")

    assert "INC-2 is open: *Vault is open*" in answer
    assert "INC-1" not in answer


async def test_what_is_over_is_not_asked_about(world: World) -> None:
    await world.command(world.ben, "/incident start here Checkout is down", at="14:20")
    await world.command(world.ben, "/resolve")

    assert "INC-2 is open" in await world.command(world.ana, "/incident start Checkout is down", at="14:40")


async def test_the_form_asks_in_itself_and_keeps_what_was_filled_in(world: World) -> None:
    await world.command(world.ben, "/incident start Checkout is down", at="14:20")
    world.at("14:40")
    filled = fields("Checkout is slow", severity="sev1")

    answer = await declared(world, world.ana, filled)
    assert not answer.closed
    (asking,) = world.workspace.open_views(world.ana.id)
    assert "*INC-1* Checkout is down" in str(asking.payload)
    assert "'initial_value': 'Checkout is slow'" in str(asking.payload)
    assert await incident(world, 2) is None

    await world.workspace.submit_view(world.ana.id, asking.id, filled)
    await world.settled()
    found = await incident(world, 2)
    assert found is not None
    assert (found.title, found.severity) == ("Checkout is slow", "sev1")


async def test_joining_in_the_form_says_where_and_declares_nothing(world: World) -> None:
    await world.command(world.ben, "/incident start Checkout is down", at="14:20")
    world.at("14:40")
    await declared(world, world.ana, fields("Checkout is slow"))
    (asking,) = world.workspace.open_views(world.ana.id)

    error = await world.workspace.click(world.ana.id, view_id=asking.id, action_id=JOIN_ACTION)
    await world.settled()

    assert error is None
    await until(lambda: "you are invited" in str(world.workspace.open_views(world.ana.id)))
    (told,) = world.workspace.open_views(world.ana.id)
    assert "you are invited there" in str(told.payload)
    assert world.ana.id in own(world, "checkout").members
    assert await incident(world, 2) is None


async def test_joining_what_was_resolved_meanwhile_keeps_the_form(world: World) -> None:
    await world.command(world.ben, "/incident start here Checkout is down", at="14:20")
    world.at("14:40")
    await declared(world, world.ana, fields("Checkout is slow"))
    await world.command(world.ben, "/resolve")
    (asking,) = world.workspace.open_views(world.ana.id)

    await world.workspace.click(world.ana.id, view_id=asking.id, action_id=JOIN_ACTION)
    await until(lambda: "resolved by now" in str(world.workspace.open_views(world.ana.id)))

    (kept,) = world.workspace.open_views(world.ana.id)
    assert "INC-1 is resolved by now" in str(kept.payload)
    assert "'initial_value': 'Checkout is slow'" in str(kept.payload)
    await world.workspace.submit_view(world.ana.id, kept.id, fields("Checkout is slow"))
    await world.settled()
    assert await incident(world, 2) is not None


async def test_the_form_is_sent_twice_and_declares_once(world: World) -> None:
    world.workspace.socket.duplicate_asks(2)
    await declared(world, world.ana, fields("Checkout is down"))

    assert await incident(world, 1) is not None
    assert await incident(world, 2) is None


async def test_an_expired_trigger_is_said_in_direct_messages(world: World) -> None:
    world.workspace.faults.add("views.open", Fault("expired_trigger_id"), 1)

    await world.global_shortcut(world.ana, "declare_incident")

    await until(lambda: "Slack did not open the form" in str(world.workspace.calls("chat.postMessage")))
    assert world.workspace.open_views(world.ana.id) == []


async def test_a_public_incident_is_announced_unless_somebody_says_not_to(world: World) -> None:
    place = world.workspace.add_channel("announcements", members=[world.workspace.bot_user_id])
    await world.running.stop()
    world.running = await start(
        settings_for(world.sandbox, world.running.scribe.settings.database_url, announce_channel=place.id)
    )
    await world.sandbox.wait_connected()

    await declared(world, world.ana, fields("Checkout is down", more=["announced"]))
    await declared(world, world.ana, fields("Queue is stuck", more=[]))
    await declared(world, world.ana, fields("Vault is open", "private", more=["announced"]))

    found = [await incident(world, number) for number in (1, 2, 3)]
    assert [one.is_announced for one in found if one] == [True, False, False]


async def test_a_drill_comes_after_what_was_real_and_its_draft_says_what_it_was(world: World) -> None:
    await declared(world, world.ana, fields("Database is gone", more=["drill"]))
    await declared(world, world.ana, fields("Database has vanished"))
    found = await world.command(world.ana, "/postmortem search database")
    assert found.index("*INC-2*") < found.index("*INC-1*")
    assert "Drill: " in found

    await world.command(world.ana, "/resolve INC-1 All was well", channel=own(world, "drill").id)
    await until(lambda: bool(world.workspace.canvases))
    await world.settled()
    assert "a drill, nothing was really broken" in world.canvas()
