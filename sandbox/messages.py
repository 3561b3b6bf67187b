"""What happens to messages (posting, edits, deletions, reactions), and the events that Slack sends of it."""

import copy
import uuid
from collections.abc import Iterable, Mapping, Sequence

from sandbox import events, mrkdwn, people
from sandbox.clock import ts_order
from sandbox.emoji import is_emoji
from sandbox.errors import Refusal
from sandbox.files import file_payload
from sandbox.json_types import JsonObject
from sandbox.records import Channel, FileRecord, Message
from sandbox.state import State

SLACKBOT = "USLACKBOT"
TOMBSTONE = "This message was deleted."
EARLIER_BLOCKS = 100
"""How many blocks of its versions before are kept of a message: those of the last few."""


def post(workspace: State, message: Message, *, names: Mapping[str, str] | None = None) -> Message:
    """Put a new message into its channel and tell the app.

    Raises:
        Refusal: `thread_not_found` when `thread_ts` names no message of the channel.
    """
    channel = workspace.channel(message.channel_id)
    if message.thread_ts is not None:
        message.thread_ts = _root_of(channel, message.thread_ts).ts
    message.pings = mrkdwn.pings(message.text, message.blocks, message.attachments, names=names)
    if message.user_id is not None and message.bot_id is None and message.subtype is None:
        message.client_msg_id = str(uuid.uuid4())
    before = None
    if message.is_reply and message.thread_ts is not None:
        before = payload(workspace, channel.messages[message.thread_ts])
    channel.messages[message.ts] = message
    events.emit(workspace, event_payload(workspace, message), channel)
    if before is not None and message.thread_ts is not None:
        # Slack also reports the root's new reply count as a change of the root.
        _announce_change(workspace, channel, channel.messages[message.thread_ts], before)
    if workspace.bot_user_id in message.pings and message.user_id != workspace.bot_user_id:
        _announce_mention(workspace, channel, message)
    workspace.feed.tell("message", channel.id)
    return message


def _announce_mention(workspace: State, channel: Channel, message: Message) -> None:
    """Tell the app that it was mentioned (docs.slack.dev/reference/events/app_mention).

    Direct messages are not told this way, whether or not they mention it.
    """
    if channel.kind == "im":
        return
    mention = event_payload(workspace, message) | {"type": "app_mention"}
    del mention["channel_type"]
    events.emit(workspace, mention, channel)


def _root_of(channel: Channel, thread_ts: str) -> Message:
    root = channel.messages.get(thread_ts)
    if root is None:
        raise Refusal("thread_not_found")
    if root.is_reply and root.thread_ts is not None:
        # A reply to a reply goes to the thread's root.
        return channel.messages[root.thread_ts]
    if root.thread_ts is None:
        root.thread_ts = root.ts
    return root


def change(
    workspace: State,
    message: Message,
    *,
    editor: str | None,
    text: str,
    blocks: list[JsonObject] | None = None,
    attachments: list[JsonObject] | None = None,
    metadata: JsonObject | None = None,
    names: Mapping[str, str] | None = None,
) -> None:
    """Replace a message's content; with an editor it is marked as edited."""
    channel = workspace.channel(message.channel_id)
    before = payload(workspace, message)
    message.earlier_blocks = [*(message.blocks or []), *message.earlier_blocks][:EARLIER_BLOCKS]
    message.text, message.blocks, message.attachments = text, blocks, attachments
    if metadata is not None:
        message.metadata = metadata
    is_mentioned = workspace.bot_user_id in message.pings
    message.pings |= mrkdwn.pings(text, blocks, attachments, names=names)
    changed_ts = workspace.clock.next_ts()
    if editor is not None:
        # Slack's page of message_changed shows the event's own ts; live ones are whole seconds (observed).
        whole = f"{changed_ts.partition('.')[0]}.000000"
        message.edited = {"user": editor, "ts": whole if workspace.edits_in_seconds else changed_ts}
    _announce_change(workspace, channel, message, before, changed_ts)
    if editor is not None and workspace.bot_user_id in message.pings and not is_mentioned:
        _announce_mention(workspace, channel, message)  # with `edited` (observed)
    workspace.feed.tell("message", channel.id)


