"""How far an incident is: said in one line or in a form, told in the channel, and on the draft's timeline."""

from __future__ import annotations

from bot.slack.blocks.carried import packed
from tests.e2e.buttons import answered, opened, press, show, submit
from tests.e2e.conftest import World
from tests.e2e.test_changed import told


async def test_a_stage_is_told_in_the_channel_and_stands_on_the_drafts_timeline_with_what_it_was(
    world: World,
) -> None:
    await world.open_here()

    said = await world.command(world.ana, "/incident status Identified", at="14:30")
    await world.command(world.ben, "/incident status identified")
    await world.command(world.ben, "/incident stage monitoring INC-1", at="14:40")

    assert said == "INC-1 is identified now; it was investigating. `/resolve` ends it."
    assert told(world) == [
        "INC-1: now *identified* (was investigating), said @Ana Ferreira.",
        "INC-1: now *monitoring* (was identified), said @Ben Okafor.",
    ]
    shown = await world.command(world.ana, "/incident status")
    assert shown.startswith("INC-1 is monitoring")
    assert "investigating → identified" in shown

    await world.command(world.ana, "/resolve Rolled back", at="15:00")
    timeline = world.canvas()
    assert timeline.count("Status investigating → identified") == 1
    assert timeline.count("Status identified → monitoring") == 1


async def test_a_typing_mistake_changes_nothing(world: World) -> None:
    await world.open_here()

    answer = await world.command(world.ana, "/incident status monitorign")

    assert "Did you mean `monitoring`?" in answer
    assert told(world) == []


async def test_resolved_said_as_a_status_ends_the_incident_with_its_conclusion(world: World) -> None:
    await world.open_here()

    answer = await world.command(world.ana, "/incident status resolved Rolled back", at="15:00")

    assert answer.startswith("INC-1 is resolved. The post-mortem draft follows")
    assert "Rolled back" in world.canvas()
    refused = await world.command(world.ana, "/incident status monitoring")
    assert "INC-1 is resolved, so it has no stage" in refused
    assert (await world.command(world.ana, "/incident status")).startswith("INC-1 is resolved")


async def test_the_button_opens_a_form_that_stands_at_the_stage(world: World) -> None:
    await world.open_here()
    await world.command(world.ben, "/incident status identified")

    view = await opened(world, world.ana, "set_stage_form", packed(1))
    chosen = view.blocks[0]["element"]["initial_option"]["value"]
    answer = await submit(world, world.ana, view, {"stage": "monitoring"})

    assert (chosen, answer.closed) == ("identified", True)
    assert told(world)[-1] == "INC-1: now *monitoring* (was identified), said @Ana Ferreira."
    await answered(world, world.ana, "INC-1 is monitoring now; it was identified. `/resolve` ends it.")


async def test_the_form_resolves_too(world: World) -> None:
    await world.open_here()

    view = await opened(world, world.ana, "set_stage_form", packed(1))
    await submit(world, world.ana, view, {"stage": "resolved"})

    assert "is resolved" in await world.command(world.ana, "/incident status")
    await answered(world, world.ana, "INC-1 is resolved. The post-mortem draft follows")


async def test_a_form_left_open_while_the_incident_was_resolved_keeps_what_was_chosen(world: World) -> None:
    await world.open_here()
    button = show(world, world.ben, "set_stage_form", packed(1))
    view = await opened(world, world.ana, "set_stage_form", packed(1))

    await world.command(world.ben, "/resolve")
    answer = await submit(world, world.ana, view, {"stage": "monitoring"})
    await press(world, world.ben, "set_stage_form", packed(1), ts=button)

    assert not answer.closed
    assert "INC-1 is resolved" in answer.errors["stage"]
    await answered(world, world.ben, "INC-1 is resolved, so it has no stage")
    assert world.workspace.open_views(world.ben.id) == []
