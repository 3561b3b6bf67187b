"""Marks put messages on the record, and the record follows what becomes of them."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import World

pytestmark = pytest.mark.on_each_database


async def test_a_mark_puts_a_message_on_the_timeline_and_is_confirmed(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")

    await world.mark(world.ben, ts)
    await world.settled()

    assert world.confirmed(ts)
    assert "Rolled back." in await world.command(world.ana, "/timeline")


async def test_the_event_stands_while_one_mark_stands(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ben, ts)
    await world.mark(world.ana, ts)

    await world.unmark(world.ben, ts)
    await world.settled()
    assert world.confirmed(ts)
    assert "Rolled back." in await world.command(world.ana, "/timeline")

    await world.unmark(world.ana, ts)
    await world.settled()
    assert not world.confirmed(ts)
    assert "Rolled back." not in await world.command(world.ana, "/timeline")


async def test_a_mark_costs_one_call_and_reads_nothing(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    before = len(world.workspace.calls())

    await world.mark(world.ben, ts)
    await world.settled()

    assert [call.method for call in world.workspace.calls()[before:]] == ["reactions.add"]


async def test_a_message_older_than_the_incident_can_be_marked(world: World) -> None:
    older = await world.say(world.ana, "Deploy started &amp; running.", at="14:12")
    neighbour = await world.say(world.ana, "A neighbour.", at="14:12")
    await world.open_here()

    await world.mark(world.ben, older)
    await world.settled()

    shown = await world.command(world.ana, "/timeline")
    assert "Deploy started &amp; running." in shown
    assert "A neighbour." not in shown
    assert neighbour != older


async def test_an_older_thread_reply_can_be_marked(world: World) -> None:
    root = await world.say(world.ana, "Reading the logs.", at="14:12")
    reply = await world.say(world.ana, "Unusual patterns.", thread_ts=root, at="14:13")
    await world.open_here()

    await world.mark(world.ben, reply)
    await world.command(world.ana, "/resolve")

    assert "Unusual patterns." in world.canvas()
    assert "Reading the logs." not in world.canvas()
    assert f"p{reply.replace('.', '')}?thread_ts={root}" in world.canvas()


async def test_an_alert_whose_text_stands_only_in_blocks(world: World) -> None:
    await world.open_here()
    ts = world.workspace.say_as_bot(
        "Watchtower",
        world.channel.id,
        blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": "Error rate at 34%"}}],
    )
    await world.mark(world.ben, ts)

    await world.command(world.ana, "/resolve")

    assert "Error rate at 34%" in world.canvas()
    assert "Watchtower" in world.canvas()


async def test_an_edit_reaches_the_timeline(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled bcak.", at="14:30")
    await world.mark(world.ben, ts)

    world.workspace.edit(world.ana.id, world.channel.id, ts, "Rolled back.")
    await world.settled()

    assert "Rolled back." in await world.command(world.ana, "/timeline")


async def test_a_deleted_message_leaves_a_tombstone_without_its_text(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "The password is hunter2.", at="14:30")
    await world.mark(world.ben, ts)

    world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.settled()
    await world.command(world.ana, "/resolve")

    assert "message deleted in Slack" in world.canvas()
    assert "hunter2" not in world.canvas()


@pytest.mark.parametrize(
    ("emoji", "heading"),
    [
        ("mag", "Root Cause Analysis"),
        ("dart", "Remediation"),
        ("bulb", "Lessons Learned"),
        ("boom", "Background"),
        ("book", "Background"),
    ],
)
async def test_a_section_mark_puts_a_message_into_its_section(world: World, emoji: str, heading: str) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "What we found out.", at="14:30")

    await world.mark(world.ben, ts, emoji)
    await world.command(world.ana, "/resolve")

    assert world.confirmed(ts)
    section = world.canvas().split(f"## {heading}\n")[1].split("\n## ")[0]
    assert "What we found out." in section
    assert ts.replace(".", "") in section


async def test_a_message_can_carry_several_marks(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "The pool was too small.", at="14:30")
    for emoji in ("pushpin", "mag", "bulb"):
        await world.mark(world.ben, ts, emoji)

    await world.unmark(world.ben, ts, "pushpin")
    await world.settled()
    assert world.confirmed(ts)

    await world.command(world.ana, "/resolve")
    assert world.canvas().count("The pool was too small.") == 3  # as the cause, as a lesson, and in short


async def test_a_marked_message_of_40000_characters_loses_nothing(world: World) -> None:
    await world.open_here()
    long = "word " * 7999 + "END"
    ts = await world.say(world.ana, long, at="14:30")
    await world.mark(world.ben, ts)

    assert "word" in await world.command(world.ana, "/timeline")
    await world.command(world.ana, "/resolve")

    assert world.canvas().count("word") >= 7999
    assert "END" in world.canvas()


async def test_text_full_of_markup_comes_out_unharmed_and_pings_nobody(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, f"<!channel> &amp; <@{world.ben.id}> | ``` # *x* &lt;b&gt;", at="14:30")
    await world.mark(world.ben, ts)

    await world.command(world.ana, "/timeline")
    await world.command(world.ana, "/resolve")

    assert "@channel" in world.canvas()
    assert "@Ben Okafor" in world.canvas()
    assert "![](@" not in world.canvas()
    for message in world.messages_of_scribe():
        assert message.pings == frozenset()


async def test_messages_of_other_channels_are_not_kept(world: World) -> None:
    other = world.workspace.add_channel("random", members=[world.ana.id, world.workspace.bot_user_id])
    await world.open_here()

    ts = world.workspace.say(world.ana.id, other.id, "Lunch?")
    world.workspace.react(world.ana.id, other.id, ts, "pushpin")
    await world.settled()

    assert "Lunch?" not in await world.command(world.ana, "/timeline")
    assert world.workspace.message(other.id, ts).reactions == {"pushpin": [world.ana.id]}


async def test_marks_made_before_the_declaration_count(world: World) -> None:
    long_ago = await world.say(world.ana, "Last week's lunch.", at="14:12")
    await world.mark(world.ana, long_ago)
    marked = await world.say(world.ana, "Deploy started.", at="14:15")
    await world.mark(world.ben, marked)
    await world.say(world.ana, "An unmarked one.", at="14:16")

    await world.say(world.ana, "This is an incident.", at="14:20")
    await world.command(world.ana, "/incident start here Down since 14:14")

    shown = await world.command(world.ana, "/timeline")
    assert "(1 event)" in shown
    assert "Deploy started." in shown
    assert world.confirmed(marked)
    await world.unmark(world.ben, marked)
    await world.settled()
    assert not world.confirmed(marked)
