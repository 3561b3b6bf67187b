"""canvases.* and conversations.canvases.create (docs.slack.dev/reference/methods, a page each)."""

from markupsafe import Markup

from sandbox import canvas_shown, canvases
from sandbox.canvases import LEVELS
from sandbox.errors import Refusal
from sandbox.json_types import JsonObject
from sandbox.records import Canvas
from sandbox.web_api.asked import Asked, Method, invalid, missing

_OPERATIONS = {
    "insert_at_start": ("document_content",),
    "insert_at_end": ("document_content",),
    "insert_before": ("document_content", "section_id"),
    "insert_after": ("document_content", "section_id"),
    "replace": ("document_content",),
    "delete": ("section_id",),
    "rename": ("title_content",),
}
_SECTION_TYPES = ("any_header", "h1", "h2", "h3")


def create(asked: Asked) -> JsonObject:
    """Make a canvas of the bot's own, with `channel_id` as a tab of that channel.

    Raises:
        Refusal: `invalid_arguments`, `channel_not_found`, `canvas_creation_failed` with a detail,
            `canvas_too_large`.
    """
    workspace = asked.workspace
    markdown = _markdown(asked.parsed("document_content", "invalid_arguments"), "/document_content")
    channel = None
    if asked.text("channel_id"):
        channel = asked.channel("channel_id")
        if workspace.bot_user_id not in channel.members:
            raise Refusal("channel_not_found")
    title = asked.text("title") or "Untitled"
    canvas = canvases.create(workspace, workspace.bot_user_id, title, markdown, channel=channel)
    return {"canvas_id": canvas.id}


def create_for_channel(asked: Asked) -> JsonObject:
    """Make a channel's own canvas; there is one.

    Raises:
        Refusal: `channel_not_found`, `not_in_channel`, `channel_canvas_already_exists`,
            `canvas_creation_failed` with a detail.
    """
    workspace = asked.workspace
    markdown = _markdown(asked.parsed("document_content", "invalid_arguments"), "/document_content")
    channel = asked.channel("channel_id", as_member=True)
    if channel.channel_canvas_id is not None:
        raise Refusal("channel_canvas_already_exists")
    title = asked.text("title") or "Channel canvas"
    canvas = canvases.create(workspace, workspace.bot_user_id, title, markdown, channel=channel)
    channel.channel_canvas_id = canvas.id
    return {"canvas_id": canvas.id}


def _markdown(content: object, pointer: str) -> str:
    """The text of a `document_content`; without one the canvas is empty."""
    if content is None:
        return ""
    if (
        not isinstance(content, dict)
        or content.get("type") != "markdown"
        or not isinstance(content.get("markdown"), str)
    ):
        raise invalid("failed to match exactly one allowed schema", pointer)
    return str(content["markdown"])


def edit(asked: Asked) -> JsonObject:
    """Apply one change to a canvas.

    Raises:
        Refusal: `canvas_not_found`, `restricted_action` without write access, `invalid_arguments` for
            several changes or an incomplete one, `canvas_editing_failed` with a detail.
    """
    if asked.args.get("changes") is None:
        raise missing("changes")
    changes = asked.parsed("changes", "invalid_arguments")
    if not isinstance(changes, list) or not changes:
        raise invalid("no less than 1 items allowed", "/changes")
    if len(changes) > 1:
        raise invalid("no more than 1 items allowed", "/changes")
    change = changes[0]
    if not isinstance(change, dict):
        raise invalid("must be an object", "/changes/0")
    _check_change(change)
    canvas = _writable(asked)
    canvases.apply(asked.workspace, canvas, asked.workspace.bot_user_id, change)
    return {}


def _check_change(change: JsonObject) -> None:
    operation = change.get("operation")
    if operation not in _OPERATIONS:
        raise invalid(f"must be one of {', '.join(_OPERATIONS)}", "/changes/0/operation")
    for key in _OPERATIONS[str(operation)]:
        if change.get(key) is None:
            raise missing(key, "/changes/0")
        if key != "section_id":
            _markdown(change[key], f"/changes/0/{key}")


def _writable(asked: Asked) -> Canvas:
    canvas = asked.canvas()
    bot = asked.workspace.bot_user_id
    if not canvases.may(asked.workspace, canvas, bot, "read"):
        raise Refusal("canvas_not_found")
    if not canvases.may(asked.workspace, canvas, bot, "write"):
        raise Refusal("restricted_action")
    return canvas


