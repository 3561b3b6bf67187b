"""A draft in a thread is Scribe's alone: it quotes nothing that was deleted in Slack."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.postmortem.quotes import GONE
from sandbox import messages
from sandbox.records import Message
from tests.e2e.conftest import World
from tests.e2e.test_ladder import CHANNEL, EDIT, TAB, refuse

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
    assert GONE not in shown
    assert [message.ts for message in thread(world)] == [one.ts for one in before][: len(thread(world))]
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


@pytest.mark.parametrize("method", ["chat.update", "chat.delete"])
@pytest.mark.parametrize("fault", ["ratelimited", "lost answer"])
async def test_an_update_that_is_interrupted_goes_on(world: World, method: str, fault: str) -> None:
    said = await drafted(world)
    if fault == "lost answer":
        world.workspace.lose_answer(method)
    else:
        world.workspace.refuse(method, fault, times=2)

    world.workspace.delete(world.ana.id, world.channel.id, said["long"])
    await world.settled()

    found = [message.text for message in thread(world)]
    assert not any(f"{SECRET}1" in text for text in found)
    await world.command(world.ana, "/postmortem draft")
    drafted_anew = [message.text for message in thread(world)][len(found) :]
    assert found[1:] == drafted_anew[1:], "but for the header, which says when it was drafted"


@pytest.mark.parametrize("error", ["edit_window_closed", "cant_update_message", "message_not_found"])
async def test_what_slack_lets_nobody_change_keeps_nothing_else_waiting(world: World, error: str) -> None:
    said = await drafted(world)
    world.workspace.refuse("chat.update", error, times=1)

    world.workspace.delete(world.ana.id, world.channel.id, said["long"])
    await world.settled()

    assert sum(f"{SECRET}1" in message.text for message in thread(world)) <= 1
