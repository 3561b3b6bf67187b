"""Opening forms, and taking what people fill in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.incidents.actor import Actor
from bot.incidents.attempt import (
    AlreadyDone,
    InDoubt,
    RecordAway,
    Unanswered,
    is_away,
    within_ack_window,
)
from bot.incidents.errors import ScribeError
from bot.incidents.unit_of_work import UnitOfWork
from bot.listeners import troubles
from bot.listeners.actors import Body
from bot.listeners.scribe import Scribe
from bot.slack.blocks import Surface, section
from bot.slack.calls import Refused, SlackTrouble, TryLater
from bot.slack.names import names_in
from bot.text.mrkdwn import plain
from bot.text.visible import visible
from bot.text.well_formed import table

log = structlog.get_logger()

View = dict[str, Any]
Submit = Callable[[Body], Awaitable[View | None]]
"""Writes what a form says; a view that it returns takes the form's place, which else closes."""

Instead = str | Surface
"""What somebody can do where no form opens."""

FILLED_WITHIN = 1.5
"""Seconds that a form may take to be filled with what the record holds: its trigger is good for three."""
NOT_OPENED = "Slack did not open the form, and nothing is recorded."
PERHAPS_OPENED = "Slack did not say whether it opened the form. If none is before you, nothing is recorded."
TRIGGER_USED = "exchanged_trigger_id"
"""The trigger has opened a form already (docs.slack.dev/reference/methods/views.open, Errors)."""


class FieldsUnread(Exception):
    """Fields that cannot be read; `problems` says what is wrong, by field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


async def filled_in_time(fill: Awaitable[View], within: float | None = None) -> View | None:
    """A form with what the record holds in it; None where the record cannot be read in time (seconds).

    Raises:
        ScribeError: there is nothing to fill it with.
    """
    try:
        async with asyncio.timeout(FILLED_WITHIN if within is None else min(within, FILLED_WITHIN)):
            return await fill
    except Exception as problem:
        if not is_away(problem):
            raise
        log.warning("form.not_filled", why=problem)
        return None


async def open_view(scribe: Scribe, actor: Actor, trigger_id: str, view: View, instead: Instead) -> None:
    """Open a form, if no copy of what asked for it has; when Slack will not, its person is told once.

    `instead` is what they can do then: a sentence with a command that needs no form, or one with a button.
    """
    try:
        await scribe.slack.call("views_open", trigger_id=trigger_id, view=view)
    except SlackTrouble as trouble:
        if isinstance(trouble, Refused) and trouble.error == TRIGGER_USED:
            return
        log.warning("form.not_opened", why=str(trouble))
        is_surely_not = isinstance(trouble, Refused) or (isinstance(trouble, TryLater) and trouble.is_undone)
        await say_instead(scribe, actor, NOT_OPENED if is_surely_not else PERHAPS_OPENED, instead)


async def say_instead(scribe: Scribe, actor: Actor, why: str, instead: Instead) -> None:
    """Tell somebody once why there is no form before them, and what they can do."""
    if isinstance(instead, str):
        await scribe.work.say(actor, f"{why} {instead}")
        return
    blocks = json.dumps([section(why), *instead.blocks], ensure_ascii=False)
    await scribe.work.say(actor, f"{why} {instead.text}", blocks)


async def answering_elsewhere(
    scribe: Scribe, actor: Actor, number: int, text: Callable[[Any], Awaitable[str]]
) -> UnitOfWork:
    """A unit of work that answers who sent a form, unless in the incident's channel, which is told anyway.

    Raises:
        NoSuchIncident, MembersOnly, CannotTell: there is none, or none to be seen.
        IncidentCancelled: it was declared by mistake.
    """
    incident = await scribe.work.incident(actor, number, even_cancelled=False)
    if incident.channel_id == actor.channel_id:
        return scribe.work
    return scribe.work.replying(actor.response_url, f"form:{actor.key}", text)


def on_submit(
    app: AsyncApp, scribe: Scribe, callback_id: str, submit: Submit, field: Callable[[Body], str]
) -> None:
    """Register a form, which closes only after `submit` has written what it says.

    What is wrong with it is said below its fields, and it stays open; `field` is where what is wrong as a
    whole is said.
    """

    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        try:
            following = await _submitted(submit, body, field, scribe)
        except FieldsUnread as unread:
            errors = {name: _plain(problem) for name, problem in unread.problems.items()}
            await ack(response_action="errors", errors=errors)
        else:
            await (ack(response_action="update", view=following) if following else ack())

    app.view(callback_id)(submitted)


async def _submitted(submit: Submit, body: Body, field: Callable[[Body], str], scribe: Scribe) -> View | None:
    """What takes the form's place, if anything.

    Raises:
        FieldsUnread: it stays open, and why is said below its fields.
    """
    try:
        _without_unseen(body)
        return await within_ack_window(lambda: submit(body))
    except ScribeError as problem:
        raise FieldsUnread({field(body): await _in_form(problem.sentence, scribe)}) from problem
    except (RecordAway, InDoubt) as trouble:
        raise FieldsUnread({field(body): troubles.about_form(trouble)}) from trouble
    except (AlreadyDone, Unanswered):
        log.info("form.done_before")
    return None


def _without_unseen(body: Body) -> None:
    """Empty the fields in which nothing can be seen."""
    for fields in table(table(body["view"].get("state")).get("values")).values():
        for field in table(fields).values():
            if isinstance(field, dict) and isinstance(said := field.get("value"), str):
                field["value"] = visible(said)


async def _in_form(sentence: str, scribe: Scribe) -> str:
    """A sentence of Slack text as forms show errors: without markup, with people's names."""
    names = await names_in(scribe.directory, [sentence], asks_slack=False, waits=False)
    return plain(_plain(sentence), names)


def _plain(sentence: str) -> str:
    """Forms show errors as plain text."""
    return sentence.replace("`", '"')
