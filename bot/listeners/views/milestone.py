"""The form of milestones: what was changed in it is stated, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.incidents import intents, milestones
from bot.incidents.errors import ScribeError
from bot.incidents.milestones import OneMoment
from bot.incidents.status import check_stands
from bot.incidents.which import meant
from bot.listeners import troubles
from bot.listeners.about import caller_of
from bot.listeners.attempt import InDoubt, RecordAway, Unanswered, once_transaction, within_ack_window
from bot.listeners.commands.milestone import moment_of
from bot.listeners.scribe import Scribe
from bot.slack.blocks import milestone_form
from bot.slack.blocks.milestone_answers import milestones_stated
from bot.slack.blocks.milestone_form import Origin
from bot.text.when import UnreadableTime
from storage import incidents, outbox
from storage.deliveries import AlreadyDone
from storage.vocabulary import MilestoneKind

log = structlog.get_logger()


class _FieldsUnread(Exception):
    """Fields that hold no time; `problems` says what is wrong, by kind."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        errors = await _errors(body, scribe)
        if errors:
            await ack(response_action="errors", errors=errors)
        else:
            await ack()

    app.view(milestone_form.FORM)(submitted)


async def _errors(body: Mapping[str, Any], scribe: Scribe) -> dict[str, str]:
    """State what the form says; what is wrong with it, by its field, when it stays open."""
    view = body["view"]
    origin = Origin.unpacked(view["private_metadata"])
    said = milestone_form.changed(view["state"]["values"], origin)
    if not said:
        return {}
    field = next(iter(said))
    try:
        await within_ack_window(lambda: _state(body, origin, said, scribe))
    except _FieldsUnread as unread:
        return {kind: _plain(problem) for kind, problem in unread.problems.items()}
    except ScribeError as problem:
        return {field: _plain(problem.sentence)}
    except (RecordAway, InDoubt) as trouble:
        return {field: troubles.about_form(trouble)}
    except (AlreadyDone, Unanswered):
        log.info("form.done_before")
    return {}


async def _state(
    body: Mapping[str, Any], origin: Origin, said: Mapping[MilestoneKind, str], scribe: Scribe
) -> None:
    user_id = str(body["user"]["id"])
    async with scribe.database.read() as session:
        incident = await meant(session, scribe.workspace.team_id, origin.channel_id, origin.number)
    await scribe.permission.check(caller_of(body, origin.channel_id), incident)
    check_stands(incident)
    stated = await _moments(said, user_id, scribe)
    async with once_transaction(f"view:{body['view']['id']}", scribe) as session:
        now = scribe.clock.now()
        incident = await incidents.by_id(session, incident.pk)
        done = await milestones.state(session, incident, stated, by=user_id, now=now)
        if origin.response_url:
            known = await milestones.known(session, incident.pk)
            text = milestones_stated(incident.number, done, known)
            reply = intents.reply(origin.response_url, text, f"milestones:{body['view']['id']}")
            await outbox.ask(session, [reply], asked_at=now)


async def _moments(
    said: Mapping[MilestoneKind, str], user_id: str, scribe: Scribe
) -> dict[MilestoneKind, datetime | None]:
    """The time in each field; an emptied one takes the milestone back.

    Raises:
        _FieldsUnread: one or more hold no time.
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
        raise _FieldsUnread(problems)
    return stated


def _plain(sentence: str) -> str:
    """Forms show errors as plain text."""
    return sentence.replace("`", '"')
