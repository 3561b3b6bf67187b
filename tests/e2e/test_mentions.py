"""Mentions, in threads above all, and direct messages: they do what commands do, and answer in place."""

from __future__ import annotations

from bot.slack.blocks.mention import FORM_ACTION, WHICH_ACTION
from sandbox.records import Channel, Ephemeral, Message, Person
from tests.e2e.conftest import World


def mention(world: World) -> str:
    return f"<@{world.workspace.bot_user_id}>"


async def ask(world: World, who: Person, text: str, *, thread_ts: str | None = None, at: str = "") -> str:
    """Mention Scribe; what the person alone is shown, in the same thread or outside of any."""
    seen = world.workspace.ephemerals(who.id, world.channel.id)
    await world.say(who, f"{mention(world)} {text}", thread_ts=thread_ts, at=at)
    await world.settled()
    shown = [one for one in world.workspace.ephemerals(who.id, world.channel.id) if one not in seen]
    return "\n".join(read(one) for one in shown if one.thread_ts == thread_ts)


def read(one: Ephemeral | Message) -> str:
    return f"{one.text}\n{one.blocks}"


def direct(world: World, who: Person) -> Channel:
    return world.workspace.open_home(who.id, "messages")


async def tell(world: World, who: Person, text: str) -> str:
    """Write to Scribe directly; what it answers."""
    channel = direct(world, who)
    before = len(world.workspace.messages(channel.id))
    world.workspace.say(who.id, channel.id, text)
    await world.settled()
    return "\n".join(read(one) for one in world.workspace.messages(channel.id)[before + 1 :])


async def test_a_mention_in_a_thread_adds_to_the_timeline_and_is_answered_there_alone(world: World) -> None:
    await world.open_here("Checkout is down")
    root = await world.say(world.ben, "Errors everywhere", at="14:25")

    answer = await ask(world, world.ana, "add 14:05 UTC rolled back", thread_ts=root, at="14:30")

    assert "On the timeline as event 1" in answer
    assert "rolled back (INC-1)" in answer
    assert "rolled back" in await world.command(world.ben, "/timeline")
    assert not any("On the timeline" in one.text for one in world.messages_of_scribe())


async def test_pin_this_puts_the_first_message_of_the_thread_on_the_timeline(world: World) -> None:
    await world.open_here("Checkout is down")
    for number, said in enumerate(("pin this", "add this", "pin that message!"), start=1):
        root = await world.say(world.ben, f"Errors at {number}0%", at=f"14:2{number}")

        answer = await ask(world, world.ana, said, thread_ts=root)

        assert f"On the timeline as event {number}" in answer
        assert world.confirmed(root)
    assert "Errors at 30%" in await world.command(world.ben, "/timeline")
    history = await world.command(world.ben, "/timeline history 1")
    assert f"<@{world.ana.id}>" in history


async def test_pin_this_outside_a_thread_asks_which_and_takes_a_link(world: World) -> None:
    await world.open_here("Checkout is down")
    ts = await world.say(world.ben, "Errors at 34%", at="14:25")

    assert "Which message shall I put on the timeline?" in await ask(world, world.ana, "pin this")

    link = world.workspace.permalink(world.channel.id, ts)
    assert "On the timeline as event 1" in await ask(world, world.ana, f"pin <{link}>")
    assert "On the timeline as event 1" in await world.command(world.ana, f"/timeline pin {link}")


async def test_what_was_said_before_the_incident_can_be_pinned_and_scribe_s_own_words_cannot(
    world: World,
) -> None:
    root = await world.say(world.ben, "The first alert", at="14:00")
    await world.open_here("Checkout is down")

    assert "On the timeline as event 1" in await ask(world, world.ana, "pin this", thread_ts=root)
    assert "The first alert" in await world.command(world.ben, "/timeline")

    summary = world.messages_of_scribe()[0]
    assert "I said that myself" in await ask(world, world.ana, "pin this", thread_ts=summary.ts)
    assert "(1 event)" in await world.command(world.ben, "/timeline")


async def test_of_a_message_in_another_channel_the_timeline_has_a_link_alone(world: World) -> None:
    await world.open_here("Checkout is down")
    other = world.workspace.add_channel("elsewhere", members=[world.ben.id])
    link = world.workspace.permalink(other.id, world.workspace.say(world.ben.id, other.id, "Zebra"))

    assert "On the timeline as event 1" in await ask(world, world.ana, f"pin <{link}>")

    timeline = await world.command(world.ana, "/timeline")
    assert link in timeline
    assert "Zebra" not in timeline


async def test_a_mention_that_slack_sends_again_is_done_and_answered_once(world: World) -> None:
    await world.open_here("Checkout is down")
    world.workspace.socket.duplicate(2)  # the message and the mention
    answer = await ask(world, world.ana, "add 14:05 UTC rolled back")

    assert answer.count("rolled back (INC-1)") == 1
    assert "done that already" not in answer
    assert "(1 event)" in await world.command(world.ana, "/timeline")


