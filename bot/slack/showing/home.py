"""Somebody's App Home, with names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.incidents.views.home import HomeIncident, HomeView, Shortened
from bot.slack.blocks.home import ShownHome, ShownHomeItem, home
from bot.slack.names import names_in
from bot.slack.services import Services
from bot.text.mrkdwn import KnownNames, inert_line
from storage.vocabulary import MarkSection


async def show_home(services: Services, view: HomeView, user_id: str) -> dict[str, Any]:
    """The view to publish to `user_id`; days are those of their own zone, where it is known."""
    incidents = [*view.mine.shown, *view.open.shown, *view.recent]
    texts = [one.title for one in incidents]
    texts += [one.title for one in view.postmortems.shown]
    texts += [one.item.words for one in view.items.shown]
    names = await names_in(services.directory, texts, [user_id], asks_slack=False)
    items = [
        ShownHomeItem(
            number=one.number,
            item=one.item.number,
            text=inert_line(one.item.words, names),
            due_on=one.item.details.due_on,
            priority=one.item.details.priority,
            ticket_url=one.item.details.ticket_url,
        )
        for one in view.items.shown
    ]
    postmortems = [replace(one, title=inert_line(one.title, names)) for one in view.postmortems.shown]
    shown = replace(
        view,
        mine=Shortened(_inert(view.mine.shown, names), view.mine.more),
        open=Shortened(_inert(view.open.shown, names), view.open.more),
        recent=_inert(view.recent, names),
        postmortems=Shortened(postmortems, view.postmortems.more),
    )
    today = services.clock.now().astimezone(_zone(names, user_id) or services.settings.zone).date()
    emoji = services.settings.emoji_names[MarkSection.TIMELINE]
    return home(ShownHome(shown, Shortened(items, view.items.more), today), emoji)


def _inert(incidents: Sequence[HomeIncident], names: KnownNames) -> list[HomeIncident]:
    return [replace(one, title=inert_line(one.title, names)) for one in incidents]


def _zone(names: KnownNames, user_id: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(names.zones[user_id])
    except (KeyError, ZoneInfoNotFoundError, ValueError, OSError):
        return None
