"""`/postmortem search` and `/incident similar`: what was learned before is found where it is needed."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import World

pytestmark = pytest.mark.on_each_database


async def two_incidents(world: World) -> None:
    await world.open_here("Checkout is slow")
    ts = await world.say(world.ana, "The connection pool was exhausted &lt;again&gt;.", at="14:30")
    await world.mark(world.ben, ts, "mag")
    await world.command(world.ana, "/resolve")
    other = world.workspace.add_channel("payments", members=[world.ana.id, world.workspace.bot_user_id])
    await world.command(world.ana, "/incident start here Payments are slow too", channel=other.id)


async def test_a_root_cause_is_found_with_its_incident_and_its_draft(world: World) -> None:
    await two_incidents(world)

    answer = await world.command(world.ben, "/postmortem search exhausted pools")

    assert "*INC-1* Checkout is slow" in answer
    assert "*pool* was *exhausted*" in answer
    (canvas,) = world.workspace.canvases.values()
    shown = world.workspace.calls("chat.postMessage")
    assert canvas.id in str(shown)
    assert "INC-2" not in answer


async def test_what_was_marked_since_is_found_at_once_and_what_was_unmarked_no_more(world: World) -> None:
    await two_incidents(world)
    ts = await world.say(world.ana, "Lesson: rehearse the failover.", at="16:30")
    await world.mark(world.ben, ts, "bulb")
    assert "INC-1" in await world.command(world.ben, "/postmortem search failover")

    await world.unmark(world.ben, ts, "bulb")

    assert "Nothing was found" in await world.command(world.ben, "/postmortem search failover")


async def test_the_words_of_a_search_ping_nobody(world: World) -> None:
    await two_incidents(world)

    answer = await world.command(world.ben, "/postmortem search <!channel> pool")

    assert "<!channel>" not in answer


async def test_similar_incidents_are_shown_in_the_channel_of_the_new_one(world: World) -> None:
    await two_incidents(world)
    payments = next(c for c in world.workspace.channels.values() if c.name == "payments")

    answer = await world.command(world.ana, "/incident similar", channel=payments.id)

    assert "INC-1" in answer
    assert "*INC-2*" not in answer


async def test_a_search_without_words_says_how(world: World) -> None:
    assert await world.command(world.ana, "/postmortem search") == (
        "Which words shall I look for? For example: `/postmortem search connection pool`."
    )


async def test_a_message_marked_for_a_section_alone_is_found_by_what_it_says_now(world: World) -> None:
    await world.open_here("Checkout is slow")
    ts = await world.say(world.ana, "The quagga ate the cable.", at="14:30")
    await world.mark(world.ben, ts, "mag")
    assert "INC-1" in await world.command(world.ben, "/postmortem search quagga")

    world.workspace.edit(world.ana.id, world.channel.id, ts, "The okapi ate the cable.")
    await world.settled()
    assert "Nothing was found" in await world.command(world.ben, "/postmortem search quagga")
    assert "INC-1" in await world.command(world.ben, "/postmortem search okapi")

    world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.settled()
    assert "Nothing was found" in await world.command(world.ben, "/postmortem search okapi")


async def test_channels_that_are_mentioned_are_found_by_name_and_private_ones_unnamed(world: World) -> None:
    bot = world.workspace.bot_user_id
    vault = world.workspace.add_channel("vault-secret", is_private=True, members=[world.ana.id, bot])
    lobby = world.workspace.add_channel("lobby", members=[world.ana.id])
    await world.open_here()
    text = f"Zebra lesson, see <#{vault.id}|vault-secret> and <#{lobby.id}|lobby>."
    ts = await world.say(world.ana, text, at="14:30")
    await world.mark(world.ben, ts, "bulb")

    answer = await world.command(world.ben, "/postmortem search zebra")

    assert "see (a private channel) and #lobby" in answer
    assert vault.id not in answer


async def test_words_in_capitals_are_no_channel(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "CONNECTIONS of zebra dropped, see #GOODNIGHT", at="14:30")
    await world.mark(world.ben, ts, "bulb")

    answer = await world.command(world.ben, "/postmortem search zebra")

    assert "CONNECTIONS of" in answer
    assert "#CONNECTIONS" not in answer
    assert "#GOODNIGHT" in answer
