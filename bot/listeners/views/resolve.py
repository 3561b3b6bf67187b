"""The form that resolves an incident: all that it says is recorded with the end, or nothing is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.incidents.actions.incident import Resolve, Resolved, resolve
from bot.incidents.actor import Actor
from bot.incidents.conclusion import check_words
from bot.incidents.errors import AlreadyResolved, ScribeError
from bot.incidents.milestones import OneMoment, contradictions
from bot.incidents.views.resolving import has_ended_at
from bot.incidents.vocabulary import MilestoneKind
from bot.listeners.actors import Body, submitted_by
from bot.listeners.forms import FieldsUnread, on_submit
from bot.listeners.moments import moment_of
from bot.listeners.scribe import Scribe
from bot.slack.blocks import answers
from bot.slack.blocks.carried import unpacked
from bot.slack.blocks.milestone_answers import contradiction
from bot.slack.blocks.resolve_form import CONCLUSION, FORM, IMPACT, MITIGATED, RESOLVED, Origin, filled
from bot.slack.names import names_in
from bot.text.form_text import encoded
from bot.text.mrkdwn import plain
from bot.text.when import UnreadableTime

FIRED_SINCE = (
    "An alert of this incident fired after this form was opened. Empty this for resolved now, or write when "
    "it was, for example 15:30."
)
KINDS = {MITIGATED: MilestoneKind.MITIGATED, RESOLVED: MilestoneKind.RESOLVED}


def register(app: AsyncApp, scribe: Scribe) -> None:
    on_submit(app, scribe, FORM, partial(_resolve, scribe=scribe), lambda _: CONCLUSION)


async def _resolve(body: Body, scribe: Scribe) -> None:
    number, origin = unpacked(body["view"]["private_metadata"], Origin)
    said = filled(body["view"]["state"]["values"], origin)
    actor = submitted_by(body, origin.channel_id, origin.response_url)
    incident = await scribe.work.incident(actor, number, even_cancelled=False)
    conclusion = encoded(said.texts.get(CONCLUSION, ""))
    moments = await _moments(said.texts, conclusion, actor.user_id, scribe)
    moments |= {KINDS[name]: at for name, at in said.agreed.items() if name in KINDS}
    if RESOLVED in said.agreed:
        await _check_still_over(scribe, actor, incident.number, said.agreed[RESOLVED])
    request = Resolve(
        conclusion=conclusion,
        number=incident.number,
        impact=encoded(said.texts[IMPACT]) if IMPACT in said.texts else None,
        moments=moments,
        done=said.items,
        added=said.unmarked,
        seen=origin.seen,
    )
    work = scribe.work.replying(origin.response_url, f"resolved:{actor.key}", _answer)
    try:
        await resolve(work, actor, request)
    except AlreadyResolved as problem:
        names = await names_in(scribe.directory, [problem.by], asks_slack=False, waits=False)
        when, by = plain(problem.when, names), plain(problem.by, names)
        sentence = (
            f"INC-{incident.number} was already resolved {when} by {by}, so nothing of this was recorded. "
            "Copy what you need; /incident conclusion and /incident impact take your words."
        )
        raise FieldsUnread({CONCLUSION: sentence}) from problem


async def _check_still_over(scribe: Scribe, actor: Actor, number: int, agreed: datetime) -> None:
    """Whether the end that the form was filled with still is what the record has.

    Raises:
        FieldsUnread: an alert fired since the form was opened.
    """
    if not await has_ended_at(scribe.work, actor, number, agreed):
        raise FieldsUnread({RESOLVED: FIRED_SINCE})


async def _moments(
    texts: Mapping[str, str], conclusion: str, user_id: str, scribe: Scribe
) -> dict[MilestoneKind, datetime | None]:
    """The time in each field that was changed; the mitigation emptied is taken back.

    Raises:
        FieldsUnread: one or more hold no time, or the conclusion is none.
    """
    stated: dict[MilestoneKind, datetime | None] = {}
    problems: dict[str, str] = {}
    try:
        check_words(conclusion, "/resolve")
    except ScribeError as problem:
        problems[CONCLUSION] = problem.sentence
    for name, kind in KINDS.items():
        text = texts.get(name)
        if text is None or (not text and kind is MilestoneKind.RESOLVED):
            continue
        try:
            moment = await moment_of(text, user_id, scribe) if text else None
            if moment and moment.until:
                raise OneMoment(kind)
            stated[kind] = moment.at if moment else None
        except (ScribeError, UnreadableTime) as problem:
            problems[name] = problem.sentence
    if problems:
        raise FieldsUnread(problems)
    return stated


async def _answer(result: Resolved) -> str:
    """That it is resolved, and which moments stand the wrong way round."""
    wrong = [
        contradiction(result.known, later, earlier)
        for later, earlier in contradictions(result.known)
        if {later, earlier} & set(KINDS.values())
    ]
    return "\n".join([answers.resolved(result.number, result.place), *wrong])
