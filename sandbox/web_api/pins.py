"""pins.*: the messages pinned to a channel (docs.slack.dev/reference/methods, a page each)."""

from sandbox import pins
from sandbox.errors import Refusal
from sandbox.json_types import JsonObject
from sandbox.records import Channel, Message
from sandbox.web_api.asked import Asked, Method


def add(asked: Asked) -> JsonObject:
    """Pin a message to its channel.

    Raises:
        Refusal: `no_item_specified`, `channel_not_found`, `not_in_channel`, `permission_denied` where it is
            archived, `message_not_found`, `not_pinnable`, `already_pinned`.
    """
    channel, message = _pinnable(asked)
    pins.add(asked.workspace, channel, message, asked.workspace.bot_user_id)
    return {}


def remove(asked: Asked) -> JsonObject:
    """Unpin a message.

    Raises:
        Refusal: as `add`, with `no_pin` for what is not pinned.
    """
    channel, message = _pinnable(asked)
    pins.remove(asked.workspace, channel, message, asked.workspace.bot_user_id)
    return {}


def list_pins(asked: Asked) -> JsonObject:
    """What is pinned to a channel.

    Raises:
        Refusal: `channel_not_found`, `not_in_channel`.
    """
    channel = asked.channel(as_member=True)
    return {"items": [pins.payload(asked.workspace, channel, known) for known in channel.pins]}


def _pinnable(asked: Asked) -> tuple[Channel, Message]:
    if asked.text("timestamp") is None:
        raise Refusal("no_item_specified")
    channel = asked.channel(as_member=True)
    if channel.is_archived:
        raise Refusal("permission_denied")
    return channel, asked.message(channel, "timestamp")


METHODS = (
    Method("pins.add", add, ("pins:write",)),
    Method("pins.remove", remove, ("pins:write",)),
    Method("pins.list", list_pins, ("pins:read",)),
)
