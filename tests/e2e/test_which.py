"""The right incident: by its number from anywhere, else the channel's; and only for whom it is."""

from __future__ import annotations

from tests.e2e.conftest import World


async def test_a_conclusion_that_begins_with_a_count_is_a_conclusion(world: World) -> None:
    await world.open_here()

    assert "INC-1 is resolved" in await world.command(world.ana, "/resolve 3 pods restarted")

    assert "3 pods restarted" in world.canvas()


async def test_who_left_the_private_channel_sees_its_incident_no_more(world: World) -> None:
    members = [world.ana.id, world.ben.id, world.workspace.bot_user_id]
    secret = world.workspace.add_channel("secret", is_private=True, members=members)
    await world.command(world.ana, "/incident start here Vault is open", channel=secret.id)
    assert "Vault" in await world.command(world.ben, "/incident show INC-1")

    world.workspace.leave(world.ben.id, secret.id)
    await world.settled()

    assert "shown to its members alone" in await world.command(world.ben, "/incident show INC-1")
    assert "Vault" not in await world.command(world.ben, "/incident list")
    assert "shown to its members alone" in await world.command(world.ben, "/resolve INC-1")


async def test_while_slack_is_silent_an_incidents_own_channel_works_and_nothing_is_shown_elsewhere(
    world: World,
) -> None:
    await world.open_here()
    elsewhere = world.workspace.add_channel("elsewhere", members=[world.ana.id])
    for method in ("users.info", "conversations.members"):
        world.workspace.refuse(method, "fatal_error", times=200)

    asked = await world.command(world.ana, "/incident show INC-1", channel=elsewhere.id)
    listed = await world.command(world.ana, "/incident list", channel=elsewhere.id)

    assert "Slack did not tell me in time whether you may see INC-1" in asked
    assert "Slack did not tell me in time" in listed
    assert "disruption" not in asked + listed
    assert "(INC-1)" in await world.command(world.ana, "/timeline add now Rolled back")


async def test_an_answer_elsewhere_names_the_channel_where_its_result_appears(world: World) -> None:
    await world.open_here()
    other = world.workspace.add_channel("elsewhere", members=[world.ana.id, world.workspace.bot_user_id])

    for command in (
        "/resolve INC-1 Over",
        "/postmortem draft INC-1",
        f"/postmortem review INC-1 <@{world.ben.id}>",
    ):
        answer = await world.command(world.ana, command, channel=other.id)
        assert f"in <#{world.channel.id}>" in answer
        assert "this channel" not in answer
    published = await world.publish(world.ana, "INC-1", channel=other.id)
    assert f"in <#{world.channel.id}>" in published
    assert world.messages_of_scribe(other.id) == []
