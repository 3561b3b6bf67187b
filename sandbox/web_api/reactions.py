"""reactions.*: the emoji below a message (docs.slack.dev/reference/methods, a page each)."""

from sandbox import messages
from sandbox.errors import Refusal
from sandbox.json_types import JsonObject
from sandbox.records import Message
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


METHODS = (
    Method("reactions.add", add, ("reactions:write",)),
    Method("reactions.remove", remove, ("reactions:write",)),
    Method("reactions.get", get, ("reactions:read",)),
)
