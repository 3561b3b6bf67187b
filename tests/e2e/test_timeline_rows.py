"""The timeline by hand: a menu at each row, a filter, other pages, each staying where it was."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from bot.incidents.views.timeline import Rows
from bot.slack.blocks.carried import packed, subject_in
from bot.slack.blocks.timeline_page import (
    FILTER_ACTION,
    PAGE_ACTION,
    ROW_ACTION,
    SHOW_ACTION,
    Do,
    RowChoice,
)
from bot.slack.intents import reply, show_timeline
from sandbox.records import Ephemeral, Person, View
from storage import timeline
from storage.tables import TimelineEvent
from storage.vocabulary import EventKind, EventSource
from tests.e2e.conftest import TEN_PAST_TWO, World
from tests.until import until

pytestmark = pytest.mark.on_each_database


def lists(world: World, who: Person) -> list[Ephemeral]:
    """The lists of events that somebody has before them."""
    shown = world.workspace.ephemerals(who.id, world.channel.id)
    return [one for one in shown if one.text.startswith(("Timeline of", "The timeline of"))]


def the_list(world: World, who: Person) -> Ephemeral:
    (one,) = lists(world, who)
    return one


def numbers(shown: Ephemeral) -> list[int]:
    return [int(number) for number in re.findall(r"\*#(\d+)\*", str(shown.blocks))]


def sentences(world: World, who: Person) -> list[str]:
    shown = world.workspace.ephemerals(who.id, world.channel.id)
    return [one.text for one in shown if one not in lists(world, who)]


def menu_of(shown: Ephemeral, event: int) -> tuple[str, dict[str, Any]]:
    """The block of an event's row, and its menu."""
    for block in shown.blocks or []:
        menu = block.get("accessory") or {}
        if menu.get("action_id") == ROW_ACTION:
            choice = subject_in(menu["options"][0]["value"], RowChoice)[1]
            if choice.event == event:
                return block["block_id"], menu
    raise AssertionError(f"no row of event {event}")


async def choose(world: World, who: Person, event: int, do: Do, shown: Ephemeral | None = None) -> None:
    """Choose from the menu of an event's row."""
    shown = shown or the_list(world, who)
    block_id, menu = menu_of(shown, event)
    value = next(one["value"] for one in menu["options"] if subject_in(one["value"], RowChoice)[1].do is do)
    error = await world.workspace.click(
        who.id,
        channel_id=world.channel.id,
        message_ts=shown.ts,
        action_id=ROW_ACTION,
        block_id=block_id,
        value=value,
    )
    assert error is None


async def press(world: World, who: Person, action_id: str, value: str | None = None) -> None:
    before = the_list(world, who)
    await world.workspace.click(
        who.id, channel_id=world.channel.id, message_ts=before.ts, action_id=action_id, value=value
    )
    await until(lambda: before not in lists(world, who))


async def form(world: World, who: Person) -> View:
    await until(lambda: world.workspace.open_views(who.id))
    return world.workspace.open_views(who.id)[-1]


async def many_events(world: World, count: int, kind: EventKind = EventKind.NOTE) -> None:
    """An incident with so many events, one a second; no transaction is long, however busy the machine is."""
    await world.open_here()
    for first in range(1, count + 1, 500):
        async with world.running.scribe.database.write() as session:
            session.add_all(
                TimelineEvent(
                    incident_id=1,
                    team_id=world.workspace.team_id,
                    number=number,
                    kind=kind,
                    source=EventSource.IMPORT,
                    occurred_at=TEN_PAST_TWO - timedelta(seconds=count - number),
                    recorded_at=TEN_PAST_TWO,
                    text=f"Step {number}",
                    author_id=world.ana.id,
                    added_by=world.ana.id,
                    is_explicit=True,
                )
                for number in range(first, min(first + 500, count + 1))
            )


async def stands(world: World, number: int) -> TimelineEvent:
    async with world.running.scribe.database.read() as session:
        line = await timeline.by_number(session, 1, number)
    assert line is not None
    return line.event


async def test_what_is_taken_off_leaves_the_page_where_it_was_and_comes_back(world: World) -> None:
    await many_events(world, 40)
    await world.command(world.ana, "/timeline")
    await press(world, world.ana, f"{PAGE_ACTION}_later")

    await choose(world, world.ana, 20, Do.REMOVE)

    await until(lambda: 20 not in numbers(the_list(world, world.ana)))
    shown = the_list(world, world.ana)
    assert numbers(shown) == [*range(16, 20), *range(21, 32)]
    assert "Event 20 is off the timeline." in str(shown.blocks)
    await press(world, world.ana, FILTER_ACTION, packed(1, Rows(is_removed=True)))
    assert numbers(the_list(world, world.ana)) == [20]
    await choose(world, world.ana, 20, Do.RESTORE)
    await until(lambda: numbers(the_list(world, world.ana)) == [])
    assert (await stands(world, 20)).removed_at is None


