"""The form of an action item: it closes only after the item is on the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.incidents import intents, tasks
from bot.incidents.errors import ScribeError
from bot.incidents.resolve import incident_here
from bot.listeners import troubles
from bot.listeners.attempt import InDoubt, RecordAway, Unanswered, in_time, written
from bot.listeners.commands.task import owners_zone
from bot.scribe import Scribe
from bot.slack.blocks import task_form
from bot.slack.blocks.task_form import Origin
from bot.slack.blocks.task_list import said
from bot.slack.mrkdwn import KnownNames, escape, inert_line
from storage import outbox
from storage.deliveries import AlreadyDone

log = structlog.get_logger()


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        errors = await _errors(body, scribe)
        if errors:
            await ack(response_action="errors", errors=errors)
        else:
            await ack()

    app.view(task_form.FORM)(submitted)


async def _errors(body: Mapping[str, Any], scribe: Scribe) -> dict[str, str]:
    try:
        await in_time(lambda: _add(body, scribe))
    except ScribeError as problem:
        return {task_form.TEXT: problem.sentence.replace("`", '"')}
    except (RecordAway, InDoubt) as trouble:
        return {task_form.TEXT: troubles.about_form(trouble)}
    except (AlreadyDone, Unanswered):
        log.info("form.done_before")
    return {}


async def _add(body: Mapping[str, Any], scribe: Scribe) -> None:
    view, user_id = body["view"], str(body["user"]["id"])
    origin = Origin.unpacked(view["private_metadata"])
    item = task_form.filled(view["state"]["values"])
    item = replace(item, text=escape(item.text), done_when=escape(item.done_when) if item.done_when else None)
    zone = await owners_zone(item.owner_id, scribe)
    key = f"view:{view['id']}"
    async with written(key, scribe) as session:
        now = scribe.clock.now()
        incident = await incident_here(session, str(body["team"]["id"]), origin.channel_id)
        added = await tasks.add(session, incident, item, by=user_id, now=now, zone=zone)
        if origin.response_url:
            text = said("is added", incident.number, added, inert_line(item.text, KnownNames()))
            reply = intents.reply(origin.response_url, text, f"task:{key}")
            await outbox.ask(session, [reply], asked_at=now)
