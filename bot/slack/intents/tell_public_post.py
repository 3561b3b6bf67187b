"""Telling an incident's channel what people outside read of it now."""

from __future__ import annotations

from bot.slack.blocks.public_posts import public_post
from bot.slack.intents import subject
from bot.slack.names import names_in
from bot.slack.posting import post_once
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.text.mrkdwn import escape
from storage import incidents, status_pages
from storage.outbox import PendingIntent
from storage.vocabulary import IntentName


async def tell_public_post(services: Services, intent: PendingIntent) -> OnSent | None:
    """Say it once; an archived channel is told nothing."""
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        post = await status_pages.post_by_id(session, subject.number(intent, "post_id"))
        shown = post and await status_pages.on_page(session, incident.pk, post.page)
    if post is None or not shown or not incident.channel_id or incident.is_archived:
        return None
    names = await names_in(services.directory, [], {post.by})
    surface = public_post(
        incident.number,
        escape(names.person(post.by) or post.by),
        services.page_title(post.page),
        shown.url or "",
        post.state,
        post.text,
        notifies=post.notifies,
    )
    await post_once(
        services, intent, incident.channel_id, intent.key, text=surface.text, blocks=list(surface.blocks)
    )
    return None


KIND = IntentKind(
    IntentName.TELL_PUBLIC_POST,
    tell_public_post,
    Reconciled.BY_METADATA,
    could_not="tell here what was posted publicly",
)
