"""What a form says below a field is plain text: names, times and people's own words as they are read."""

from __future__ import annotations

from bot.slack.blocks.carried import packed
from bot.slack.blocks.update_form import FORM_ACTION
from tests.e2e.buttons import opened, submit
from tests.e2e.conftest import World


async def test_who_resolved_it_meanwhile_and_when_is_readable_below_the_stage(world: World) -> None:
    await world.open_here()
    view = await opened(world, world.ana, "set_stage_form", packed(1))
    await world.command(world.ben, "/resolve")

    answer = await submit(world, world.ana, view, {"stage": "resolved"})

    assert answer.errors == {
        "stage": "INC-1 was already resolved 2023-09-10 14:20 UTC by @Ben Okafor. "
        '"/postmortem draft INC-1" compiles its draft again.'
    }


async def test_words_that_are_not_recorded_come_back_as_they_were_typed(world: World) -> None:
    await world.open_here()
    view = await opened(world, world.ana, FORM_ACTION, packed(1))
    await world.command(world.ben, "/resolve")

    answer = await submit(world, world.ana, view, {"known": "p99 > 3 s & rising, <b>"})

    assert answer.errors["known"].endswith("Nothing was recorded of: p99 > 3 s & rising, <b>")
