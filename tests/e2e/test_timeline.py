"""`/timeline`: shown, added to, corrected, taken from."""

from __future__ import annotations

import re

import pytest

from storage import timeline
from tests.e2e.conftest import World

pytestmark = pytest.mark.on_each_database


async def test_an_empty_timeline_says_how_to_fill_it(world: World) -> None:
    await world.open_here()

    answer = await world.command(world.ana, "/timeline")

    assert answer.startswith("The timeline of INC-1 is empty.")


async def test_outside_an_incident_one_sentence(world: World) -> None:
    for command in ("/timeline", "/timeline add 14:05 x", "/resolve", "/postmortem draft"):
        assert (await world.command(world.ana, command)).startswith("This channel keeps no incident.")


@pytest.mark.parametrize(
    ("when", "utc"),
    [
        ("14:05", "14:05"),
        ("2:05pm", "14:05"),
        ("10 minutes ago", "14:10"),
        ("2023-09-10 14:00 UTC", "14:00"),
        ("2023-09-10T14:00:00+02:00", "12:00"),
        ("yesterday 23:10", "23:10"),
    ],
)
async def test_an_addition_stands_at_the_time_it_names(world: World, when: str, utc: str) -> None:
    await world.open_here()

    await world.command(world.ana, f"/timeline add {when} Rolled back to 1.4")
    await world.command(world.ana, "/resolve")

    lines = world.canvas().splitlines()
    row = lines.index(f"| {utc} | Rolled back to 1.4 | Ana Ferreira |")
    day = "2023-09-09" if "yesterday" in when else "2023-09-10"
    above = [line for line in lines[:row] if line.startswith(("| **2023-", "2023-09-"))]
    assert day in above[-1]
    assert "| Time (UTC) | What happened | Who |" in lines[:row]


async def test_times_are_read_in_the_persons_own_zone(world: World) -> None:
    await world.open_here()

    await world.command(world.ben, "/timeline add 10:05 Rolled back")  # New York
    await world.command(world.ana, "/resolve")

    assert "2023-09-10 14:05 UTC" in world.canvas()


async def test_without_a_time_it_is_now(world: World) -> None:
    await world.open_here()

    await world.command(world.ana, "/timeline add 3 replicas restarted")
    await world.command(world.ana, "/resolve")

    assert "| 14:20 | 3 replicas restarted | Ana Ferreira |" in world.canvas()
    assert world.canvas().startswith("2023-09-10 14:20 UTC · ")


@pytest.mark.parametrize("text", ["25:00 Rolled back", "23:59 Rolled back", "this morning it broke", ""])
async def test_what_cannot_be_read_for_sure_records_nothing(world: World, text: str) -> None:
    await world.open_here()

    answer = await world.command(world.ana, f"/timeline add {text}")

    assert "`" in answer
    assert "is empty" in await world.command(world.ana, "/timeline")


async def test_edit_changes_time_or_text_or_both_and_keeps_the_history(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/timeline add 14:05 Rolled bcak")

    await world.command(world.ben, "/timeline edit 1 Rolled back")
    await world.command(world.ana, "/timeline edit 1 14:07")
    answer = await world.command(world.ana, "/timeline edit 1 14:08 Rolled back to 1.4")

    assert answer.startswith("Event 1 now reads")
    shown = await world.command(world.ana, "/timeline")
    assert "Rolled back to 1.4" in shown
    async with world.running.scribe.database.read() as session:
        line = await timeline.by_number(session, 1, 1)
        assert line and line.event.id
        history = await timeline.revisions(session, line.event.id)
    assert [(r.changed_by, r.field) for r in history] == [
        (world.ben.id, "text"),
        (world.ana.id, "occurred_at"),
        (world.ana.id, "occurred_at"),
        (world.ana.id, "text"),
    ]
    assert (history[0].old, history[0].new) == ("Rolled bcak", "Rolled back")


async def test_remove_takes_an_event_off_and_a_new_mark_brings_it_back(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ben, ts)

    answer = await world.command(world.ana, "/timeline remove 1")
    assert answer == "Event 1 is off the timeline: Rolled back. (INC-1)"
    assert not world.confirmed(ts)
    assert "is empty" in await world.command(world.ana, "/timeline")

    await world.mark(world.ana, ts)
    await world.settled()
    assert world.confirmed(ts)


@pytest.mark.parametrize("what", ["edit 9 x", "remove 9", "remove", "edit nine x"])
async def test_an_event_that_is_not_there_is_one_sentence(world: World, what: str) -> None:
    await world.open_here()

    assert "`/timeline` shows them with their numbers" in await world.command(world.ana, f"/timeline {what}")


async def test_an_unreadable_edit_leaves_the_event_as_it_is(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/timeline add 14:05 Rolled back")

    answer = await world.command(world.ana, "/timeline edit 1 25:00")

    assert answer.startswith("Event 1 stays as it is.")
    assert "Rolled back" in await world.command(world.ana, "/timeline")


async def test_a_long_timeline_is_paged_with_buttons(world: World) -> None:
    await world.open_here()
    for minute in range(20):
        await world.command(world.ana, f"/timeline add 13:{minute:02} step {minute}.")

    await world.command(world.ana, "/timeline")
    first = world.workspace.ephemerals(world.ana.id, world.channel.id)[-1]
    assert "step 14." in str(first.blocks)
    assert "step 15." not in str(first.blocks)
    await world.workspace.click(
        world.ana.id, channel_id=world.channel.id, message_ts=first.ts, action_id="timeline_page_later"
    )
    await world.settled()

    second = world.workspace.ephemerals(world.ana.id, world.channel.id)[-1]
    assert "step 15." in str(second.blocks)
    assert len(re.findall(r"step \d", str(second.blocks))) == 5


async def test_the_long_forms_do_the_same(world: World) -> None:
    await world.open_here()

    await world.command(world.ana, "/incident timeline add 14:05 Rolled back")
    assert "Rolled back" in await world.command(world.ana, "/incident timeline")
    assert "INC-1 is resolved" in await world.command(world.ana, "/incident resolve All well")
    assert "draft 2" in await world.command(world.ana, "/incident postmortem draft")


async def test_the_history_and_what_is_already_so_show_times_to_each_reader_in_their_zone(
    world: World,
) -> None:
    await world.open_here()
    await world.command(world.ana, "/timeline add 14:05 Restarted")
    await world.command(world.ana, "/timeline edit 1 ~14:07")
    await world.command(world.ana, "/resolve Restarted", at="14:40")

    history = await world.command(world.ana, "/timeline history 1")
    again = await world.command(world.ana, "/resolve")

    token = "<!date^{}^{{date_short_pretty}} {{time}}|2023-09-10 {} UTC>"
    assert (
        f"its time from {token.format(1694354700, '14:05')} to {token.format(1694354820, '14:07')}" in history
    )
    assert "its time is approximate" in history
    assert f"already resolved {token.format(1694356800, '14:40')}" in again
    assert "T14:05" not in history