def delete(asked: Asked) -> JsonObject:
    """Delete a canvas of the bot's own.

    Raises:
        Refusal: `canvas_not_found`, `restricted_action`.
    """
    canvas = _writable(asked)
    if not canvases.may(asked.workspace, canvas, asked.workspace.bot_user_id, "owner"):
        raise Refusal("restricted_action")
    canvases.delete(asked.workspace, canvas)
    return {}


def set_access(asked: Asked) -> JsonObject:
    """Let people, or the members of channels, read, write or own a canvas.

    Raises:
        Refusal: `canvas_not_found`, `restricted_action`, `invalid_arguments` unless exactly one of
            `user_ids` and `channel_ids` is given and the level fits, `user_not_found`,
            `channel_not_found`.
    """
    level = asked.required("access_level")
    if level not in LEVELS:
        raise invalid(f"must be one of {', '.join(LEVELS)}", "/access_level")
    users, channel_ids = asked.ids("user_ids"), asked.ids("channel_ids")
    if bool(users) == bool(channel_ids):
        raise invalid("must have exactly one of: user_ids, channel_ids", "")
    if level == "owner" and (channel_ids or len(users) != 1):
        raise invalid("an owner is exactly one user", "/access_level")
    canvas = _writable(asked)
    if not canvases.may(asked.workspace, canvas, asked.workspace.bot_user_id, "owner"):
        raise Refusal("restricted_action")
    for user in users:
        if user not in asked.workspace.people:
            raise Refusal("user_not_found")
    for channel_id in channel_ids:
        channel = asked.workspace.channels.get(channel_id)
        if channel is None or asked.workspace.bot_user_id not in channel.members:
            raise Refusal("channel_not_found")
    canvases.set_access(asked.workspace, canvas, users or channel_ids, level)
    return {}


def lookup(asked: Asked) -> JsonObject:
    """The ids of the sections that match; they hold until the next edit.

    Raises:
        Refusal: `canvas_not_found`, `invalid_arguments` without criteria or with unknown ones.
    """
    criteria = asked.parsed("criteria", "invalid_arguments")
    if criteria is None:
        raise missing("criteria")
    if not isinstance(criteria, dict) or not criteria.keys() & {"section_types", "contains_text"}:
        raise invalid("must have at least one of: section_types, contains_text", "/criteria")
    types = criteria.get("section_types", [])
    if not isinstance(types, list) or len(types) > 3 or not set(types) <= set(_SECTION_TYPES):
        raise invalid(f"must be up to 3 of {', '.join(_SECTION_TYPES)}", "/criteria/section_types")
    canvas = _readable(asked)
    found = canvases.lookup(canvas, types, criteria.get("contains_text"))
    return {"sections": [{"id": section.id} for section in found]}


def get_content(asked: Asked) -> JsonObject:
    """A canvas as Markdown in Slack's style, or as plain HTML.

    Raises:
        Refusal: `canvas_not_found`, `invalid_arguments` for another content type.
    """
    kind = asked.text("content_type") or "markdown"
    if kind not in ("markdown", "html"):
        raise invalid("must be one of html, markdown", "/content_type")
    canvas = _readable(asked)
    if kind == "markdown":
        return {"content": canvas_shown.shown(canvas.sections)}
    paragraph = Markup("<p>{}</p>")
    return {"content": Markup("").join(paragraph.format(section.markdown) for section in canvas.sections)}


def _readable(asked: Asked) -> Canvas:
    canvas = asked.canvas()
    if not canvases.may(asked.workspace, canvas, asked.workspace.bot_user_id, "read"):
        raise Refusal("canvas_not_found")
    return canvas


_WRITE, _READ = ("canvases:write",), ("canvases:read",)
METHODS = (
    Method("canvases.create", create, _WRITE),
    Method("conversations.canvases.create", create_for_channel, _WRITE),
    Method("canvases.edit", edit, _WRITE),
    Method("canvases.delete", delete, _WRITE),
    Method("canvases.access.set", set_access, _WRITE),
    Method("canvases.sections.lookup", lookup, _READ),
    Method("canvases.getContent", get_content, _READ),
)
