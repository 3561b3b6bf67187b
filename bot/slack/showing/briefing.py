"""How an incident stands, for somebody who joins it late."""

from __future__ import annotations

from bot.incidents.views.briefing import Briefing
from bot.slack.blocks import Surface
from bot.slack.blocks.briefing import ShownBriefing, ShownUpdate, briefing
from bot.slack.names import names_in
from bot.slack.services import Services
from bot.slack.showing.timeline import shown_events
from bot.text.mrkdwn import inert_line


async def show_briefing(services: Services, view: Briefing) -> Surface:
    """It in one message."""
    status, update = view.status, view.status.last_update
    said = [update.known, update.doing or ""] if update else []
    texts = [status.title, status.conclusion or "", *said, *(one.words for one in view.items)]
    names = await names_in(services.directory, texts, asks_slack=False)
    return briefing(
        ShownBriefing(
            view=view,
            title=inert_line(status.title, names),
            conclusion=inert_line(status.conclusion, names) if status.conclusion else None,
            events=await shown_events(services, view.events),
            items=[(one, inert_line(one.words, names)) for one in view.items],
            update=ShownUpdate(
                update.at,
                inert_line(update.known, names),
                inert_line(update.doing, names) if update.doing else None,
            )
            if update
            else None,
        )
    )
