"""The form of an action item: opened with what is known, and only what was changed in it is said."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress

from sqlmodel import select

from sandbox.records import SubmitAnswer, View
from storage import action_items, incidents
from storage.postmortem_tables import ActionItem
from storage.tables import IncidentChange
from tests.e2e.conftest import World
from tests.until import until


async def item(world: World, number: int) -> ActionItem:
    async with world.running.scribe.database.read() as session:
        found = await action_items.by_number(session, await incidents.by_id(session, 1), number)
    assert found is not None
    return found.item


async def changes(world: World) -> list[tuple[str, str | None, str | None]]:
    """What was changed about action items, from what to what."""
    async with world.running.scribe.database.read() as session:
        found = await session.exec(select(IncidentChange).order_by(IncidentChange.id))  # type: ignore[arg-type]
        return [(one.what, one.old, one.new) for one in found if one.what.startswith("task:")]


async def submit(world: World, view: View, said: Mapping[str, str | None]) -> SubmitAnswer:
    values = {name: {"value": value} for name, value in said.items()}
    answer = await world.workspace.submit_view(world.ana.id, view.id, values)
    await world.settled()
    return answer


def told(world: World) -> list[str]:
    """What Ana alone was told."""
    return [seen.text for seen in world.workspace.ephemerals(world.ana.id, world.channel.id)]


async def form(world: World) -> View:
    """The form that is open before Ana; it opens after its command is acknowledged, in its own time."""
    await until(lambda: world.workspace.open_views(world.ana.id))
    return world.workspace.open_views(world.ana.id)[-1]


async def test_the_form_holds_what_is_known_and_changes_what_was_changed(world: World) -> None:
    await world.open_here()
    ana, ben = world.ana.id, world.ben.id
    await world.command(
        world.ana, f"/incident task add <@{ana}> by 2023-09-15 p1: Add an index &amp; test it"
    )

    await world.command(world.ana, "/incident task edit 1")

    elements = {block["block_id"]: block["element"] for block in (await form(world)).blocks}
    assert elements["text"]["initial_value"] == "Add an index & test it"
    assert elements["owner"]["initial_user"] == ana
    assert elements["due"]["initial_date"] == "2023-09-15"
    answer = await submit(world, await form(world), {"owner": ben, "kind": "prevent"})
    assert answer.closed
    one = await item(world, 1)
    assert (one.text, one.owner_id, one.kind) == ("Add an index &amp; test it", ben, "prevent")
    assert await changes(world) == [
        ("task:1:owner_id", None, ana),
        ("task:1:owner_id", ana, ben),
        ("task:1:kind", None, "prevent"),
    ]
    assert any("Action item 1 of INC-1 now reads: Add an index &amp; test it" in text for text in told(world))


async def test_two_people_change_different_things_at_once(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/incident task add p1: Add an index")
    await world.command(world.ana, "/incident task edit 1")
    opened = await form(world)

    await world.command(world.ben, "/incident task edit 1 p2 : Add two indexes")
    await submit(world, opened, {"kind": "detect"})

    one = await item(world, 1)
    assert (one.text, one.priority, one.kind) == ("Add two indexes", "p2", "detect")


async def test_what_is_emptied_is_taken_back_and_a_marked_item_reads_as_its_message_again(
    world: World,
) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Somebody should add an index.", at="14:30")
    await world.mark(world.ben, ts, "dart")
    await world.command(world.ana, f"/incident task edit 1 <@{world.ana.id}> by 2023-09-15: Add it")
    assert (await item(world, 1)).text == "Add it"

    await world.command(world.ana, "/incident task edit 1")
    await submit(world, await form(world), {"text": None, "owner": None})

    one = await item(world, 1)
    assert (one.text, one.owner_id, str(one.due_on)) == (None, None, "2023-09-15")
    assert "Somebody should add an index." in await world.command(world.ana, "/incident task")


async def test_the_text_of_an_item_of_its_own_cannot_be_emptied(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/incident task add Add an index")
    await world.command(world.ana, "/incident task edit 1")

    answer = await submit(world, await form(world), {"text": None})

    assert "what is to be done" in answer.errors["text"]
    assert (await item(world, 1)).text == "Add an index"


async def test_a_day_that_is_past_and_a_link_that_is_none_are_said_at_their_fields(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/incident task add")

    wrong = {"text": "Add an index", "due": "2023-09-09", "ticket": "https://a|b"}
    answer = await submit(world, await form(world), wrong)

    assert set(answer.errors) == {"due", "ticket"}
    assert "past" in answer.errors["due"]
    answer = await submit(world, await form(world), {"due": "2023-09-10", "ticket": "https://jira.test/A-1"})
    assert answer.closed
    assert (await item(world, 1)).ticket_url == "https://jira.test/A-1"


async def test_the_button_opens_the_form_and_a_link_in_the_text_is_the_ticket(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/incident task add Add an index")
    listed = await world.workspace.command(world.ana.id, world.channel.id, "/incident", "task")

    await world.workspace.click(
        world.ana.id, channel_id=world.channel.id, message_ts=listed.messages[0].ts, action_id="task_edit"
    )
    await world.settled()
    await submit(world, await form(world), {"text": "Add it <!channel>, see https://jira.test/A-1"})

    one = await item(world, 1)
    assert (one.text, one.ticket_url) == (
        "Add it &lt;!channel&gt;, see https://jira.test/A-1",
        "https://jira.test/A-1",
    )
    assert "<!channel>" not in await world.command(world.ana, "/incident task")


async def test_a_form_for_no_item_is_a_sentence_instead(world: World) -> None:
    await world.open_here()

    answer = await world.command(world.ana, "/incident task edit 7")

    await until(lambda: any("no action item `7`" in text for text in [answer, *told(world)]))
    assert world.workspace.open_views(world.ana.id) == []


async def test_a_form_that_was_sent_unchanged_changes_nothing(world: World) -> None:
    await world.open_here()
    await world.command(
        world.ana, "/incident task add p1 detect: Add <@U1> &amp; more, done when *p99* is low"
    )
    await world.command(world.ana, "/incident task edit 1")

    answer = await submit(world, await form(world), {})

    assert answer.closed
    assert await changes(world) == []


async def test_a_form_that_is_delivered_twice_adds_one_item(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/incident task add")
    await submit(world, await form(world), {"text": "Add an index"})

    copy = await world.workspace.socket.ask_again()

    assert copy == {}  # it closes
    assert "1 of 1 action items open" in await world.command(world.ana, "/incident task")


async def test_nobody_s_writing_waits_for_slack_to_name_a_channel(world: World) -> None:
    await world.open_here()
    secret = world.workspace.add_channel("secret", is_private=True, members=[world.workspace.bot_user_id])
    await world.command(world.ana, f"/incident task add Ask in <#{secret.id}> about it")
    await world.command(world.ana, "/incident task edit 1")
    view = await form(world)
    world.running.scribe.directory.forget_channel(secret.id)
    written: list[bool] = []

    def try_to_write(method: str, arguments: Mapping[str, object]) -> None:
        if method == "conversations.info":
            file = world.running.scribe.settings.database_url.removeprefix("sqlite:///")
            with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
                with suppress(sqlite3.OperationalError):
                    connection.execute("BEGIN IMMEDIATE")
                written.append(connection.in_transaction)

    world.workspace.before_calls.append(try_to_write)
    answer = await submit(world, view, {"owner": None, "priority": "p1"})

    assert answer.closed
    assert set(written) == {True}
    assert "Action item 1 of INC-1 now reads" in told(world)[-1]
