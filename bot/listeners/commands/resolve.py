"""`/resolve [INC-7] [conclusion]`."""

from __future__ import annotations

from bot.incidents.channels import place_of
from bot.incidents.conclusion import check_words
from bot.incidents.resolve import resolve
from bot.incidents.which import first
from bot.listeners.about import changing
from bot.listeners.commands.verb import Verb
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks import answers


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Resolve an incident; the draft follows from the outbox."""
    command = command.naming(first)
    check_words(command.text, "/resolve")
    async with changing(command, scribe) as (session, incident):
        await resolve(
            session,
            incident,
            by=command.user_id,
            conclusion=command.text,
            response_url=command.response_url or None,
            now=scribe.clock.now(),
            due_in=scribe.settings.postmortem_due_in,
        )
    return answers.resolved(incident.number, place_of(incident, command.channel_id))


def verb(said: str) -> Verb:
    """`/resolve`, or `/incident resolve` where another app has the short form."""
    return Verb(
        handle,
        f"{said} Rolled back, all is well",
        "ends the incident and drafts its post-mortem; the text becomes its conclusion",
        names=first,
        takes_text=True,
        more=(said, f"{said} INC-7 Rolled back, all is well"),
    )
