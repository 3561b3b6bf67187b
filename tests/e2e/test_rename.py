"""`/incident rename`: another title everywhere, the old one in the history."""

from __future__ import annotations

from sandbox import canvases
from tests.e2e.conftest import World


async def test_the_title_changes_in_the_summary_the_list_and_the_next_draft(world: World) -> None:
    await world.open_here("Checkout is slow")

    answer = await world.command(world.ana, "/incident rename Checkout is down <!channel>", at="14:30")

    assert "INC-1 is now called *Checkout is down" in answer
    assert "<!channel>" not in answer
    summary = world.messages_of_scribe()[0]
    assert "Checkout is down" in summary.text
    told = [m.text for m in world.messages_of_scribe() if "Checkout is slow" in m.text]
    assert len(told) == 1
    assert "Ana Ferreira" in told[0]
    assert "Checkout is down" in await world.command(world.ben, "/incident list")
    assert world.workspace.channels[world.channel.id].name == "web-release"
    await world.command(world.ben, "/resolve")
    (canvas,) = world.workspace.canvases.values()
    assert canvas.title == "INC-1: Checkout is down @channel"


async def test_without_a_title_it_says_how(world: World) -> None:
    await world.open_here()

    assert "/incident rename Checkout is down in Europe" in await world.command(world.ana, "/incident rename")


async def test_the_canvas_takes_the_new_title_with_the_next_draft(world: World) -> None:
    await world.open_here("Checkout is slow")
    await world.command(world.ben, "/resolve")
    (canvas,) = world.workspace.canvases.values()

    for title in ("Checkout &amp; search are down", "Search is down", "Checkout is slow"):
        await world.command(world.ana, f"/incident rename {title}")
        await world.command(world.ana, "/postmortem draft")
        assert canvas.title == f"INC-1: {title}".replace("&amp;", "&")

    assert list(world.workspace.canvases) == [canvas.id]


async def test_a_title_that_people_gave_the_canvas_stays(world: World) -> None:
    await world.open_here("Checkout is slow")
    await world.command(world.ben, "/resolve")
    (canvas,) = world.workspace.canvases.values()
    ours = {"operation": "rename", "title_content": {"type": "markdown", "markdown": "Our bad day"}}
    canvases.apply(world.workspace, canvas, world.ben.id, ours)

    await world.command(world.ana, "/incident rename Checkout is down")
    await world.command(world.ana, "/postmortem draft")

    assert canvas.title == "Our bad day"
