"""An alert that its app edits: what stood when it happened, and what became of it, each at its own time."""

from __future__ import annotations

import re

from sandbox.json_types import JsonObject
from tests.e2e.conftest import World
from tests.e2e.test_catch_up import caught_up, unheard


def alert(text: str) -> list[JsonObject]:
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]


def rows(world: World) -> list[str]:
    """The timeline's rows in the canvas that link to a message, without the link."""
    lines = [
        re.sub(r"\[(.*?)\]\(\S+\)", r"\1", line) for line in world.canvas().splitlines() if "| [" in line
    ]
    return [" | ".join(cell.strip() for cell in line.split("|")[1:4]) for line in lines]


async def alerted(world: World) -> str:
    """Grafana's alert at 14:25, marked."""
    await world.open_here()
    world.at("14:25")
    ts = world.workspace.say_as_bot("Grafana", world.channel.id, text="Alert", blocks=alert("FIRING 100/100"))
    await world.mark(world.ben, ts)
    return ts


async def test_an_alert_edited_in_place_is_two_happenings(world: World) -> None:
    ts = await alerted(world)
    for minute, text in (("14:30", "FIRING 97/100"), ("14:50", "RESOLVED 0/100")):
        world.at(minute)
        world.workspace.edit_as_bot(world.channel.id, ts, text="Alert", blocks=alert(text))
        await world.settled()
    await world.say(world.ana, "It holds.", at="14:55")

    shown = await world.command(world.ana, "/timeline")
    await world.command(world.ana, "/resolve")

    (line,) = [line for line in shown.splitlines() if "FIRING" in line]
    assert line.index("FIRING 100/100") < line.index("14:50") < line.index("changed to: RESOLVED 0/100")
    assert rows(world) == [
        "14:25 | ▲ FIRING 100/100 | Grafana",
        "14:50 | ▲ changed to: RESOLVED 0/100 | Grafana",
    ]
    assert "| RESOLVED" not in world.canvas()


async def test_a_mitigation_marked_on_it_is_when_it_was_changed(world: World) -> None:
    ts = await alerted(world)
    world.at("14:50")
    world.workspace.edit_as_bot(world.channel.id, ts, text="Alert", blocks=alert("RESOLVED 0/100"))
    await world.settled()
    world.at("14:52")
    await world.mark(world.ana, ts, "adhesive_bandage")
    await world.settled()

    (asked,) = [m for m in world.messages_of_scribe() if "mitigated" in m.text]
    assert "14:50" in str(asked.text) + str(asked.blocks)
    assert "14:25" not in str(asked.text) + str(asked.blocks)


async def test_an_edit_that_was_never_heard_is_about_when_scribe_learnt_of_it(world: World) -> None:
    ts = await alerted(world)
    with unheard(world):
        world.at("14:50")
        world.workspace.edit_as_bot(world.channel.id, ts, text="Alert", blocks=alert("RESOLVED 0/100"))
    await world.say(world.ana, "It holds.", at="15:00")
    await caught_up(world)
    await world.command(world.ana, "/resolve")

    assert rows(world) == [
        "14:25 | ▲ FIRING 100/100 | Grafana",
        "~15:00 | ▲ changed to: RESOLVED 0/100 | Grafana",
    ]


async def test_a_person_who_edits_corrects_what_they_said(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Restarted db-1.", at="14:30")
    await world.mark(world.ben, ts)
    world.at("14:40")
    world.workspace.edit(world.ana.id, world.channel.id, ts, "Restarted db-2.")
    await world.settled()
    await world.command(world.ana, "/resolve")

    assert rows(world) == ["14:30 | Restarted db-2. | Ana Ferreira"]
