"""The channel of announcements: one thread for each public incident, true and told once, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.app import start
from bot.intent_kinds import DECIDED_BY_RETRY
from sandbox import channels, messages
from sandbox.records import Channel, Message
from storage import incidents, outbox_upkeep
from tests.e2e.conftest import World, settings_for
from tests.until import until

THEIRS = "T0CONNECTED"


@pytest.fixture
async def place(world: World, database_url: str) -> AsyncIterator[Channel]:
    """The channel of announcements, in which Scribe is not yet."""
    await world.running.stop()
    place = world.workspace.add_channel("incidents", members=[world.ana.id])
    world.running = await start(settings_for(world.sandbox, database_url, announce_channel="#incidents"))
    await world.sandbox.wait_connected()
    yield place


def announced(world: World, place: Channel) -> list[Message]:
    return world.messages_of_scribe(place.id)


def told(world: World, place: Channel) -> list[str]:
    """What the thread says below its first message."""
    first, *replies = announced(world, place)
    assert {one.thread_ts for one in replies} <= {first.ts}
    return [one.text for one in replies]


async def test_an_incident_is_announced_from_its_declaration_to_its_end_in_one_thread(
    world: World, place: Channel
) -> None:
    await world.open_here("Checkout &amp; carts are <!here> down")
    await world.command(world.ana, "/incident milestone impact_started 14:10 UTC", at="14:22")
    await world.command(world.ana, "/incident severity sev2", at="14:25")
    await world.command(world.ana, "/incident status identified", at="14:30")
    answer = await world.command(world.ana, "/incident update We roll back, says <@U0NOBODY>", at="14:35")
    await world.command(world.ana, "/resolve The rollback helped", at="15:10")

    first = announced(world, place)[0]
    assert "INC-1: Checkout &amp; carts are @here down" in first.text
    assert f"sev2 · resolved · <#{world.channel.id}>" in str(first.blocks)
    assert "and in #incidents" in answer
    severity, stage, update, end = told(world, place)
    assert severity == "Severity *sev2*, set by Ana Ferreira."
    assert stage == "Now *identified* (was investigating), said Ana Ferreira."
    assert update.startswith("Update by Ana Ferreira: We roll back, says @")
    assert ":large_green_circle: *Resolved* <!date^" in end
    assert "by Ana Ferreira, 1 h after the impact began.\nThe rollback helped" in end
    assert "<@" not in f"{update}{first.text}"


async def test_the_first_message_follows_another_title(world: World, place: Channel) -> None:
    await world.open_here("Checkout is down")
    assert "INC-1: Checkout is down" in announced(world, place)[0].text

    await world.command(world.ana, "/incident rename Checkout is slow")

    (first,) = announced(world, place)
    assert "INC-1: Checkout is slow" in first.text


async def test_reopened_and_cancelled_it_says_so(world: World, place: Channel) -> None:
    await world.open_here()
    await world.command(world.ana, "/resolve")
    await world.command(world.ana, "/incident reopen")
    await world.command(world.ana, "/incident cancel")

    assert told(world, place)[1:] == [
        ":red_circle: Open again, said Ana Ferreira.",
        ":no_entry_sign: Declared by mistake, said Ana Ferreira.",
    ]
    assert "declared by mistake" in announced(world, place)[0].text


async def test_one_with_a_channel_of_its_own_links_to_that(world: World, place: Channel) -> None:
    await world.command(world.ana, "/incident start Checkout is down")

    (first,) = announced(world, place)
    own = next(one for one in world.workspace.channels.values() if one.name.startswith("inc-"))
    assert f"<#{own.id}>" in str(first.blocks)


async def test_nothing_of_a_private_incident_is_announced(world: World, place: Channel) -> None:
    await world.command(world.ana, "/incident start private The vault is open")
    await world.command(world.ana, "/incident severity sev1 INC-1")
    await world.command(world.ana, "/incident update INC-1 The vault is shut")

    assert announced(world, place) == []


async def test_once_its_channel_is_private_what_was_said_is_taken_back_and_nothing_more_goes_there(
    world: World, place: Channel
) -> None:
    await world.open_here("Checkout is down")
    await world.command(world.ana, "/incident update The vault may be open")
    await world.command(world.ana, "/incident severity sev1")
    (first, *_) = announced(world, place)
    world.workspace.say(world.ana.id, place.id, "Which vault?", thread_ts=first.ts)
    world.workspace.convert(world.ana.id, world.channel.id, is_private=True)
    await world.settled()

    await world.command(world.ana, "/incident rename The vault is open")
    await world.command(world.ana, "/incident update It was the vault")
    world.workspace.convert(world.ana.id, world.channel.id, is_private=False)
    await world.settled()
    await world.command(world.ana, "/resolve It was the vault")

    (first,) = announced(world, place)
    assert first.text == ":lock: INC-1 is private now. What was said of it here is taken back."
    assert "Checkout" not in f"{first.text}{first.blocks}"
    kept = [one.text for one in place.messages.values() if one.user_id == world.ana.id]
    assert kept == ["Which vault?"]


async def test_what_cannot_be_taken_back_now_is_taken_back_later_and_once(
    world: World, place: Channel
) -> None:
    await world.open_here("Checkout is down")
    await world.command(world.ana, "/incident update The vault may be open")
    world.workspace.refuse("chat.delete", "service_unavailable", status=503)
    world.workspace.convert(world.ana.id, world.channel.id, is_private=True)
    await until(lambda: len(announced(world, place)) == 1)
    await world.settled()

    (first,) = announced(world, place)
    assert "Checkout" not in f"{first.text}{first.blocks}"


async def test_a_channel_shared_with_another_company_announces_nothing_whichever_it_is(
    world: World, place: Channel
) -> None:
    world.workspace.share_channel(world.channel.id, THEIRS)
    await world.open_here()
    await world.command(world.ana, "/resolve")
    assert announced(world, place) == []

    world.workspace.share_channel(place.id, THEIRS)
    await world.command(world.ana, "/incident start Checkout is down")
    await world.command(world.ana, "/incident update INC-2 Still down")

    assert announced(world, place) == []
    own = next(one for one in world.workspace.channels.values() if one.name.startswith("inc-"))
    said = [one.text for one in world.messages_of_scribe(own.id) if "could not" in one.text]
    assert len(said) == 1
    assert "ANNOUNCE_CHANNEL is shared with another company" in said[0]


async def test_what_could_not_be_announced_is_sent_in_order_once_that_is_mended(
    world: World, database_url: str
) -> None:
    await world.running.stop()
    world.running = await start(settings_for(world.sandbox, database_url, announce_channel="incidents"))
    await world.sandbox.wait_connected()
    await world.open_here()
    await world.command(world.ana, "/incident update It is slow")
    (trouble,) = [one.text for one in world.messages_of_scribe() if "could not" in one.text]
    assert "ANNOUNCE_CHANNEL names no channel" in trouble

    place = world.workspace.add_channel("incidents", members=[world.ana.id])
    await retry_all(world)

    assert [one.partition(":")[0] for one in told(world, place)] == ["Update by Ana Ferreira"]


async def retry_all(world: World) -> None:
    """As `scribe outbox retry --all` does."""
    async with world.running.scribe.database.write() as session:
        await outbox_upkeep.retry(session, None, decided_kinds=DECIDED_BY_RETRY)
    world.running.worker.wake()
    await world.settled()


async def _declared_unheard(world: World, place: Channel) -> None:
    """Slack has the summary and the announcement, whose answers were lost; nobody can look for them yet."""
    world.workspace.lose_answer("chat.postMessage", times=2)
    world.workspace.refuse("conversations.history", "internal_error", times=6)
    await world.workspace.command(world.ana.id, world.channel.id, "/incident", "start here The vault is open")
    await until(lambda: announced(world, place))


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("/resolve", "(resolved)"),
        ("/incident severity sev1", "sev1"),
        ("/incident cancel", "declared by mistake"),
    ],
)
async def test_what_changed_before_its_first_message_was_found_is_in_it(
    world: World, place: Channel, command: str, says: str
) -> None:
    await _declared_unheard(world, place)

    await world.command(world.ana, command)

    (first,) = [one for one in announced(world, place) if one.thread_ts in (None, one.ts)]
    assert says in f"{first.text}{first.blocks}"


async def test_one_that_became_private_before_its_first_message_was_found_is_taken_back(
    world: World, place: Channel
) -> None:
    await _declared_unheard(world, place)

    world.workspace.convert(world.ana.id, world.channel.id, is_private=True)
    await world.settled()

    (first,) = announced(world, place)
    assert first.text == ":lock: INC-1 is private now. What was said of it here is taken back."
    assert "vault" not in str(first.blocks)


async def test_a_thread_that_people_deleted_stays_deleted(world: World, place: Channel) -> None:
    await world.open_here()
    (first,) = announced(world, place)
    messages.remove(world.workspace, first)
    await world.settled()

    await world.command(world.ana, "/incident severity sev1")
    await world.command(world.ana, "/resolve")

    assert announced(world, place) == []


async def test_whoever_declares_nothing_to_announce_sets_no_channel(world: World) -> None:
    await world.open_here()

    async with world.running.scribe.database.read() as session:
        (incident,) = await incidents.of_number(session, 1)
    assert incident.is_announced is False


async def test_the_thread_goes_on_where_slack_gives_the_channel_another_id(
    world: World, place: Channel
) -> None:
    await world.open_here()
    channels.change_id(world.workspace, place)
    await world.settled()

    await world.command(world.ana, "/incident severity sev1")

    assert told(world, place) == ["Severity *sev1*, set by Ana Ferreira."]
