"""A button that writes: acknowledged when it is recorded, and then answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.incidents.errors import NoIncidentHere, ScribeError
from bot.incidents.status import check_stands
from bot.listeners.about import caller_of
from bot.listeners.attempt import within_ack_window
from bot.listeners.requests import answer_arguments
from bot.listeners.scribe import Scribe
from bot.listeners.troubles import RECORD_TROUBLE
from storage import incidents
from storage.deliveries import AlreadyDone
from storage.tables import Incident

log = structlog.get_logger()

TRY_AGAIN = "Scribe cannot write to its record just now. Please press the button again in a minute."

Body = Mapping[str, Any]
Record = Callable[[Body], Awaitable[None]]
Tell = Callable[[Body, AsyncRespond], Awaitable[None]]


def on_press(app: AsyncApp, action_id: str, record: Record, tell: Tell) -> None:
    """Register a button: `record` writes, once for each press (`key_of`), and `tell` shows what stands then.

    A press is never sent again by Slack, so one that could not be recorded before it was acknowledged is
    tried once more, and its person told when that fails too.
    """

    async def acknowledge(ack: AsyncAck, body: dict[str, Any]) -> None:
        try:
            await within_ack_window(lambda: record(body))
        except (*RECORD_TROUBLE, ScribeError, AlreadyDone) as problem:
            log.info("press.not_recorded", action=action_id, why=repr(problem))  # `answer` tells the person
        await ack()

    async def answer(body: dict[str, Any], respond: AsyncRespond) -> None:
        try:
            await within_ack_window(lambda: record(body))
        except AlreadyDone:
            pass
        except RECORD_TROUBLE:
            await respond(**answer_arguments(TRY_AGAIN), replace_original=False)
            return
        except ScribeError as problem:
            await respond(**answer_arguments(problem.sentence), replace_original=False)
            return
        await tell(body, respond)

    app.action(action_id)(ack=acknowledge, lazy=[answer])


def key_of(body: Body) -> str:
    """What names this press among all deliveries."""
    return f"action:{body['trigger_id']}"


def value_of(body: Body) -> str:
    return str(body["actions"][0]["value"])


def presser(body: Body) -> str:
    return str(body["user"]["id"])


async def incident_of(body: Body, incident_id: int, scribe: Scribe) -> Incident:
    """The incident a button does something with.

    Raises:
        IncidentCancelled: it was declared by mistake.
        NoIncidentHere, MembersOnly, CannotTell, OursAlone, PeopleAlone: as `incident_shown`.
    """
    incident = await incident_shown(body, incident_id, scribe)
    check_stands(incident)
    return incident


async def incident_shown(body: Body, incident_id: int, scribe: Scribe) -> Incident:
    """The incident a button shows something of.

    Raises:
        NoIncidentHere: it is another workspace's.
        MembersOnly, CannotTell, OursAlone, PeopleAlone: it is not this person's to see.
    """
    async with scribe.database.read() as session:
        incident = await incidents.by_id(session, incident_id)
    if incident.team_id != scribe.workspace.team_id:
        raise NoIncidentHere
    await scribe.permission.check(caller_of(body), incident)
    return incident
