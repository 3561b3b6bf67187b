"""reactions.* and pins.*: what is attached to a message (docs.slack.dev/reference/methods, a page each)."""

from sandbox import events, messages
from sandbox.errors import Refusal
from sandbox.json_types import JsonObject
from sandbox.records import Channel, Message, Pin
from sandbox.web_api.asked import Asked, Method, missing


def add(asked: Asked) -> JsonObject:
    """React as the bot.

    Raises:
        Refusal: `no_item_specified`, `channel_not_found`, `not_in_channel`, `is_archived`,
            `message_not_found`, `invalid_name`, `already_reacted`.
    """
    message = _item(asked, is_write=True)
    messages.add_reaction(asked.workspace, message, asked.workspace.bot_user_id, _name(asked))
    return {}


def remove(asked: Asked) -> JsonObject:
    """Take a reaction of the bot's own back.

    Raises:
        Refusal: as `add`, and `no_reaction`.
    """
    message = _item(asked, is_write=True)
    messages.remove_reaction(asked.workspace, message, asked.workspace.bot_user_id, _name(asked))
    return {}


def get(asked: Asked) -> JsonObject:
    """A message with its reactions; with `full` every user of each.

    Raises:
        Refusal: `no_item_specified`, `channel_not_found`, `message_not_found`.
    """
    message = _item(asked, is_write=False)
    described = messages.payload(asked.workspace, message)
    if asked.flag("full") and message.reactions:
        described["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)}
            for name, users in message.reactions.items()
        ]
    described["permalink"] = asked.workspace.permalink(message.channel_id, message.ts)
    return {"type": "message", "channel": message.channel_id, "message": described}


def _name(asked: Asked) -> str:
    return asked.required("name").strip(":")


def _item(asked: Asked, *, is_write: bool) -> Message:
    if asked.text("channel") is None or asked.text("timestamp") is None:
        raise Refusal("no_item_specified")
    if is_write and asked.text("name") is None:
        raise missing("name")
    channel = asked.channel(as_member=is_write)
    if is_write and channel.is_archived:
        raise Refusal("is_archived")
    return asked.message(channel, "timestamp")


def pin(asked: Asked) -> JsonObject:
    """Pin a message to its channel.

    Raises:
        Refusal: `not_in_channel`, `message_not_found`, `already_pinned`.
    """
    workspace = asked.workspace
    channel, message = _pinnable(asked)
    if any(known.ts == message.ts for known in channel.pins):
        raise Refusal("already_pinned")
    now = int(workspace.clock.now().timestamp())
    channel.pins.append(Pin(message.ts, workspace.bot_user_id, now))
    event: JsonObject = {
        "type": "pin_added",
        "user": workspace.bot_user_id,
        "channel_id": channel.id,
        "item": _pinned(asked, channel, channel.pins[-1]),
        "pin_count": len(channel.pins),
        "event_ts": workspace.clock.next_ts(),
    }
    if message.user_id is not None:
        event["item_user"] = message.user_id
    events.emit(workspace, event, channel)
    return {}


def unpin(asked: Asked) -> JsonObject:
    """Unpin a message.

    Raises:
        Refusal: `not_in_channel`, `message_not_found`, `no_pin`.
    """
    workspace = asked.workspace
    channel, message = _pinnable(asked)
    known = next((known for known in channel.pins if known.ts == message.ts), None)
    if known is None:
        raise Refusal("no_pin")
    item = _pinned(asked, channel, known)
    del item["message"]["pinned_to"]
    channel.pins.remove(known)
    event = {
        "type": "pin_removed",
        "user": workspace.bot_user_id,
        "channel_id": channel.id,
        "item": item,
        "has_pins": bool(channel.pins),
        "event_ts": workspace.clock.next_ts(),
    }
    events.emit(workspace, event, channel)
    return {}


def pins(asked: Asked) -> JsonObject:
    """What is pinned to a channel.

    Raises:
        Refusal: `channel_not_found`, `not_in_channel`.
    """
    channel = asked.channel(as_member=True)
    return {"items": [_pinned(asked, channel, known) for known in channel.pins]}


def _pinnable(asked: Asked) -> tuple[Channel, Message]:
    if asked.text("timestamp") is None:
        raise Refusal("no_item_specified")
    channel = asked.channel(as_member=True)
    return channel, asked.message(channel, "timestamp")


def _pinned(asked: Asked, channel: Channel, known: Pin) -> JsonObject:
    message = channel.messages[known.ts]
    described = messages.payload(asked.workspace, message)
    shown = ("app_id", "bot_id", "bot_profile", "team", "text", "ts", "type", "user")
    return {
        "type": "message",
        "channel": channel.id,
        "created": known.created,
        "created_by": known.user_id,
        "message": {key: value for key, value in described.items() if key in shown}
        | {
            "permalink": asked.workspace.permalink(channel.id, message.ts),
            "pinned_to": [channel.id],
        },
    }


METHODS = (
    Method("reactions.add", add, ("reactions:write",)),
    Method("reactions.remove", remove, ("reactions:write",)),
    Method("reactions.get", get, ("reactions:read",)),
    Method("pins.add", pin, ("pins:write",)),
    Method("pins.remove", unpin, ("pins:write",)),
    Method("pins.list", pins, ("pins:read",)),
)
