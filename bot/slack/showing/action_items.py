"""The list of action items, and what became of one."""

from __future__ import annotations

from bot.incidents.actions.action_items import StandingItem
from bot.incidents.views.action_items import ActionItemList
from bot.slack.blocks import Surface
from bot.slack.blocks.action_item_list import ShownItem, action_item_list, said
from bot.slack.names import names_in
from bot.slack.services import Services
from bot.text.mrkdwn import inert_line
from storage.vocabulary import MarkSection


async def show_action_items(services: Services, view: ActionItemList, *, page: int = 1) -> Surface:
    """A page (from 1) of the list as it stands."""
    texts = [text for one in view.items for text in (one.words, one.details.done_when or "")]
    names = await names_in(services.directory, texts, asks_slack=False)
    shown = [
        ShownItem(one, inert_line(one.words, names), inert_line(one.details.done_when or "", names))
        for one in view.items
    ]
    emoji = services.settings.emoji_names[MarkSection.ACTION_ITEM]
    return action_item_list(view.number, shown, emoji, page, tracker=services.settings.tracker_title)


async def show_action_item(services: Services, stands: StandingItem, what: str, *, waits: bool = True) -> str:
    """`Action item 2 of INC-7 is added: …`; `what` is what became of it, `waits` is for `names_in`."""
    words = [stands.item.words]
    names = await names_in(services.directory, words, asks_slack=False, waits=waits)
    return said(what, stands.number, stands.item, inert_line(stands.item.words, names))
