"""Showing under a message whether it stands in the record."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.slack.calls import Refused
from bot.slack.desk import Desk, Note
from bot.slack.intents import subject
from storage import timeline
from storage.outbox import Waiting

ADDED = frozenset({"already_reacted"})
TAKEN_OFF = frozenset({"no_reaction"})
GONE = frozenset({"message_not_found", "is_archived", "too_many_emoji", "too_many_reactions"})
"""The message cannot carry the confirmation (any more); the record stands all the same."""


async def confirm_mark(desk: Desk, intent: Waiting) -> Note | None:
    """Put Scribe's reaction under a message that stands, take it off one that does not.

    Rendered from the record as it is now: a mark put on and taken off again meanwhile costs no call.
    """
    key = subject.message_key(intent)
    async with desk.database.read() as session:
        message = await timeline.message(session, key)
        stands = await timeline.stands(session, key)
    if message is None or message.deleted_ts or message.is_confirmed == stands:
        return None
    arguments = {"channel": key[1], "timestamp": key[2], "name": desk.settings.confirm_emoji}
    try:
        await desk.slack.call("reactions_add" if stands else "reactions_remove", **arguments)
    except Refused as refusal:
        if refusal.error not in (ADDED if stands else TAKEN_OFF) | GONE:
            raise

    async def note(session: AsyncSession) -> None:
        found = await timeline.message(session, key)
        if found:
            found.is_confirmed = stands
            session.add(found)

    return note