async def test_one_form_changes_text_time_and_kind_and_the_list_follows_in_place(world: World) -> None:
    await many_events(world, 40)
    await world.command(world.ana, "/timeline")
    await press(world, world.ana, f"{PAGE_ACTION}_later")

    await choose(world, world.ana, 20, Do.EDIT)
    view = await form(world, world.ana)
    fields = {block["block_id"]: block["element"] for block in view.blocks}
    assert fields["text"]["initial_value"] == "Step 20"
    assert fields["time"]["initial_value"] == "2023-09-10 14:09"
    answer = await world.workspace.submit_view(
        world.ana.id,
        view.id,
        {
            "text": {"value": "Rolled back <b> & watching"},
            "time": {"value": "14:05"},
            "kind": {"value": "decision"},
        },
    )
    await world.settled()

    assert answer.closed
    event = await stands(world, 20)
    assert (event.text, event.kind) == ("Rolled back &lt;b&gt; &amp; watching", EventKind.DECISION)
    assert f"{event.occurred_at:%H:%M}" == "14:05"
    shown = the_list(world, world.ana)
    assert "Event 20 now reads" in str(shown.blocks)
    assert "page 2 of 3" in str(shown.blocks)
    assert "changed its kind" in await world.command(world.ana, "/timeline history 20")


async def test_a_form_that_is_sent_as_it_stands_changes_nothing(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ben, "Rolled back &amp; watching")
    await world.mark(world.ben, ts)
    await world.command(world.ana, "/timeline")

    await choose(world, world.ana, 1, Do.EDIT)
    answer = await world.workspace.submit_view(world.ana.id, (await form(world, world.ana)).id, {})
    await world.settled()

    assert answer.closed
    assert (await stands(world, 1)).text is None
    assert "changed" not in await world.command(world.ana, "/timeline history 1")


@pytest.mark.parametrize(
    ("field", "said", "problem"),
    [("text", None, "needs words"), ("time", "25:00", "25:00"), ("time", "tomorrow 10:00", "happened")],
)
async def test_what_cannot_be_read_keeps_the_form_open(
    world: World, field: str, said: str | None, problem: str
) -> None:
    await many_events(world, 1)
    await world.command(world.ana, "/timeline")
    await choose(world, world.ana, 1, Do.EDIT)
    view = await form(world, world.ana)

    answer = await world.workspace.submit_view(world.ana.id, view.id, {field: {"value": said}})

    assert not answer.closed
    assert problem in answer.errors[field]
    assert (await stands(world, 1)).text == "Step 1"


async def test_a_form_left_open_while_its_event_was_taken_off_keeps_its_text(world: World) -> None:
    await many_events(world, 3)
    await world.command(world.ana, "/timeline")
    await choose(world, world.ana, 2, Do.EDIT)
    view = await form(world, world.ana)
    await world.command(world.ben, "/timeline remove 2")

    answer = await world.workspace.submit_view(world.ana.id, view.id, {"text": {"value": "Said otherwise"}})

    assert not answer.closed
    assert "has no event 2" in answer.errors["text"]


async def test_two_people_change_different_things_of_one_event_at_once(world: World) -> None:
    await many_events(world, 3)
    for who in (world.ana, world.ben):
        await world.command(who, "/timeline")
        await choose(world, who, 2, Do.EDIT)
    anas, bens = await form(world, world.ana), await form(world, world.ben)

    await world.workspace.submit_view(world.ana.id, anas.id, {"text": {"value": "Rolled back"}})
    await world.workspace.submit_view(world.ben.id, bens.id, {"kind": {"value": "decision"}})
    await world.settled()

    event = await stands(world, 2)
    assert (event.text, event.kind) == ("Rolled back", EventKind.DECISION)


async def test_a_second_press_on_an_old_list_says_one_sentence(world: World) -> None:
    await many_events(world, 3)
    await world.command(world.ana, "/timeline")
    await world.command(world.ben, "/timeline remove 2")

    await choose(world, world.ana, 2, Do.REMOVE)
    await until(lambda: sentences(world, world.ana))

    assert sentences(world, world.ana)[-1].startswith("The timeline has no event 2.")


