"""The timeline and the draft name the same author, whoever Slack says it was."""

from __future__ import annotations

from tests.e2e.conftest import World


async def test_the_timeline_and_the_draft_name_the_same_author(world: World) -> None:
    await world.open_here()
    workspace, channel_id = world.workspace, world.channel.id
    zapier = workspace.add_person("zapier", real_name="Zapier", is_bot=True)
    carla = workspace.add_person("carla", real_name="Carla Diaz")
    by_person = workspace.say_as_bot("Zapier", channel_id, text="Posted for Carla.", for_user=carla.id)
    by_bot_user = workspace.say_as_bot("Zapier", channel_id, text="Posted by itself.", for_user=zapier.id)
    by_name = workspace.say_as_bot("Nagios", channel_id, text="Only a name.", has_id=False)
    for ts in (by_person, by_bot_user, by_name):
        await world.mark(world.ben, ts)
    await world.settled()

    shown = await world.command(world.ana, "/timeline")
    await world.command(world.ana, "/resolve")

    assert f"Posted for Carla. — <@{carla.id}>" in shown
    assert "Posted by itself. — Zapier" in shown
    assert "Only a name. — Nagios" in shown
    rows = {
        row.split("|")[2].strip(" ▲"): row for row in world.canvas().splitlines() if row.startswith("| [")
    }
    assert "Carla Diaz" in rows["Posted for Carla."]
    assert "Zapier" not in rows["Posted for Carla."]
    assert "Zapier" in rows["Posted by itself."]
    assert "Nagios" in rows["Only a name."]


async def test_what_scribe_says_is_no_evidence(world: World) -> None:
    await world.open_here()
    own = world.messages_of_scribe()[0]

    await world.mark(world.ben, own.ts)
    await world.settled()

    assert "is empty" in await world.command(world.ana, "/timeline")
    assert not world.confirmed(own.ts)
