"""Slack's message events and API messages, read as what happened to the record's messages.

Every reading is total: what has another type than Slack's documentation says counts as missing, and where
nothing is left that could be recorded the item is unreadable, alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.exc import DataError, DBAPIError, StatementError

from bot.clock import just_after
from bot.incidents.message_events import MessageDeleted, MessageEvent, MessagePosted, ReactionChanged
from bot.slack.message_text import shown_files, text_of
from bot.text.well_formed import table, tables, text, text_or_none, ts_or_none, well_formed
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
        "channel_convert_to_public",
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
        "app_conversation_join",
        "app_conversation_leave",
        "bot_disable",
        "bot_enable",
        "bot_message_deleted",
        "channel_canvas_updated",
        "file_created",
        "joiner_notification",
        "joiner_notification_for_inviter",
        "mpdm_move",
        "reminder_delete",
        "sh_room_created",
        "sh_room_shared",
        "slack_audio_call",
        "user_profile_change",
    }
)
"""Subtypes that nobody said: Slack's own notices about the channel."""
WITHHELD = frozenset({"ekm_access_denied"})
"""What Slack shows in place of a message that its owners have locked: neither its words nor its deletion."""
SLACKBOT = "USLACKBOT"


class Unreadable(Exception):
    """An event, message or reaction that cannot be recorded for what it is, however often it comes."""


def is_unreadable(problem: BaseException) -> bool:
    """Whether something cannot be recorded because of its own content, and not because of the database."""
    if isinstance(problem, StatementError) and not isinstance(problem, DBAPIError):
        return True  # a value that no column takes
    return isinstance(
        problem,
        Unreadable
        | DataError
        | KeyError
        | IndexError
        | TypeError
        | ValueError
        | AttributeError
        | OverflowError
        | RecursionError,
    )


WHOLE_SECOND = ".000000"
OTHERS = frozenset({"root"})
"""Where Slack puts another message into one: the root of the thread into a reply sent to the channel."""


def message_event_of(team_id: str, event: Mapping[str, Any]) -> MessageEvent | None:
    """What a `message` event says happened; None for Slack's own notices.

    Raises:
        Unreadable: the event does not say which message it is about, or when.
    """
    channel_id, subtype = _needed(event, "channel"), text(event.get("subtype"))
    if subtype == "message_deleted":
        return MessageDeleted((team_id, channel_id, _ts(event, "deleted_ts")), _told_at(event))
    if subtype == "message_changed":
        message = table(event.get("message"))
        key = (team_id, channel_id, _ts(message, "ts"))
        if message.get("subtype") == "tombstone":
            return MessageDeleted(key, _told_at(event))
        if text(message.get("subtype")) in QUIET | WITHHELD:
            return None  # a huddle that goes on is told as a change of its notice
        return _changed(key, event, message)
    if subtype == "tombstone":
        return MessageDeleted((team_id, channel_id, _ts(event, "ts")), _told_at(event))
    if subtype in QUIET | WITHHELD:
        return None
    return spoken_in((team_id, channel_id, _ts(event, "ts")), event)


def reaction_event_of(team_id: str, event: Mapping[str, Any]) -> ReactionChanged | None:
    """What a `reaction_added` or `reaction_removed` event says; None for reactions on other things.

    Raises:
        Unreadable: the event does not say who reacted how to what.
    """
    item = event.get("item")
    if not isinstance(item, Mapping):
        raise Unreadable("the reaction is on nothing")
    if item.get("type") != "message":
        return None
    return ReactionChanged(
        key=(team_id, _needed(item, "channel"), _ts(item, "ts")),
        user_id=_needed(event, "user"),
        emoji=_needed(event, "reaction"),
        changed_ts=_ts(event, "event_ts"),
        is_set=event.get("type") == "reaction_added",
    )


