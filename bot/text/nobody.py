"""Ids of people who are in no workspace: whom another tool named, and who was purged.

Slack would show a mention of one as the id itself. So whoever was named elsewhere has an id that holds the
name, and both are shown as words.
"""

from __future__ import annotations

import base64
import binascii
import re

from bot.text.slack_text import escape

IMPORTED, REMOVED = "U0IMPORTED", "U0REMOVED"
REMOVED_NAME = "(a removed person)"
LONGEST = 120
"""Bytes of a name that an id holds."""
_ID = re.compile(rf"{IMPORTED}([A-Z2-7]+)")


def id_of(name: str) -> str:
    """The id of somebody whom another tool calls by this name."""
    held = name.encode("utf-8", "replace")[:LONGEST].decode("utf-8", "ignore").encode()
    return IMPORTED + base64.b32encode(held).decode().rstrip("=")


def name_of(user_id: str) -> str | None:
    """The name of an id that leads to nobody; None where it may lead to somebody."""
    if user_id.startswith(REMOVED):
        return REMOVED_NAME
    found = _ID.fullmatch(user_id)
    if found is None:
        return None
    try:
        return base64.b32decode(found[1] + "=" * (-len(found[1]) % 8)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def mention(user_id: str) -> str:
    """Somebody as Slack text: mentioned, or named where nobody would be."""
    name = name_of(user_id)
    return f"<@{user_id}>" if name is None else escape(name)
