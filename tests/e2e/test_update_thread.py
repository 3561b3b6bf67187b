"""A draft in a thread is Scribe's alone: it quotes nothing that was deleted in Slack."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pytest
from sqlmodel import select

from bot.postmortem.quotes import GONE
from bot.postmortem.render.thread_parts import recalled
from sandbox import channels, messages
from sandbox.records import Message
from storage.postmortem_tables import Draft
from tests.e2e.conftest import World
from tests.e2e.test_ladder import CHANNEL, EDIT, POST, TAB, refuse

SECRET = "quagga"
LONG = "\n\n".join(f"{SECRET}{number} " + "word " * 60 for number in range(40))
"""Longer than three messages of a thread, in paragraphs."""


async def drafted(world: World) -> dict[str, str]:
    """An incident with a long message, a short and a kept one, drafted into a thread: the `ts` of each."""
    refuse(world, TAB, CHANNEL, EDIT, error="canvas_disabled_user_team")
    await world.open_here()
    said = {
        "long": await world.say(world.ana, LONG, at="14:20"),
        "short": await world.say(world.ana, f"{SECRET} alone & 🔥", at="14:21"),
        "kept": await world.say(world.ben, "The rollback helped 🔥.", at="14:22"),
    }
    for ts in said.values():
        await world.mark(world.ben, ts, "bulb")
    await world.command(world.ana, "/resolve Done.", at="15:00")
    return said


def thread(world: World) -> list[Message]:
    return [message for message in world.messages_of_scribe() if message.is_reply]


def shown(world: World) -> str:
    return "\n".join(message.text for message in thread(world))


def link_to(world: World, ts: str) -> str:
    return f"https://acme.slack.com/archives/{world.channel.id}/p{ts.replace('.', '')}"


async def test_what_is_deleted_leaves_the_thread_and_all_else_stays(world: World) -> None:
    said = await drafted(world)
    before = thread(world)
    assert sum(SECRET in message.text for message in before) > 3

    for what in ("short", "long"):
        world.workspace.delete(world.ana.id, world.channel.id, said[what])
        await world.settled()

    shown = "\n".join(message.text for message in thread(world))
    assert SECRET not in shown
    assert "The rollback helped" in shown
    assert shown.count(GONE) >= 2
    assert [message.ts for message in thread(world)] == [one.ts for one in before]
    assert not any("deleted in Slack since" in message.text for message in world.messages_of_scribe())


async def test_what_nothing_quotes_changes_no_message(world: World) -> None:
    await drafted(world)
    ts = await world.say(world.ana, "By the way.")
    before = len(world.workspace.calls("chat.update"))

    world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.settled()

    assert world.workspace.calls("chat.update")[before:] == []


@pytest.mark.parametrize("sent", range(6))
async def test_what_is_deleted_while_it_is_sent_leaves_the_thread_too(world: World, sent: int) -> None:
    """Before the message of this number, the root being the first, somebody deletes what it quotes."""
    said = await drafted(world)
    posts = 0

    def delete(method: str, arguments: Mapping[str, object]) -> None:
        nonlocal posts
        if method == "chat.postMessage" and (posts or "is in this thread" in str(arguments["text"])):
            if posts == sent:
                world.workspace.delete(world.ana.id, world.channel.id, said["long"])
            posts += 1

    world.workspace.before_calls.append(delete)
    await world.command(world.ana, "/postmortem draft")

    assert posts > sent
    assert not any(f"{SECRET}1" in message.text for message in thread(world))
    roots = [message.ts for message in world.messages_of_scribe() if "is in this thread" in message.text]
    assert len(roots) == 2
    for root in roots:
        replies = "\n".join(one.text for one in thread(world) if one.thread_ts == root)
        assert f"{SECRET} alone" in replies
        assert "The rollback helped" in replies
        assert replies.count("Post-mortem draft of") == 1


async def test_of_a_thread_that_somebody_thinned_out_the_rest_follows(world: World) -> None:
    said = await drafted(world)
    quoting = [message for message in thread(world) if SECRET in message.text]
    messages.remove(world.workspace, quoting[1])

    world.workspace.delete(world.ana.id, world.channel.id, said["long"])
    await world.settled()

    assert not any(f"{SECRET}1" in message.text for message in thread(world))
    assert any(f"{SECRET} alone" in message.text for message in thread(world))


@pytest.mark.parametrize("fault", ["ratelimited", "lost answer"])
async def test_an_update_that_is_interrupted_goes_on(world: World, fault: str) -> None:
    said = await drafted(world)
    before = [message.text for message in thread(world) if SECRET not in message.text]
    if fault == "lost answer":
        world.workspace.lose_answer("chat.update")
    else:
        world.workspace.refuse("chat.update", fault, times=2)

    for what in ("long", "short"):
        world.workspace.delete(world.ana.id, world.channel.id, said[what])
    await world.settled()

    found = [message.text for message in thread(world)]
    assert not any(SECRET in text for text in found)
    assert [text for text in found if GONE not in text] == before
    assert sum("The rollback helped" in text for text in found) == 1


@pytest.mark.parametrize("error", ["edit_window_closed", "cant_update_message", "restricted_action"])
async def test_what_slack_lets_nobody_change_keeps_nothing_else_waiting(world: World, error: str) -> None:
    said = await drafted(world)
    world.workspace.refuse("chat.update", error, times=1)

    world.workspace.delete(world.ana.id, world.channel.id, said["long"])
    await world.settled()

    assert sum(f"{SECRET}1" in message.text for message in thread(world)) <= 1


async def test_of_a_cancelled_incident_too(world: World) -> None:
    said = await drafted(world)
    await world.command(world.ana, "/incident cancel")

    for what in ("long", "short"):
        world.workspace.delete(world.ana.id, world.channel.id, said[what])
    await world.settled()

    assert not any(SECRET in message.text for message in thread(world))


@pytest.mark.parametrize("is_archived", [False, True])
async def test_a_channel_that_comes_back_has_it_taken_out_then(world: World, is_archived: bool) -> None:
    said = await drafted(world)
    bot = world.workspace.bot_user_id

    def lose(called: str, arguments: Mapping[str, object]) -> None:
        if called == "chat.update":
            world.workspace.before_calls.remove(lose)
            if is_archived:
                channels.archive(world.workspace, world.channel, world.ana.id)
            else:
                world.workspace.remove(bot, world.channel.id, by=world.ana.id)

    world.workspace.before_calls.append(lose)
    world.workspace.delete(world.ana.id, world.channel.id, said["long"])
    await world.settled()
    if is_archived:
        channels.unarchive(world.workspace, world.channel, world.ana.id)
    else:
        world.workspace.invite(bot, world.channel.id, by=world.ana.id)
    await world.settled()

    assert not any(f"{SECRET}1" in message.text for message in thread(world))


@pytest.mark.parametrize("sent", [2, 3, 4])
async def test_what_is_edited_while_it_is_sent_moves_no_line(world: World, sent: int) -> None:
    said = await drafted(world)
    await world.mark(world.ben, said["long"], "dart")
    posts = 0

    def edit(method: str, arguments: Mapping[str, object]) -> None:
        nonlocal posts
        if method == "chat.postMessage" and (posts or "is in this thread" in str(arguments["text"])):
            if posts == sent:
                world.workspace.edit(world.ana.id, world.channel.id, said["long"], "Edited.")
                world.workspace.delete(world.ana.id, world.channel.id, said["short"])
            posts += 1

    world.workspace.before_calls.append(edit)
    await world.command(world.ana, "/postmortem draft")

    roots = [message.ts for message in world.messages_of_scribe() if "is in this thread" in message.text]
    shown = "\n".join(message.text for message in thread(world) if message.thread_ts == roots[-1])
    assert all(f"{SECRET}{number} " in shown for number in range(40))
    assert f"{SECRET} alone" not in shown
    assert shown.count("The rollback helped") == 1


async def half_sent(world: World, number: int) -> dict[str, str]:
    """A draft of which Slack refuses the message of this number, the root being the first, and a file too."""
    refuse(world, TAB, CHANNEL, EDIT, error="canvas_disabled_user_team")
    await world.open_here()
    said = {"short": await world.say(world.ana, f"{SECRET} alone", at="14:20")}
    said["long"] = await world.say(world.ana, LONG, at="14:21")
    for ts in said.values():
        await world.mark(world.ben, ts)
    said["last"] = await world.say(world.ben, "The rollback helped.", at="14:22")
    await world.mark(world.ben, said["last"], "bulb")
    posts = 0

    def fail(method: str, arguments: Mapping[str, object]) -> None:
        nonlocal posts
        if method == POST and (posts or "is in this thread" in str(arguments["text"])):
            posts += 1
            if posts == number:
                world.workspace.refuse(POST, "restricted_action", times=1)

    world.workspace.before_calls.append(fail)
    await world.command(world.ana, "/resolve Done.", at="15:00")
    world.workspace.before_calls.remove(fail)
    return said


async def come_back(world: World) -> None:
    bot = world.workspace.bot_user_id
    world.workspace.remove(bot, world.channel.id, by=world.ana.id)
    await world.settled()
    world.workspace.invite(bot, world.channel.id, by=world.ana.id)
    await world.settled()


async def delete(world: World, ts: str) -> None:
    who = world.workspace.message(world.channel.id, ts).user_id
    world.workspace.delete(str(who), world.channel.id, ts)
    await world.settled()


def told(world: World) -> list[str]:
    return [one.text for one in world.messages_of_scribe() if "deleted in Slack since" in one.text]


async def stored(world: World) -> list[Draft]:
    async with world.running.scribe.database.read() as session:
        return list((await session.exec(select(Draft).order_by(Draft.version))).all())


async def test_a_draft_that_is_half_sent_is_finished_once(world: World) -> None:
    said = await half_sent(world, 4)

    await delete(world, said["short"])
    await come_back(world)

    assert f"{SECRET} alone" not in shown(world)
    assert shown(world).count(f"{SECRET}39 ") == shown(world).count("The rollback helped") == 1


async def test_one_that_is_half_sent_is_finished_where_nobody_may_change_it(world: World) -> None:
    said = await half_sent(world, 4)
    world.workspace.refuse("chat.update", "cant_update_message", times=50)

    await delete(world, said["short"])
    await come_back(world)

    assert shown(world).count(f"{SECRET}39 ") == shown(world).count("The rollback helped") == 1
    assert len(told(world)) == 1


async def test_of_a_draft_that_is_never_finished_no_words_are_kept(world: World) -> None:
    said = await half_sent(world, 3)
    await world.command(world.ana, "/incident cancel")

    await delete(world, said["last"])

    [draft] = await stored(world)
    assert draft.delivered_at is None
    assert "rollback" not in json.dumps(draft.posted)


async def test_where_the_change_is_refused_no_words_of_what_was_never_sent_are_kept(world: World) -> None:
    said = await half_sent(world, 5)
    world.workspace.refuse("chat.update", "not_in_channel", times=50)

    world.workspace.delete(world.ana.id, world.channel.id, said["long"])
    await world.settled()

    [draft] = await stored(world)
    unsent = [part.text for part in recalled(draft.posted) if not part.ts]
    assert unsent
    assert not any(SECRET in text for text in unsent)


async def test_what_an_earlier_version_began_to_post_is_finished_and_told_of(world: World) -> None:
    said = await half_sent(world, 3)
    async with world.running.scribe.database.write() as session:
        draft = (await session.exec(select(Draft))).one()
        draft.parts, draft.posted = [part.text for part in recalled(draft.posted)], None
        session.add(draft)

    await come_back(world)
    await delete(world, said["last"])

    assert shown(world).count("The rollback helped") == 1
    [draft] = await stored(world)
    assert draft.parts is None
    assert len(told(world)) == 1


@pytest.mark.parametrize("sent", [2, 4])
async def test_what_is_deleted_while_it_is_sent_is_told_where_nobody_may_change_it(
    world: World, sent: int
) -> None:
    said = await drafted(world)
    world.workspace.refuse("chat.update", "cant_update_message", times=50)
    posts = 0

    def gone(method: str, arguments: Mapping[str, object]) -> None:
        nonlocal posts
        if method == POST and (posts or "is in this thread" in str(arguments["text"])):
            if posts == sent:
                world.workspace.delete(world.ana.id, world.channel.id, said["short"])
            posts += 1

    world.workspace.before_calls.append(gone)
    await world.command(world.ana, "/postmortem draft", at="15:10")

    assert posts > sent
    assert any(one.startswith("A message quoted in draft 2 ") for one in told(world))


async def test_of_what_was_taken_out_before_nobody_is_told(world: World) -> None:
    said = await drafted(world)
    world.at("15:10")
    await delete(world, said["short"])
    world.workspace.refuse("chat.update", "edit_window_closed", times=50)

    world.at("15:20")
    await delete(world, said["kept"])

    assert [one.split(" draft 1 ")[0] for one in told(world)] == ["A message quoted in"]


async def test_nothing_is_asked_of_slack_but_the_updates(world: World) -> None:
    said = await drafted(world)
    await world.command(world.ana, "/postmortem draft")
    quoting = [message for message in thread(world) if f"{SECRET} alone" in message.text]
    chat = await world.say(world.ana, "By the way.")
    before = len(world.workspace.calls())

    for ts in (chat, said["short"]):
        world.workspace.delete(world.ana.id, world.channel.id, ts)
        await world.settled()

    calls = [call.method for call in world.workspace.calls()[before:]]
    assert calls == ["chat.update"] * len(quoting)


async def test_what_somebody_put_in_other_words_stays(world: World) -> None:
    refuse(world, TAB, CHANNEL, EDIT, error="canvas_disabled_user_team")
    await world.open_here()
    ts = await world.say(world.ana, f"{SECRET} must be caged", at="14:20")
    await world.mark(world.ben, ts)
    await world.mark(world.ben, ts, "dart")
    await world.command(world.ben, "/timeline edit 1 14:22 UTC Bought a vault")
    await world.command(world.ben, "/incident task")
    await world.command(world.ben, "/incident task edit 1 Buy a vault soon")
    await world.command(world.ana, "/resolve Done.", at="15:00")
    before = shown(world)

    world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.settled()

    assert "Bought a vault" in before
    assert "Buy a vault soon" in before
    link = re.compile(r"<[^<>|]*\|([^<>|]*)>")
    assert shown(world) == link.sub(r"\1", before)


async def test_a_link_in_somebodys_words_is_not_their_source(world: World) -> None:
    refuse(world, TAB, CHANNEL, EDIT, error="canvas_disabled_user_team")
    await world.open_here()
    rolled = await world.say(world.ben, "Rolled back.", at="14:20")
    ts = await world.say(world.ana, f"{SECRET} ({link_to(world, rolled)}) — {link_to(world, rolled)} zebra")
    view = await world.say(world.ben, f"My view is clear ({link_to(world, ts)}), vault", at="14:22")
    for one in (ts, view):
        await world.mark(world.ben, one)
        await world.mark(world.ben, one, "bulb")
    await world.command(world.ana, "/resolve Done.", at="15:00")
    before = shown(world)

    world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.settled()

    assert SECRET not in shown(world)
    assert "zebra" not in shown(world)
    changed = [one for one in before.split("\n") if one not in shown(world).split("\n")]
    assert len(changed) == 2
    assert all("zebra" in one for one in changed)


async def test_a_draft_for_people_outside_follows_too(world: World) -> None:
    refuse(world, TAB, CHANNEL, EDIT, error="canvas_disabled_user_team")
    await world.open_here()
    ts = await world.say(world.ana, f"{SECRET} is loose", at="14:21")
    await world.mark(world.ben, ts, "mega")
    await world.command(world.ana, "/resolve Done.", at="15:00")
    before = len(thread(world))
    await world.command(world.ana, "/postmortem draft customer")
    assert any(SECRET in message.text for message in thread(world)[before:])

    world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.settled()

    assert SECRET not in shown(world)


@pytest.mark.parametrize("error", ["edit_window_closed", "cant_update_message"])
async def test_where_nobody_may_change_it_the_channel_is_told(world: World, error: str) -> None:
    said = await drafted(world)
    world.workspace.refuse("chat.update", error, times=50)

    for what in ("short", "long"):
        world.workspace.delete(world.ana.id, world.channel.id, said[what])
        await world.settled()

    first, second = told(world)
    assert first.startswith("A message quoted in draft 1 ")
    assert second.startswith("2 messages quoted in draft 1 ")
