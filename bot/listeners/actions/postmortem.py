"""Buttons on a post-mortem's way: I have reviewed it, snooze, its action items, reopen."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from slack_bolt.async_app import AsyncApp, AsyncRespond

from bot.incidents.actions.postmortem import (
    NoteReviewed,
    ReopenPostmortem,
    SnoozePostmortem,
    note_reviewed,
    reopen_postmortem,
    snooze_postmortem,
)
from bot.incidents.views.action_items import standing_items
from bot.incidents.views.postmortem import is_published, postmortem_status, review_of
from bot.listeners.actions.press import on_look, on_press, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.requests import answer_arguments
from bot.listeners.scribe import Scribe
from bot.slack.blocks import Surface, nudges, published, review
from bot.slack.blocks.carried import incident_in, subject_in
from bot.slack.blocks.review import Requested
from bot.slack.showing.action_items import show_action_items


def register(app: AsyncApp, scribe: Scribe) -> None:
    on_press(
        app,
        review.REVIEWED_ACTION,
        partial(_note_reviewed, scribe=scribe),
        partial(_show_reviewed, scribe=scribe),
    )
    for length, days in nudges.DAYS.items():
        on_press(
            app,
            f"{nudges.SNOOZE_ACTION}_{length}",
            partial(_snooze, scribe=scribe, days=days),
            partial(_show_snoozed, scribe=scribe, days=days),
        )

    async def items(body: Body) -> Surface:
        view = await standing_items(scribe.work, pressed_by(body), incident_in(value_of(body)))
        return await show_action_items(scribe, view)

    on_look(app, published.ITEMS_ACTION, items, replaces=False)
    on_press(
        app,
        published.REOPEN_ACTION,
        partial(_reopen, scribe=scribe),
        partial(_show_reopened, scribe=scribe),
    )


async def _reopen(body: Body, scribe: Scribe) -> None:
    request = ReopenPostmortem(incident_in(value_of(body)))
    await reopen_postmortem(scribe.work, pressed_by(body), request)


async def _show_reopened(body: Body, respond: AsyncRespond, scribe: Scribe) -> None:
    status = await postmortem_status(scribe.work, pressed_by(body), incident_in(value_of(body)))
    sentence = review.reopened(status.number, status.pages)
    await respond(**answer_arguments(sentence), replace_original=False)


async def _note_reviewed(body: Body, scribe: Scribe) -> None:
    """A reviewer who presses below somebody else's request is thanked; the request stays."""
    number, request = subject_in(value_of(body), Requested)
    actor, work = pressed_by(body), scribe.work

    async def thanks(number: int) -> str:
        return review.thanks(number)

    if actor.user_id != request.user_id:
        work = work.replying(actor.response_url, actor.key, thanks)
    await note_reviewed(work, actor, NoteReviewed(number))


async def _show_reviewed(body: Body, respond: AsyncRespond, scribe: Scribe) -> None:
    number, request = subject_in(value_of(body), Requested)
    actor = pressed_by(body)
    if actor.user_id != request.user_id:
        return
    view = await review_of(scribe.work, actor, number, request.user_id)
    if view.reviewed_at:
        surface = review.reviewed(view.number, request.user_id, view.reviewed_at, view.draft_link)
        await respond(text=surface.text, blocks=list(surface.blocks), replace_original=True)


async def _snooze(body: Body, scribe: Scribe, days: int) -> None:
    request = SnoozePostmortem(days, incident_in(value_of(body)))
    await snooze_postmortem(scribe.work, pressed_by(body), request)


async def _show_snoozed(body: Body, respond: AsyncRespond, scribe: Scribe, days: int) -> None:
    number = incident_in(value_of(body))
    if await is_published(scribe.work, pressed_by(body), number):
        sentence = nudges.no_more_nudges(number)
    else:
        sentence = nudges.snoozed(number, scribe.clock.now() + timedelta(days=days))
    await respond(text=sentence, blocks=[], replace_original=True)