def _announce_change(
    workspace: State,
    channel: Channel,
    message: Message,
    before: JsonObject,
    changed_ts: str | None = None,
) -> None:
    ts = changed_ts or workspace.clock.next_ts()
    its_team = people.team_of(workspace, message.user_id)
    team = {"source_team": its_team, "user_team": its_team}
    events.emit(
        workspace,
        {
            "type": "message",
            "subtype": "message_changed",
            "message": payload(workspace, message) | team,
            "previous_message": before,
            "channel": channel.id,
            "hidden": True,
            "ts": ts,
            "event_ts": ts,
            "channel_type": channel.kind,
        },
        channel,
    )


def remove(workspace: State, message: Message) -> None:
    """Delete a message. A root with replies leaves a tombstone, since its thread stays."""
    channel = workspace.channel(message.channel_id)
    before = payload(workspace, message)
    channel.deleted[message.ts] = copy.copy(message)
    if replies(channel, message.ts):
        message.subtype, message.is_hidden = "tombstone", True
        message.user_id, message.bot_id, message.app_id = SLACKBOT, None, None
        message.text, message.blocks, message.attachments = TOMBSTONE, None, None
        message.earlier_blocks = []
        message.files, message.reactions, message.edited = [], {}, None
        _announce_change(workspace, channel, message, before)
    else:
        del channel.messages[message.ts]
        ts = workspace.clock.next_ts()
        events.emit(
            workspace,
            {
                "type": "message",
                "subtype": "message_deleted",
                "previous_message": before,
                "channel": channel.id,
                "hidden": True,
                "deleted_ts": message.ts,
                "ts": ts,
                "event_ts": ts,
                "channel_type": channel.kind,
            },
            channel,
        )
    channel.pins = [pin for pin in channel.pins if pin.ts != message.ts]
    workspace.feed.tell("message", channel.id)


def add_reaction(workspace: State, message: Message, user_id: str, emoji: str) -> None:
    """React to a message (docs.slack.dev/reference/methods/reactions.add).

    Raises:
        Refusal: `invalid_name` for an emoji that does not exist, `already_reacted`.
    """
    if not is_emoji(emoji, workspace.custom_emoji):
        raise Refusal("invalid_name")
    users = message.reactions.setdefault(emoji, [])
    if user_id in users:
        raise Refusal("already_reacted")
    users.append(user_id)
    _announce_reaction(workspace, message, user_id, emoji, "reaction_added")


def remove_reaction(workspace: State, message: Message, user_id: str, emoji: str) -> None:
    """Take a reaction back (docs.slack.dev/reference/methods/reactions.remove).

    Raises:
        Refusal: `invalid_name` for an emoji that does not exist, `no_reaction`.
    """
    if not is_emoji(emoji, workspace.custom_emoji):
        raise Refusal("invalid_name")
    users = message.reactions.get(emoji, [])
    if user_id not in users:
        raise Refusal("no_reaction")
    users.remove(user_id)
    if not users:
        del message.reactions[emoji]
    _announce_reaction(workspace, message, user_id, emoji, "reaction_removed")


def _announce_reaction(workspace: State, message: Message, user_id: str, emoji: str, kind: str) -> None:
    event: JsonObject = {
        "type": kind,
        "user": user_id,
        "reaction": emoji,
        "item": {"type": "message", "channel": message.channel_id, "ts": message.ts},
        "event_ts": workspace.clock.next_ts(),
    }
    if message.user_id is not None:
        # Messages of webhooks and legacy bots have no author, and then the key is missing.
        event["item_user"] = message.user_id
    events.emit(workspace, event, workspace.channel(message.channel_id))
    workspace.feed.tell("reaction", message.channel_id)


def replies(channel: Channel, root_ts: str) -> list[Message]:
    """The thread below a root, oldest first."""
    return ordered(
        message for message in channel.messages.values() if message.is_reply and message.thread_ts == root_ts
    )


def ordered(messages: Iterable[Message]) -> list[Message]:
    """Messages oldest first, compared by their exact timestamps."""
    return sorted(messages, key=lambda message: ts_order(message.ts))


