"""A channel is lost while its incident is open: that is told, shown, and it can be ended from elsewhere."""

from __future__ import annotations

import pytest

from sandbox import channels
from sandbox.records import Channel, Person
from storage import postmortems
from tests.e2e.conftest import World
from tests.e2e.test_catch_up import looked_again, unheard


@pytest.fixture
def elsewhere(world: World) -> Channel:
    return world.workspace.add_channel(
        "general", members=[world.ana.id, world.ben.id, world.workspace.bot_user_id]
    )


def told(world: World, person: Person) -> list[str]:
    """What Scribe said to somebody alone."""
    return [
        message.text
        for channel in world.workspace.channels.values()
        if channel.with_user_id == person.id
        for message in world.workspace.messages(channel.id)
    ]


async def test_taken_out_of_the_channel_scribe_tells_the_commander_and_catches_up_when_it_is_back(
    world: World, elsewhere: Channel
) -> None:
    await world.open_here()
    await world.command(world.ben, f"/incident role commander <@{world.ana.id}>")
    world.at("14:30")
    world.workspace.remove(world.workspace.bot_user_id, world.channel.id, by=world.ben.id)
    await world.settled()
    world.at("14:35")
    ts = world.workspace.say(world.ben.id, world.channel.id, "Rolled back.")
    world.workspace.react(world.ana.id, world.channel.id, ts, "pushpin")

    (said,) = told(world, world.ana)
    assert told(world, world.ben) == []
    assert f"`/invite` <@{world.workspace.bot_user_id}>" in said
    assert "`/resolve INC-1`" in said
    listed = await world.command(world.ana, "/incident list", channel=elsewhere.id)
    assert "Scribe was taken out of its channel" in listed
    shown = await world.command(world.ana, "/incident show INC-1", channel=elsewhere.id)
    assert "Scribe was taken out of its channel" in shown

    world.at("14:40")
    world.workspace.invite(world.workspace.bot_user_id, world.channel.id, by=world.ben.id)
    await world.settled()

    assert "Rolled back." in await world.command(world.ana, "/timeline")
    assert "taken out" not in await world.command(world.ana, "/incident list")
    await world.command(world.ana, "/resolve")
    (line,) = [line for line in world.canvas().splitlines() if "Scribe was away 14:30" in line]
    assert "1 message recovered" in line


async def test_what_no_event_told_is_learnt_by_reading(world: World, elsewhere: Channel) -> None:
    await world.open_here()
    with unheard(world):
        world.workspace.remove(world.workspace.bot_user_id, world.channel.id, by=world.ben.id)
    await looked_again(world)
    await looked_again(world)

    (said,) = told(world, world.ben)
    assert "taken out" in said


async def test_an_archived_channel_is_told_and_its_incident_ended_from_elsewhere(
    world: World, elsewhere: Channel
) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ben, ts)
    world.workspace.archive(world.ana.id, world.channel.id)
    await world.settled()

    (said,) = told(world, world.ben)
    assert "was archived while INC-1 is open" in said
    assert "its channel is archived" in await world.command(world.ana, "/incident list", channel=elsewhere.id)
    answer = await world.command(world.ana, "/resolve INC-1 All is well", channel=elsewhere.id)

    assert "INC-1 is resolved" in answer
    (text,) = [text for text in told(world, world.ana) if "Post-mortem draft" in text]
    assert "cannot write in the incident's channel" in text
    (draft,) = [file for file in world.workspace.files.values() if file.name.startswith("inc-1-")]
    assert b"Rolled back." in draft.content
    channels.unarchive(world.workspace, world.workspace.channel(world.channel.id), world.ana.id)
    await world.settled()
    assert "archived" not in await world.command(world.ana, "/incident list")


async def test_a_deleted_channel_s_incident_is_ended_and_drafted(world: World, elsewhere: Channel) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ben, ts)
    world.workspace.delete_channel(world.channel.id)
    await world.settled()

    (said,) = told(world, world.ben)
    assert "was deleted while INC-1 is open" in said
    assert "its channel was deleted" in await world.command(world.ana, "/incident list", channel=elsewhere.id)
    await world.command(world.ana, "/resolve INC-1", channel=elsewhere.id)
    (draft,) = [file for file in world.workspace.files.values() if file.name.startswith("inc-1-")]
    assert b"Rolled back." in draft.content


async def test_a_deleted_private_channel_s_incident_is_its_declarer_s_to_end(
    world: World, elsewhere: Channel
) -> None:
    members = [world.ana.id, world.ben.id, world.workspace.bot_user_id]
    secret = world.workspace.add_channel("secret", is_private=True, members=members)
    await world.command(world.ben, "/incident start here Vault open", channel=secret.id)
    world.workspace.delete_channel(secret.id)
    await world.settled()

    refused = await world.command(world.ana, "/resolve INC-1", channel=elsewhere.id)
    resolved = await world.command(world.ben, "/resolve INC-1", channel=elsewhere.id)

    assert "INC-1 is kept in a private channel" in refused
    assert "Vault" not in refused
    assert "resolved" in resolved
    assert [file.name for file in world.workspace.files.values() if file.name.startswith("inc-1-")]


async def test_where_the_channel_is_archived_no_answer_promises_anything_there(
    world: World, elsewhere: Channel
) -> None:
    await world.open_here()
    world.workspace.archive(world.ana.id, world.channel.id)
    await world.settled()
    before = len(world.messages_of_scribe())

    resolved = await world.command(world.ana, "/resolve INC-1 Over", channel=elsewhere.id)
    published = await world.publish(world.ana, "INC-1", channel=elsewhere.id)

    assert f"I can't write in <#{world.channel.id}> any more" in resolved
    assert "follows as a file, for you alone" in resolved
    assert any("Post-mortem draft of INC-1, as a file" in text for text in told(world, world.ana))
    assert f"I can't write in <#{world.channel.id}> any more, so nothing is posted there" in published
    assert len(world.messages_of_scribe()) == before


async def test_a_post_mortem_is_published_where_scribe_was_taken_out_of_the_channel(
    world: World, elsewhere: Channel
) -> None:
    await world.open_here()
    await world.command(world.ana, "/resolve Over")
    world.workspace.remove(world.workspace.bot_user_id, world.channel.id, by=world.ben.id)
    await world.settled()

    await world.publish(world.ana, "INC-1", channel=elsewhere.id)

    async with world.running.scribe.database.read() as session:
        kept = await postmortems.of_incident(session, 1)
    assert kept
    assert kept.final_markdown
