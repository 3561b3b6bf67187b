"""App Home as people use it: opened, read, ticked, searched; and never more than they may see."""

from __future__ import annotations

import json

import pytest

from bot.slack.blocks.home import DECLARE, HELP_ACTION, SEARCH_ACTION, TICK_ACTION
from sandbox.records import View
from tests.e2e.conftest import World
from tests.until import until


def text_of(view: View) -> str:
    return json.dumps(view.blocks, ensure_ascii=False)


def headings(view: View) -> list[str]:
    return [block["text"]["text"] for block in view.blocks if block["type"] == "header"]


def published(world: World) -> int:
    return len(world.workspace.calls("views.publish"))


async def test_an_empty_workspace_is_guided_and_the_guide_gives_way_to_what_happens(world: World) -> None:
    home = await world.home(world.ana)

    assert headings(home) == ["Welcome to Scribe"]
    assert DECLARE in text_of(home)

    await world.open_here("Checkout is down")

    home = world.workspace.homes[world.ana.id]
    assert headings(home) == ["Open incidents"]
    assert "*INC-1* Checkout is down" in text_of(home)


async def test_what_is_mine_comes_first_and_items_are_ticked_there(world: World) -> None:
    await world.open_here("Checkout is down")
    await world.command(world.ben, "/incident role commander me")
    await world.command(world.ben, f"/incident task add <@{world.ben.id}> by 2023-09-20: Add an index")
    await world.command(world.ben, f"/incident task add <@{world.ana.id}>: Somebody else's")

    home = await world.home(world.ben)

    assert headings(home) == ["Your open incidents", "Your action items"]
    assert "you lead it" in text_of(home)
    assert "*INC-1* item 1: Add an index · due 2023-09-20" in text_of(home)
    assert "Somebody else's" not in text_of(home)

    error = await world.workspace.click(world.ben.id, view_id=home.id, action_id=TICK_ACTION)
    assert error is None
    await world.settled()

    assert headings(world.workspace.homes[world.ben.id]) == ["Your open incidents"]
    assert ":white_check_mark: *1*" in await world.command(world.ben, "/incident task")


async def test_a_tick_of_something_that_is_gone_is_one_sentence_and_the_home_follows(world: World) -> None:
    await world.open_here("Checkout is down")
    await world.command(world.ben, f"/incident task add <@{world.ben.id}>: Add an index")
    home = await world.home(world.ben)
    stale = [dict(block) for block in home.blocks]
    await world.command(world.ben, "/incident cancel INC-1")
    assert headings(world.workspace.homes[world.ben.id]) == ["Welcome to Scribe"]
    home.payload["blocks"] = stale  # as somebody's client may still show it

    await world.workspace.click(world.ben.id, view_id=home.id, action_id=TICK_ACTION)
    await world.settled()

    shown = world.workspace.open_views(world.ben.id)
    assert len(shown) == 1
    assert "cancelled" in text_of(shown[0])


async def test_a_home_is_published_again_only_when_it_shows_something_else(world: World) -> None:
    await world.open_here("Checkout is down")
    await world.home(world.ana)
    await world.home(world.ana)
    assert published(world) == 1

    await world.command(world.ben, "/timeline add 14:05 UTC Looked into it")  # of which a Home says nothing
    assert published(world) == 1

    await world.command(world.ben, "/incident severity sev1")
    assert published(world) == 2
    assert "(sev1)" in text_of(world.workspace.homes[world.ana.id])


async def test_nobody_is_shown_an_incident_of_a_channel_they_are_not_in(world: World) -> None:
    secret = world.workspace.add_channel(
        "vault", is_private=True, members=[world.ana.id, world.workspace.bot_user_id]
    )
    await world.command(world.ana, "/incident start here The vault is open", channel=secret.id)

    assert "The vault is open" in text_of(await world.home(world.ana))
    assert headings(await world.home(world.ben)) == ["Welcome to Scribe"]


async def test_a_home_forgets_what_became_private(world: World) -> None:
    carla = world.workspace.add_person("carla")
    await world.open_here("Zebras are loose")
    assert "Zebras are loose" in text_of(await world.home(carla))

    world.workspace.convert(world.ana.id, world.channel.id, is_private=True)
    await world.settled()

    assert "Zebras are loose" not in text_of(world.workspace.homes[carla.id])


async def test_a_home_forgets_what_is_not_shown_to_guests_once_its_person_is_one(world: World) -> None:
    carla = world.workspace.add_person("carla")
    await world.open_here("Zebras are loose")
    assert "Zebras are loose" in text_of(await world.home(carla))

    carla.is_restricted = True
    world.workspace.change_person(carla.id)
    await world.settled()
    assert "Zebras are loose" not in text_of(world.workspace.homes[carla.id])

    carla.is_restricted = False
    world.workspace.change_person(carla.id)
    await world.settled()
    assert "Zebras are loose" in text_of(world.workspace.homes[carla.id])


