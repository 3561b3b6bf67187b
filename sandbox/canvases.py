"""Canvases: made, edited one change at a time, shared, looked up.

Source: docs.slack.dev/reference/methods/canvases.create, canvases.edit, canvases.access.set,
canvases.sections.lookup, conversations.canvases.create and docs.slack.dev/surfaces/canvases.
"""

from collections.abc import Sequence

from sandbox import canvas_markdown
from sandbox.errors import Refusal
from sandbox.ids import new_id
from sandbox.json_types import JsonObject
from sandbox.records import Canvas, Channel, Section
from sandbox.state import State

MAX_BYTES = 1024 * 1024
LEVELS = ("read", "write", "owner")


def create(
    workspace: State, owner: str, title: str, markdown: str, *, channel: Channel | None = None
) -> Canvas:
    """Make a canvas; with a channel it is a tab there, and its members may read and write it.

    Raises:
        Refusal: `canvas_creation_failed` with the line of the Markdown that Slack does not take.
    """
    canvas = Canvas(
        id=new_id("F"),
        title=title,
        owner=owner,
        created_at=workspace.clock.now(),
        edited_at=workspace.clock.now(),
        edited_by=owner,
        sections=sections(markdown, "canvas_creation_failed"),
        channel_id=channel.id if channel is not None else None,
        access={owner: "owner"},
    )
    workspace.canvases[canvas.id] = canvas
    if channel is not None:
        channel.canvas_ids.append(canvas.id)
        canvas.access[channel.id] = "write"
    workspace.feed.tell("canvas", canvas.channel_id)
    return canvas


def delete(workspace: State, canvas: Canvas) -> None:
    """Delete a canvas."""
    del workspace.canvases[canvas.id]
    for channel in workspace.channels.values():
        if canvas.id in channel.canvas_ids:
            channel.canvas_ids.remove(canvas.id)
        if channel.channel_canvas_id == canvas.id:
            channel.channel_canvas_id = None
    workspace.feed.tell("canvas", canvas.channel_id)


def sections(markdown: str, error: str = "canvas_editing_failed") -> list[Section]:
    """The blocks of a text, each a section with a fresh id.

    Raises:
        Refusal: the given error, with `detail` naming the line that canvases do not take.
    """
    if len(markdown.encode()) > MAX_BYTES:
        raise Refusal("canvas_too_large")
    problem = canvas_markdown.problem(markdown)
    if problem is not None:
        raise Refusal(error, detail=f"'content' error: {problem}")
    return [Section(_section_id(), block.kind, block.markdown) for block in canvas_markdown.blocks(markdown)]


def _section_id() -> str:
    return f"temp:C:{new_id('a', 28)}"


def apply(workspace: State, canvas: Canvas, user_id: str, change: JsonObject) -> None:
    """Apply one change; afterwards every section has another id (observed).

    Raises:
        Refusal: `canvas_editing_failed` with a detail.
    """
    operation = change.get("operation")
    if operation == "rename":
        canvas.title = _text_of(change, "title_content")
    elif operation == "delete":
        del canvas.sections[_position(canvas, change)]
    elif operation == "replace" and change.get("section_id") is None:
        canvas.sections = sections(_text_of(change, "document_content"))
    else:
        new = sections(_text_of(change, "document_content"))
        if operation == "insert_at_start":
            start = end = 0
        elif operation == "insert_at_end":
            start = end = len(canvas.sections)
        else:
            position = _position(canvas, change)
            start = position + 1 if operation == "insert_after" else position
            end = position + 1 if operation == "replace" else start
        canvas.sections[start:end] = new
    for section in canvas.sections:
        section.id = _section_id()
    canvas.edited_at, canvas.edited_by = workspace.clock.now(), user_id
    workspace.feed.tell("canvas", canvas.channel_id)


def _text_of(change: JsonObject, key: str) -> str:
    content = change.get(key)
    return str(content["markdown"]) if isinstance(content, dict) else ""


def _position(canvas: Canvas, change: JsonObject) -> int:
    for position, section in enumerate(canvas.sections):
        if section.id == change.get("section_id"):
            return position
    raise Refusal("canvas_editing_failed", detail=f"section not found: {change.get('section_id')}")


def set_access(workspace: State, canvas: Canvas, ids: Sequence[str], level: str) -> None:
    """Give people or channels a level of access."""
    for entity in ids:
        canvas.access[entity] = level
    workspace.feed.tell("canvas", canvas.channel_id)


def lookup(canvas: Canvas, section_types: Sequence[str], contains: str | None) -> list[Section]:
    """The sections that match every criterion given."""
    found = []
    for section in canvas.sections:
        is_kind = not section_types or any(
            section.kind == kind or (kind == "any_header" and section.kind in ("h1", "h2", "h3"))
            for kind in section_types
        )
        if is_kind and (contains is None or contains in section.markdown):
            found.append(section)
    return found


def may(workspace: State, canvas: Canvas, user_id: str, level: str) -> bool:
    """Whether a person has at least this level, by name or through a channel they are in."""
    granted = [canvas.access.get(user_id)]
    for entity, given in canvas.access.items():
        channel = workspace.channels.get(entity)
        if channel is not None and user_id in channel.members:
            granted.append(given)
    return any(given is not None and LEVELS.index(given) >= LEVELS.index(level) for given in granted)
