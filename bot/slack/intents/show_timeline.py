"""Bringing the list of events that somebody has before them up to date, after a form changed one of them."""

from __future__ import annotations

from bot.incidents.views.timeline import Rows, read_page
from bot.slack.blocks import timeline_page as blocks
from bot.slack.calls import Refused
from bot.slack.intents import subject
from bot.slack.intents.reply import GOOD_FOR, answer_at
from bot.slack.posting import begin
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.slack.showing.timeline import show_timeline as surface_of
from storage import incidents
from storage.outbox import PendingIntent
from storage.vocabulary import EventKind, IntentName


async def show_timeline(services: Services, intent: PendingIntent) -> OnSent | None:
    """Replace the list by its page as the record has it now.

    Where Slack takes no more answers there (five within half an hour), its person is told in one sentence
    what was done, and how to get a new list.
    """
    said, url = subject.text(intent, "text"), subject.response_url(intent)
    kind = intent.subject.get("kind")
    rows = Rows(
        subject.number(intent, "page"),
        EventKind(str(kind)) if kind else None,
        is_removed=bool(intent.subject.get("is_removed")),
    )
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        page = await read_page(session, incident, rows, services.workspace.url)
    await begin(services, intent)
    if url and services.clock.now() - intent.asked_at <= GOOD_FOR:
        surface = await surface_of(services, page, said)
        try:
            await answer_at(
                services, url, text=surface.text, blocks=list(surface.blocks), replace_original=True
            )
            return None
        except Refused:
            pass  # it took all its answers, or is too old
    await services.slack.call(
        "chat_postEphemeral",
        channel=subject.text(intent, "channel_id"),
        user=subject.text(intent, "user_id"),
        text=blocks.too_late(incident.number, said),
    )
    return None


KIND = IntentKind(IntentName.SHOW_TIMELINE, show_timeline, Reconciled.AGAIN, could_not=None)
