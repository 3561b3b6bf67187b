"""The summary as a desk: its buttons and its menu, as people press them."""

from __future__ import annotations

from ast import literal_eval

import pytest

from bot.slack.blocks.carried import packed
from bot.slack.blocks.commander import TAKE_OVER_ACTION
from bot.slack.blocks.stage import FORM_ACTION as STAGE_ACTION
from bot.slack.blocks.summary import (
    DRAFT_ACTION,
    MENU_ACTION,
    REOPEN_ACTION,
    SEVERITY_ACTION,
    TAKE_ACTION,
    Chosen,
    MenuChoice,
)
from bot.slack.blocks.timeline_page import SHOW_ACTION
from bot.slack.blocks.update_form import FORM_ACTION as UPDATE_ACTION
from sandbox.records import Message, Person, SubmitAnswer, View
from tests.e2e.conftest import World
from tests.until import until


def summary(world: World) -> Message:
    return world.messages_of_scribe()[0]


def shown(world: World) -> str:
    return str(summary(world).blocks)


def told(world: World) -> list[str]:
    """What the channel was told beside the summary."""
    return [message.text for message in world.messages_of_scribe()[1:]]


def answers(world: World, who: Person) -> list[str]:
    """What one person alone was told."""
    return [one.text for one in world.workspace.ephemerals(who.id, world.channel.id)]


async def press(world: World, who: Person, action_id: str, value: str | None = None, *, ts: str = "") -> None:
    """Somebody presses a button of the summary, or of another message."""
    error = await world.workspace.click(
        who.id,
        channel_id=world.channel.id,
        message_ts=ts or summary(world).ts,
        action_id=action_id,
        value=value,
    )
    assert error is None
    await world.settled()


async def answered(world: World, who: Person, words: str) -> None:
    await until(lambda: any(words in text for text in answers(world, who)))


async def form(world: World, who: Person) -> View:
    await until(lambda: world.workspace.open_views(who.id))
    return world.workspace.open_views(who.id)[-1]


async def submit(
    world: World, who: Person, view: View, said: dict[str, str | list[str] | None]
) -> SubmitAnswer:
    values = {block: {"value": value} for block, value in said.items()}
    answer = await world.workspace.submit_view(who.id, view.id, values)
    await world.settled()
    return answer


async def choose(world: World, who: Person, choice: MenuChoice) -> None:
    await press(world, who, MENU_ACTION, packed(1, Chosen(choice)))


# --- severity -------------------------------------------------------------------------------------------


async def test_the_severity_is_chosen_in_a_form_that_says_what_each_means(world: World) -> None:
    await world.open_here()

    await press(world, world.ana, SEVERITY_ACTION)
    view = await form(world, world.ana)
    options = view.blocks[0]["element"]["options"]
    assert [one["value"] for one in options] == ["sev1", "sev2", "sev3", "sev4"]
    assert all(one["description"]["text"] for one in options)
    answer = await submit(world, world.ana, view, {"severity": "sev2"})

    assert answer.closed
    assert told(world) == ["INC-1: severity *sev2*, set by @Ana Ferreira."]
    assert "*Severity*\\nsev2" in shown(world)


