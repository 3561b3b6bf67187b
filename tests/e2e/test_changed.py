"""What concerns others is said in the incident's channel, not only to whoever said it."""

from __future__ import annotations

from tests.e2e.conftest import World


def told(world: World) -> list[str]:
    """What the channel was told beside the summary."""
    return [message.text for message in world.messages_of_scribe()[1:]]


async def test_severity_roles_zone_and_milestones_are_told_in_the_channel(world: World) -> None:
    await world.open_here()

    await world.command(world.ana, "/incident severity sev2")
    await world.command(world.ana, f"/incident role commander <@{world.ben.id}>")
    await world.command(world.ana, f"/incident role scribe <@{world.ana.id}>")
    await world.command(world.ana, "/incident zone Europe/Berlin")
    await world.command(world.ana, "/incident milestone detected 14:15")
    await world.command(world.ana, "/incident milestone clear detected")

    shown = "<!date^1694355300^{date_short_pretty} {time}|2023-09-10 14:15 UTC>"
    assert told(world) == [
        "INC-1: severity *sev2*, set by @Ana Ferreira.",
        f"INC-1: <@{world.ben.id}> is commander now, said @Ana Ferreira.",
        "INC-1: @Ana Ferreira is scribe now.",
        "INC-1: the post-mortem's times are shown in Europe/Berlin, set by @Ana Ferreira.",
        f"INC-1: detected {shown}, stated by @Ana Ferreira.",
        f"INC-1: detected is unknown again; it said {shown}. Taken back by @Ana Ferreira.",
    ]


async def test_what_changes_nothing_is_told_to_nobody_else(world: World) -> None:
    await world.open_here()

    await world.command(world.ana, "/incident severity sev2")
    await world.command(world.ben, "/incident severity sev2")
    await world.command(world.ana, "/incident task add Add an index")

    assert len(told(world)) == 1


async def test_whoever_gets_an_action_item_is_told_at_once(world: World) -> None:
    await world.open_here()

    await world.command(world.ana, f"/incident task add <@{world.ben.id}> by 2023-09-15: Add an index")
    await world.command(world.ana, f"/incident task edit 1 <@{world.ana.id}>")

    assert told(world) == [
        f"INC-1: <@{world.ben.id}> has action item 1, said @Ana Ferreira: Add an index · due 2023-09-15",
        "INC-1: @Ana Ferreira has action item 1, in place of @Ben Okafor: Add an index · due 2023-09-15",
    ]


async def test_whoever_gets_the_post_mortem_is_told_at_once(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/resolve Restarted")
    before = len(told(world))

    await world.command(world.ana, f"/postmortem owner <@{world.ben.id}>")
    await world.command(world.ana, f"/postmortem owner <@{world.ben.id}>")

    assert told(world)[before:] == [f"INC-1: <@{world.ben.id}> owns the post-mortem now, said @Ana Ferreira."]
