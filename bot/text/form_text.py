"""Slack text for a form's field and back, so that people see and submit what was typed, not its encoding."""

from __future__ import annotations

import hashlib
import re

from bot.text.mrkdwn import escape

_ENTITY = re.compile(r"(<(?:[@#][A-Z0-9]+|https?://[^<>|\s]+)(?:\|[^<>\n]*)?>)")
_ESCAPED = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


def field_text(text: str) -> str:
    """Slack text as a field shows it; a mention stays `<@U…>`, which `encoded` recognises."""
    return re.sub(r"&(?:lt|gt|amp);", lambda found: _ESCAPED[found[0]], text)


def encoded(text: str) -> str:
    """What was typed into a field, as Slack text: mentions and links are kept, everything else is escaped."""
    parts = _ENTITY.split(text)
    return "".join(
        part if place % 2 else escape(part)  # every second part is an entity
        for place, part in enumerate(parts)
    )


def fingerprint(said: str) -> str:
    """A short hash of the words alone, for a form to carry what it held: Slack may change the blanks."""
    return hashlib.blake2s(" ".join(said.split()).encode(), digest_size=6).hexdigest()
