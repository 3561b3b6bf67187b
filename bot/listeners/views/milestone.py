"""The form of milestones: what was changed in it is stated, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.incidents.actions.milestones import MilestonesStated, StateMilestones, state_milestones
from bot.incidents.errors import ScribeError
from bot.incidents.milestones import OneMoment
from bot.incidents.vocabulary import MilestoneKind
from bot.listeners.actors import Body, submitted_by
from bot.listeners.forms import FieldsUnread, on_submit
from bot.listeners.moments import moment_of
from bot.listeners.scribe import Scribe
from bot.slack.blocks import milestone_form
from bot.slack.blocks.carried import OutOfDate, unpacked
from bot.slack.blocks.milestone_answers import milestones_stated
from bot.slack.blocks.milestone_form import Origin
from bot.text.when import UnreadableTime


def register(app: AsyncApp, scribe: Scribe) -> None:
    on_submit(app, scribe, milestone_form.FORM, partial(_state, scribe=scribe), _first_changed)


async def _state(body: Body, scribe: Scribe) -> None:
    origin, said = _said(body)
    if not said:
        return
    actor = submitted_by(body, origin.channel_id, origin.response_url)
    await scribe.work.incident(actor, origin.incident, even_cancelled=False)
    stated = await _moments(said, actor.user_id, scribe)
    work = scribe.work.replying(origin.response_url, f"milestones:{actor.key}", _answer)
    await state_milestones(work, actor, StateMilestones(stated, origin.incident))


def _first_changed(body: Body) -> str:
    try:
        return next(iter(_said(body)[1]))
    except OutOfDate:
        return str(body["view"]["blocks"][0]["block_id"])


def _said(body: Body) -> tuple[Origin, Mapping[MilestoneKind, str]]:
    """Where the form was asked for, and the fields that say something else than they did, by kind."""
    _, origin = unpacked(body["view"]["private_metadata"], Origin)
    return origin, milestone_form.changed(body["view"]["state"]["values"], origin)


async def _answer(result: MilestonesStated) -> str:
    return milestones_stated(result.number, result.changes, result.known)


async def _moments(
    said: Mapping[MilestoneKind, str], user_id: str, scribe: Scribe
) -> dict[MilestoneKind, datetime | None]:
    """The time in each field; an emptied one takes the milestone back.

    Raises:
        FieldsUnread: one or more hold no time.
    """
    stated: dict[MilestoneKind, datetime | None] = {}
    problems: dict[str, str] = {}
    for kind, text in said.items():
        try:
            moment = await moment_of(text, user_id, scribe) if text else None
            if moment and moment.until:
                raise OneMoment(kind)
            stated[kind] = moment.at if moment else None
        except (ScribeError, UnreadableTime) as problem:
            problems[kind] = problem.sentence
    if problems:
        raise FieldsUnread(problems)
    return stated
