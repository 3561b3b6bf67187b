"""`/incident rename New title`: the title before stays in the history."""

from __future__ import annotations

from bot.incidents.errors import NothingToRecord
from bot.incidents.rename import EXAMPLE, rename
from bot.listeners.about import changing
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks import answers
from bot.slack.names import names_in
from bot.text.mrkdwn import inert_line

__all__ = ["EXAMPLE", "handle"]


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Give an incident another title; its channel is told, and keeps its name.

    Raises:
        NothingToRecord: no title is given.
    """
    if not command.text:
        raise NothingToRecord(EXAMPLE)
    async with changing(command, scribe) as (session, incident):
        old = await rename(session, incident, command.text, by=command.user_id, now=scribe.clock.now())
    names = await names_in(scribe.directory, [old, command.text], asks_slack=False)
    return answers.renamed(incident.number, inert_line(old, names), inert_line(command.text, names))
