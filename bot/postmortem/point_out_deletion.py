"""Pointing out that a delivered draft holds words which were deleted in Slack since."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import ts_of
from bot.postmortem.deleted import is_to_be_cleared
from bot.slack.blocks import updates
from bot.slack.intents import subject
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import deletions, drafts, incidents
from storage.outbox import PendingIntent
from storage.vocabulary import IncidentStatus, IntentName


async def point_out_deletion(services: Services, intent: PendingIntent) -> OnSent | None:
    """Say in the channel how many messages of the newest draft are gone; the draft is left as people have it.

    Before any draft is delivered there is nothing to say: later ones are compiled without the words. One in
    a thread follows by itself, where Scribe may change it. It is asked for at each deletion, perhaps while
    one is being told of; the same is said once.
    """
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        draft = await drafts.newest_delivered(session, incident.pk)
        if incident.status == IncidentStatus.CANCELLED or not incident.channel_id:
            return None
        if draft is None or draft.delivered_at is None or draft.posted:
            return None
        as_of = draft.as_of or draft.delivered_at
        is_cleared_next = draft.canvas_id and await is_to_be_cleared(services, session, draft)
        since = max(as_of, draft.delivered_at) if is_cleared_next else as_of
        gone, last = await deletions.deleted_since(session, incident, ts_of(since), compiled_ts=ts_of(as_of))
    told = f"{gone}:{last}"
    if not gone or services.settings.keep_deleted or draft.deletions_told == told:
        return None
    surface = updates.draft_holds_deleted(
        incident.number, draft.version, gone, is_canvas=bool(draft.canvas_id)
    )
    key = f"{intent.key}:{draft.version}:{told}"
    await post_once(
        services, intent, incident.channel_id, key, text=surface.text, blocks=list(surface.blocks)
    )

    async def note(session: AsyncSession) -> None:
        kept = await drafts.by_id(session, draft.pk)
        kept.deletions_told = told
        session.add(kept)

    return note


KIND = IntentKind(
    IntentName.POINT_OUT_DELETION,
    point_out_deletion,
    Reconciled.BY_METADATA,
    could_not="point out that quoted messages were deleted",
)
