"""The button that asks in a form how far an incident is."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.incidents.views.incident import open_status
from bot.listeners.actions.press import on_form, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.forms import View
from bot.listeners.scribe import Scribe
from bot.slack.blocks.carried import incident_in
from bot.slack.blocks.stage import FORM_ACTION, Origin, stage_form


def register(app: AsyncApp, scribe: Scribe) -> None:
    def form(body: Body, now: str | None = None) -> View:
        origin = Origin(str(body["channel"]["id"]), str(body.get("response_url") or ""))
        return stage_form(origin, incident_in(value_of(body)), scribe.settings.stage_names, now)

    async def filled(body: Body) -> View:
        status = await open_status(scribe.work, pressed_by(body), incident_in(value_of(body)))
        return form(body, status.stage)

    def instead(body: Body) -> str:
        number = incident_in(value_of(body))
        return (
            f"Say it in one line instead: `/incident status INC-{number} {scribe.settings.stage_names[-1]}`."
        )

    on_form(app, FORM_ACTION, scribe, filled, form, instead)
