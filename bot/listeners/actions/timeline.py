"""The timeline's rows: a page of them, the next, those of a kind, and what the menu of a row does."""

from __future__ import annotations

import re
from functools import partial

from slack_bolt.async_app import AsyncApp, AsyncRespond

from bot.incidents.actions.timeline import RemoveEvent, RestoreEvent, remove_event, restore_event
from bot.incidents.errors import NoSuchMessage, ScribeError
from bot.incidents.views.timeline import Rows, event_history, event_view, timeline_page
from bot.listeners.actions.press import UNREADABLE, on_form, on_look, on_press, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.forms import View
from bot.listeners.moments import written
from bot.listeners.requests import answer_arguments
from bot.listeners.scribe import Scribe
from bot.slack.blocks import Surface
from bot.slack.blocks.carried import OutOfDate, incident_in, subject_in
from bot.slack.blocks.event_form import Held, Origin, event_form, held_of
from bot.slack.blocks.message_form import Origin as MessageOrigin
from bot.slack.blocks.message_form import section_form
from bot.slack.blocks.timeline_page import FILTER_ACTION, PAGE_ACTION, ROW_ACTION, SHOW_ACTION, Do, RowChoice
from bot.slack.showing.timeline import show_history, show_timeline

DONE = {Do.REMOVE: "Event {0} is off the timeline.", Do.RESTORE: "Event {0} is back on the timeline."}

SECTION_INSTEAD = "Put the emoji of the section on the message instead; `/incident help` names them."


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def first_page(body: Body) -> Surface:
        return await page_of(body, scribe, incident_in(value_of(body)), Rows())

    async def turned(body: Body) -> Surface:
        return await page_of(body, scribe, *subject_in(value_of(body), Rows))

    on_look(app, SHOW_ACTION, first_page, replaces=False)
    on_look(app, re.compile(rf"^{PAGE_ACTION}_"), turned, replaces=True)
    on_look(app, FILTER_ACTION, turned, replaces=True)
    act, tell = partial(_act, scribe=scribe), partial(_tell, scribe=scribe)
    on_press(app, ROW_ACTION, act, tell, when=lambda body: _chosen(body) in DONE)
    on_form(
        app,
        ROW_ACTION,
        scribe,
        partial(_filled, scribe=scribe),
        lambda body: _form(body, Held()),
        _instead,
        when=lambda body: _chosen(body) is Do.EDIT,
    )
    on_form(
        app,
        ROW_ACTION,
        scribe,
        partial(_section_form, scribe=scribe),
        _unread,
        lambda _: SECTION_INSTEAD,
        when=lambda body: _chosen(body) is Do.SECTION,
    )
    history = partial(_history, scribe=scribe)
    on_look(app, ROW_ACTION, history, replaces=False, when=lambda body: _chosen(body) in (Do.HISTORY, None))


async def page_of(body: Body, scribe: Scribe, number: int, rows: Rows, said: str = "") -> Surface:
    """A page of an incident's timeline, for whoever pressed something."""
    return await show_timeline(scribe, await timeline_page(scribe.work, pressed_by(body), number, rows), said)


async def _act(body: Body, scribe: Scribe) -> None:
    number, row = subject_in(value_of(body), RowChoice)
    if row.do is Do.REMOVE:
        await remove_event(scribe.work, pressed_by(body), RemoveEvent(row.event, number))
    else:
        await restore_event(scribe.work, pressed_by(body), RestoreEvent(row.event, number))


async def _tell(body: Body, respond: AsyncRespond, scribe: Scribe) -> None:
    """Show the same page as it stands now."""
    number, row = subject_in(value_of(body), RowChoice)
    surface = await page_of(body, scribe, number, row.rows, DONE[row.do].format(row.event))
    await respond(**answer_arguments(surface), replace_original=True)


async def _history(body: Body, scribe: Scribe) -> Surface:
    number, row = subject_in(value_of(body), RowChoice)
    return await show_history(scribe, await event_history(scribe.work, pressed_by(body), number, row.event))


async def _filled(body: Body, scribe: Scribe) -> View:
    number, row = subject_in(value_of(body), RowChoice)
    actor = pressed_by(body)
    event = await event_view(scribe.work, actor, number, row.event)
    zone = await scribe.directory.zone(actor.user_id, scribe.settings.zone)
    until, about = event.occurred_until, "~" if event.is_approximate else ""
    time = about + written(event.occurred_at, zone) + (f" - {written(until, zone)}" if until else "")
    return _form(body, held_of(event, time))


def _form(body: Body, held: Held) -> View:
    number, row = subject_in(value_of(body), RowChoice)
    url = str(body.get("response_url") or "")
    return event_form(number, Origin(str(body["channel"]["id"]), url, row.event, row.rows), held)


async def _section_form(body: Body, scribe: Scribe) -> View:
    number, row = subject_in(value_of(body), RowChoice)
    event = await event_view(scribe.work, pressed_by(body), number, row.event)
    if event.source is None:
        raise NoSuchMessage
    origin = MessageOrigin(event.source, str(body.get("response_url") or ""))
    return section_form(number, [], origin, scribe.settings.emoji_names)


def _unread(body: Body) -> View:
    """Without the record nobody can tell which message it is about."""
    raise ScribeError(UNREADABLE)


def _instead(body: Body) -> str:
    number, row = subject_in(value_of(body), RowChoice)
    return f"Say it in one line instead: `/timeline INC-{number} edit {row.event} 14:05 Rolled back`."


def _chosen(body: Body) -> Do | None:
    """What the menu of a row says; None where this version of Scribe cannot read it."""
    try:
        return subject_in(value_of(body), RowChoice)[1].do
    except OutOfDate:
        return None
