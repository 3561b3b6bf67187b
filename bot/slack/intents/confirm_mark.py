"""Showing under a message whether it stands in the record."""

from __future__ import annotations

from contextlib import suppress

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.slack.calls import Refused, TryLater
from bot.slack.intents import subject
from bot.slack.posting import begin
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import timeline
from storage.outbox import PendingIntent
from storage.record import MessageKey
from storage.vocabulary import IntentName

ADDED = frozenset({"already_reacted"})
TAKEN_OFF = frozenset({"no_reaction"})
GONE = frozenset({"message_not_found", "is_archived", "too_many_emoji", "too_many_reactions"})
"""The message cannot carry the confirmation (any more); the record stands all the same."""


async def confirm_mark(services: Services, intent: PendingIntent) -> OnSent | None:
    """Put Scribe's reaction under a message that stands, take it off one that does not.

    Rendered from the record as it is when the call's turn has come: a mark put on and taken off again
    meanwhile costs no call. When an earlier try may have arrived, Slack is told again whatever stands: it
    may show what the record does not know of.
    """
    key = subject.message_key(intent)
    stands = await _to_show(services, key, is_in_doubt=intent.is_in_doubt)
    while stands is not None:
        async with services.slack.turn("reactions_add" if stands else "reactions_remove") as turn:
            then = stands
            if turn.has_waited:
                stands = await _to_show(services, key, is_in_doubt=intent.is_in_doubt)
            if stands is then:
                await begin(services, intent)
                await _show(services, key, then)
                return _shown(key, then)
    return None


async def _to_show(services: Services, key: MessageKey, *, is_in_doubt: bool) -> bool | None:
    """Whether the message is to carry the confirmation; None when nothing is to change."""
    async with services.database.read() as session:
        message = await timeline.message(session, key)
        stands = await timeline.stands(session, key)
    if message is None or message.deleted_ts:
        return None
    if message.bot_name and message.user_id:
        # whether a person posted it through an app: Slack is asked, so that the timeline knows it too
        with suppress(TryLater):
            await services.directory.people([message.user_id])
    return stands if is_in_doubt or message.is_confirmed != stands else None


async def _show(services: Services, key: MessageKey, stands: bool) -> None:
    arguments = {"channel": key[1], "timestamp": key[2], "name": services.settings.confirm_emoji}
    try:
        await services.slack.call("reactions_add" if stands else "reactions_remove", **arguments)
    except Refused as refusal:
        if refusal.error not in (ADDED if stands else TAKEN_OFF) | GONE:
            raise


def _shown(key: MessageKey, stands: bool) -> OnSent:
    async def note(session: AsyncSession) -> None:
        found = await timeline.message(session, key)
        if found:
            found.is_confirmed = stands
            session.add(found)

    return note


KIND = IntentKind(
    IntentName.CONFIRM_MARK,
    confirm_mark,
    Reconciled.BY_SLACK,
    could_not="show under every marked message whether it stands; the record has them all the same",
    is_closed_with_others=True,
)
