"""Slack is told once, whatever becomes of its answers, and nobody is left without a word."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.e2e.conftest import World


def texts(world: World, part: str) -> list[str]:
    return [m.text for m in world.messages_of_scribe() if part in m.text]


@pytest.mark.parametrize("method", ["canvases.create", "chat.postMessage", "chat.update"])
async def test_a_lost_answer_doubles_nothing(world: World, method: str) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ben, ts)
    world.workspace.lose_answer(method)

    await world.command(world.ana, "/resolve")

    assert len(world.workspace.canvases) == 1
    assert len(texts(world, "was resolved by")) == 1
    assert len(texts(world, "Post-mortem draft of INC-1")) == 1
    assert len(texts(world, "INC-1: Deployment disruption")) == 1


async def test_what_a_canvas_holds_whose_answer_was_lost_is_nobody_else_s(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ben, ts)
    world.workspace.lose_answer("canvases.create")
    made = 0

    def record_goes_on(method: str, arguments: Mapping[str, object]) -> None:
        nonlocal made
        if method == "canvases.create" and not made:
            made += 1
            world.workspace.react(world.ben.id, world.channel.id, late, "pushpin")
            world.workspace.edit(world.ana.id, world.channel.id, ts, "Rolled back to 1.4.")

    late = await world.say(world.ana, "Errors fall.", at="14:32")
    world.workspace.before_calls.append(record_goes_on)
    await world.command(world.ana, "/resolve")
    answer = await world.command(world.ana, "/postmortem draft")

    (canvas,) = world.workspace.canvases.values()
    assert canvas.markdown.count("Rolled back") == canvas.markdown.count("Rolled back to 1.4.") == 1
    assert canvas.markdown.count("Errors fall.") == 1
    told = [answer, *texts(world, "draft of INC-1"), *texts(world, "draft</")]
    told += [one.text for one in world.workspace.ephemerals(world.ana.id, world.channel.id)]
    assert not [text for text in told if "Kept as people worded it" in text]


async def test_a_lost_answer_to_the_first_summary_posts_it_once(world: World) -> None:
    world.workspace.lose_answer("chat.postMessage")

    await world.open_here()
    await world.command(world.ana, "/resolve")

    assert len(texts(world, "INC-1: Deployment disruption")) == 1


async def test_a_lost_answer_to_a_new_channel_makes_one_channel(world: World) -> None:
    await world.say(world.ben, "uh oh", at="14:20")
    world.workspace.lose_answer("conversations.create")

    await world.command(world.ben, "/incident start Checkout is down")

    own = [c for c in world.workspace.channels.values() if c.name.startswith("inc-")]
    assert [channel.name for channel in own] == ["inc-20230910-checkout-is-down"]
    assert world.ben.id in own[0].members


async def test_a_refused_channel_keeps_the_incident_where_it_was_declared(world: World) -> None:
    await world.say(world.ben, "uh oh", at="14:20")
    world.workspace.refuse("conversations.create", "restricted_action")

    await world.command(world.ben, "/incident start Checkout is down")

    told = [e.text for e in world.workspace.ephemerals(world.ben.id, world.channel.id)]
    assert "Slack refused a new channel (restricted_action), so INC-1 is kept in this channel." in told
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ben, ts)
    assert "INC-1 is resolved" in await world.command(world.ana, "/resolve")
    assert "Rolled back." in world.canvas()


async def test_a_draft_for_a_channel_scribe_is_not_in_follows_the_invitation(world: World) -> None:
    secret = world.workspace.add_channel("secret", is_private=True, members=[world.ana.id])
    await world.command(world.ana, "/incident start here Breach", channel=secret.id)

    await world.command(world.ana, "/resolve Sealed.", channel=secret.id)

    told = [e.text for e in world.workspace.ephemerals(world.ana.id, secret.id)]
    assert any("the draft then follows" in text for text in told)
    world.workspace.invite(world.workspace.bot_user_id, secret.id, by=world.ana.id)
    await world.settled()
    assert "Sealed." in world.canvas()


async def test_opening_the_canvas_to_members_is_repeated_until_slack_takes_it(world: World) -> None:
    await world.open_here()
    world.workspace.refuse("canvases.access.set", "ratelimited", retry_after=1)

    await world.command(world.ana, "/resolve")

    answers = [call.answer.get("ok") for call in world.workspace.calls("canvases.access.set")]
    assert answers == [False, True]
    assert len(world.workspace.canvases) == 1


async def test_a_thread_that_is_interrupted_goes_on_where_it_stopped(world: World) -> None:
    await world.open_here()
    for number in range(40):
        ts = await world.say(world.ana, f"EVENT-{number:02} " + "lorem ipsum " * 30)
        await world.mark(world.ben, ts)
    for method in ("canvases.create", "conversations.canvases.create"):
        world.workspace.refuse(method, "restricted_action", times=5)
    for _ in range(3):
        world.workspace.lose_answer("chat.postMessage")

    await world.command(world.ana, "/resolve")

    root = next(m for m in world.messages_of_scribe() if "is in this thread" in m.text)
    whole = "\n".join(m.text for m in world.messages_of_scribe() if m.thread_ts == root.ts and m.is_reply)
    assert [whole.count(f"EVENT-{number:02}") for number in range(40)] == [1] * 40


async def test_the_draft_waits_for_texts_that_are_being_read(world: World) -> None:
    older = await world.say(world.ana, "Deploy started.", at="12:30")
    await world.open_here()
    world.workspace.slow("conversations.replies", 1.0)
    world.workspace.react(world.ben.id, world.channel.id, older, "pushpin")

    await world.command(world.ana, "/resolve")

    assert "Deploy started." in world.canvas()


async def test_a_canvas_whose_link_is_refused_is_not_denied(world: World) -> None:
    await world.open_here()
    world.workspace.refuse("chat.postMessage", "restricted_action")

    await world.command(world.ana, "/postmortem draft")

    assert len(world.workspace.canvases) == 1
    assert texts(world, "is in this thread") == []


async def test_a_channels_other_confirmations_do_not_wait_for_one_that_fails(world: World) -> None:
    await world.open_here()
    first = await world.say(world.ana, "One.", at="14:30")
    second = await world.say(world.ana, "Two.", at="14:31")
    world.workspace.refuse("reactions.add", "internal_error", status=500)
    world.workspace.react(world.ben.id, world.channel.id, first, "pushpin")
    world.workspace.react(world.ben.id, world.channel.id, second, "pushpin")

    await world.settled()

    assert world.confirmed(first)
    assert world.confirmed(second)
