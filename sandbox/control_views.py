"""What the page is shown: the workspace, a channel, a canvas, modals, as plain JSON."""

from collections import Counter

from sandbox import messages as message_rules
from sandbox import views
from sandbox.json_types import JsonObject
from sandbox.records import Channel, Ephemeral, Message
from sandbox.state import State

NAME_SENTENCES = {
    "invalid_name_required": "A channel needs a name.",
    "invalid_name_maxlength": "A channel's name has at most 80 characters.",
    "invalid_name_punctuation": "A channel's name needs a letter or a digit.",
    "invalid_name_specials": "A channel's name holds lowercase letters, digits, - and _ only.",
    "name_taken": "There already is a channel of that name.",
}


def state(workspace: State) -> JsonObject:
    """Who and what is here, with the commands and shortcuts that the app declares."""
    return {
        "team": {"id": workspace.team_id, "name": workspace.team_name, "domain": workspace.domain},
        "url": workspace.url,
        "now": workspace.clock.now().isoformat(),
        "people": [
            {
                "id": person.id,
                "name": person.name,
                "real_name": person.real_name,
                "tz": person.tz,
                "is_bot": person.is_bot,
                "is_restricted": person.is_restricted,
                "is_external": person.team_id is not None,
            }
            for person in workspace.people.values()
        ],
        "channels": [
            {
                "id": channel.id,
                "name": channel.name or workspace.manifest.app_name,
                "is_private": channel.is_private,
                "is_im": channel.with_user_id is not None,
                "is_archived": channel.is_archived,
                "members": list(channel.members),
                "topic": channel.topic,
                "purpose": channel.purpose,
                "canvas_ids": list(channel.canvas_ids),
                "pins": [{"ts": pin.ts, "user": pin.user_id} for pin in channel.pins],
                "bookmarks": [
                    {"id": each.id, "title": each.title, "link": each.link, "emoji": each.emoji}
                    for each in channel.bookmarks
                ],
            }
            for channel in workspace.channels.values()
        ],
        "bot": {
            "user_id": workspace.bot_user_id,
            "bot_id": workspace.bot_id,
            "name": workspace.manifest.bot_name,
            "is_connected": workspace.deliveries.is_connected,
        },
        "commands": [
            {
                "command": command.command,
                "description": command.description,
                "usage_hint": command.usage_hint,
            }
            for command in workspace.manifest.commands
        ],
        "shortcuts": [
            {
                "name": shortcut.name,
                "kind": shortcut.kind,
                "callback_id": shortcut.callback_id,
                "description": shortcut.description,
            }
            for shortcut in workspace.manifest.shortcuts
        ],
        "app_home": {
            "has_home_tab": workspace.manifest.home.has_home_tab,
            "has_messages_tab": workspace.manifest.home.has_messages_tab,
            "is_read_only": workspace.manifest.home.is_read_only,
        },
    }


def messages(workspace: State, channel_id: str, viewer: str | None) -> JsonObject:
    """A channel's messages, deleted ones marked, and what only the viewer sees."""
    channel = workspace.channel(channel_id)
    gone = [message for message in channel.deleted.values() if message.ts not in channel.messages]
    shown = message_rules.ordered([*channel.messages.values(), *gone])
    counts = Counter(message.thread_ts for message in channel.messages.values() if message.is_reply)
    ephemerals = workspace.ephemerals(viewer, channel_id) if viewer else []
    return {
        "messages": [_message(channel, message, counts[message.ts]) for message in shown],
        "ephemerals": [ephemeral(shown) for shown in ephemerals],
    }


def _message(channel: Channel, message: Message, reply_count: int) -> JsonObject:
    is_gone = message.ts not in channel.messages
    return {
        "ts": message.ts,
        "user": message.user_id,
        "bot_id": message.bot_id,
        "username": message.username,
        "text": message_rules.TOMBSTONE if is_gone else message.text,
        "blocks": None if is_gone else message.blocks,
        "attachments": None if is_gone else message.attachments,
        "thread_ts": message.thread_ts,
        "reply_count": reply_count,
        "reactions": []
        if is_gone
        else [
            {"name": name, "users": list(users), "count": len(users)}
            for name, users in message.reactions.items()
        ],
        "edited": message.edited,
        "files": [
            {
                "id": file.id,
                "name": file.name,
                "title": file.title,
                "mimetype": file.mimetype,
                "size": len(file.content),
                "alt": file.alt,
            }
            for file in message.files
        ],
        "subtype": message.subtype,
        "deleted": is_gone or message.subtype == "tombstone",
    }


def ephemeral(shown: Ephemeral) -> JsonObject:
    """A message that only one person sees."""
    return {
        "ts": shown.ts,
        "user": shown.user_id,
        "channel": shown.channel_id,
        "text": shown.text,
        "blocks": shown.blocks,
        "attachments": shown.attachments,
        "thread_ts": shown.thread_ts,
        "response_type": shown.response_type,
    }


def canvas(workspace: State, canvas_id: str) -> JsonObject:
    """A canvas as Markdown; times in ISO 8601, UTC."""
    found = workspace.canvas(canvas_id)
    return {
        "id": found.id,
        "title": found.title,
        "channel_id": found.channel_id,
        "markdown": found.markdown,
        "created": found.created_at.isoformat(),
        "edited": found.edited_at.isoformat(),
        "edited_by": found.edited_by,
    }


def open_views(workspace: State, user_id: str) -> JsonObject:
    """The modals that a person has open, the topmost last, and their Home tab."""
    workspace.person(user_id)
    home = workspace.homes.get(user_id)
    return {
        "views": [views.payload(workspace, view) for view in workspace.open_views(user_id)],
        "home": views.payload(workspace, home) if home is not None else None,
    }
