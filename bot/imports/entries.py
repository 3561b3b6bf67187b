"""One entry of an export, made into what Slack would have written, or refused with the reason.

Nothing in an entry raises anything else: exports come from many tools and years, and people edit them.
Fields of another type than Slack documents (docs.slack.dev/reference/events/message) count as missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.imports.json_text import Number
from bot.slack.message_events import QUIET, WITHHELD
from bot.text.well_formed import mend

NOTICES = QUIET | WITHHELD | {"tombstone"}
"""Subtypes that nobody said: Slack's notices, and what stands where a message was deleted."""
LONGEST_ID, LONGEST_NAME, LONGEST_TEXT = 64, 200, 200_000
SECONDS = range(1_300_000_000, 10_000_000_000)
"""From before there was Slack to the last ten digits; what lies outside is no time of a message."""
_TS = re.compile(r"([0-9]{1,10})\.([0-9]{1,6})")
_WHOLE = re.compile(r"[0-9]{1,16}")


class Unread(Exception):
    """The entry is left out; the text says why, as in "entry 4 of ops/2023-09-10.json: it has no time"."""


@dataclass(frozen=True)
class Entry:
    """A message; `is_guessed` when its time was not written as Slack writes it."""

    ts: str
    message: Mapping[str, Any]
    author: Mapping[str, Any] | None
    is_notice: bool
    is_guessed: bool


def message_of(content: object) -> Entry:
    """The message in an entry of an export.

    Raises:
        Unread: it is none.
    """
    content = mend(content)
    if not isinstance(content, dict):
        raise Unread("it is no message")
    if content.get("type", "message") != "message":
        raise Unread("it is no message")
    ts, is_guessed = _time(content.get("ts"))
    subtype = _text(content.get("subtype"), LONGEST_NAME)
    message = dict(content) | {
        "ts": ts,
        "text": _text(content.get("text"), LONGEST_TEXT),
        "files": _tables(content.get("files")),
        "attachments": _tables(content.get("attachments")),
        "blocks": _tables(content.get("blocks")),
        "reactions": [_reaction(one) for one in _tables(content.get("reactions"))],
        "edited": _edited(content.get("edited")),
        "bot_profile": _table(content.get("bot_profile")),
    }
    for name, most in (
        ("user", LONGEST_ID),
        ("bot_id", LONGEST_ID),
        ("team", LONGEST_ID),
        ("username", LONGEST_NAME),
        ("subtype", LONGEST_NAME),
    ):
        message[name] = _text(content.get(name), most) or None
    try:
        message["thread_ts"] = _time(content.get("thread_ts"))[0]
    except Unread:
        message["thread_ts"] = None
    present = {name: value for name, value in message.items() if value not in (None, [], {})}
    return Entry(ts, present, _author(content), subtype in NOTICES, is_guessed)


def user_of(content: object) -> Mapping[str, Any] | None:
    """A person as exports list them; None where it is none."""
    user = _table(mend(content))
    user_id = _text(user.get("id"), LONGEST_ID)
    if not user_id:
        return None
    profile = _table(user.get("profile"))
    names = {name: _text(profile.get(name), LONGEST_NAME) for name in ("display_name", "real_name")}
    return {
        "id": user_id,
        "team_id": _text(user.get("team_id"), LONGEST_ID) or None,
        "name": _text(user.get("name"), LONGEST_NAME),
        "real_name": _text(user.get("real_name"), LONGEST_NAME),
        "profile": names,
        "tz": _text(user.get("tz"), LONGEST_ID) or None,
        "is_bot": user.get("is_bot") is True,
        "is_guest": user.get("is_restricted") is True or user.get("is_stranger") is True,
        "is_deleted": user.get("deleted") is True,
    }


def _author(content: Mapping[str, Any]) -> Mapping[str, Any] | None:
    profile = content.get("user_profile")
    return user_of({"id": content.get("user"), "profile": profile}) if isinstance(profile, dict) else None


def _time(value: object) -> tuple[str, bool]:
    """A `ts` as Slack writes it; whether it was written otherwise: as a number, or in milliseconds."""
    said = value.text if isinstance(value, Number) else value
    if isinstance(said, int) and not isinstance(said, bool):
        said = str(said) if 0 < said < 10**16 else ""
    if not isinstance(said, str):
        raise Unread("it has no time")
    found, is_guessed = _TS.fullmatch(said), False
    if found:
        seconds = int(found[1])
        micros = found[2].ljust(6, "0") if isinstance(value, Number) else found[2]
    elif _WHOLE.fullmatch(said):
        is_guessed = True
        if len(said) in (13, 16):  # milliseconds and microseconds of a time after 2001
            seconds, micros = int(said[:10]), said[10:].ljust(6, "0")
        else:
            seconds, micros = int(said), "000000"
    else:
        raise Unread("its time is not Slack's")
    if seconds not in SECONDS:
        raise Unread("its time is not Slack's")
    return f"{seconds}.{micros}", is_guessed


def _reaction(reaction: Mapping[str, Any]) -> dict[str, Any]:
    users = reaction.get("users")
    listed = [_text(user, LONGEST_ID) for user in users] if isinstance(users, list) else []
    count = reaction.get("count")
    return {
        "name": _text(reaction.get("name"), LONGEST_NAME),
        "users": [user for user in dict.fromkeys(listed) if user],
        "count": count if isinstance(count, int) and not isinstance(count, bool) else len(listed),
    }


def _edited(value: object) -> dict[str, Any]:
    edited = _table(value)
    try:
        ts, _ = _time(edited.get("ts"))
    except Unread:
        return {}
    return {"ts": ts} | ({"user": user} if (user := _text(edited.get("user"), LONGEST_ID)) else {})


def _text(value: object, most: int) -> str:
    """A text that is no longer than such a thing can be; an id or name that is longer is none."""
    if not isinstance(value, str):
        return ""
    return value[:most] if most == LONGEST_TEXT else value if len(value) <= most else ""


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _tables(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
