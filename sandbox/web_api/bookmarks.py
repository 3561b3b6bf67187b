"""bookmarks.*: the links in a channel's header (docs.slack.dev/reference/methods, a page each)."""

from sandbox import bookmarks
from sandbox.errors import Refusal
from sandbox.json_types import JsonObject
from sandbox.web_api.asked import Asked, Method, missing


def add(asked: Asked) -> JsonObject:
    """Add a link.

    Raises:
        Refusal: `invalid_arguments` without a title or type, `invalid_bookmark_type` for what is no link,
            `channel_not_found`, and the refusals of `bookmarks.add`.
    """
    channel = asked.channel("channel_id")
    title = asked.required("title")
    if not title:
        raise missing("title")
    if asked.required("type") != "link":
        raise Refusal("invalid_bookmark_type")
    workspace = asked.workspace
    bookmark = bookmarks.add(
        workspace,
        channel,
        workspace.bot_user_id,
        title=title,
        link=asked.text("link") or "",
        emoji=asked.text("emoji") or "",
        app_id=workspace.app_id,
    )
    return {"bookmark": bookmarks.payload(workspace, channel, bookmark)}


def edit(asked: Asked) -> JsonObject:
    """Change a link's title, address or emoji.

    Raises:
        Refusal: `channel_not_found`, and the refusals of `bookmarks.edit`.
    """
    workspace = asked.workspace
    channel = asked.channel("channel_id")
    bookmark = bookmarks.edit(
        workspace,
        channel,
        workspace.bot_user_id,
        asked.required("bookmark_id"),
        title=asked.text("title"),
        link=asked.text("link"),
        emoji=asked.text("emoji"),
    )
    return {"bookmark": bookmarks.payload(workspace, channel, bookmark)}


def list_bookmarks(asked: Asked) -> JsonObject:
    """The links of a channel, in their order.

    Raises:
        Refusal: `channel_not_found`.
    """
    channel = asked.channel("channel_id")
    return {"bookmarks": [bookmarks.payload(asked.workspace, channel, one) for one in channel.bookmarks]}


def remove(asked: Asked) -> JsonObject:
    """Take a link away.

    Raises:
        Refusal: `channel_not_found`, and the refusals of `bookmarks.remove`.
    """
    workspace = asked.workspace
    channel = asked.channel("channel_id")
    bookmarks.remove(workspace, channel, workspace.bot_user_id, asked.required("bookmark_id"))
    return {}


METHODS = (
    Method("bookmarks.add", add, ("bookmarks:write",)),
    Method("bookmarks.edit", edit, ("bookmarks:write",)),
    Method("bookmarks.list", list_bookmarks, ("bookmarks:read",)),
    Method("bookmarks.remove", remove, ("bookmarks:write",)),
)
