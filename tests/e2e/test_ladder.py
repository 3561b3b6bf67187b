"""A new draft always finds a place: each refusal moves it one rung down, and nothing is cut off."""

from __future__ import annotations

import pytest

from sandbox import canvases
from tests.e2e.conftest import World

TAB, CHANNEL, EDIT, POST = (
    "canvases.create",
    "conversations.canvases.create",
    "canvases.edit",
    "chat.postMessage",
)
WORDS = " ".join(f"w{number}" for number in range(3_000))


async def said(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, WORDS, at="14:30")
    await world.mark(world.ben, ts)


def refuse(world: World, *methods: str, error: str = "restricted_action") -> None:
    for method in methods:
        world.workspace.refuse(method, error, times=50)


def is_whole(text: str) -> bool:
    return all(f"w{number} " in f"{text} " for number in (0, 1, 1_499, 2_998)) and text.count("w1499") == 1


async def test_a_tab_that_is_refused_becomes_the_channels_canvas(world: World) -> None:
    refuse(world, TAB, error="free_team_canvas_tab_already_exists")
    await said(world)

    await world.command(world.ana, "/resolve")

    (canvas,) = world.workspace.canvases.values()
    assert world.channel.channel_canvas_id == canvas.id
    assert is_whole(canvas.markdown)


async def test_where_neither_is_taken_a_later_draft_goes_below_the_one_before(world: World) -> None:
    await said(world)
    await world.command(world.ana, "/resolve")
    (canvas,) = world.workspace.canvases.values()
    before = canvas.markdown
    refuse(world, TAB, CHANNEL)
    world.workspace.refuse("canvases.getContent", "missing_scope", times=9)

    await world.command(world.ana, "/postmortem draft")

    assert list(world.workspace.canvases) == [canvas.id]
    assert canvas.markdown.startswith(before)
    assert "# Draft 2" in canvas.markdown
    assert is_whole(canvas.markdown.removeprefix(before))


async def test_without_canvases_it_is_a_thread(world: World) -> None:
    refuse(world, TAB, CHANNEL, EDIT, error="canvas_disabled_user_team")
    await said(world)

    await world.command(world.ana, "/resolve")

    thread = [m.text for m in world.messages_of_scribe() if m.is_reply]
    assert is_whole(" ".join(thread))


async def test_where_messages_are_refused_too_it_is_a_file(world: World) -> None:
    await said(world)
    refuse(world, TAB, CHANNEL, EDIT)
    refuse(world, POST, error="restricted_action_thread_only_channel")

    await world.command(world.ana, "/postmortem draft")

    files = [file for file in world.workspace.files.values() if file.name.endswith(".md")]
    assert len(files) == 1
    assert is_whole(files[0].content.decode())


async def test_what_a_canvas_cannot_show_is_written_ever_plainer(world: World) -> None:
    world.workspace.refuse(TAB, "canvas_creation_failed", times=2, detail="line 28: Unsupported block type")
    await said(world)

    await world.command(world.ana, "/resolve")

    (canvas,) = world.workspace.canvases.values()
    assert is_whole(canvas.markdown)
    assert "| --- |" not in canvas.markdown


async def test_a_picture_that_is_refused_stands_in_words(world: World) -> None:
    refuse(world, "files.getUploadURLExternal", error="missing_scope")
    await said(world)

    await world.command(world.ana, "/resolve")

    (canvas,) = world.workspace.canvases.values()
    assert "![" not in canvas.markdown
    assert "Timeline from 2023" in canvas.markdown.replace("\\", "")


async def test_the_picture_is_shared_in_the_channel_and_shown_in_the_canvas(world: World) -> None:
    await said(world)

    await world.command(world.ana, "/resolve")

    (canvas,) = world.workspace.canvases.values()
    (picture,) = [file for file in world.workspace.files.values() if file.name.endswith(".png")]
    assert picture.id in canvas.markdown
    assert any(picture in message.files for message in world.workspace.messages(world.channel.id))


@pytest.mark.parametrize("method", [TAB, CHANNEL, POST, "files.completeUploadExternal"])
async def test_a_lost_answer_doubles_nothing_on_the_way_down(world: World, method: str) -> None:
    if method == CHANNEL:
        refuse(world, TAB)
    await said(world)
    world.workspace.lose_answer(method)

    await world.command(world.ana, "/resolve")

    (canvas,) = world.workspace.canvases.values()
    assert is_whole(canvas.markdown)
    assert len([f for f in world.workspace.files.values() if f.name.endswith(".png") and f.is_complete]) <= 1


@pytest.mark.parametrize("template", ["", " sre"])
async def test_where_no_canvas_is_taken_any_more_a_thread_has_peoples_words(
    world: World, template: str
) -> None:
    await said(world)
    await world.command(world.ana, "/resolve")
    (canvas,) = world.workspace.canvases.values()
    view = {"type": "markdown", "markdown": "## Our view\n\nBuy a vault."}
    change = {"operation": "insert_at_end", "document_content": view}
    canvases.apply(world.workspace, canvas, world.ana.id, change)
    await world.command(world.ana, "/postmortem draft")
    refuse(world, TAB, CHANNEL)
    if template:
        refuse(world, EDIT)
    else:
        canvases.delete(world.workspace, canvas)

    await world.command(world.ana, f"/postmortem draft{template}")

    assert any("Buy a vault." in message.text for message in world.messages_of_scribe() if message.is_reply)
