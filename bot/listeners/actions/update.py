"""Buttons about updates and silence: the form of an update, snooze, stop, still going on."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp, AsyncRespond

from bot.incidents.actions.updates import (
    SnoozeUpdate,
    StillGoingOn,
    StopUpdates,
    snooze_update,
    still_going_on,
    stop_updates,
)
from bot.incidents.views.incident import open_status
from bot.listeners.actions.press import on_form, on_press, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.forms import View
from bot.listeners.requests import answer_arguments
from bot.listeners.scribe import Scribe
from bot.listeners.update_form import filled_form, page_titles
from bot.slack.blocks import watch
from bot.slack.blocks.carried import incident_in
from bot.slack.blocks.update_form import FORM_ACTION, Origin, update_form
from bot.slack.names import names_in
from bot.text.mrkdwn import escape


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def filled(body: Body) -> View:
        return await filled_form(scribe, pressed_by(body), incident_in(value_of(body)))

    def empty(body: Body) -> View:
        origin = Origin(str(body["channel"]["id"]), str(body.get("response_url") or ""))
        number, next_in = incident_in(value_of(body)), scribe.settings.update_due_in(None)
        return update_form(origin, number, next_in, page_titles(scribe))

    def instead(body: Body) -> str:
        number = incident_in(value_of(body))
        return f"Say it in one line instead: `/incident update INC-{number} We are rolling back`."

    on_form(app, FORM_ACTION, scribe, filled, empty, instead)
    for action_id, act, tell in (
        (watch.SNOOZE_ACTION, _snooze, _show_snoozed),
        (watch.STOP_ACTION, _stop, _show_stopped),
        (watch.GOING_ON_ACTION, _going_on, _show_going_on),
    ):
        on_press(app, action_id, partial(act, scribe=scribe), partial(tell, scribe=scribe))


async def _snooze(body: Body, scribe: Scribe) -> None:
    request = SnoozeUpdate(watch.SNOOZED_FOR, incident_in(value_of(body)))
    await snooze_update(scribe.work, pressed_by(body), request)


async def _show_snoozed(body: Body, respond: AsyncRespond, scribe: Scribe) -> None:
    status = await open_status(scribe.work, pressed_by(body), incident_in(value_of(body)))
    text = watch.nobody_waits(status.number)
    if status.next_update_at:
        text = watch.snoozed(status.number, scribe.clock.now() + watch.SNOOZED_FOR)
    await respond(**answer_arguments(text), replace_original=False)


async def _stop(body: Body, scribe: Scribe) -> None:
    await stop_updates(scribe.work, pressed_by(body), StopUpdates(incident_in(value_of(body))))


async def _show_stopped(body: Body, respond: AsyncRespond, scribe: Scribe) -> None:
    text = watch.stopped(incident_in(value_of(body)))
    await respond(**answer_arguments(text), replace_original=False)


async def _going_on(body: Body, scribe: Scribe) -> None:
    await still_going_on(scribe.work, pressed_by(body), StillGoingOn(incident_in(value_of(body))))


async def _show_going_on(body: Body, respond: AsyncRespond, scribe: Scribe) -> None:
    """In place of the question, for everybody who reads it."""
    actor = pressed_by(body)
    names = await names_in(scribe.directory, [], [actor.user_id], asks_slack=False)
    by = escape(names.person(actor.user_id) or actor.user_id)
    surface = watch.going_on(incident_in(value_of(body)), by, scribe.clock.now())
    await respond(text=surface.text, blocks=list(surface.blocks), replace_original=True)
