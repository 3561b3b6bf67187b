"""Looking which open incidents' timelines say something else than their canvases."""

from __future__ import annotations

from datetime import timedelta

from bot.incidents import intents
from bot.postmortem.live_timeline import page_of
from bot.slack.services import Services
from storage import live_timelines, outbox

LIVE_EVERY = 20.0
"""Seconds between two looks; whichever process looks, no canvas is written more often."""


async def ask_for_live_timelines(services: Services) -> None:
    """Ask the outbox to write those that differ from the record, and to take away those of what is over."""
    team_id = services.workspace.team_id
    async with services.database.read() as session:
        watched = await live_timelines.watched(session, team_id)
        over = await live_timelines.left_over(session, team_id)
    pages = [await page_of(services, one, asks_slack=False) for one in watched]
    now, pause = services.clock.system(), timedelta(seconds=LIVE_EVERY)
    asks = [
        intents.live_timeline(page.incident.pk)
        for page in pages
        if page.is_news and (page.markdown is None or not page.was_written_within(pause, now))
    ]
    asks += [intents.end_live_timeline(one) for one in over]
    if asks:
        async with services.database.write() as session:
            await outbox.ask(session, asks, asked_at=services.clock.now())
