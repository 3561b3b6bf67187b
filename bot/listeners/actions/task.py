"""Buttons of action items: done, reopen, edit, snooze."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from sqlalchemy.exc import SQLAlchemyError

from bot.incidents import action_items as tasks
from bot.incidents.errors import ScribeError
from bot.listeners.actions.button import Body, incident_of, key_of, on_press, presser, value_of
from bot.listeners.attempt import once_transaction
from bot.listeners.commands.task import form_for, listed, owners_zone, zone_of
from bot.listeners.commands.verb import FILLED_WITHIN, open_view
from bot.listeners.requests import answer_arguments
from bot.listeners.scribe import Scribe
from bot.slack.blocks.task_form import Origin, task_form
from bot.slack.blocks.task_list import (
    DAYS,
    DONE_ACTION,
    EDIT_ACTION,
    REOPEN_ACTION,
    SNOOZE_ACTION,
    said,
    words_of,
)
from bot.slack.names import names_in
from bot.text.mrkdwn import inert_line
from storage import action_items, incidents
from storage.vocabulary import ActionItemState

log = structlog.get_logger()


def register(app: AsyncApp, scribe: Scribe) -> None:
    show = partial(_show, scribe=scribe)
    on_press(app, DONE_ACTION, partial(_close, scribe=scribe), show)
    on_press(app, REOPEN_ACTION, partial(_reopen, scribe=scribe), show)
    for length, days in DAYS.items():
        on_press(app, f"{SNOOZE_ACTION}_{length}", partial(_snooze, scribe=scribe, days=days), show)

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    async def open_form(body: dict[str, Any], respond: AsyncRespond) -> None:
        await _open_form(body, respond, scribe)

    app.action(EDIT_ACTION)(ack=acknowledge, lazy=[open_form])


async def _close(body: Body, scribe: Scribe) -> None:
    incident_id, number = _subject(body)
    await incident_of(body, incident_id, scribe)
    async with once_transaction(key_of(body), scribe) as session:
        incident, now = await incidents.by_id(session, incident_id), scribe.clock.now()
        await tasks.close(session, incident, number, state=ActionItemState.DONE, by=presser(body), now=now)


async def _reopen(body: Body, scribe: Scribe) -> None:
    incident_id, number = _subject(body)
    incident = await incident_of(body, incident_id, scribe)
    async with scribe.database.read() as session:
        found = await action_items.by_number(session, incident, number)
    zone = await owners_zone(found.item.owner_id if found else None, scribe) or zone_of(incident, scribe)
    async with once_transaction(key_of(body), scribe) as session:
        incident, now = await incidents.by_id(session, incident_id), scribe.clock.now()
        await tasks.reopen(session, incident, number, by=presser(body), now=now, zone=zone)


async def _snooze(body: Body, scribe: Scribe, days: int) -> None:
    incident_id, number = _subject(body)
    incident = await incident_of(body, incident_id, scribe)
    async with once_transaction(key_of(body), scribe) as session:
        now = scribe.clock.now()
        await tasks.snooze(session, incident, number, now + timedelta(days=days), now=now)


async def _open_form(body: Body, respond: AsyncRespond, scribe: Scribe) -> None:
    """The form of the item, filled if the record can be read while the trigger counts."""
    incident_id, number = _subject(body)
    origin = Origin(str(body["channel"]["id"]), str(body.get("response_url") or ""), number, incident_id)
    try:
        async with asyncio.timeout(FILLED_WITHIN):
            view = await form_for(scribe, await incident_of(body, incident_id, scribe), number, origin)
    except ScribeError as problem:
        await respond(**answer_arguments(problem.sentence), replace_original=False)
        return
    except (TimeoutError, SQLAlchemyError) as trouble:
        log.warning("form.not_filled", why=repr(trouble))
        view = task_form(origin)
    instead = f"Say it in one line instead: `/incident task edit {number} @ana by friday`."
    await open_view(scribe, str(body["trigger_id"]), view, origin.response_url, instead)


async def _show(body: Body, respond: AsyncRespond, scribe: Scribe) -> None:
    """The list as it stands now, in place of the old; to a reminder in the channel, one sentence."""
    incident_id, number = _subject(body)
    incident = await incident_of(body, incident_id, scribe)
    async with scribe.database.read() as session:
        found = await action_items.standing(session, incident)
    one = next((one for one in found if one.item.number == number), None)
    if (body.get("container") or {}).get("is_ephemeral"):
        surface = await listed(incident, found, scribe, page=_page(body))
        await respond(**answer_arguments(surface), replace_original=True)
    elif one:
        names = await names_in(scribe.directory, [one.text], asks_slack=False)
        what = "stays open" if one.item.state == ActionItemState.OPEN else f"is {one.item.state}"
        text = said(what, incident.number, one.item, inert_line(words_of(one), names))
        await respond(**answer_arguments(text), replace_original=False)


def _subject(body: Body) -> tuple[int, int]:
    incident_id, number, *_ = value_of(body).split(":")
    return int(incident_id), int(number)


def _page(body: Body) -> int:
    """The page of the list that the button is on."""
    _, _, *page = value_of(body).split(":")
    return int(page[0]) if page else 1