async def test_a_form_left_open_sets_no_severity_that_nobody_chose(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/incident severity sev3")
    await press(world, world.ana, SEVERITY_ACTION)
    view = await form(world, world.ana)

    await world.command(world.ben, "/incident severity sev1")
    answer = await submit(world, world.ana, view, {"severity": "sev3"})

    assert answer.closed
    assert "*Severity*\\nsev1" in shown(world)


async def test_the_form_of_an_incident_cancelled_meanwhile_stays_open_and_says_so(world: World) -> None:
    await world.open_here()
    await press(world, world.ana, SEVERITY_ACTION)
    view = await form(world, world.ana)

    await world.command(world.ben, "/incident cancel")
    answer = await submit(world, world.ana, view, {"severity": "sev2"})

    assert not answer.closed
    assert "INC-1 was cancelled" in answer.errors["severity"]


# --- command --------------------------------------------------------------------------------------------


async def test_whoever_claims_command_of_an_incident_without_a_leader_has_it(world: World) -> None:
    await world.open_here()

    await press(world, world.ana, TAKE_ACTION)
    await answered(world, world.ana, "You lead INC-1 now")

    assert told(world) == ["INC-1: @Ana Ferreira is commander now."]
    assert "*Commander*\\nAna Ferreira" in shown(world)


async def test_command_is_taken_over_from_who_has_it_only_after_a_question(world: World) -> None:
    await world.open_here()
    await press(world, world.ana, TAKE_ACTION)

    await press(world, world.ben, TAKE_ACTION)
    await answered(world, world.ben, f"<@{world.ana.id}> leads INC-1")
    assert len(told(world)) == 1  # nothing is changed yet
    (asked,) = [
        one
        for one in world.workspace.ephemerals(world.ben.id, world.channel.id)
        if TAKE_OVER_ACTION in str(one.blocks)
    ]
    await press(world, world.ben, TAKE_OVER_ACTION, ts=asked.ts)
    await answered(world, world.ben, "You lead INC-1 now")

    assert told(world)[1:] == ["INC-1: @Ben Okafor is commander now, in place of @Ana Ferreira."]


async def test_a_question_answered_late_takes_command_from_nobody_else(world: World) -> None:
    await world.open_here()
    await press(world, world.ana, TAKE_ACTION)
    await press(world, world.ben, TAKE_ACTION)
    await answered(world, world.ben, f"<@{world.ana.id}> leads INC-1")
    (asked,) = [
        one
        for one in world.workspace.ephemerals(world.ben.id, world.channel.id)
        if TAKE_OVER_ACTION in str(one.blocks)
    ]
    zoe = world.workspace.add_person("zoe", real_name="Zoe Quist")
    await world.command(world.ana, f"/incident role commander <@{zoe.id}>")

    await press(world, world.ben, TAKE_OVER_ACTION, ts=asked.ts)
    await answered(world, world.ben, f"<@{zoe.id}> leads INC-1")

    assert "*Commander*\\nZoe Quist" in shown(world)


async def test_two_people_who_claim_command_at_once_do_not_share_it(world: World) -> None:
    await world.open_here()
    ts = summary(world).ts

    for who in (world.ana, world.ben):
        await world.workspace.click(who.id, channel_id=world.channel.id, message_ts=ts, action_id=TAKE_ACTION)
    await world.settled()
    await answered(world, world.ben, f"<@{world.ana.id}> leads INC-1")

    assert told(world) == ["INC-1: @Ana Ferreira is commander now."]


async def test_command_of_a_resolved_incident_is_not_taken_by_an_old_button(world: World) -> None:
    await world.open_here()
    ts = summary(world).ts
    before = summary(world).blocks
    await world.command(world.ana, "/resolve")
    world.workspace.message(world.channel.id, ts).blocks = before  # somebody's client has not heard of it

    await press(world, world.ben, TAKE_ACTION)
    await answered(world, world.ben, "INC-1 is resolved, so nobody has to lead it")

    assert "commander" not in "".join(told(world))


# --- timeline and menu ----------------------------------------------------------------------------------


async def test_the_timeline_is_shown_to_who_presses_alone(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/timeline add 14:05 UTC Rolled back")

    await press(world, world.ben, SHOW_ACTION)
    await until(
        lambda: any(
            "Rolled back" in str(one.blocks)
            for one in world.workspace.ephemerals(world.ben.id, world.channel.id)
        )
    )

    assert told(world) == []


async def test_roles_are_given_in_a_form_and_told_in_one_message(world: World) -> None:
    await world.open_here()
    await world.say(world.ana, "I am here")
    await world.command(world.ana, "/incident role scribe me")
    await choose(world, world.ana, MenuChoice.ROLES)
    view = await form(world, world.ana)
    assert [block["block_id"] for block in view.blocks if block["type"] == "input"] == [
        "commander",
        "communications",
        "scribe",
        "operations",
    ]

    answer = await submit(
        world,
        world.ana,
        view,
        {"commander": [world.ben.id], "communications": [world.ana.id], "scribe": [], "operations": []},
    )

    assert answer.closed
    assert told(world)[1:] == [
        f"INC-1:\n<@{world.ben.id}> is commander now, said @Ana Ferreira.\n"
        "@Ana Ferreira is communications now.\n"
        "@Ana Ferreira is no longer scribe; nobody is. Said by @Ana Ferreira."
    ]
    assert "communications: Ana Ferreira" in shown(world)


async def test_somebody_who_left_the_company_gets_no_role_and_the_form_keeps_what_was_said(
    world: World,
) -> None:
    await world.open_here()
    gone = world.workspace.add_person("gone", real_name="Gus Gone")
    gone.deleted = True
    await choose(world, world.ana, MenuChoice.ROLES)
    view = await form(world, world.ana)

    answer = await submit(world, world.ana, view, {"commander": [gone.id], "communications": [world.ana.id]})

    assert not answer.closed
    assert "has left this workspace" in answer.errors["commander"]
    assert told(world) == []


async def test_title_and_zone_are_changed_in_a_form(world: World) -> None:
    await world.open_here("Checkout &amp; payments are down")
    await choose(world, world.ana, MenuChoice.TITLE_AND_ZONE)
    view = await form(world, world.ana)
    assert view.blocks[0]["element"]["initial_value"] == "Checkout & payments are down"

    wrong = await submit(world, world.ana, view, {"title": "<Checkout>", "zone": "Europe/Berlim"})
    assert "I don't know the zone" in wrong.errors["zone"]
    answer = await submit(world, world.ana, view, {"title": "<Checkout>", "zone": "europe/berlin"})

    assert answer.closed
    assert "now called *&lt;Checkout&gt;* (before: Checkout &amp; payments are down)" in told(world)[0]
    assert "the post-mortem's times are shown in Europe/Berlin" in told(world)[1]


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (MenuChoice.ACTION_ITEMS, "INC-1"),
        (MenuChoice.PRIVACY, "INC-1 is public"),
    ],
)
async def test_what_the_menu_shows(world: World, choice: MenuChoice, said: str) -> None:
    await world.open_here()

    await choose(world, world.ben, choice)

    await answered(world, world.ben, said)