async def test_a_home_forgets_the_words_of_a_message_that_was_deleted_or_edited(world: World) -> None:
    await world.open_here("Checkout is down")
    ts = await world.say(world.ben, "Feed the zebras", at="14:30")
    await world.mark(world.ben, ts, "dart")
    await world.command(world.ana, "/incident tasks")
    await world.command(world.ana, f"/incident task edit 1 <@{world.ana.id}>")
    assert "Feed the zebras" in text_of(await world.home(world.ana))

    world.workspace.edit(world.ben.id, world.channel.id, ts, "Feed the okapis")
    await world.settled()
    assert "Feed the okapis" in text_of(world.workspace.homes[world.ana.id])

    world.workspace.delete(world.ben.id, world.channel.id, ts)
    await world.settled()
    assert "Feed the" not in text_of(world.workspace.homes[world.ana.id])


async def test_post_mortems_wait_for_their_owner_and_their_reviewers(world: World) -> None:
    await world.open_here("Checkout is down")
    await world.command(world.ben, "/resolve Rolled back", at="14:40")
    await world.command(world.ben, f"/postmortem review <@{world.ana.id}>")

    bens, anas = await world.home(world.ben), await world.home(world.ana)

    assert headings(bens) == headings(anas) == ["Post-mortems waiting for you", "Lately resolved"]
    assert "yours to publish" in text_of(bens)
    assert "your review is asked for" in text_of(anas)
    assert "|open the draft>" in text_of(anas)


async def test_searching_shows_what_is_found_in_the_same_form(world: World) -> None:
    await world.open_here("Checkout is down")
    await world.command(world.ben, "/resolve Rolled back", at="14:40")
    home = await world.home(world.ana)
    await world.workspace.click(world.ana.id, view_id=home.id, action_id=SEARCH_ACTION)
    await until(lambda: world.workspace.open_views(world.ana.id))
    form = world.workspace.open_views(world.ana.id)[0]

    nothing = await world.workspace.submit_view(world.ana.id, form.id, {"words": {"value": "zebra"}})
    assert not nothing.closed
    assert "Nothing was found" in text_of(form)

    await world.workspace.submit_view(world.ana.id, form.id, {"words": {"value": "checkout"}})
    assert "*INC-1*" in text_of(form)


async def test_the_guide_s_button_opens_the_form_that_declares(world: World) -> None:
    home = await world.home(world.ana)
    await world.workspace.click(world.ana.id, view_id=home.id, action_id=DECLARE)
    await until(lambda: world.workspace.open_views(world.ana.id))
    (form,) = world.workspace.open_views(world.ana.id)

    answer = await world.workspace.submit_view(
        world.ana.id, form.id, {"title": {"value": "Checkout is down"}}
    )
    await world.settled()

    assert answer.errors == {}
    home = world.workspace.homes[world.ana.id]
    assert headings(home) == ["Your open incidents"]
    assert "Checkout is down" in text_of(home)


async def test_help_is_one_press_away(world: World) -> None:
    home = await world.home(world.ana)
    await world.workspace.click(world.ana.id, view_id=home.id, action_id=HELP_ACTION)
    await until(lambda: world.workspace.open_views(world.ana.id))

    assert "/incident start" in text_of(world.workspace.open_views(world.ana.id)[0])


@pytest.mark.parametrize(
    ("action_id", "instead"),
    [
        (SEARCH_ACTION, "`/postmortem search checkout`"),
        (HELP_ACTION, "`/incident help`"),
        (TICK_ACTION, "INC-1 was cancelled"),
    ],
)
async def test_what_slack_opens_no_form_for_is_said_once_in_direct_messages(
    world: World, action_id: str, instead: str
) -> None:
    await world.open_here("Checkout is down")
    await world.command(world.ben, f"/incident task add <@{world.ben.id}>: Add an index")
    home = await world.home(world.ben)
    stale = [dict(block) for block in home.blocks]
    await world.command(world.ben, "/incident cancel INC-1")
    home.payload["blocks"] = stale  # as somebody's client may still show it
    world.workspace.refuse("views.open", "expired_trigger_id", times=2)
    world.workspace.socket.duplicate_asks()

    await world.workspace.click(world.ben.id, view_id=home.id, action_id=action_id)
    await until(lambda: not world.workspace.faults.waiting("views.open"))
    await until(lambda: said_directly(world))
    await world.settled()

    (said,) = said_directly(world)
    assert said.startswith("Slack did not open the form, and nothing is recorded.")
    assert instead in said


def said_directly(world: World) -> list[str]:
    """Every direct message of the workspace."""
    direct = [one for one in world.workspace.channels.values() if one.id.startswith("D")]
    return [message.text for one in direct for message in world.workspace.messages(one.id)]
