"""Roles: given by a command, told at once to whom they concern, and to people alone."""

from __future__ import annotations

from sandbox.records import Channel
from tests.e2e.conftest import World


def told(world: World, channel_id: str = "") -> list[str]:
    """What the channel was told, its summary and its welcome aside."""
    said = [message.text for message in world.messages_of_scribe(channel_id)[1:]]
    return [text for text in said if not text.startswith("Three things to know")]


async def open_own(world: World) -> Channel:
    await world.command(world.ana, "/incident start Checkout is down")
    (own,) = [one for one in world.workspace.channels.values() if one.name.startswith("inc-")]
    return own


async def test_whoever_gets_a_role_is_mentioned_and_invited_where_they_are_not(world: World) -> None:
    own = await open_own(world)

    answer = await world.command(
        world.ana, f"/incident role communications <@{world.ben.id}>", channel=own.id
    )

    assert world.ben.id in own.members
    assert f"so I invite <@{world.ben.id}>" in answer
    assert told(world, own.id) == [f"INC-1: <@{world.ben.id}> is communications now, said @Ana Ferreira."]


async def test_whoever_is_there_is_not_invited(world: World) -> None:
    own = await open_own(world)
    world.workspace.invite(world.ben.id, own.id)
    await world.settled()
    before = len(world.workspace.calls("conversations.invite"))

    answer = await world.command(world.ana, f"/incident role scribe <@{world.ben.id}>", channel=own.id)
    await world.command(world.ana, "/incident role commander me", channel=own.id)

    assert "invite" not in answer
    assert len(world.workspace.calls("conversations.invite")) == before


async def test_who_takes_a_role_from_elsewhere_comes_into_the_channel(world: World) -> None:
    own = await open_own(world)

    await world.command(world.ben, "/incident role INC-1 commander me")

    assert world.ben.id in own.members


async def test_a_role_corrected_afterwards_brings_nobody_in(world: World) -> None:
    own = await open_own(world)
    await world.command(world.ana, "/resolve", channel=own.id)

    await world.command(world.ana, f"/incident role commander <@{world.ben.id}>", channel=own.id)

    assert world.ben.id not in own.members
    assert any("is commander now" in text for text in told(world, own.id))


async def test_a_group_holds_no_role(world: World) -> None:
    await world.open_here()

    answer = await world.command(world.ana, "/incident role commander <!subteam^S1OPS|@oncall>")

    assert answer.startswith("A role is one person's, and `@oncall` is a group: name one of them.")
    assert told(world) == []


async def test_neither_does_somebody_who_left_the_company_nor_an_app(world: World) -> None:
    await world.open_here()
    gone = world.workspace.add_person("gone", real_name="Gus Gone")
    gone.deleted = True
    robot = world.workspace.add_person("robot", is_bot=True)

    left = await world.command(world.ana, f"/incident role commander <@{gone.id}>")
    app = await world.command(world.ana, f"/incident role scribe <@{robot.id}>")

    assert left.startswith(f"<@{gone.id}> has left this workspace, and can't be commander")
    assert app.startswith(f"<@{robot.id}> is an app, and can't be scribe")
    assert told(world) == []


async def test_who_declares_is_told_that_nobody_leads_it_yet(world: World) -> None:
    answer = await world.command(world.ana, "/incident start Checkout is down")

    assert "*Take command* in its summary makes you its commander" in answer
