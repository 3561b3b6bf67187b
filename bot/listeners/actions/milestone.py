"""The buttons below a suggestion of a milestone, and the one that opens the form of milestones."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import milestones
from bot.incidents.errors import ScribeError
from bot.incidents.milestones import Evidence
from bot.incidents.status import check_stands
from bot.incidents.which import meant
from bot.listeners.about import caller_of
from bot.listeners.actions.button import incident_of, key_of
from bot.listeners.attempt import once_transaction, within_ack_window
from bot.listeners.commands.milestone import EXAMPLE, form_for
from bot.listeners.commands.verb import open_view
from bot.listeners.requests import answer_arguments
from bot.listeners.scribe import Scribe
from bot.listeners.troubles import RECORD_TROUBLE
from bot.slack.blocks.milestone_answers import FORM_ACTION
from bot.slack.blocks.milestone_form import Origin, milestone_form
from bot.slack.blocks.suggestion import NO_ACTION, OTHER_ACTION, YES_ACTION, Offer
from storage import incidents
from storage.deliveries import AlreadyDone
from storage.tables import Incident, Suggested
from storage.vocabulary import MilestoneKind

log = structlog.get_logger()

FORM_WITHIN = 1.5
"""Seconds the form may take to be filled: its trigger is good for three."""
TRY_AGAIN = "Scribe cannot write to its record just now. Please press the button again in a minute."

Answered = Callable[[AsyncSession, Incident, Offer, Suggested, str], Awaitable[object]]


def register(app: AsyncApp, scribe: Scribe) -> None:
    """What people press about milestones; a press is acknowledged when it is recorded."""

    async def yes(session: AsyncSession, incident: Incident, offer: Offer, asked: Suggested, by: str) -> None:
        has_message = offer.channel_id and offer.message_ts
        evidence = Evidence(offer.channel_id or "", offer.message_ts or "") if has_message else None
        await milestones.accept(session, incident, asked, evidence, by=by, now=scribe.clock.now())

    async def no(session: AsyncSession, incident: Incident, offer: Offer, asked: Suggested, by: str) -> None:
        await milestones.decline(session, incident, asked, by=by, now=scribe.clock.now())

    for action_id, answered in ((YES_ACTION, yes), (NO_ACTION, no)):
        record, tell = _recording(scribe, answered)
        app.action(action_id)(ack=record, lazy=[tell])

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    async def open_form(body: dict[str, Any], respond: AsyncRespond) -> None:
        await _open_form(body, respond, scribe, number=int(body["actions"][0]["value"]), focus=None)

    async def open_at_kind(body: dict[str, Any], respond: AsyncRespond) -> None:
        offer = _offer(body)
        await _open_form(body, respond, scribe, number=offer.number, focus=offer.kind)

    app.action(FORM_ACTION)(ack=acknowledge, lazy=[open_form])
    app.action(OTHER_ACTION)(ack=acknowledge, lazy=[open_at_kind])


def _recording(
    scribe: Scribe, answered: Answered
) -> tuple[Callable[..., Awaitable[None]], Callable[..., Awaitable[None]]]:
    """The acknowledgement, which records first, and what tells the person when that did not succeed."""

    async def record(ack: AsyncAck, body: dict[str, Any]) -> None:
        try:
            await within_ack_window(lambda: _record(body, scribe, answered))
        except (*RECORD_TROUBLE, ScribeError, AlreadyDone):
            log.info("suggestion.not_recorded")  # `tell` finds out what there is to say
        await ack()

    async def tell(body: dict[str, Any], respond: AsyncRespond) -> None:
        try:
            await within_ack_window(lambda: _record(body, scribe, answered))
        except AlreadyDone:
            return
        except RECORD_TROUBLE:
            await respond(**answer_arguments(TRY_AGAIN), replace_original=False)
        except ScribeError as problem:
            await respond(**answer_arguments(problem.sentence), replace_original=False)

    return record, tell


async def _record(body: Mapping[str, Any], scribe: Scribe, answered: Answered) -> None:
    offer = _offer(body)
    incident = await incident_of(body, offer.incident_id, scribe)
    async with once_transaction(key_of(body), scribe) as session:
        incident = await incidents.by_id(session, offer.incident_id)
        asked = Suggested(
            incident_id=offer.incident_id,
            key=offer.key,
            kind=offer.kind,
            at=offer.at,
            because="",
            posted_ts=str(body["container"]["message_ts"]),
        )
        await answered(session, incident, offer, asked, str(body["user"]["id"]))


async def _open_form(
    body: Mapping[str, Any],
    respond: AsyncRespond,
    scribe: Scribe,
    *,
    number: int,
    focus: MilestoneKind | None,
) -> None:
    channel_id, response_url = str(body["channel"]["id"]), str(body.get("response_url") or "")
    user_id = str(body["user"]["id"])
    try:
        async with asyncio.timeout(FORM_WITHIN):
            async with scribe.database.read() as session:
                incident = await meant(session, scribe.workspace.team_id, channel_id, number)
            await scribe.permission.check(caller_of(body), incident)
            check_stands(incident)
            view = await form_for(scribe, incident, channel_id, user_id, response_url, focus=focus)
    except ScribeError as problem:
        await respond(**answer_arguments(problem.sentence), replace_original=False)
        return
    except (TimeoutError, SQLAlchemyError) as trouble:
        log.warning("form.not_filled", why=repr(trouble))
        view = milestone_form(Origin(channel_id, response_url, number=number), focus=focus)
    instead = f"Say it in one line instead: `{EXAMPLE}`."
    await open_view(scribe, str(body["trigger_id"]), view, response_url, instead)


def _offer(body: Mapping[str, Any]) -> Offer:
    return Offer.unpacked(str(body["actions"][0]["value"]))
