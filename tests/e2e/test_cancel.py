"""`/incident cancel`: declared by mistake, it is out of lists, search and reminders, and kept."""

from __future__ import annotations

from datetime import timedelta

from tests.e2e.conftest import World
from tests.e2e.test_task_reminders import NINE_IN_UTC, it_is


async def test_a_cancelled_incident_is_in_no_list_and_no_search_until_it_is_reopened(world: World) -> None:
    await world.open_here("Zebra outage")
    ts = await world.say(world.ana, "The stripes are gone.", at="14:25")
    await world.mark(world.ana, ts)

    answer = await world.command(world.ana, "/incident cancel", at="14:30")

    assert answer.startswith("INC-1 is cancelled: it is kept")
    assert any("cancelled" in m.text and "Ana Ferreira" in m.text for m in world.messages_of_scribe())
    assert "Zebra" not in await world.command(world.ben, "/incident list")
    assert "stripes" not in await world.command(world.ben, "/postmortem search stripes")
    assert "Cancelled" in await world.command(world.ben, "/incident show INC-1")
    for refused in ("/resolve", "/postmortem draft", "/timeline add now x", "/incident severity sev1"):
        assert "INC-1 was cancelled" in await world.command(world.ben, refused)
    assert world.workspace.canvases == {}
    assert "already cancelled" in await world.command(world.ben, "/incident cancel INC-1")

    assert "it was cancelled" in await world.command(world.ben, "/incident reopen")

    assert "Zebra" in await world.command(world.ben, "/incident list")
    assert "stripes" in await world.command(world.ben, "/postmortem search stripes")
    assert "The stripes are gone." in await world.command(world.ben, "/timeline")
    await world.command(world.ben, "/resolve", at="14:50")
    assert next(iter(world.workspace.canvases.values())).title == "INC-1: Zebra outage"


async def test_after_a_mistake_the_channel_may_keep_a_real_incident(world: World) -> None:
    await world.open_here("A mistake")
    said = await world.say(world.ana, "Checkout fails.", at="14:25")
    await world.command(world.ana, "/incident cancel", at="14:30")

    await world.command(world.ana, "/incident start here Checkout is down", at="14:31")
    await world.mark(world.ben, said)
    await world.settled()

    assert "Checkout fails." in await world.command(world.ana, "/timeline")
    assert "Checkout fails." not in await world.command(world.ana, "/timeline INC-1")
    assert "INC-2" in await world.command(world.ana, "/incident reopen INC-1")


async def test_nobody_is_reminded_of_a_cancelled_incident(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, f"/incident task add <@{world.ana.id}> by 2023-09-15: Add an index")
    await world.command(world.ana, "/resolve", at="14:40")
    await world.command(world.ana, "/incident cancel", at="14:50")
    before = len(world.messages_of_scribe())

    await it_is(world, NINE_IN_UTC)

    assert len(world.messages_of_scribe()) == before
    await world.command(world.ana, "/incident reopen")
    await it_is(world, NINE_IN_UTC + timedelta(days=1))
    assert "Action item 1 of INC-1" in world.messages_of_scribe()[-1].text


async def test_a_button_from_before_does_nothing_with_it_either(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/incident task add Add an index")
    listed = await world.workspace.command(world.ana.id, world.channel.id, "/incident", "task")
    await world.command(world.ana, "/incident cancel")

    await world.workspace.click(
        world.ana.id, channel_id=world.channel.id, message_ts=listed.messages[0].ts, action_id="task_done"
    )
    await world.settled()

    told = [one.text for one in world.workspace.ephemerals(world.ana.id, world.channel.id)]
    assert any("INC-1 was cancelled, so nothing is done with it." in text for text in told)
    await world.command(world.ana, "/incident reopen")
    assert "1 of 1 action items open" in await world.command(world.ana, "/incident task")


async def test_a_resolved_incident_is_resolved_again_once_its_cancellation_is_undone(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/resolve It was DNS", at="14:30")
    before = await world.command(world.ana, "/incident show")
    await world.command(world.ana, "/incident cancel", at="14:35")
    await world.command(world.ana, "/incident start here A second", at="14:40")

    answer = await world.command(world.ana, "/incident reopen INC-1", at="14:45")

    assert answer.startswith("INC-1 is no longer cancelled: it is resolved, as before")
    said = [message.text for message in world.messages_of_scribe()]
    assert any("no longer cancelled, said @Ana Ferreira: it is resolved" in text for text in said)
    assert await world.command(world.ana, "/incident show INC-1") == before

    assert "its channel keeps INC-2" in await world.command(world.ana, "/incident reopen INC-1")
    await world.command(world.ana, "/incident cancel INC-2", at="14:50")
    assert "open again; it was resolved" in await world.command(world.ana, "/incident reopen INC-1")
    await world.command(world.ana, "/resolve INC-1 Really", at="15:36")
    assert "Resolved: It was DNS" in await world.command(world.ana, "/timeline INC-1")
