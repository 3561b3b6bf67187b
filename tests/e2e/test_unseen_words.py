"""Words that nobody can see are none: they declare nothing and are recorded nowhere."""

from __future__ import annotations

import pytest

from bot.slack.blocks.carried import packed
from bot.slack.blocks.update_form import FORM_ACTION
from tests.e2e.buttons import opened, submit
from tests.e2e.conftest import World

UNSEEN = "\u200b\u2060 \u3164"


@pytest.mark.parametrize("said", ["/incident start", "/incident update", "/incident task add"])
async def test_a_verb_with_none_asks_in_its_form(world: World, said: str) -> None:
    await world.open_here()

    await world.command(world.ana, f"{said} {UNSEEN}")

    assert (await world.form(world.ana)).title
    assert "INC-2" not in await world.command(world.ana, "/incident list")


async def test_a_title_of_none_is_asked_for(world: World) -> None:
    await world.global_shortcut(world.ana, "declare_incident")
    view = await world.form(world.ana)

    answer = await submit(world, world.ana, view, {"title": UNSEEN})

    assert not answer.closed
    assert "Checkout is down" in answer.errors["title"]


async def test_an_update_of_none_is_asked_for_and_told_nobody(world: World) -> None:
    await world.open_here()
    view = await opened(world, world.ana, FORM_ACTION, packed(1))
    before = len(world.messages_of_scribe())

    answer = await submit(world, world.ana, view, {"known": UNSEEN})

    assert answer.errors == {"known": "Say in a sentence what you know."}
    assert len(world.messages_of_scribe()) == before


async def test_a_mention_with_none_is_a_mention_alone(world: World) -> None:
    await world.open_here()

    world.workspace.say(world.ana.id, world.channel.id, f"<@{world.workspace.bot_user_id}> rename {UNSEEN}")
    await world.settled()

    assert "Deployment disruption" in await world.command(world.ana, "/incident show")
