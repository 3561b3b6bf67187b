"""The form for people outside comes late or not at all: a sentence says so, and a button opens it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.listeners import forms
from bot.listeners.views import update as update_view
from sandbox.records import View
from sandbox.status_pages.statuspage import StatuspageServer
from tests.e2e.conftest import RATE_SCALE, TEN_PAST_TWO, World, connected
from tests.quiet import Sandbox
from tests.until import until

WORDS = "We are looking into slow payments."


@pytest.fixture
async def world(database_url: str, is_patient: bool) -> AsyncIterator[World]:
    async with (
        StatuspageServer("statuspage-token-e2e") as page,
        Sandbox(now=TEN_PAST_TWO, rate_scale=RATE_SCALE) as sandbox,
    ):
        workspace = sandbox.workspace
        ana = workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
        ben = workspace.add_person("ben", real_name="Ben Okafor", tz="UTC")
        channel = workspace.add_channel("web-release", members=[ana.id, ben.id, workspace.bot_user_id])
        settings = {"statuspage_url": page.base, "statuspage_token": page.token, "statuspage_page": page.page}
        running = await connected(sandbox, database_url, **settings)
        made = World(sandbox, running, ana, ben, channel)
        await made.open_here()
        try:
            yield made
        finally:
            await made.running.stop()


def _field(view: View, block_id: str) -> Any:
    return next(one["element"] for one in view.blocks if one.get("block_id") == block_id)


def _told(world: World) -> list[str]:
    shown = world.workspace.ephemerals(world.ana.id, world.channel.id)
    return [f"{one.text} {one.blocks}" for one in shown if "The button below opens it" in one.text]


async def _pressed(world: World) -> View:
    """The form that the button opens."""
    shown = [
        one
        for one in world.workspace.ephemerals(world.ana.id, world.channel.id)
        if "public_form" in str(one.blocks)
    ]
    place = {"channel_id": world.channel.id, "message_ts": shown[-1].ts, "action_id": "public_form"}
    assert await world.workspace.click(world.ana.id, **place) is None
    return await world.form(world.ana)


async def _update(world: World) -> Any:
    """The form of an update is sent, with the tick that people outside are told as well."""
    await world.command(world.ana, "/incident update")
    view = await world.form(world.ana)
    said = {"known": "Rolled back", "next": "30", "public": ["public"]}
    answer = await world.workspace.submit_view(
        world.ana.id, view.id, {block: {"value": value} for block, value in said.items()}
    )
    await world.settled()
    return answer


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("expired_trigger_id", "Slack did not open the form, and nothing is recorded."),
        ("internal_error", "Slack did not say whether it opened the form."),
    ],
)
async def test_a_form_that_slack_does_not_open_is_opened_by_a_button_with_the_words_in_it(
    world: World, error: str, sentence: str
) -> None:
    world.workspace.refuse("views.open", error)

    await world.command(world.ana, f"/incident update --public {WORDS}")
    await until(lambda: bool(_told(world)))

    (told,) = _told(world)
    assert sentence in told
    assert "What you said is in it." in told
    view = await _pressed(world)
    assert _field(view, "text")["initial_value"] == WORDS


async def test_words_that_are_too_long_for_the_button_are_shown(world: World) -> None:
    world.workspace.refuse("views.open", "expired_trigger_id")
    words = " ".join(f"word{number}" for number in range(600))

    await world.command(world.ana, f"/incident update --public {words}")
    await until(lambda: bool(_told(world)))

    (told,) = _told(world)
    assert all(word in told for word in words.split())
    assert _field(await _pressed(world), "text").get("initial_value", "") == ""


async def test_a_button_whose_form_does_not_open_is_followed_by_another(world: World) -> None:
    world.workspace.refuse("views.open", "expired_trigger_id", times=2)
    await world.command(world.ana, f"/incident update --public {WORDS}")
    await until(lambda: bool(_told(world)))

    await world.press(world.ana, "public_form")

    assert len(_told(world)) == 2
    assert _field(await _pressed(world), "text")["initial_value"] == WORDS


async def test_after_an_update_it_follows_empty_where_the_record_is_slow(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "FILLED_WITHIN", 0.0)

    answer = await _update(world)

    assert not answer.errors
    view = await world.form(world.ana)
    assert _field(view, "text").get("initial_value", "") == ""
    assert any("Rolled back" in f"{one.text}{one.blocks}" for one in world.messages_of_scribe())


async def test_after_an_update_too_late_for_slack_a_button_opens_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update_view, "SHOWN_WITHIN", 1e9)

    answer = await _update(world)
    await until(lambda: bool(_told(world)))

    assert answer.closed
    (told,) = _told(world)
    assert "Your update is posted inside." in told
    assert any("Rolled back" in f"{one.text}{one.blocks}" for one in world.messages_of_scribe())
    view = await _pressed(world)
    assert view.callback_id == "post_publicly"
