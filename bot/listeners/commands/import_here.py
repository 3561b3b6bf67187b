"""`/incident import since 14:00`: what was said and marked here before becomes part of the record."""

from __future__ import annotations

import re

from bot.incidents.actions.declare import (
    IMPORT_EXAMPLE,
    Import,
    NothingOpen,
    OpenAndImport,
    check_imports_here,
    import_since,
)
from bot.incidents.errors import ScribeError
from bot.listeners.moments import zone_for
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks.import_question import question
from bot.slack.names import names_in
from bot.slack.showing.incident import show_importing
from bot.text.mrkdwn import inert_line
from bot.text.when import since_needs_zone, split_since


class SinceWhen(ScribeError):
    """No time was said."""

    def __init__(self) -> None:
        super().__init__(
            "Since when shall I read this channel? For example: `"
            f"{IMPORT_EXAMPLE}`, or with a title `/incident import Checkout was slow since 2026-11-20 09:30`."
        )


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Have this channel read from then on for the incident it keeps; ask before one is opened for that.

    Raises:
        SinceWhen: no time was said.
    """
    await check_imports_here(scribe.work, command.actor, command.number)
    # the words before `since` are the title; a title of its own lets the time stand alone
    text = command.text if not re.match(r"since\b", command.text, re.IGNORECASE) else f"x {command.text}"
    zone = await zone_for(command.user_id, scribe, needed=since_needs_zone(text), text=command.text)
    said, since = split_since(text, scribe.clock.now(), zone)
    if since is None:
        raise SinceWhen
    request = Import(since.at, command.number, command.channel_name)
    result = await import_since(scribe.work, command.actor, request)
    if not isinstance(result, NothingOpen):
        return await show_importing(scribe, result)
    title = "" if text is not command.text else said.strip()
    asked = OpenAndImport(command.channel_id, command.channel_name, since.at, command.trigger_id, title)
    names = await names_in(scribe.directory, [title], asks_slack=False)
    return question(asked, inert_line(title, names), is_first=result.is_first, ended=result.ended)
