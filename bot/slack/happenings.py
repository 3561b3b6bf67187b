"""Slack's message events and API messages, read as what happened to the record's messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.incidents.happenings import Deleted, MessageHappening, Reacted, Spoken
from bot.slack.message_text import text_of
from storage.record import MessageKey

QUIET = frozenset(
    {
        "channel_join",
        "channel_leave",
        "group_join",
        "group_leave",
        "channel_archive",
        "channel_unarchive",
        "channel_convert_to_private",
        "message_replied",
        "reminder_add",
        "bot_add",
        "bot_remove",
        "channel_topic",
        "channel_purpose",
        "channel_name",
        "channel_posting_permissions",
        "group_topic",
        "group_purpose",
        "group_name",
        "group_archive",
        "group_unarchive",
        "pinned_item",
        "unpinned_item",
        "tabbed_canvas_updated",
        "huddle_thread",
    }
)
"""Subtypes that nobody said: Slack's own notices about the channel."""


def message_happening(team_id: str, event: Mapping[str, Any]) -> MessageHappening | None:
    """What a `message` event says happened; None for Slack's own notices.

    Raises:
        KeyError: the event lacks what every such event has.
    """
    channel_id, subtype = str(event["channel"]), event.get("subtype")
    if subtype == "message_deleted":
        return Deleted((team_id, channel_id, str(event["deleted_ts"])), str(event["event_ts"]))
    if subtype == "message_changed":
        message = event["message"]
        key = (team_id, channel_id, str(message["ts"]))
        if message.get("subtype") == "tombstone":
            return Deleted(key, str(event["event_ts"]))
        return _changed(key, event, message)
    if subtype in QUIET:
        return None
    return spoken_in((team_id, channel_id, str(event["ts"])), event)


def reaction_happening(team_id: str, event: Mapping[str, Any]) -> Reacted | None:
    """What a `reaction_added` or `reaction_removed` event says; None for reactions on other things.

    Raises:
        KeyError: the event lacks what every such event has.
    """
    item = event["item"]
    if item.get("type") != "message":
        return None
    return Reacted(
        key=(team_id, str(item["channel"]), str(item["ts"])),
        user_id=str(event["user"]),
        emoji=str(event["reaction"]),
        changed_ts=str(event["event_ts"]),
        is_set=event["type"] == "reaction_added",
    )


def spoken_in(key: MessageKey, message: Mapping[str, Any]) -> Spoken:
    """A message as Slack shows it, in an event or in an answer of `conversations.*`."""
    edited = message.get("edited") or {}
    return Spoken(
        key=key,
        version_ts=str(edited.get("ts") or message["ts"]),
        text=text_of(message).replace("\0", ""),  # which PostgreSQL does not take
        user_id=message.get("user"),
        bot_name=_bot_name(message),
        thread_ts=message.get("thread_ts"),
        files=tuple(_file(file) for file in message.get("files") or ()),
        payload=message,
        edited_by=edited.get("user"),
    )


def _changed(key: MessageKey, event: Mapping[str, Any], message: Mapping[str, Any]) -> Spoken:
    """The whole message as of an event; `edited.ts` would do for its version but for its whole seconds."""
    spoken = spoken_in(key, message)
    before = event.get("previous_message")
    if before and before.get("text") is not None:
        was = spoken_in(key, before)
        if (was.text, was.files) == (spoken.text, spoken.files):
            return replace(spoken, is_unchanged=True)
    return replace(spoken, version_ts=str(event["event_ts"]))


def _bot_name(message: Mapping[str, Any]) -> str | None:
    if not message.get("bot_id"):
        return None
    profile = message.get("bot_profile") or {}
    return str(message.get("username") or profile.get("name") or message["bot_id"])


def _file(file: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("id", "name", "title", "mimetype", "permalink", "url_private", "size")
    return {name: file[name] for name in kept if name in file}
