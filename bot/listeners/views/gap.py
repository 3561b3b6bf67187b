"""The form that answers what a post-mortem lacks: it closes only after the answer is on the record."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.incidents.actions.incident import Replaced, SetSeverity, set_severity
from bot.incidents.actions.postmortem import AskReview, ReviewAsked, SetOwner, ask_review, set_owner
from bot.incidents.roles import CannotHold
from bot.listeners.actors import Body, submitted_by
from bot.listeners.forms import FieldsUnread, on_submit
from bot.listeners.people import for_form
from bot.listeners.scribe import Scribe
from bot.slack.blocks import milestone_answers, review
from bot.slack.blocks.carried import subject_in
from bot.slack.blocks.gap_form import FIELD, FORM, Asked, Origin, chosen


def register(app: AsyncApp, scribe: Scribe) -> None:
    on_submit(app, scribe, FORM, partial(_record, scribe=scribe), lambda _: FIELD)


async def _record(body: Body, scribe: Scribe) -> None:
    number, origin = subject_in(body["view"]["private_metadata"], Origin)
    actor = submitted_by(body, origin.channel_id, origin.response_url)
    said = chosen(body["view"]["state"]["values"])
    if not said:
        raise FieldsUnread({FIELD: "Choose one."})
    url, key = origin.response_url, f"gap:{actor.key}"

    async def severity(result: Replaced) -> str:
        return milestone_answers.severity_changed(result.number, result.old, result.new)

    async def owner(number: int) -> str:
        return review.owned(number, said[0])

    async def reviewers(result: ReviewAsked) -> str:
        return review.review_answer(result.number, result.asked, result.waiting, result.place)

    match origin.asked:
        case Asked.SEVERITY:
            work = scribe.work.replying(url, key, severity)
            await set_severity(work, actor, SetSeverity(said[0], number))
        case Asked.OWNER:
            work = scribe.work.replying(url, key, owner)
            await _held(set_owner(work, actor, SetOwner(said[0], number)), scribe)
        case Asked.REVIEWERS:
            work = scribe.work.replying(url, key, reviewers)
            await _held(ask_review(work, actor, AskReview(said, number)), scribe)


async def _held(act: Awaitable[object], scribe: Scribe) -> None:
    """Carry out what gives work to people.

    Raises:
        FieldsUnread: somebody cannot have it.
    """
    try:
        await act
    except CannotHold as problem:
        raise FieldsUnread({FIELD: await for_form(problem, scribe)}) from problem
