"""Creating an incident's own channel."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.incidents.channel_name import channel_name
from bot.slack.blocks import answers
from bot.slack.calls import Refused
from bot.slack.desk import Desk, Note
from bot.slack.intents import subject
from storage import incidents, outbox
from storage.outbox import Waiting

ATTEMPTS = 20
TAKEN = frozenset({"name_taken"})


async def open_channel(desk: Desk, intent: Waiting) -> Note | None:
    """Create the channel; a name that is taken gets the next number at its end."""
    async with desk.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
    if incident.channel_id:
        return None
    for attempt in range(1, ATTEMPTS + 1):
        name = channel_name(
            desk.settings.incident_channel_prefix,
            incident.declared_at,
            incident.title,
            incident.number,
            attempt=attempt,
        )
        try:
            answer = await desk.slack.call("conversations_create", name=name, is_private=False)
            break
        except Refused as refusal:
            if refusal.error not in TAKEN or attempt == ATTEMPTS:
                raise
    channel = answer["channel"]

    async def note(session: AsyncSession) -> None:
        opened = await incidents.by_id(session, subject.incident_id(intent))
        opened.channel_id = str(channel["id"])
        opened.channel_name = str(channel["name"])
        session.add(opened)
        url = subject.response_url(intent)
        if url:
            text = answers.opened(opened.number, opened.channel_id)
            ask = intents.reply(url, text, f"opened:{opened.id}")
            await outbox.ask(session, [ask], asked_at=desk.clock.now())

    return note
