"""Action items: added, marked, ticked, in the draft, and their owners reminded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.jobs.reminders import ask_for_reminders
from sandbox.records import Ephemeral
from storage.postmortem_tables import ActionItem
from tests.e2e.conftest import World
from tests.until import until

pytestmark = pytest.mark.on_each_database


async def test_a_task_is_added_listed_and_ticked_by_its_button(world: World) -> None:
    await world.open_here()

    answer = await world.command(
        world.ana, f"/incident task add <@{world.ben.id}> by 2023-09-15 p1 prevent: Add an index <!channel>"
    )

    assert "Action item 1 of INC-1 is added: Add an index" in answer
    assert "<!channel>" not in answer
    assert "due 2023-09-15 · p1 · prevent" in answer
    listed = await world.workspace.command(world.ana.id, world.channel.id, "/incident", "task")
    ephemeral = listed.messages[0]
    assert "1 of 1 action items open" in ephemeral.text
    await world.workspace.click(
        world.ana.id, channel_id=world.channel.id, message_ts=ephemeral.ts, action_id="task_done"
    )
    await world.settled()
    assert "0 of 1 action items open" in await world.command(world.ana, "/incident task")
    await world.command(world.ana, "/incident task reopen 1")
    assert "1 of 1 action items open" in await world.command(world.ana, "/incident tasks")


async def test_a_marked_message_is_an_item_until_it_is_unmarked(world: World) -> None:
    await world.open_here()
    first = await world.say(world.ana, "Somebody should add an index.", at="14:30")
    second = await world.say(world.ana, "And write a runbook.", at="14:31")
    await world.mark(world.ben, first, "dart")
    await world.mark(world.ben, second, "dart")
    assert "2 of 2 action items open" in await world.command(world.ana, "/incident task")

    await world.unmark(world.ben, first, "dart")
    await world.command(world.ana, f"/incident task edit 2 <@{world.ana.id}>")
    await world.unmark(world.ben, second, "dart")

    listed = await world.command(world.ana, "/incident task")
    assert "1 of 1 action items open" in listed
    assert "And write a runbook." in listed


async def test_the_draft_holds_a_table_with_what_is_known(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rehearse the failover.", at="14:30")
    await world.mark(world.ben, ts, "dart")
    await world.command(world.ana, f"/incident task edit 1 <@{world.ben.id}> by 2023-09-20")
    await world.command(world.ana, "/incident task add Write a runbook, done when it was used once")
    await world.command(world.ana, "/incident task done 2")

    await world.command(world.ana, "/resolve")

    table = world.canvas().split("## Remediation\n\n")[1].split("\n\n")[0].splitlines()
    assert table[0] == "| What | Type | Priority | Owner | Due | Done when | State | Ticket |"
    assert table[2].startswith("| Rehearse the failover. — [Ana Ferreira](http")
    assert table[2].endswith(") |  |  | Ben Okafor | 2023-09-20 |  | open |  |")
    assert table[3].startswith("| Write a runbook — Ana Ferreira |")
    assert table[3].endswith("| it was used once | done by Ana Ferreira |  |")


async def test_a_form_asks_for_what_one_line_did_not_say(world: World) -> None:
    await world.open_here()

    await world.command(world.ana, "/incident task add")

    view = world.workspace.modals[world.ana.id][-1]
    said = {"text": "Add an index & test it", "owner": world.ben.id, "due": "2023-09-15", "kind": "prevent"}
    filled = {name: {"value": value} for name, value in said.items()}
    answer = await world.workspace.submit_view(world.ana.id, view.id, filled)
    await world.settled()
    assert not answer.errors
    listed = await world.command(world.ana, "/incident task")
    assert "Add an index &amp; test it" in listed
    assert f"<@{world.ben.id}> · due 2023-09-15 · prevent" in listed


async def test_what_is_no_task_is_said_in_one_sentence_with_an_example(world: World) -> None:
    await world.open_here()

    assert "`/incident task done 2`" in await world.command(world.ana, "/incident task done 7")
    assert "for example" in await world.command(world.ana, "/incident task add by yesterday: Add an index")
    assert "For example" in await world.command(world.ana, "/incident task edit 1 :")
    assert "Did you mean `/incident task done`" in await world.command(world.ana, "/incident task doen 1")


async def test_the_owner_is_reminded_the_day_before_on_the_day_and_not_once_it_is_done(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, f"/incident task add <@{world.ana.id}> by 2023-09-12: Add an index")
    assert reminders(world) == []

    await let_pass(world, days=1)  # the 11th, ten past two: nine o'clock of the day before has passed
    assert len(reminders(world)) == 1
    assert f"<@{world.ana.id}>" in reminders(world)[0]
    assert "is due 2023-09-12" in reminders(world)[0]
    await let_pass(world, days=0)
    assert len(reminders(world)) == 1

    await let_pass(world, days=1)
    assert "is due today" in reminders(world)[-1]
    await let_pass(world, days=8)
    assert "was due 2023-09-12" in reminders(world)[-1]
    said = len(reminders(world))

    await world.command(world.ana, "/incident task done 1")
    await let_pass(world, days=30)
    assert len(reminders(world)) == said


def reminders(world: World) -> list[str]:
    return [m.text for m in world.messages_of_scribe() if "Action item 1" in m.text]


async def let_pass(world: World, *, days: int) -> None:
    """So many days later somebody speaks, and Scribe looks for what is due."""
    workspace = world.workspace
    workspace.clock.set(workspace.clock.now() + timedelta(days=days, minutes=1))
    await world.say(world.ana, "Good afternoon.")
    await ask_for_reminders(world.running.scribe.database, world.running.scribe.clock)
    await world.settled()


async def test_a_command_that_is_delivered_twice_adds_one_item(world: World) -> None:
    await world.open_here()
    world.workspace.socket.duplicate(1)

    await world.command(world.ana, "/incident task add Add an index")

    assert "1 of 1 action items open" in await world.command(world.ana, "/incident task")


async def test_several_numbers_at_once_are_refused_rather_than_half_done(world: World) -> None:
    await world.open_here()
    for _ in range(2):
        await world.command(world.ana, "/incident task add Add an index")

    answer = await world.command(world.ana, "/incident task done 1 2")

    assert "one action item at a time" in answer
    assert "2 of 2 action items open" in await world.command(world.ana, "/incident task")


async def test_after_the_incident_is_resolved_items_are_still_added_and_dropped(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/resolve")

    await world.command(world.ana, "/incident task add Add an index")

    assert "is dropped" in await world.command(world.ana, "/incident task drop 1")


async def test_the_message_of_an_item_is_edited_and_deleted(world: World) -> None:
    await world.open_here()
    first = await world.say(world.ana, "Add an index.", at="14:30")
    second = await world.say(world.ana, "Write it down.", at="14:31")
    for ts in (first, second):
        await world.mark(world.ben, ts, "dart")
    await world.command(world.ana, "/incident task edit 2 p1: Write a runbook")

    world.workspace.edit(world.ana.id, world.channel.id, first, "Add two indexes.")
    await world.settled()
    assert "Add two indexes." in await world.command(world.ana, "/incident task")
    for ts in (first, second):
        world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.settled()

    listed = await world.command(world.ana, "/incident task")
    assert "Add two indexes." not in listed
    assert "Write a runbook" in listed


async def test_many_items_have_pages_and_a_press_stays_on_its_page(world: World) -> None:
    await world.open_here()
    for number in range(1, 31):
        async with world.running.scribe.database.write() as session:
            session.add(
                ActionItem(
                    incident_id=1,
                    number=number,
                    text=f"Task number {number}.",
                    is_explicit=True,
                    added_by=world.ana.id,
                    added_at=world.running.scribe.clock.now(),
                )
            )
    await world.command(world.ana, "/incident task")

    def newest() -> Ephemeral:
        return world.workspace.ephemerals(world.ana.id, world.channel.id)[-1]

    def shown() -> str:
        return str(newest().blocks)

    async def press(action_id: str, value: str | None = None) -> None:
        before, ts = shown(), newest().ts
        error = await world.workspace.click(
            world.ana.id, channel_id=world.channel.id, message_ts=ts, action_id=action_id, value=value
        )
        assert error is None
        await until(lambda: shown() != before)

    assert "page 1 of 2" in shown()
    assert "Task number 30." not in shown()

    await press("task_page_next")
    assert "page 2 of 2" in shown()
    assert "Task number 30." in shown()

    await press("task_done", "1:30:2")
    assert "29 of 30 action items open" in shown()
    assert "page 2 of 2" in shown()

    await press("task_page_previous")
    assert "Task number 1." in shown()


async def test_an_item_whose_message_was_deleted_says_so(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Add an index.", at="14:30")
    await world.mark(world.ben, ts, "dart")
    await world.command(world.ana, "/incident task edit 1 me")
    world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.settled()

    for command in ("/incident task", "/incident task done 1"):
        assert "(its message was deleted in Slack)" in await world.command(world.ana, command)
