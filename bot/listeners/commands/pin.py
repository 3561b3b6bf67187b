"""`@Scribe pin this` in a message's thread, `/timeline pin` with its link: it stands on the timeline."""

from __future__ import annotations

import re

from bot.incidents.actions import timeline as actions
from bot.incidents.errors import ScribeError
from bot.incidents.source_message import OwnMessage, SourceMessage
from bot.listeners.commands.verb import Verb
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks import answers
from bot.slack.showing.timeline import shown_text
from bot.text.permalink import message_in

EXAMPLE = "/timeline pin https://acme.slack.com/archives/C0123456/p1694354400000100"
PRIVATE = "privategroup"
"""How Slack names a channel that not everybody may read; of one that was not asked about it is assumed."""
THIS = re.compile(r"(?:this|it|that|the)?(?:\s+(?:message|one))?[.!]?", re.IGNORECASE)


class WhichMessage(ScribeError):
    """No message is named, and nothing was answered."""

    def __init__(self) -> None:
        super().__init__(
            "Which message shall I put on the timeline? Say `@Scribe pin this` in its thread, or copy its "
            f"link and say for example `{EXAMPLE}`."
        )


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Add the message that is linked to, else the first one of the thread.

    Of one in another channel nothing is copied: the timeline links to it.

    Raises:
        WhichMessage: none is named.
        OwnMessage: Scribe said it.
    """
    await scribe.work.incident(command.actor, command.number)
    linked, thread = message_in(command.text), command.thread
    if linked is None and (thread is None or not THIS.fullmatch(command.text)):
        raise WhichMessage
    if linked is None and thread and thread.author_id == scribe.workspace.bot_user_id:
        raise OwnMessage
    channel_id, ts = linked or (command.channel_id, thread.ts if thread else "")
    name = command.channel_name if channel_id == command.channel_id else PRIVATE
    request = actions.TakeMessage(SourceMessage(channel_id, name, ts), number=command.number)
    event = (await actions.take_message(scribe.work, command.actor, request)).stands
    return answers.added(event.number, event.event, event.occurred_at, await shown_text(scribe, event))


VERB = Verb(
    handle,
    EXAMPLE,
    "puts a message on the timeline; in its thread `@Scribe pin this` does",
)
