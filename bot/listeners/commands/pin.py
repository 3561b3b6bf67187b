"""`@Scribe pin this` in a message's thread, `/timeline pin` with its link: it stands on the timeline."""

from __future__ import annotations

import re

from bot.incidents.actions import timeline as actions
from bot.incidents.errors import ScribeError
from bot.listeners.commands.verb import Verb
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks import answers
from bot.slack.showing.timeline import shown_text
from bot.text.permalink import message_in

EXAMPLE = "/timeline pin https://acme.slack.com/archives/C0123456/p1694354400000100"
THIS = re.compile(r"(?:this|it|that|the)?(?:\s+(?:message|one))?[.!]?", re.IGNORECASE)


class WhichMessage(ScribeError):
    """No message is named, and nothing was answered."""

    def __init__(self) -> None:
        super().__init__(
            "Which message shall I put on the timeline? Say `@Scribe pin this` in its thread, or copy its "
            f"link and say for example `{EXAMPLE}`."
        )


class OtherChannel(ScribeError):
    """The link leads into a channel that the incident does not keep."""

    def __init__(self) -> None:
        super().__init__(
            "That message is in another channel, so nothing was added. Say what happened instead, for "
            "example `/timeline add 14:05 Rolled back`."
        )


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Add the message that is linked to, else the first one of the thread.

    Raises:
        WhichMessage, OtherChannel: it is no message of the incident's channel.
    """
    incident = await scribe.work.incident(command.actor, command.number)
    linked = message_in(command.text)
    if linked is None and (command.thread_ts is None or not THIS.fullmatch(command.text)):
        raise WhichMessage
    channel_id, ts = linked or (command.channel_id, command.thread_ts)
    if channel_id != incident.channel_id:
        raise OtherChannel
    request = actions.AddEvent(number=command.number, message_ts=ts)
    event = await actions.add_event(scribe.work, command.actor, request)
    return answers.added(event.number, event.event, event.occurred_at, await shown_text(scribe, event))


VERB = Verb(
    handle,
    EXAMPLE,
    "puts a message on the timeline; in its thread `@Scribe pin this` does",
)