def spoken_in(key: MessageKey, message: Mapping[str, Any], shown_at: str = "") -> MessagePosted:
    """A message as Slack shows it, in an event or in an answer of `conversations.*`; nothing in it raises.

    `shown_at`: the `event_ts` of an event that shows it without telling an edit.
    """
    edited = table(message.get("edited"))
    return MessagePosted(
        key=key,
        version_ts=_version_ts(key[2], ts_or_none(edited.get("ts")), shown_at),
        text=well_formed(text_of(message)),
        user_id=text_or_none(message.get("user")) or text_or_none(table(message.get("comment")).get("user")),
        bot_name=well_formed(bot_name_of(message) or "") or None,
        thread_ts=ts_or_none(message.get("thread_ts")),
        files=tuple(_file(file) for file in shown_files(message)),
        payload={name: value for name, value in message.items() if name not in OTHERS},
        edited_by=text_or_none(edited.get("user")),
    )


def reactors_of(message: Mapping[str, Any]) -> dict[str, tuple[list[str], int]]:
    """Who reacts to a message, as far as it lists them, by emoji; and how many it counts."""
    found: dict[str, tuple[list[str], int]] = {}
    for reaction in tables(message.get("reactions")):
        name, users = text(reaction.get("name")), reaction.get("users")
        if not name:
            continue
        listed = [user for user in users if isinstance(user, str) and user] if isinstance(users, list) else []
        count = reaction.get("count")
        found[name] = (listed, count if isinstance(count, int) else len(listed))
    return found


def bot_name_of(message: Mapping[str, Any]) -> str | None:
    """The name of the app that posted a message; None for what a person typed.

    A person may post through an app, and then the message names both (`bot.incidents.author` decides); old
    integrations have a `username` alone.
    """
    user_id, bot_id = text(message.get("user")), text(message.get("bot_id"))
    is_app = bool(bot_id) or message.get("subtype") == "bot_message"
    if user_id == SLACKBOT:
        return text(message.get("username")) or "Slackbot"
    if not is_app and (user_id or not message.get("username")):
        return None
    profile = table(message.get("bot_profile"))
    return text(message.get("username")) or text(profile.get("name")) or bot_id or "a bot"


def is_own(message: Mapping[str, Any], bot_user_id: str, bot_id: str) -> bool:
    """Whether Scribe itself posted it: then it is nobody's evidence, no alert, and not counted."""
    is_bot_user = bool(bot_user_id) and message.get("user") == bot_user_id
    return is_bot_user or bool(bot_id and message.get("bot_id") == bot_id)


def _changed(key: MessageKey, event: Mapping[str, Any], message: Mapping[str, Any]) -> MessagePosted:
    """The whole message as of an event, whose time is its version: `edited.ts` has whole seconds only."""
    spoken = spoken_in(key, message)
    before = table(event.get("previous_message"))
    if any(before.get(part) is not None for part in ("text", "blocks", "attachments", "files")):
        was = spoken_in(key, before)
        if (was.text, was.files) == (spoken.text, spoken.files):
            return replace(spoken_in(key, message, _told_at(event)), is_unchanged=True)
    return replace(spoken, version_ts=_told_at(event))


def _version_ts(ts: str, edited_ts: str | None, shown_at: str) -> str:
    """When a message came to say what it says; `edited.ts` names the second of its last edit.

    That edit was made after the message, and what was shown later holds every edit until then.
    """
    if edited_ts is None:
        return ts
    if edited_ts.endswith(WHOLE_SECOND) and shown_at:
        edited_ts = max(edited_ts, min(edited_ts.replace(WHOLE_SECOND, ".999999"), shown_at))
    return max(edited_ts, just_after(ts))


def _needed(found: Mapping[str, Any], name: str) -> str:
    value = text(found.get(name))
    if not value:
        raise Unreadable(f"it has no {name}")
    return value


def _ts(found: Mapping[str, Any], name: str) -> str:
    value = ts_or_none(found.get(name))
    if value is None:
        raise Unreadable(f"its {name} is no time of Slack's")
    return value


def _told_at(event: Mapping[str, Any]) -> str:
    """When an event was told; Slack's page of these events shows it in `ts` alone."""
    return ts_or_none(event.get("event_ts")) or _ts(event, "ts")


def _file(file: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("id", "name", "title", "mimetype", "permalink", "url_private", "size")
    return {name: file[name] for name in kept if isinstance(file.get(name), str | int)}
