"""Whom a command names."""

from __future__ import annotations

import re

from bot.listeners.requests import Command
from bot.postmortem.lifecycle_errors import NobodyNamed
from bot.scribe import Scribe
from bot.slack.mrkdwn import KnownNames, inert_line

MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
LONGEST_SHOWN = 100


def people_named(command: Command, scribe: Scribe, example: str) -> list[str]:
    """The people a command mentions, each once; Scribe itself is none.

    Raises:
        NobodyNamed: it mentions nobody.
    """
    found = [
        one for one in dict.fromkeys(MENTION.findall(command.text)) if one != scribe.workspace.bot_user_id
    ]
    if not found:
        raise NobodyNamed(example, inert_line(command.text, KnownNames())[:LONGEST_SHOWN])
    return found
