"""The thread of an incident in the channel where incidents are announced: what happens, as replies."""

from __future__ import annotations

from bot.incidents.announcing import is_told_outside
from bot.slack.blocks import Surface
from bot.slack.blocks.announcement import News, news
from bot.slack.blocks.trouble import NO_THREAD_BEGUN
from bot.slack.calls import Refused
from bot.slack.intents import subject
from bot.slack.intents.announce import come_in, read
from bot.slack.intents.tell_update import update_surface
from bot.slack.names import names_in
from bot.slack.posting import NO_THREAD, post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.slack.summarise import summary_of
from bot.text.mrkdwn import escape
from storage import changes, updates
from storage.outbox import PendingIntent
from storage.tables import Incident
from storage.vocabulary import IntentName


async def announce_news(services: Services, intent: PendingIntent) -> OnSent | None:
    """Post it once; in a thread that people deleted nothing is said any more.

    Raises:
        Refused: the thread could not be begun; both are sent once that is mended.
    """
    incident, thread = await read(services, intent)
    if not is_told_outside(incident) or not services.settings.announce_channel:
        return None
    surface = await _surface(services, intent, incident)
    if surface is None:
        return None
    if thread is None:
        raise Refused("announce", NO_THREAD_BEGUN, {})
    await come_in(services, thread.channel_id)
    try:
        await post_once(
            services,
            intent,
            thread.channel_id,
            intent.key,
            thread_ts=thread.ts,
            text=surface.text,
            blocks=list(surface.blocks),
        )
    except Refused as refusal:
        if refusal.error not in NO_THREAD:
            raise
    return None


async def _surface(services: Services, intent: PendingIntent, incident: Incident) -> Surface | None:
    async with services.database.read() as session:
        if "update_id" in intent.subject:
            update = await updates.by_id(session, subject.number(intent, "update_id"))
            return await update_surface(services, incident, update, is_outside=True) if update else None
        ids = [int(one) for one in subject.text(intent, "changes").split(",")]
        made = await changes.by_ids(session, ids)
    names = await names_in(services.directory, [], {one.changed_by for one in made})
    told = [
        News(
            one.what,
            one.old,
            one.new,
            escape(names.person(one.changed_by) or one.changed_by),
            one.changed_at,
        )
        for one in made
    ]
    return news(await summary_of(services, incident), told)


KIND = IntentKind(
    IntentName.ANNOUNCE_NEWS,
    announce_news,
    Reconciled.BY_METADATA,
    could_not="announce what happened to this incident",
)