async def test_a_row_puts_its_message_into_a_section(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ben, "The pool was exhausted")
    await world.mark(world.ben, ts)
    await world.command(world.ana, "/timeline add 14:10 UTC Looked into it")
    await world.command(world.ana, "/timeline")

    await choose(world, world.ana, 1, Do.SECTION)
    view = await form(world, world.ana)
    await world.workspace.submit_view(world.ana.id, view.id, {"section": {"value": "root_cause"}})
    await world.settled()

    await world.command(world.ana, "/resolve")
    assert "**Cause:** The pool was exhausted" in world.canvas()
    choices = [one["value"] for one in menu_of(the_list(world, world.ana), 2)[1]["options"]]
    assert Do.SECTION not in {subject_in(one, RowChoice)[1].do for one in choices}  # it has no message


async def test_the_menu_shows_the_history(world: World) -> None:
    await many_events(world, 3)
    await world.command(world.ana, "/timeline edit 2 Rolled back")
    await world.command(world.ana, "/timeline")

    await choose(world, world.ana, 2, Do.HISTORY)
    await until(lambda: any("History of event 2" in one for one in sentences(world, world.ana)))

    assert the_list(world, world.ana)


async def test_a_kind_that_people_chose_holds_when_the_message_is_edited(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ben, "We roll back")
    await world.mark(world.ben, ts)
    await world.command(world.ana, "/timeline")
    await choose(world, world.ana, 1, Do.EDIT)
    view = await form(world, world.ana)
    await world.workspace.submit_view(world.ana.id, view.id, {"kind": {"value": "decision"}})

    world.workspace.edit(world.ben.id, world.channel.id, ts, "We roll back to 1.4")
    await world.settled()

    assert (await stands(world, 1)).kind == EventKind.DECISION


async def test_ten_thousand_events_are_paged_and_filtered(world: World) -> None:
    await many_events(world, 10_000)
    await world.command(world.ana, "/timeline add 14:20 Rolled back")
    await world.command(world.ana, "/timeline")

    await press(world, world.ana, f"{PAGE_ACTION}_last")
    assert numbers(the_list(world, world.ana)) == [*range(9991, 10_002)]
    assert "page 667 of 667" in str(the_list(world, world.ana).blocks)
    await press(world, world.ana, f"{PAGE_ACTION}_earlier")
    assert numbers(the_list(world, world.ana)) == [*range(9976, 9991)]
    await press(world, world.ana, f"{PAGE_ACTION}_first")
    assert numbers(the_list(world, world.ana)) == [*range(1, 16)]
    await press(world, world.ana, FILTER_ACTION, packed(1, Rows(kind=EventKind.NOTE)))
    assert "10,001 events, notes, page 1 of 667" in str(the_list(world, world.ana).blocks)


async def test_a_button_elsewhere_shows_the_first_page_beside_it(world: World) -> None:
    await many_events(world, 3)
    ts = world.workspace.clock.next_ts()
    button = {
        "type": "button",
        "action_id": SHOW_ACTION,
        "text": {"type": "plain_text", "text": "Timeline"},
        "value": packed(1),
    }
    block = {"type": "actions", "block_id": "b", "elements": [button]}
    world.workspace.show_ephemeral(Ephemeral(ts, world.channel.id, world.ana.id, "Shown before", [block]))

    await world.workspace.click(
        world.ana.id, channel_id=world.channel.id, message_ts=ts, action_id=SHOW_ACTION
    )

    await until(lambda: lists(world, world.ana))
    assert numbers(the_list(world, world.ana)) == [1, 2, 3]
    assert "Shown before" in sentences(world, world.ana)


@pytest.mark.parametrize("why", ["used", "late"])
async def test_where_the_list_takes_no_more_answers_one_sentence_says_how_to_get_a_new_one(
    world: World, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await many_events(world, 3)
    await world.command(world.ana, "/timeline")
    await choose(world, world.ana, 2, Do.EDIT)
    view = await form(world, world.ana)
    if why == "late":
        monkeypatch.setattr(show_timeline, "GOOD_FOR", -reply.GOOD_FOR)
    else:
        for url in world.workspace.response_urls.values():
            url.uses_left = 0

    await world.workspace.submit_view(world.ana.id, view.id, {"text": {"value": "Rolled back"}})
    await world.settled()

    assert (await stands(world, 2)).text == "Rolled back"
    assert "`/timeline INC-1` shows a new list" in sentences(world, world.ana)[-1]
    assert sentences(world, world.ana)[-1].startswith("Event 2 now reads")
