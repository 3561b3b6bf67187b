"""The draft says names where Slack says ids: of people, channels and user groups."""

from __future__ import annotations

from sandbox import groups
from tests.e2e.conftest import World


async def drafted(world: World, text: str) -> str:
    await world.open_here()
    ts = await world.say(world.ana, text, at="14:30")
    await world.mark(world.ben, ts)
    await world.command(world.ben, "/resolve")
    return next(line for line in world.canvas().splitlines() if "Paged" in line)


async def test_people_channels_and_groups_are_named(world: World) -> None:
    oncall = groups.add(world.workspace, "oncall-db", created_by=world.ana.id)

    line = await drafted(
        world, f"Paged <!subteam^{oncall.id}> and <@{world.ben.id}> in <#{world.channel.id}>"
    )

    assert "Paged @oncall-db and @Ben Okafor in #web-release" in line.replace("\\", "")


async def test_a_group_slack_does_not_show_keeps_its_id_and_the_draft_appears(world: World) -> None:
    world.workspace.refuse("usergroups.list", "missing_scope", needed="usergroups:read")

    line = await drafted(world, "Paged <!subteam^S0ONCALL>")

    assert "Paged @S0ONCALL" in line


async def test_groups_are_asked_for_once(world: World) -> None:
    oncall = groups.add(world.workspace, "oncall", created_by=world.ana.id)
    await drafted(world, f"Paged <!subteam^{oncall.id}>")

    await world.command(world.ben, "/postmortem draft")

    assert len(world.workspace.calls("usergroups.list")) == 1


async def test_a_private_channel_is_not_named_where_others_read(world: World) -> None:
    secret = world.workspace.add_channel(
        "project-falcon", is_private=True, members=[world.ana.id, world.workspace.bot_user_id]
    )

    line = await drafted(world, f"Paged <#{secret.id}> and <#{secret.id}|project-falcon>")
    await world.command(world.ana, f"/timeline add 14:40 See <#{secret.id}|project-falcon>")

    assert "(a private channel) and (a private channel)" in line.replace("\\", "")
    assert "falcon" not in world.canvas()
    assert "falcon" not in await world.command(world.ben, "/timeline")
    assert "falcon" not in await world.command(world.ben, "/postmortem search paged")


async def test_in_a_private_channel_its_own_name_may_stand(world: World) -> None:
    world.workspace.convert(world.ana.id, world.channel.id, is_private=True)

    line = await drafted(world, f"Paged <#{world.channel.id}>")

    assert "Paged #web-release" in line
