"""`/incident conclusion New text`: changes how it ended; alone, shows how it was concluded."""

from __future__ import annotations

from bot.incidents.conclusion import EXAMPLE, check_words, conclude
from bot.listeners.about import changing, incident_meant
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks import answers
from bot.slack.names import names_in
from bot.text.mrkdwn import inert_line
from storage import changes
from storage.vocabulary import ChangeKind

__all__ = ["EXAMPLE", "handle"]


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Change the conclusion, or show it with those before."""
    if not command.text:
        return await _show(command, scribe)
    check_words(command.text, "/incident conclusion")
    async with changing(command, scribe) as (session, incident):
        await conclude(session, incident, command.text, by=command.user_id, now=scribe.clock.now())
    names = await names_in(scribe.directory, [command.text], asks_slack=False)
    return answers.concluded(incident.number, inert_line(command.text, names))


async def _show(command: Command, scribe: Scribe) -> Answer:
    incident = await incident_meant(command, scribe)
    async with scribe.database.read() as session:
        history = await changes.of_incident(session, incident.pk, ChangeKind.CONCLUSION)
    names = await names_in(
        scribe.directory,
        [incident.conclusion or "", *(one.new or "" for one in history)],
        [one.changed_by for one in history],
        asks_slack=False,
    )
    return answers.conclusions(
        incident.number,
        inert_line(incident.conclusion, names) if incident.conclusion else None,
        [
            (one.changed_at, names.person(one.changed_by) or one.changed_by, inert_line(one.new, names))
            for one in history
            if one.new
        ],
    )