async def test_the_menu_opens_the_form_of_milestones(world: World) -> None:
    await world.open_here()

    await choose(world, world.ben, MenuChoice.MILESTONES)

    assert (await form(world, world.ben)).callback_id == "state_milestones"


# --- when it is over ------------------------------------------------------------------------------------


async def test_a_resolved_one_is_reopened_and_drafted_again_by_its_buttons(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/resolve Rolled back")
    assert "Post-mortem draft" in shown(world)

    await press(world, world.ana, DRAFT_ACTION)
    await answered(world, world.ana, "compiling INC-1's post-mortem draft again")
    await press(world, world.ana, REOPEN_ACTION)

    assert "INC-1: open again, said @Ana Ferreira; it was resolved. `/resolve` ends it." in told(world)
    assert "*Stage*\\n:red_circle: Investigating" in shown(world)


async def test_reopening_what_is_open_changes_nothing(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/incident cancel")
    cancelled = summary(world).blocks
    await world.command(world.ana, "/incident reopen")
    world.workspace.message(world.channel.id, summary(world).ts).blocks = cancelled
    before = told(world)

    await press(world, world.ben, REOPEN_ACTION)
    await answered(world, world.ben, "INC-1 is open, so there is nothing to reopen")

    assert told(world) == before


# --- what goes wrong ------------------------------------------------------------------------------------


async def test_a_form_that_slack_does_not_open_is_a_sentence_with_a_command(world: World) -> None:
    await world.open_here()

    world.workspace.refuse("views.open", "expired_trigger_id", times=4)
    await press(world, world.ana, UPDATE_ACTION)
    await answered(
        world, world.ana, "Say it in one line instead: `/incident update INC-1 We are rolling back`."
    )
    await press(world, world.ana, STAGE_ACTION)
    await answered(world, world.ana, "Say it in one line instead: `/incident status INC-1 monitoring`.")
    await press(world, world.ana, SEVERITY_ACTION)
    await answered(world, world.ana, "Say it in one line instead: `/incident severity INC-1 sev2`.")
    await choose(world, world.ana, MenuChoice.ROLES)
    await answered(world, world.ana, "`/incident help` names a command for each; say INC-1 in it.")

    assert told(world) == []


@pytest.mark.parametrize("choice", [MenuChoice.ROLES, MenuChoice.MILESTONES, MenuChoice.TITLE_AND_ZONE])
async def test_no_form_opens_for_an_incident_that_was_cancelled(world: World, choice: MenuChoice) -> None:
    await world.open_here()
    before = summary(world).blocks
    await world.command(world.ana, "/incident cancel")
    world.workspace.message(world.channel.id, summary(world).ts).blocks = before

    await choose(world, world.ben, choice)
    await answered(world, world.ben, "INC-1 was cancelled, so nothing is done with it")

    assert world.workspace.open_views(world.ben.id) == []


async def test_a_button_of_another_version_is_a_sentence(world: World) -> None:
    await world.open_here()
    blocks = str(summary(world).blocks).replace("[1,1,{}]", "[9,1,{}]")
    world.workspace.message(world.channel.id, summary(world).ts).blocks = literal_eval(blocks)

    await press(world, world.ben, TAKE_ACTION)
    await answered(world, world.ben, "This message is of another version of Scribe, so nothing was done")

    assert told(world) == []
