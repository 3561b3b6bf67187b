"""A channel shared with another company: its events, and what connected people do in it, reach the record."""

from __future__ import annotations

from structlog.testing import capture_logs

from sandbox import events
from sandbox.json_types import JsonObject
from storage import incidents
from tests.e2e.conftest import World

THEIRS = "T0CONNECTED"


async def channel_name(world: World) -> str:
    async with world.running.scribe.database.read() as session:
        found = await incidents.by_number(session, world.workspace.team_id, 1)
    assert found is not None
    return found.channel_name


async def test_what_happens_in_a_channel_another_company_hosts_is_on_the_record(world: World) -> None:
    await world.open_here()
    world.workspace.share_channel(world.channel.id, THEIRS, is_hosted_there=True)
    carla = world.workspace.add_person("carla", team_id=THEIRS)
    world.workspace.invite(carla.id, world.channel.id, by=world.ana.id)

    ts = await world.say(carla, "Our gateway drops packets.", at="14:30")
    await world.mark(world.ben, ts)
    theirs = await world.say(world.ana, "Switched to the other gateway.", at="14:35")
    await world.mark(carla, theirs)
    world.workspace.edit(carla.id, world.channel.id, ts, "Our gateway drops half of the packets.")
    world.workspace.rename(world.ana.id, world.channel.id, "gateway-trouble")
    await world.settled()

    page = await world.command(world.ana, "/timeline")
    assert "Our gateway drops half of the packets." in page
    assert "Switched to the other gateway." in page
    assert world.confirmed(theirs)
    assert await channel_name(world) == "gateway-trouble"


async def test_a_click_of_a_connected_person_is_about_our_incident(world: World) -> None:
    await world.open_here()
    world.workspace.share_channel(world.channel.id, THEIRS)
    carla = world.workspace.add_person("carla", team_id=THEIRS)
    world.workspace.invite(carla.id, world.channel.id, by=world.ana.id)
    bodies: list[JsonObject] = []
    ask = world.workspace.socket.ask

    async def seen(kind: str, payload: JsonObject) -> JsonObject:
        bodies.append(payload)
        return await ask(kind, payload)

    world.workspace.socket.ask = seen  # type: ignore[method-assign]
    ts = await world.say(world.ana, "Rolled back.", at="14:40")
    await world.mark(world.ben, ts, "adhesive_bandage")
    await world.settled()
    (asked,) = [m for m in world.messages_of_scribe() if "mitigated" in m.text]
    trouble = await world.workspace.click(
        carla.id, channel_id=world.channel.id, message_ts=asked.ts, action_id="suggestion_no"
    )
    await world.settled()

    assert trouble is None
    assert bodies[-1]["team"]["id"] == THEIRS
    said = [e.text for e in world.workspace.ephemerals(carla.id, world.channel.id)]
    assert not any("keeps no incident" in text for text in said)


async def test_a_command_of_another_workspace_is_answered_and_does_nothing(world: World) -> None:
    await world.open_here()
    world.workspace.share_channel(world.channel.id, THEIRS)
    carla = world.workspace.add_person("carla", team_id=THEIRS)
    world.workspace.invite(carla.id, world.channel.id, by=world.ana.id)

    answer = await world.command(carla, "/resolve All is well")

    assert "of another workspace" in answer
    assert "open" in await world.command(world.ana, "/incident show")


async def test_events_of_another_workspace_are_acknowledged_ignored_and_told_once(world: World) -> None:
    await world.open_here()
    with capture_logs() as logs:
        for number in range(3):
            said = {
                "type": "message",
                "channel": world.channel.id,
                "user": world.ana.id,
                "text": f"Not ours {number}.",
                "ts": world.workspace.clock.next_ts(),
            }
            body = events.envelope(world.workspace, said)
            body["authorizations"][0]["team_id"] = THEIRS
            world.workspace.socket.publish(body)
        await world.settled()

    assert world.workspace.socket.unacknowledged == []
    assert [log["workspace"] for log in logs if log["event"] == "payload.of_another_workspace"] == [[THEIRS]]
