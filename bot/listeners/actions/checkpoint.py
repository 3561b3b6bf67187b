"""Buttons of what a post-mortem lacks: to where each gap is filled, to publish all the same, and not yet."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.incidents.actions.postmortem import Publish, publish
from bot.incidents.channels import place_of
from bot.incidents.views.deploys import deploys_to_suggest
from bot.incidents.views.postmortem import postmortem_status
from bot.incidents.views.unmarked import unmarked_messages
from bot.listeners.actions.press import TRY_AGAIN, on_form, on_look, on_press, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.forms import View
from bot.listeners.requests import answer_arguments
from bot.listeners.scribe import Scribe
from bot.postmortem.show_checkpoint import publish_question
from bot.postmortem.show_editor_notes import notes_for
from bot.slack.blocks import Surface, checkpoint, review
from bot.slack.blocks.carried import incident_in, subject_in
from bot.slack.blocks.checkpoint import Version
from bot.slack.blocks.gap_form import GAP_ACTION, Asked, Field, Origin, gap_form
from bot.slack.showing.timeline import show_unmarked

INSTEAD = {
    Asked.SEVERITY: "/incident severity sev2",
    Asked.OWNER: "/postmortem owner @ana",
    Asked.REVIEWERS: "/postmortem review @ben",
}


def register(app: AsyncApp, scribe: Scribe) -> None:
    for action_id, goes_out in ((checkpoint.PUBLISH_ACTION, False), (checkpoint.PUBLISH_OUT_ACTION, True)):
        act = partial(_publish, scribe=scribe, goes_out=goes_out)
        on_press(app, action_id, act, partial(_show_published, scribe=scribe))

    async def ask(body: Body) -> Surface:
        return await publish_question(scribe, scribe.work, pressed_by(body), incident_in(value_of(body)))

    async def not_yet(body: Body) -> str:
        incident = await scribe.work.incident(pressed_by(body), incident_in(value_of(body)))
        return checkpoint.not_published(incident.number)

    async def notes(body: Body) -> Surface:
        return await notes_for(scribe, scribe.work, pressed_by(body), incident_in(value_of(body)))

    async def unmarked(body: Body) -> Surface:
        number, actor = incident_in(value_of(body)), pressed_by(body)
        view = await unmarked_messages(scribe.work, actor, number)
        return await show_unmarked(scribe, view, await deploys_to_suggest(scribe.work, actor, number))

    on_look(app, checkpoint.ASK_ACTION, ask, replaces=False, trouble=TRY_AGAIN)
    on_look(app, checkpoint.NOT_YET_ACTION, not_yet, replaces=True)
    on_look(app, checkpoint.NOTES_ACTION, notes, replaces=False)
    on_look(app, checkpoint.UNMARKED_ACTION, unmarked, replaces=False)
    app.action(checkpoint.OPEN_ACTION)(_opened)

    def form(body: Body) -> View:
        number, field = subject_in(value_of(body), Field)
        url, channel_id = str(body.get("response_url") or ""), str(body["channel"]["id"])
        return gap_form(number, Origin(channel_id, url, field.asked), scribe.settings.severity_names)

    async def allowed(body: Body) -> View:
        await scribe.work.incident(pressed_by(body), incident_in(value_of(body)), even_cancelled=False)
        return form(body)

    def instead(body: Body) -> str:
        number, field = subject_in(value_of(body), Field)
        return f"Say it in one line instead: `{INSTEAD[field.asked]} INC-{number}`."

    on_form(app, GAP_ACTION, scribe, allowed, form, instead)


async def _opened(ack: AsyncAck) -> None:
    """Slack opens a link by itself, and tells of the press all the same."""
    await ack()


async def _publish(body: Body, scribe: Scribe, goes_out: bool) -> None:
    number, asked = subject_in(value_of(body), Version)
    await publish(scribe.work, pressed_by(body), Publish(number, asked.version, goes_out))


async def _show_published(body: Body, respond: AsyncRespond, scribe: Scribe) -> None:
    number, actor = incident_in(value_of(body)), pressed_by(body)
    incident = await scribe.work.incident(actor, number)
    status = await postmortem_status(scribe.work, actor, number)
    unreviewed = [one.user_id for one in status.reviewers if one.reviewed_at is None]
    sentence = review.publishing(number, unreviewed, place_of(incident, actor.channel_id))
    await respond(**answer_arguments(sentence), replace_original=True)
