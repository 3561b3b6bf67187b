"""Whom commands and forms name."""

from __future__ import annotations

import re

from bot.incidents.lifecycle_errors import NobodyNamed
from bot.incidents.roles import CannotHold
from bot.listeners.requests import Command
from bot.listeners.scribe import Scribe
from bot.slack.names import names_in
from bot.text.mrkdwn import KnownNames, inert_line

MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
LONGEST_SHOWN = 100
_ME = re.compile(r"(?<!\S)(?:me|myself)(?!\S)", re.IGNORECASE)
_OWNER_ME = re.compile(r"(?:me|myself)(?=\s*(?:$|[:,]|by\s|p[1-4]\b))", re.IGNORECASE)


def people_named(command: Command, scribe: Scribe, example: str) -> list[str]:
    """The people a command mentions, each once; `me` is who says it, Scribe itself is none.

    Raises:
        NobodyNamed: it mentions nobody.
    """
    said = _ME.sub(f"<@{command.user_id}>", command.text)
    found = [one for one in dict.fromkeys(MENTION.findall(said)) if one != scribe.workspace.bot_user_id]
    if not found:
        raise NobodyNamed(example, inert_line(command.text, KnownNames())[:LONGEST_SHOWN])
    return found


async def for_form(problem: CannotHold, scribe: Scribe) -> str:
    """What is said below a field that names somebody, in which mentions are names."""
    names = await names_in(scribe.directory, [], [problem.user_id], asks_slack=False)
    return inert_line(problem.in_form, names)


def with_me(text: str, user_id: str) -> str:
    """What is said of an action item, with its owner mentioned where the words before them are `me`."""
    return _OWNER_ME.sub(f"<@{user_id}>", text, count=1) if _OWNER_ME.match(text) else text
