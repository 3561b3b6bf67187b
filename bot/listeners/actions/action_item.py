"""Buttons of action items: done, reopen, edit, snooze."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp, AsyncRespond

from bot.incidents.actions.action_items import (
    CloseActionItem,
    ReopenActionItem,
    SnoozeActionItem,
    StandingItem,
    close_action_item,
    reopen_action_item,
    snooze_action_item,
)
from bot.incidents.actions.tickets import FileTicket, file_ticket
from bot.incidents.tickets.work import chosen
from bot.incidents.views.action_items import standing_items
from bot.listeners.action_item_form import filled_form
from bot.listeners.actions.press import on_form, on_press, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.forms import View
from bot.listeners.requests import answer_arguments
from bot.listeners.scribe import Scribe
from bot.slack.blocks.action_item_form import Origin, action_item_form
from bot.slack.blocks.action_item_list import (
    DAYS,
    DONE_ACTION,
    EDIT_ACTION,
    REOPEN_ACTION,
    SNOOZE_ACTION,
    TICKET_ACTION,
    ItemRef,
)
from bot.slack.blocks.carried import subject_in
from bot.slack.blocks.tickets import asked_answer
from bot.slack.showing.action_items import show_action_item, show_action_items


def register(app: AsyncApp, scribe: Scribe) -> None:
    show = partial(_show, scribe=scribe)
    on_press(app, DONE_ACTION, partial(_close, scribe=scribe), show)
    on_press(app, REOPEN_ACTION, partial(_reopen, scribe=scribe), show)
    on_press(app, TICKET_ACTION, partial(_ticket, scribe=scribe), partial(_asked, scribe=scribe))
    for length, days in DAYS.items():
        on_press(app, f"{SNOOZE_ACTION}_{length}", partial(_snooze, scribe=scribe, days=days), show)

    async def filled(body: Body) -> View:
        number, ref = subject_in(value_of(body), ItemRef)
        return await filled_form(scribe, pressed_by(body), number, ref.item)

    def empty(body: Body) -> View:
        number, ref = subject_in(value_of(body), ItemRef)
        url = str(body.get("response_url") or "")
        origin = Origin(str(body["channel"]["id"]), url, ref.item, number)
        return action_item_form(origin, tracker=scribe.settings.tracker_title)

    def instead(body: Body) -> str:
        _, ref = subject_in(value_of(body), ItemRef)
        return f"Say it in one line instead: `/incident task edit {ref.item} @ana by friday`."

    on_form(app, EDIT_ACTION, scribe, filled, empty, instead)


async def _close(body: Body, scribe: Scribe) -> None:
    number, ref = subject_in(value_of(body), ItemRef)
    await close_action_item(scribe.work, pressed_by(body), CloseActionItem(ref.item, number))


async def _reopen(body: Body, scribe: Scribe) -> None:
    number, ref = subject_in(value_of(body), ItemRef)
    await reopen_action_item(scribe.work, pressed_by(body), ReopenActionItem(ref.item, number))


async def _ticket(body: Body, scribe: Scribe) -> None:
    number, ref = subject_in(value_of(body), ItemRef)
    await file_ticket(scribe.work, pressed_by(body), FileTicket(ref.item, number=number))


async def _asked(body: Body, respond: AsyncRespond, scribe: Scribe) -> None:
    number, ref = subject_in(value_of(body), ItemRef)
    tracker, project = chosen(scribe.settings, "")
    text = asked_answer(number or 0, ref.item, tracker.title, project)
    await respond(**answer_arguments(text), replace_original=False)


async def _snooze(body: Body, scribe: Scribe, days: int) -> None:
    number, ref = subject_in(value_of(body), ItemRef)
    await snooze_action_item(scribe.work, pressed_by(body), SnoozeActionItem(ref.item, days, number))


async def _show(body: Body, respond: AsyncRespond, scribe: Scribe) -> None:
    """The list as it stands now, in place of the old; to a reminder in the channel, one sentence."""
    number, ref = subject_in(value_of(body), ItemRef)
    view = await standing_items(scribe.work, pressed_by(body), number)
    one = view.item(ref.item)
    if (body.get("container") or {}).get("is_ephemeral"):
        surface = await show_action_items(scribe, view, page=ref.page or 1)
        await respond(**answer_arguments(surface), replace_original=True)
    elif one:
        what = "stays open" if one.is_open else f"is {one.state}"
        text = await show_action_item(scribe, StandingItem(view.number, one), what)
        await respond(**answer_arguments(text), replace_original=False)
