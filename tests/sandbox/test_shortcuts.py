"""Shortcuts and the app's own tabs: what the app declared people can use, and nothing else."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import yaml
from slack_bolt.async_app import AsyncApp

from sandbox.errors import SandboxError
from sandbox.json_types import JsonObject
from sandbox.manifest import AppHome, read_manifest
from sandbox.server import Sandbox
from tests.sandbox.conftest import NOON, Bot, Room, connected_bot, furnish
from tests.sandbox.test_views import home, modal


async def told(room: Room, callback_id: str, *, ts: str = "") -> tuple[JsonObject, str | None]:
    """What the app is told of a shortcut, and what the person sees if it was not acknowledged."""
    bodies: list[JsonObject] = []

    async def listen(ack: object, body: JsonObject, client: object) -> None:
        await ack()  # type: ignore[operator]
        bodies.append(body)
        await client.views_open(trigger_id=body["trigger_id"], view=modal())  # type: ignore[attr-defined]

    def prepare(app: AsyncApp) -> None:
        app.shortcut(callback_id)(listen)

    async with connected_bot(room, prepare):
        if ts:
            error = await room.workspace.message_shortcut(room.ana.id, room.ops.id, ts, callback_id)
        else:
            error = await room.workspace.global_shortcut(room.ana.id, callback_id)
        await room.box.settled()
    return bodies[0], error


async def test_a_message_shortcut_carries_the_message_and_a_trigger(room: Room) -> None:
    root = room.workspace.say(room.ben.id, room.ops.id, "Disk is full")
    reply = room.workspace.say(room.ben.id, room.ops.id, "On db-2", thread_ts=root)

    body, error = await told(room, "add_to_timeline", ts=reply)

    assert error is None
    assert (body["type"], body["callback_id"], body["message_ts"]) == (
        "message_action",
        "add_to_timeline",
        reply,
    )
    assert (body["message"]["text"], body["message"]["thread_ts"]) == ("On db-2", root)
    assert body["channel"] == {"id": room.ops.id, "name": "ops"}
    assert body["user"]["id"] == room.ana.id
    assert [view.title for view in room.workspace.open_views(room.ana.id)] == ["Title"]


async def test_a_global_shortcut_knows_of_no_channel(room: Room) -> None:
    body, error = await told(room, "declare_incident")
    assert error is None
    assert (body["type"], body["callback_id"]) == ("shortcut", "declare_incident")
    assert not {"channel", "message", "response_url"} & body.keys()
    assert room.workspace.open_views(room.ana.id)


async def test_an_undeclared_shortcut_can_not_be_used(room: Room) -> None:
    ts = room.workspace.say(room.ben.id, room.ops.id, "Hi")
    with pytest.raises(SandboxError, match="declares no message shortcut declare_incident"):
        await room.workspace.message_shortcut(room.ana.id, room.ops.id, ts, "declare_incident")
    with pytest.raises(SandboxError, match="declares no global shortcut add_to_timeline"):
        await room.workspace.global_shortcut(room.ana.id, "add_to_timeline")


async def test_a_message_shown_to_one_or_to_others_has_no_menu(room: Room, bot: Bot) -> None:
    workspace = room.workspace
    shown = await room.call("chat.postEphemeral", channel=room.ops.id, user=room.ana.id, text="x")
    with pytest.raises(SandboxError, match="no menu"):
        await workspace.message_shortcut(
            room.ana.id, room.ops.id, str(shown["message_ts"]), "add_to_timeline"
        )
    private = workspace.add_channel("secret", is_private=True, members=[room.ben.id])
    ts = workspace.say(room.ben.id, private.id, "Hush")
    with pytest.raises(SandboxError, match="does not see"):
        await workspace.message_shortcut(room.ana.id, private.id, ts, "add_to_timeline")


async def test_a_shortcut_that_nobody_acknowledges_says_so(room: Room) -> None:
    assert await room.workspace.global_shortcut(room.ana.id, "declare_incident") == (
        "We had some trouble connecting. Try again?"
    )


async def test_opening_the_home_tells_the_app_each_time(room: Room, bot: Bot) -> None:
    channel = room.workspace.open_home(room.ana.id)
    await room.box.settled()
    await room.call("views.publish", user_id=room.ana.id, view=home())
    room.workspace.open_home(room.ana.id)
    room.workspace.open_home(room.ana.id, "messages")
    await room.box.settled()

    first, second, third = bot.heard("app_home_opened")
    assert (first["user"], first["channel"], first["tab"]) == (room.ana.id, channel.id, "home")
    assert "view" not in first
    assert second["view"]["type"] == "home"
    assert (third["tab"], "view" in third) == ("messages", False)


async def test_a_home_that_is_not_enabled_is_not_published() -> None:
    async with Sandbox(now=NOON) as box:
        room = furnish(box)
        box.workspace.manifest = dataclasses.replace(box.workspace.manifest, home=AppHome(has_home_tab=False))
        answer = await room.refused("views.publish", user_id=room.ana.id, view=home())
        with pytest.raises(SandboxError, match="no Home tab"):
            box.workspace.open_home(room.ana.id)
    assert answer["error"] == "not_enabled"


def shortcut(name: str = "Add to timeline", **more: str) -> dict[str, str]:
    return {"name": name, "type": "message", "callback_id": "x", "description": "y", **more}


@pytest.mark.parametrize("entries", [[shortcut("n" * 25)], [shortcut(type="channel")], [shortcut()] * 11])
def test_a_manifest_that_slack_refuses_is_no_manifest(tmp_path: Path, entries: object) -> None:
    file = tmp_path / "manifest.yml"
    file.write_text(yaml.safe_dump({"features": {"shortcuts": entries}}))
    with pytest.raises(ValueError, match="shortcut"):
        read_manifest(file)
