"""`/incident rename`: another title everywhere, the old one in the history."""

from __future__ import annotations

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
    assert "Checkout is down" in world.canvas()


async def test_without_a_title_it_says_how(world: World) -> None:
    await world.open_here()

    assert "/incident rename Checkout is down in Europe" in await world.command(world.ana, "/incident rename")
