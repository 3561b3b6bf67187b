"""The buttons below a suggestion of a milestone, and the one that opens the form of milestones."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.incidents.actions.milestones import AnswerSuggestion, answer_suggestion
from bot.incidents.milestones import EXAMPLE, Evidence
from bot.incidents.vocabulary import MilestoneKind
from bot.listeners.actions.press import on_form, on_press, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.forms import View
from bot.listeners.milestone_form import filled_form
from bot.listeners.scribe import Scribe
from bot.slack.blocks.carried import incident_in, subject_in
from bot.slack.blocks.milestone_answers import FORM_ACTION, Focus
from bot.slack.blocks.milestone_form import Origin, milestone_form
from bot.slack.blocks.suggestion import NO_ACTION, OTHER_ACTION, YES_ACTION, Offer

INSTEAD = f"Say it in one line instead: `{EXAMPLE}`."


def register(app: AsyncApp, scribe: Scribe) -> None:
    """What people press about milestones; a press is acknowledged when it is recorded."""
    for action_id, is_yes in ((YES_ACTION, True), (NO_ACTION, False)):
        on_press(app, action_id, partial(_answer, scribe=scribe, is_yes=is_yes))

    def at_kind(body: Body) -> MilestoneKind:
        return subject_in(value_of(body), Offer)[1].kind

    def focus_of(body: Body) -> MilestoneKind | None:
        return subject_in(value_of(body), Focus)[1].kind

    def form(body: Body, focus: MilestoneKind | None = None) -> View:
        url, channel_id = str(body.get("response_url") or ""), str(body["channel"]["id"])
        return milestone_form(Origin(channel_id, url, incident=incident_in(value_of(body))), focus=focus)

    async def filled(body: Body, focus: MilestoneKind | None = None) -> View:
        number = incident_in(value_of(body))
        return await filled_form(scribe, pressed_by(body), number, focus=focus, even_cancelled=False)

    on_form(
        app,
        FORM_ACTION,
        scribe,
        lambda body: filled(body, focus_of(body)),
        lambda body: form(body, focus_of(body)),
        lambda _: INSTEAD,
    )
    on_form(
        app,
        OTHER_ACTION,
        scribe,
        lambda body: filled(body, at_kind(body)),
        lambda body: form(body, at_kind(body)),
        lambda _: INSTEAD,
    )


async def _answer(body: Body, scribe: Scribe, is_yes: bool) -> None:
    number, offer = subject_in(value_of(body), Offer)
    has_message = offer.channel_id and offer.message_ts
    request = AnswerSuggestion(
        number=number,
        kind=offer.kind,
        at=offer.at,
        key=offer.key,
        posted_ts=str(body["container"]["message_ts"]),
        is_yes=is_yes,
        evidence=Evidence(offer.channel_id or "", offer.message_ts or "") if has_message else None,
    )
    await answer_suggestion(scribe.work, pressed_by(body), request)
