"""canvases.*: one change at a time, ids that change, access that is asked for."""

import pytest

from sandbox.json_types import JsonObject
from tests.sandbox.conftest import Room


def text(markdown: str) -> JsonObject:
    return {"type": "markdown", "markdown": markdown}


async def new_canvas(room: Room, markdown: str = "# One\n\nText\n\n## Two\n\nMore", **args: object) -> str:
    made = await room.call("canvases.create", title="T", document_content=text(markdown), **args)
    canvas_id: str = made["canvas_id"]
    return canvas_id


async def edit(room: Room, canvas_id: str, **change: object) -> None:
    await room.call("canvases.edit", canvas_id=canvas_id, changes=[change])


async def section(room: Room, canvas_id: str, contains: str) -> str:
    found = await room.client.canvases_sections_lookup(
        canvas_id=canvas_id, criteria={"contains_text": contains}
    )
    section_id: str = found["sections"][0]["id"]
    return section_id


async def test_a_canvas_of_a_channel_is_its_tab(room: Room) -> None:
    canvas_id = await new_canvas(room, channel_id=room.ops.id)

    canvas = room.workspace.canvas(canvas_id)
    info = await room.call("conversations.info", channel=room.ops.id)
    assert canvas.markdown == "# One\n\nText\n\n## Two\n\nMore"
    assert (canvas.title, canvas.channel_id) == ("T", room.ops.id)
    assert info["channel"]["properties"]["tabs"][0]["label"] == "T"


async def test_every_kind_of_change(room: Room) -> None:
    canvas_id = await new_canvas(room)
    await edit(room, canvas_id, operation="insert_at_start", document_content=text("Start"))
    await edit(room, canvas_id, operation="insert_at_end", document_content=text("End"))
    two = await section(room, canvas_id, "Two")
    await edit(room, canvas_id, operation="insert_before", section_id=two, document_content=text("Before"))
    two = await section(room, canvas_id, "Two")
    await edit(room, canvas_id, operation="insert_after", section_id=two, document_content=text("After"))
    more = await section(room, canvas_id, "More")
    await edit(room, canvas_id, operation="replace", section_id=more, document_content=text("Less"))
    one = await section(room, canvas_id, "One")
    await edit(room, canvas_id, operation="delete", section_id=one)
    await edit(room, canvas_id, operation="rename", title_content=text("New"))

    canvas = room.workspace.canvas(canvas_id)
    assert canvas.title == "New"
    assert canvas.markdown.split("\n\n") == ["Start", "Text", "Before", "## Two", "After", "Less", "End"]
    await edit(room, canvas_id, operation="replace", document_content=text("All new"))
    assert canvas.markdown == "All new"


async def test_section_ids_change_with_every_edit(room: Room) -> None:
    canvas_id = await new_canvas(room)
    before = await section(room, canvas_id, "Two")
    await edit(room, canvas_id, operation="insert_at_end", document_content=text("End"))

    answer = await room.refused(
        "canvases.edit",
        canvas_id=canvas_id,
        changes=[{"operation": "delete", "section_id": before}],
    )

    assert answer["error"] == "canvas_editing_failed"
    assert await section(room, canvas_id, "Two") != before


async def test_lookup_by_kind_of_heading(room: Room) -> None:
    canvas_id = await new_canvas(room)

    async def count(**criteria: object) -> int:
        found = await room.call("canvases.sections.lookup", canvas_id=canvas_id, criteria=criteria)
        return len(found["sections"])

    assert await count(section_types=["any_header"]) == 2
    assert await count(section_types=["h2"]) == 1
    assert await count(section_types=["h1", "h2"], contains_text="Two") == 1


@pytest.mark.parametrize("criteria", [{}, {"section_types": ["h4"]}, {"contains": "x"}, "x"])
async def test_lookup_needs_criteria(room: Room, criteria: object) -> None:
    canvas_id = await new_canvas(room)
    answer = await room.refused("canvases.sections.lookup", canvas_id=canvas_id, criteria=criteria)
    assert answer["error"] == "invalid_arguments"


@pytest.mark.parametrize(
    "changes",
    [
        [],
        "x",
        [{"operation": "insert_at_end", "document_content": {"type": "markdown", "markdown": "x"}}] * 2,
        [{"operation": "append"}],
        [{"operation": "insert_at_end"}],
        [{"operation": "delete"}],
        [{"operation": "rename"}],
        [{"operation": "insert_after", "document_content": {"type": "markdown", "markdown": "x"}}],
        [{"operation": "insert_at_end", "document_content": {"type": "html", "markdown": "x"}}],
    ],
)
async def test_a_wrong_change_is_refused(room: Room, changes: object) -> None:
    canvas_id = await new_canvas(room)
    answer = await room.refused("canvases.edit", canvas_id=canvas_id, changes=changes)
    assert answer["error"] == "invalid_arguments"
    assert room.workspace.canvas(canvas_id).markdown.startswith("# One")


