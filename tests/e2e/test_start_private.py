"""`/incident start private`, and what is declared in a private channel: nobody else sees a word of it."""

from __future__ import annotations

import pytest

from sandbox import views
from sandbox.envelope import COMMANDS
from sandbox.records import Channel
from tests.e2e.conftest import World


def secret(world: World) -> Channel:
    members = [world.ana.id, world.workspace.bot_user_id]
    return world.workspace.add_channel("secret", is_private=True, members=members)


def own_channel(world: World, name: str) -> Channel:
    return next(channel for channel in world.workspace.channels.values() if channel.name == name)


async def test_what_is_declared_in_a_private_channel_gets_a_private_one(world: World) -> None:
    await world.say(world.ana, "uh oh", at="14:20")

    answer = await world.command(world.ana, "/incident start Vault is open", channel=secret(world).id)

    own = own_channel(world, "inc-20230910-vault-is-open")
    assert own.is_private
    assert own.members == [world.workspace.bot_user_id, world.ana.id]
    assert "a private channel" in answer
    assert "Vault" in await world.command(world.ana, "/incident list")
    for said in ("/incident list", "/incident show INC-1", "/postmortem search vault"):
        told = (await world.command(world.ben, said)).replace("for: vault", "").replace("“vault”", "")
        assert "Vault is open" not in told
        assert "inc-2023" not in told
        assert own.id not in told


async def test_private_makes_it_private_anywhere(world: World) -> None:
    await world.say(world.ana, "uh oh", at="14:20")

    await world.command(world.ana, "/incident start private Vault is open since 14:00")

    assert own_channel(world, "inc-20230910-vault-is-open").is_private
    assert world.messages_of_scribe() == []
    assert "Vault" in await world.command(world.ana, "/incident show INC-1")
    assert "Vault" not in await world.command(world.ben, "/incident show INC-1")


async def test_public_with_a_colon_makes_it_public_in_a_private_channel(world: World) -> None:
    await world.say(world.ana, "uh oh", at="14:20")
    channel = secret(world)

    await world.command(world.ana, "/incident start public: Checkout is down", channel=channel.id)
    await world.command(world.ana, "/incident start public API is down", channel=channel.id)

    assert not own_channel(world, "inc-20230910-checkout-is-down").is_private
    assert own_channel(world, "inc-20230910-public-api-is-down").is_private


async def test_private_in_a_public_channel_is_refused_with_what_works(world: World) -> None:
    answer = await world.command(world.ana, "/incident start private here Vault is open")

    assert "`/incident start private Checkout is down`" in answer
    assert "No incident has been recorded yet" in await world.command(world.ana, "/incident list")


@pytest.mark.parametrize("error", ["missing_scope", "restricted_action"])
async def test_where_slack_refuses_a_private_channel_nothing_is_said_in_a_public_one(
    world: World, error: str
) -> None:
    world.workspace.refuse("conversations.create", error)

    await world.command(world.ana, "/incident start private Vault is open")

    assert world.messages_of_scribe() == []
    shown = world.workspace.ephemerals(world.ana.id, world.channel.id)
    assert any("Slack refused a new channel" in seen.text for seen in shown)
    assert "Vault" not in await world.command(world.ben, "/incident list")


async def test_where_slack_refuses_one_it_is_kept_in_the_private_channel_it_was_said_in(
    world: World,
) -> None:
    channel = secret(world)
    world.workspace.refuse("conversations.create", "restricted_action")

    await world.command(world.ana, "/incident start Vault is open", channel=channel.id)

    assert any("Vault is open" in message.text for message in world.messages_of_scribe(channel.id))
    assert "Vault" not in await world.command(world.ben, "/incident list")


async def test_a_private_channel_whose_answer_was_lost_is_taken_as_its_own(world: World) -> None:
    await world.say(world.ana, "uh oh", at="14:20")
    world.workspace.lose_answer("conversations.create")

    await world.command(world.ana, "/incident start private Vault is open")

    names = [channel.name for channel in world.workspace.channels.values()]
    assert [name for name in names if name.startswith("inc-")] == ["inc-20230910-vault-is-open"]


async def test_the_form_chooses_a_private_channel_in_a_private_one(world: World) -> None:
    await world.say(world.ana, "uh oh", at="14:20")
    await world.command(world.ana, "/incident start", channel=secret(world).id)
    (form,) = world.workspace.open_views(world.ana.id)

    await world.workspace.submit_view(world.ana.id, form.id, {"title": {"value": "Vault is open"}})
    await world.settled()

    assert own_channel(world, "inc-20230910-vault-is-open").is_private


async def test_from_an_incidents_channel_another_is_declared_in_its_own(world: World) -> None:
    await world.open_here("First")

    answer = await world.command(world.ana, "/incident start Second", at="14:25")
    await world.command(world.ana, "/timeline add 14:20 Said here")

    assert "INC-2 is open" in answer
    assert "`/incident start Checkout is down`" in await world.command(
        world.ana, "/incident start here Third"
    )
    assert "Timeline of INC-1* (1 event)" in await world.command(world.ana, "/timeline")
    assert "of INC-2 is empty" in await world.command(world.ana, "/timeline INC-2")


async def in_a_group(world: World, text: str) -> str:
    """What somebody is answered in direct messages of a group, which no app can be brought into."""
    payload = {
        "team_id": world.workspace.team_id,
        "channel_id": "C0GROUP001",
        "channel_name": "mpdm-ana--ben--cleo-1",
        "user_id": world.ana.id,
        "command": "/incident",
        "text": text,
        "trigger_id": views.new_trigger(world.workspace, world.ana.id),
    }
    answer = await world.workspace.deliveries.ask(COMMANDS, payload)
    await world.settled()
    return str(answer["text"])


async def test_in_the_direct_messages_of_a_group_none_is_kept_and_a_private_one_begun(world: World) -> None:
    await world.say(world.ana, "uh oh", at="14:20")

    for text in ("start here Vault is open", "import since 14:00"):
        assert "this is a direct message" in await in_a_group(world, text)
    assert "No incident" in await world.command(world.ana, "/incident list")

    assert "a private channel" in await in_a_group(world, "start Vault is open")
    assert own_channel(world, "inc-20230910-vault-is-open").is_private


async def test_where_slack_refuses_a_channel_the_direct_messages_of_a_group_are_none(world: World) -> None:
    await world.say(world.ana, "uh oh", at="14:20")
    world.workspace.refuse("conversations.create", "restricted_action")

    await in_a_group(world, "start Vault is open")

    assert "No incident" in await world.command(world.ana, "/incident list")
    assert "restricted_action" not in str(world.workspace.calls("chat.postMessage"))