async def test_every_other_verb_is_understood(world: World) -> None:
    await world.open_here("Checkout is down")
    root = await world.say(world.ben, "Errors everywhere", at="14:25")

    for said, answer in (
        ("severity sev1", "sev1"),
        ("role commander me", "commander"),
        ("timeline", "empty"),
        ("task add me: Add an index", "Action item 1 of INC-1 is added"),
        ("task done 1", "is done"),
        ("show INC-1", "Checkout is down"),
        ("/incident list", "INC-1"),
        ("help", "Scribe keeps the record of an incident"),
        ("help severity", "says how bad the incident is"),
        ("", "Scribe keeps the record of an incident"),
        ("resolve Rolled back, all is well", "INC-1 is resolved"),
        ("status", "resolved"),
        ("postmortem status", "owner"),
        ("owner me", "now owns INC-1"),
    ):
        assert answer.lower() in (await ask(world, world.ana, said, thread_ts=root)).lower(), said


async def test_what_is_not_understood_is_answered_with_what_works_in_a_thread(world: World) -> None:
    await world.open_here("Checkout is down")
    root = await world.say(world.ben, "Errors everywhere", at="14:25")

    assert "Did you mean `@Scribe severity`" in await ask(world, world.ana, "severty sev1", thread_ts=root)
    assert "Did you mean `@Scribe add rolled back to 1.4`?" in await ask(
        world, world.ana, "rolled back to 1.4", thread_ts=root
    )
    answer = await ask(world, world.ana, "14:05 rolled back", thread_ts=root)
    assert "`@Scribe timeline add 14:05 rolled back`" in answer
    assert "`@Scribe resolve Rolled back, all is well`" in await ask(
        world, world.ana, "close", thread_ts=root
    )


async def test_a_verb_that_takes_a_form_is_offered_one(world: World) -> None:
    await world.open_here("Checkout is down")
    root = await world.say(world.ben, "Errors everywhere", at="14:25")

    answer = await ask(world, world.ana, "task add", thread_ts=root)
    assert "This takes a form" in answer
    shown = world.workspace.ephemerals(world.ana.id, world.channel.id)[-1]
    await world.workspace.click(
        world.ana.id, channel_id=world.channel.id, message_ts=shown.ts, action_id=FORM_ACTION
    )
    await world.settled()

    assert len(world.workspace.open_views(world.ana.id)) == 1


async def test_each_mention_counts_once_and_edits_apps_and_talk_about_scribe_do_nothing(world: World) -> None:
    await world.open_here("Checkout is down")
    ts = await world.say(world.ana, f"{mention(world)} add 14:05 UTC rolled back", at="14:25")
    await world.settled()
    world.workspace.edit(world.ana.id, world.channel.id, ts, f"{mention(world)} add 14:05 UTC rolled forward")
    world.workspace.say_as_bot("Watchtower", world.channel.id, text=f"{mention(world)} add Alert")
    await world.say(world.ben, f"Please ask {mention(world)} for the timeline, it knows")
    await world.settled()

    assert "(1 event)" in await world.command(world.ana, "/timeline")
    answers = [call.args["user"] for call in world.workspace.calls("chat.postEphemeral")]
    assert answers.count(world.ana.id) == 1


async def test_a_mention_is_itself_a_message_that_can_be_marked(world: World) -> None:
    await world.open_here("Checkout is down")
    ts = await world.say(world.ana, f"{mention(world)} add 14:05 UTC rolled back", at="14:25")

    await world.mark(world.ben, ts)
    await world.settled()

    assert "(2 events)" in await world.command(world.ana, "/timeline")


async def test_a_private_channel_s_mention_declares_a_private_incident(world: World) -> None:
    secret = world.workspace.add_channel(
        "vault", is_private=True, members=[world.ana.id, world.workspace.bot_user_id]
    )
    world.workspace.say(world.ana.id, secret.id, f"{mention(world)} start The vault is open")
    await world.settled()

    opened = next(one for one in world.workspace.channels.values() if one.name.startswith("inc-"))
    assert opened.is_private


async def test_direct_messages_work_like_commands_of_no_channel(world: World) -> None:
    assert "Which incident is this about? None is open" in await tell(world, world.ana, "severity sev1")
    await world.open_here("Checkout is down")

    assert "sev2" in await tell(world, world.ana, "INC-1 severity sev2")
    assert "INC-1" in await tell(world, world.ana, "list")
    assert "Scribe keeps the record of an incident" in await tell(world, world.ana, "help")
    asked = await tell(world, world.ana, "severity sev1")
    assert "Which incident is this about?" in asked
    assert "INC-1 Checkout is down" in asked

    channel = direct(world, world.ana)
    question = world.workspace.messages(channel.id)[-1]
    await world.workspace.click(
        world.ana.id, channel_id=channel.id, message_ts=question.ts, action_id=f"{WHICH_ACTION}_1"
    )
    await world.settled()

    assert "sev1" in read(world.workspace.ephemerals(world.ana.id, channel.id)[-1])
    assert "sev1" in await world.command(world.ana, "/incident show")


async def test_nothing_of_a_direct_message_is_recorded(world: World) -> None:
    await world.open_here("Checkout is down")
    await tell(world, world.ana, "zebra crossing")

    async with world.running.scribe.database.read() as session:
        connection = await session.connection()
        rows = (await connection.exec_driver_sql("SELECT text FROM message")).all()
    assert rows
    assert not any("zebra" in text for (text,) in rows)
