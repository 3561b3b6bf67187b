"""What is pinned to a channel, and the events of it (docs.slack.dev/reference/methods/pins.add)."""

from sandbox import events, messages
from sandbox.errors import Refusal
from sandbox.json_types import JsonObject
from sandbox.records import Channel, Message, Pin
from sandbox.state import State

_UNPINNABLE = ("channel_join", "channel_leave", "tombstone")


def add(workspace: State, channel: Channel, message: Message, user_id: str) -> None:
    """Pin a message to its channel.

    Raises:
        Refusal: `not_pinnable` for lines about who joined or left, `already_pinned`.
    """
    if message.subtype in _UNPINNABLE:
        raise Refusal("not_pinnable")
    if any(known.ts == message.ts for known in channel.pins):
        raise Refusal("already_pinned")
    channel.pins.append(Pin(message.ts, user_id, int(workspace.clock.now().timestamp())))
    event: JsonObject = {
        "type": "pin_added",
        "user": user_id,
        "channel_id": channel.id,
        "item": payload(workspace, channel, channel.pins[-1]),
        "pin_count": len(channel.pins),
        "event_ts": workspace.clock.next_ts(),
    }
    if message.user_id is not None:
        event["item_user"] = message.user_id
    events.emit(workspace, event, channel)
    workspace.feed.tell("channel", channel.id)


def remove(workspace: State, channel: Channel, message: Message, user_id: str) -> None:
    """Unpin a message.

    Raises:
        Refusal: `no_pin`.
    """
    known = next((known for known in channel.pins if known.ts == message.ts), None)
    if known is None:
        raise Refusal("no_pin")
    item = payload(workspace, channel, known)
    del item["message"]["pinned_to"]
    channel.pins.remove(known)
    event = {
        "type": "pin_removed",
        "user": user_id,
        "channel_id": channel.id,
        "item": item,
        "has_pins": bool(channel.pins),
        "event_ts": workspace.clock.next_ts(),
    }
    events.emit(workspace, event, channel)
    workspace.feed.tell("channel", channel.id)


def payload(workspace: State, channel: Channel, known: Pin) -> JsonObject:
    """A pinned message, as `pins.list` and the events show it."""
    message = channel.messages[known.ts]
    described = messages.payload(workspace, message)
    shown = ("app_id", "bot_id", "bot_profile", "team", "text", "ts", "type", "user")
    return {
        "type": "message",
        "channel": channel.id,
        "created": known.created,
        "created_by": known.user_id,
        "message": {key: value for key, value in described.items() if key in shown}
        | {
            "permalink": workspace.permalink(channel.id, message.ts),
            "pinned_to": [channel.id],
        },
    }
