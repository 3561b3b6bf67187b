"""Slack text in a form's field and back: what stands in one is shown, and comes back, as it was typed."""

from __future__ import annotations

import re

from bot.text.mrkdwn import escape

_ENTITY = re.compile(r"(<(?:[@#][A-Z0-9]+|https?://[^<>|\s]+)(?:\|[^<>\n]*)?>)")
_ESCAPED = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


def field_text(text: str) -> str:
    """Slack text as a field shows it; a mention stays `<@U…>`, which `encoded` knows again."""
    return re.sub(r"&(?:lt|gt|amp);", lambda found: _ESCAPED[found[0]], text)


def encoded(text: str) -> str:
    """What was typed as Slack text: people, channels and links stay what they are, the rest is characters."""
    parts = _ENTITY.split(text)
    return "".join(
        part if place % 2 else escape(part)  # every second part is what was split at
        for place, part in enumerate(parts)
    )
