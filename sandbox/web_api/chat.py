"""chat.*: the app's own messages (docs.slack.dev/reference/methods/chat.postMessage and siblings)."""

import json
from collections.abc import Mapping
from urllib.parse import quote

from sandbox import channels, messages
from sandbox.blocks import Content, checked_content
from sandbox.errors import Refusal
from sandbox.json_types import JsonObject
from sandbox.records import Channel, Ephemeral, Message
from sandbox.views import with_block_ids
from sandbox.web_api.asked import Asked, Method, missing

MAX_METADATA = 8000


def post_message(asked: Asked) -> JsonObject:
    """Post as the bot.

    Raises:
        Refusal: `channel_not_found`, `not_in_channel`, `is_archived`, `thread_not_found`,
            `messages_tab_disabled`, `missing_scope` for another name or icon, and what
            `checked_content` refuses.
    """
    workspace = asked.workspace
    channel = _place(asked)
    content = _content(asked)
    if asked.text("username") or asked.text("icon_emoji") or asked.text("icon_url"):
        asked.require_scope("chat:write.customize")
    thread_ts = asked.text("thread_ts") or None
    message = Message(
        ts=workspace.clock.next_ts(),
        channel_id=channel.id,
        text=content.text,
        user_id=workspace.bot_user_id,
        bot_id=workspace.bot_id,
        app_id=workspace.app_id,
        username=asked.text("username"),
        subtype="thread_broadcast" if thread_ts and asked.flag("reply_broadcast") else None,
        blocks=with_block_ids(content.blocks) if content.blocks else None,
        attachments=messages.numbered(content.attachments),
        thread_ts=thread_ts,
        metadata=_metadata(asked),
    )
    messages.post(workspace, message, names=_linked_names(asked))
    return {"channel": channel.id, "ts": message.ts, "message": messages.payload(workspace, message)}


def _place(asked: Asked) -> Channel:
    """Where to post: a channel the bot is in, or a person's direct messages."""
    target = asked.required("channel")
    is_person = target in asked.workspace.people
    channel = channels.open_direct(asked.workspace, target) if is_person else asked.channel()
    if channel.kind == "im" and not asked.workspace.manifest.home.has_messages_tab:
        raise Refusal("messages_tab_disabled")
    is_member = asked.workspace.bot_user_id in channel.members
    if not is_member and "chat:write.public" not in asked.workspace.scopes:
        raise Refusal("not_in_channel")
    if channel.is_archived:
        raise Refusal("is_archived")
    return channel


def _content(asked: Asked) -> Content:
    return checked_content(
        {
            "text": asked.text("text"),
            "markdown_text": asked.text("markdown_text"),
            "blocks": asked.parsed("blocks", "invalid_blocks_format"),
            "attachments": asked.parsed("attachments", "invalid_attachments"),
        }
    )


def _metadata(asked: Asked) -> JsonObject | None:
    """Message metadata (docs.slack.dev/messaging/message-metadata): an event type and its payload."""
    metadata = asked.parsed("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if (
        not isinstance(metadata, dict)
        or not isinstance(metadata.get("event_type"), str)
        or not isinstance(metadata.get("event_payload"), dict)
    ):
        raise Refusal("invalid_metadata_schema")
    if len(json.dumps(metadata)) > MAX_METADATA:
        raise Refusal("metadata_too_large")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}


def _linked_names(asked: Asked) -> Mapping[str, str] | None:
    """People by name, when the call wants bare @names to be mentions."""
    if asked.flag("link_names") or asked.text("parse") == "full":
        return {person.name: person.id for person in asked.workspace.people.values()}
    return None


def update(asked: Asked) -> JsonObject:
    """Change a message of the bot's own; text without blocks takes the blocks away.

    Raises:
        Refusal: `channel_not_found`, `message_not_found`, `cant_update_message`, and what
            `checked_content` refuses.
    """
    workspace = asked.workspace
    channel = asked.channel()
    message = asked.message(channel)
    if message.bot_id != workspace.bot_id:
        raise Refusal("cant_update_message")
    if channel.is_archived:
        raise Refusal("is_archived")
    content = _content(asked)
    messages.change(
        workspace,
        message,
        editor=workspace.bot_user_id,
        text=content.text,
        blocks=with_block_ids(content.blocks) if content.blocks else None,
        attachments=messages.numbered(content.attachments)
        if "attachments" in asked.args
        else message.attachments,
        metadata=_metadata(asked),
        names=_linked_names(asked),
    )
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": messages.payload(workspace, message),
    }


def delete(asked: Asked) -> JsonObject:
    """Delete a message of the bot's own.

    Raises:
        Refusal: `channel_not_found`, `message_not_found`, `cant_delete_message`.
    """
    channel = asked.channel()
    message = asked.message(channel)
    if message.bot_id != asked.workspace.bot_id:
        raise Refusal("cant_delete_message")
    messages.remove(asked.workspace, message)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(asked: Asked) -> JsonObject:
    """Show a message to one member of a channel.

    Raises:
        Refusal: `channel_not_found`, `not_in_channel`, `is_archived`, `user_not_in_channel`, and what
            `checked_content` refuses.
    """
    workspace = asked.workspace
    channel = asked.channel(as_member=True)
    if channel.is_archived:
        raise Refusal("is_archived")
    if asked.required("user") not in channel.members:
        raise Refusal("user_not_in_channel")
    content = _content(asked)
    shown = Ephemeral(
        ts=workspace.clock.next_ts(),
        channel_id=channel.id,
        user_id=asked.required("user"),
        text=content.text,
        blocks=with_block_ids(content.blocks) if content.blocks else None,
        attachments=messages.numbered(content.attachments),
        thread_ts=asked.text("thread_ts") or None,
    )
    workspace.show_ephemeral(shown)
    return {"message_ts": shown.ts}


def get_permalink(asked: Asked) -> JsonObject:
    """The address of a message.

    Raises:
        Refusal: `channel_not_found`, `message_not_found`.
    """
    if asked.text("message_ts") is None:
        raise missing("message_ts")
    channel = asked.channel()
    message = asked.message(channel, "message_ts")
    address = asked.workspace.permalink(channel.id, message.ts)
    return {"channel": channel.id, "permalink": quote(address, safe=":/?=&.")}


_WRITE = ("chat:write",)
METHODS = (
    Method("chat.postMessage", post_message, _WRITE),
    Method("chat.update", update, _WRITE),
    Method("chat.delete", delete, _WRITE),
    Method("chat.postEphemeral", post_ephemeral, _WRITE),
    Method("chat.getPermalink", get_permalink),
)
