"""*Add action item*: follow-up work out of a message."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.incidents.action_items import ActionItemDetails
from bot.incidents.views.source import source_item, source_view
from bot.listeners.action_item_form import filled_form
from bot.listeners.forms import View
from bot.listeners.scribe import Scribe
from bot.listeners.shortcuts.chosen import Chosen, offered, opens
from bot.slack.blocks.action_item_form import Origin, action_item_form, fits, holding
from bot.slack.blocks.message_form import incident_field

INSTEAD = "Say it in one line instead: `/incident task add @ana by friday: Add an index`."


def register(app: AsyncApp, scribe: Scribe) -> None:
    app.shortcut("add_action_item")(**opens(scribe, _filled, _empty, INSTEAD))


async def _filled(chosen: Chosen, scribe: Scribe) -> View:
    """A new item with the message's words, or the one that stands on it already.

    Where it has none, as one of files alone, or more than a field takes, it begins with a link: the form can
    be sent as it stands.
    """
    view = await source_view(scribe.work, chosen.actor, chosen.source)
    if view.number is not None:
        item = await source_item(scribe.work, view.number, chosen.source)
        if item is not None:
            return await filled_form(scribe, chosen.actor, view.number, item)
    asked = incident_field(view.number, await offered(scribe, view.offered))
    is_told = not view.is_copied or fits(chosen.words)
    words = chosen.words if view.is_copied and is_told else _link(chosen, scribe)
    new = ActionItemDetails(text=words)
    origin = Origin(chosen.source.channel_id, chosen.response_url, incident=view.number, source=chosen.source)
    # a link in place of words that no field takes is what somebody says, not what the message does
    origin = holding(origin, new) if is_told else origin
    return action_item_form(origin, new, asked=asked, tracker=scribe.settings.tracker_title)


def _empty(chosen: Chosen, scribe: Scribe) -> View:
    origin = Origin(chosen.source.channel_id, chosen.response_url, source=chosen.source)
    item = ActionItemDetails(text=_link(chosen, scribe))
    tracker = scribe.settings.tracker_title
    asked = incident_field(None, [])
    return action_item_form(holding(origin, item), item, asked=asked, tracker=tracker)


def _link(chosen: Chosen, scribe: Scribe) -> str:
    return chosen.source.follow_up(scribe.workspace.url)