async def test_markdown_that_canvases_do_not_take_names_its_line(room: Room) -> None:
    bad = "fine\n\n#### too deep"
    created = await room.refused("canvases.create", document_content=text(bad))
    canvas_id = await new_canvas(room)
    change = {"operation": "insert_at_end", "document_content": text(bad)}
    edited = await room.refused("canvases.edit", canvas_id=canvas_id, changes=[change])
    large = await room.refused("canvases.create", document_content=text("x" * (1024 * 1024 + 1)))

    detail = "'content' error: line 3: Unsupported heading depth (4)"
    assert (created["error"], created["detail"]) == ("canvas_creation_failed", detail)
    assert (edited["error"], edited["detail"]) == ("canvas_editing_failed", detail)
    assert large["error"] == "canvas_too_large"


async def test_a_channel_has_one_canvas_of_its_own(room: Room) -> None:
    first = await room.call(
        "conversations.canvases.create", channel_id=room.ops.id, document_content=text("x")
    )
    second = await room.refused("conversations.canvases.create", channel_id=room.ops.id)
    elsewhere = room.workspace.add_channel("elsewhere", members=[room.ana.id])
    outside = await room.refused("conversations.canvases.create", channel_id=elsewhere.id)

    assert room.ops.channel_canvas_id == first["canvas_id"]
    assert second["error"] == "channel_canvas_already_exists"
    assert outside["error"] == "not_in_channel"


async def test_a_canvas_for_a_channel_the_bot_is_not_in(room: Room) -> None:
    elsewhere = room.workspace.add_channel("elsewhere", members=[room.ana.id])
    for channel_id in (elsewhere.id, "C00000000"):
        answer = await room.refused("canvases.create", channel_id=channel_id)
        assert answer["error"] == "channel_not_found"


async def test_access_is_given_to_people_or_channels(room: Room) -> None:
    canvas_id = await new_canvas(room)
    await room.client.canvases_access_set(
        canvas_id=canvas_id, access_level="write", channel_ids=[room.ops.id]
    )
    await room.client.canvases_access_set(canvas_id=canvas_id, access_level="read", user_ids=[room.ana.id])
    assert room.workspace.canvas(canvas_id).access == {
        room.workspace.bot_user_id: "owner",
        room.ops.id: "write",
        room.ana.id: "read",
    }


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"access_level": "write"}, "invalid_arguments"),
        ({"access_level": "write", "user_ids": "ANA", "channel_ids": "OPS"}, "invalid_arguments"),
        ({"access_level": "admin", "user_ids": "ANA"}, "invalid_arguments"),
        ({"access_level": "owner", "channel_ids": "OPS"}, "invalid_arguments"),
        ({"access_level": "write", "user_ids": "U00000000"}, "user_not_found"),
        ({"access_level": "write", "channel_ids": "C00000000"}, "channel_not_found"),
        ({"access_level": "write", "user_ids": "ANA", "canvas_id": "F00000000"}, "canvas_not_found"),
    ],
)
async def test_wrong_access_is_refused(room: Room, args: dict[str, str], error: str) -> None:
    canvas_id = await new_canvas(room)
    ids = {"ANA": room.ana.id, "OPS": room.ops.id}
    given = {"canvas_id": canvas_id, **{key: ids.get(value, value) for key, value in args.items()}}
    assert (await room.refused("canvases.access.set", **given))["error"] == error


async def test_what_the_bot_may_not_see_or_write(room: Room) -> None:
    canvas_id = await new_canvas(room)
    canvas = room.workspace.canvas(canvas_id)
    change = {"operation": "replace", "document_content": text("x")}

    canvas.access = {room.ana.id: "owner", room.ops.id: "read"}
    written = await room.refused("canvases.edit", canvas_id=canvas_id, changes=[change])
    read = await room.call("canvases.getContent", canvas_id=canvas_id)
    canvas.access = {room.ana.id: "owner"}
    hidden = await room.refused("canvases.getContent", canvas_id=canvas_id)

    assert written["error"] == "restricted_action"
    assert read["content"] == canvas.markdown
    assert hidden["error"] == "canvas_not_found"


async def test_a_deleted_canvas_is_gone(room: Room) -> None:
    canvas_id = await new_canvas(room, channel_id=room.ops.id)
    await room.client.canvases_delete(canvas_id=canvas_id)
    assert room.ops.canvas_ids == []
    gone = await room.refused("canvases.delete", canvas_id=canvas_id)
    assert gone["error"] == "canvas_not_found"