def event_payload(workspace: State, message: Message) -> JsonObject:
    """The `message` event of a new message (docs.slack.dev/reference/events/message)."""
    channel = workspace.channel(message.channel_id)
    event = payload(workspace, message)
    for key in ("reply_count", "reply_users", "reply_users_count", "latest_reply", "is_locked", "subscribed"):
        event.pop(key, None)
    event |= {"channel": channel.id, "event_ts": message.ts, "channel_type": channel.kind}
    if message.subtype == "thread_broadcast" and message.thread_ts is not None:
        event.pop("parent_user_id", None)
        root = payload(workspace, channel.messages[message.thread_ts])
        event["root"] = {key: root[key] for key in root if key not in ("client_msg_id", "is_locked")}
    return event


def payload(workspace: State, message: Message, *, with_metadata: bool = True) -> JsonObject:
    """A message the way `conversations.history` shows it."""
    for sent in message.as_sent:
        return sent  # type: ignore[return-value]  # what it is not is the point of it
    body: JsonObject = {"type": "message"}
    if message.subtype is not None:
        body["subtype"] = message.subtype
    if message.user_id is not None:
        body["user"] = message.user_id
    body |= {"text": message.text, "ts": message.ts}
    if message.subtype in (None, "file_share"):
        team_id = people.team_of(workspace, message.user_id)
        body["team"] = team_id
        if team_id != workspace.team_id:
            body |= {"source_team": team_id, "user_team": team_id}
    for key, value in _optional(message, with_metadata).items():
        if value:
            body[key] = copy.deepcopy(value)
    if message.bot_id is not None and message.app_id is not None:
        body["bot_profile"] = bot_profile(workspace, message.bot_id, message.app_id)
    if message.is_hidden:
        body["hidden"] = True
    if message.files:
        body |= {"files": [file_payload(workspace, file) for file in message.files], "upload": False}
    return body | _thread_keys(workspace, message) | _reaction_keys(workspace, message)


def _optional(message: Message, with_metadata: bool) -> JsonObject:
    return {
        "client_msg_id": message.client_msg_id,
        "bot_id": message.bot_id,
        "app_id": message.app_id,
        "username": message.username,
        "icons": message.icons,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "edited": message.edited,
        "metadata": message.metadata if with_metadata else None,
        "inviter": message.inviter,
        "topic": message.topic,
        "purpose": message.purpose,
        "name": message.name,
        "old_name": message.old_name,
    }


def _thread_keys(workspace: State, message: Message) -> JsonObject:
    channel = workspace.channel(message.channel_id)
    if message.thread_ts is None:
        return {}
    if message.is_reply:
        root = channel.messages.get(message.thread_ts)
        parent = root.user_id if root is not None else None
        return {"thread_ts": message.thread_ts} | ({"parent_user_id": parent} if parent else {})
    thread = replies(channel, message.ts)
    if not thread:
        return {}
    users = list(dict.fromkeys(reply.user_id or reply.bot_id or "" for reply in thread))
    return {
        "thread_ts": message.ts,
        "reply_count": len(thread),
        "reply_users_count": len(users),
        "latest_reply": thread[-1].ts,
        "reply_users": users,
        "is_locked": False,
        "subscribed": False,
    }


def _reaction_keys(workspace: State, message: Message) -> JsonObject:
    if not message.reactions:
        return {}
    shown = workspace.reaction_users_shown
    return {
        "reactions": [
            {"name": name, "users": users[:shown], "count": len(users)}
            for name, users in message.reactions.items()
        ]
    }


def bot_profile(workspace: State, bot_id: str, app_id: str) -> JsonObject:
    """The card of a bot that comes with its messages."""
    return {
        "id": bot_id,
        "deleted": False,
        "name": workspace.bot_name_of(bot_id),
        "updated": workspace.created_at,
        "app_id": app_id,
        "icons": dict.fromkeys(("image_36", "image_48", "image_72"), f"{workspace.url}static/bot.png"),
        "team_id": workspace.team_id,
    }


def numbered(attachments: list[JsonObject] | None) -> list[JsonObject] | None:
    """Attachments as Slack keeps them: each with its number, from 1."""
    if not attachments:
        return None
    return [{"id": number, **attachment} for number, attachment in enumerate(attachments, start=1)]


def attach_files(message: Message, files: Sequence[FileRecord]) -> None:
    """Attach files to a message that is about to be posted."""
    message.files = list(files)
    for file in files:
        file.channel_ids.append(message.channel_id)
        file.shares.append((message.channel_id, message.ts, message.thread_ts))
    if files and message.subtype is None:
        message.subtype = "file_share"
