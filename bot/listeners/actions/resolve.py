"""The buttons that end an incident: the form that resolves it, and taking back a mistake."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.incidents.actions.incident import Cancel, cancel
from bot.listeners.actions.press import on_form, on_press, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.forms import View
from bot.listeners.resolve_form import empty_form, filled_form
from bot.listeners.scribe import Scribe
from bot.slack.blocks.carried import incident_in
from bot.slack.blocks.resolve_form import RESOLVE_ACTION
from bot.slack.blocks.updates import CANCEL_ACTION


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def form(body: Body) -> View:
        return await filled_form(scribe, pressed_by(body), incident_in(value_of(body)))

    async def mistake(body: Body) -> None:
        await cancel(scribe.work, pressed_by(body), Cancel(incident_in(value_of(body))))

    on_form(
        app,
        RESOLVE_ACTION,
        scribe,
        form,
        lambda body: empty_form(pressed_by(body), incident_in(value_of(body))),
        lambda body: f"Say it in one line instead: `/resolve INC-{incident_in(value_of(body))} Rolled back`.",
    )
    on_press(app, CANCEL_ACTION, mistake)
