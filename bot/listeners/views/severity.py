"""The form of an incident's severity."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.incidents.actions.incident import Replaced, SetSeverity, set_severity
from bot.incidents.severity import read_severity
from bot.listeners.actors import Body, submitted_by
from bot.listeners.forms import answering_elsewhere, on_submit
from bot.listeners.scribe import Scribe
from bot.slack.blocks import severity_form
from bot.slack.blocks.carried import subject_in
from bot.slack.blocks.milestone_answers import severity_changed


def register(app: AsyncApp, scribe: Scribe) -> None:
    on_submit(app, scribe, severity_form.FORM, partial(_set, scribe=scribe), lambda _: severity_form.SEVERITY)


async def _set(body: Body, scribe: Scribe) -> None:
    number, origin = subject_in(body["view"]["private_metadata"], severity_form.Origin)
    said = severity_form.chosen(body["view"]["state"]["values"])
    if said == origin.held:
        return
    severity = read_severity(said, scribe.settings.severity_names)
    actor = submitted_by(body, origin.channel_id, origin.response_url)
    work = await answering_elsewhere(scribe, actor, number, _answer)
    await set_severity(work, actor, SetSeverity(severity, number))


async def _answer(result: Replaced) -> str:
    return severity_changed(result.number, result.old, result.new)
