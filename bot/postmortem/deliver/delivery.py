"""Delivering a draft: into the canvas that stands, else to a new place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import homes, intents
from bot.incidents.channels import unreachable_because
from bot.incidents.draft_link import draft_link
from bot.metrics import DRAFTS
from bot.postmortem.deleted import deleted_meanwhile, is_to_be_cleared
from bot.postmortem.deliver import audience
from bot.postmortem.deliver.ladder import Ladder
from bot.postmortem.deliver.progress import store_progress
from bot.postmortem.deliver.refresh_draft import is_being_read
from bot.postmortem.deliver.say_replaced import say_replaced
from bot.postmortem.deliver.send_to_asker import UNREACHABLE, send_to_asker
from bot.postmortem.deliver.update_in_place import Again, sentences, update_in_place
from bot.slack.blocks import answers
from bot.slack.calls import Refused, TryLater
from bot.slack.intents import subject
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import drafts, incidents, outbox
from storage.outbox import PendingIntent
from storage.postmortem_tables import Draft
from storage.tables import Incident
from storage.vocabulary import DraftPlace, IncidentStatus, IntentName

log = structlog.get_logger()

MOST_WAITS = 20
"""Tries of 0.3 s that a draft waits for the channel to be read again before it goes out as it is."""
MOST_WAITS_FIRST = 2
"""The same for the first draft, which people wait for; what is found later is merged in."""


async def deliver_draft(services: Services, intent: PendingIntent) -> OnSent | None:
    """Compile the draft and deliver it to the incident's channel.

    It waits a little for the channel to be read again. Where the channel takes nothing, the draft stays
    undelivered and whoever asked for it is told; when Scribe comes into the channel, it is asked for again. A
    refresh changes the canvas in which the draft was delivered, and makes no other.
    """
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        draft = await drafts.by_id(session, int(subject.text(intent, "draft_id")))
        before = await drafts.newest_in_canvas(session, incident.pk, is_public=draft.is_public)
        is_early = await is_being_read(session, incident)
    if not incident.channel_id or incident.status == IncidentStatus.CANCELLED:
        return None
    if "is_refresh" in intent.subject:
        return await _refreshed(services, incident, draft, before, intent)
    if draft.delivered_at:
        return None
    if is_early and intent.attempts < (MOST_WAITS if before else MOST_WAITS_FIRST):
        raise TryLater("the channel is still being read", 0.3, is_expected=True)
    if unreachable_because(incident) and before is None:
        return _delivered(services, incident, await send_to_asker(services, incident, draft), intent)
    if not await audience.decided(services, incident, draft):
        return _asks_its_owner(services, incident, intent)
    ladder = Ladder(services, incident, draft.internal_channel_id or incident.channel_id, draft, intent)
    found: Again | None = None
    if not (ladder.has_begun or intent.is_in_doubt):  # else it may stand as an earlier try compiled it
        await _note_taken_out(services, draft, as_of=services.clock.now())
    try:
        if before and (draft.planned is not None or not ladder.has_begun):
            found = await update_in_place(services, incident, draft, before, intent)
            if not found.is_delivered:
                ladder.carry(found.carried, before)
        if found is None or not found.is_delivered:
            await ladder.climb()
            draft = ladder.draft
            if before and found and found.is_replacement and found.carried and draft.canvas_id:
                await say_replaced(services, incident, before, found.carried.standing, draft)
    except Refused as refusal:
        if refusal.error in UNREACHABLE and unreachable_because(incident):
            return _delivered(
                services, incident, await send_to_asker(services, incident, ladder.draft), intent
            )
        log.error("draft.refused", incident=incident.number, why=str(refusal))
        return _undelivered(services, incident, intent, refusal.error)
    return _delivered(services, incident, draft, intent, found, is_early=is_early)


async def _refreshed(
    services: Services, incident: Incident, draft: Draft, before: Draft | None, intent: PendingIntent
) -> OnSent | None:
    if before is None or before.id != draft.id:
        return None
    as_of = services.clock.now()
    await _note_taken_out(services, draft)
    if await audience.may_follow(services, incident, draft):
        found = await update_in_place(services, incident, draft, before, intent)
        if found.is_delivered:
            draft = await store_progress(services, draft, as_of=as_of)
            return _delivered(services, incident, draft, intent, found)

    async def note(session: AsyncSession) -> None:
        told = intents.point_out_deletion(incident.pk)
        await outbox.ask(session, [told], asked_at=services.clock.now())

    return note


async def _note_taken_out(services: Services, draft: Draft, **columns: object) -> None:
    """Store what was deleted until now: what is compiled after this is without it.

    It is stored beforehand, so that whatever comes of it nothing is compiled for it again.
    """
    async with services.database.read() as session:
        taken_out = await deleted_meanwhile(session, draft)
    if columns or taken_out != draft.taken_out:
        await store_progress(services, draft, taken_out=taken_out, **columns)


def _asks_its_owner(services: Services, incident: Incident, intent: PendingIntent) -> OnSent:
    """The draft waits until its owner has said who may read it; their answer asks for it again."""

    async def note(session: AsyncSession) -> None:
        asks, owner_id = await audience.to_ask(session, incident)
        if url := subject.response_url(intent):
            text = answers.draft_asks_its_owner(incident.number, owner_id, incident.channel_id or "")
            asks.append(intents.reply(incident.team_id, url, text, f"draft_asks:{intent.id}"))
        await outbox.ask(session, asks, asked_at=services.clock.now())

    return note


def _undelivered(services: Services, incident: Incident, intent: PendingIntent, why: str) -> OnSent | None:
    """Tell whoever asked that the draft waits, and for what."""
    url = subject.response_url(intent)
    if not url:
        return None

    async def note(session: AsyncSession) -> None:
        bot, place = services.workspace.bot_user_id, incident.channel_id or ""
        text = answers.draft_waits(incident.number, why, bot, place)
        reply = intents.reply(incident.team_id, url, text, f"draft_waits:{intent.id}")
        await outbox.ask(session, [reply], asked_at=services.clock.now())

    return note


def _delivered(
    services: Services,
    incident: Incident,
    draft: Draft,
    intent: PendingIntent,
    found: Again | None = None,
    *,
    is_early: bool = False,
) -> Callable[[AsyncSession], Awaitable[None]]:
    """Store where the draft is. If it was up to date already, only whoever asked for it is told."""
    if found and found.is_delivered:
        DRAFTS.add("in_place")

    async def note(session: AsyncSession) -> None:
        kept = await drafts.by_id(session, draft.pk)
        asks = []
        kept.delivered_at = kept.delivered_at or services.clock.now()
        kept.planned = None
        if kept.canvas_id:
            kept.surface = DraftPlace.CANVAS
        else:
            kept.surface = DraftPlace.THREAD if kept.thread_ts else DraftPlace.FILE
        kept.parts = None
        if kept.surface != DraftPlace.THREAD:
            kept.posted = None
        session.add(kept)
        if kept.posted:
            asks.append(intents.update_thread(kept.incident_id, kept.pk))
        elif kept.surface != DraftPlace.CANVAS:
            asks.append(intents.point_out_deletion(kept.incident_id))
        if kept.canvas_id and await is_to_be_cleared(services, session, kept):
            asks.append(intents.deliver_draft(kept.incident_id, kept.pk, None, is_refresh=True))
        if kept.written:
            await drafts.forget_written(session, kept)
        if found is None or not found.is_delivered:
            asks.append(intents.refresh_summary(kept.incident_id))
        elif found.is_unchanged and (url := subject.response_url(intent)):
            link = draft_link(services.workspace, incident, kept)
            text = answers.draft_up_to_date(incident.number, link or "", sentences(found.told))
            asks.append(intents.reply(incident.team_id, url, text, f"draft_up_to_date:{intent.id}"))
        if is_early and kept.canvas_id and kept.id:
            asks.append(intents.refresh_draft(kept.incident_id, kept.id))
        await outbox.ask(session, asks, asked_at=services.clock.now())
        await homes.follow(session, incident.team_id, services.clock.now())

    return note


KIND = IntentKind(
    IntentName.DELIVER_DRAFT,
    deliver_draft,
    Reconciled.BY_TAB,
    could_not="deliver the post-mortem draft",
    question=(
        "The post-mortem draft of INC-{number} may stand here already: Slack's answer was lost. Please look "
        "at the channel's tabs; if it is not there, `/postmortem draft INC-{number}` makes a new one."
    ),
)
