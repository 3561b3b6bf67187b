"""Turning the pages of `/timeline` and of `/incident task`."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.incidents.errors import ScribeError
from bot.listeners.actions.button import Body, incident_shown, value_of
from bot.listeners.attempt import within_ack_window
from bot.listeners.commands import task, timeline
from bot.listeners.requests import answer_arguments
from bot.listeners.scribe import Scribe
from bot.listeners.troubles import RECORD_TROUBLE
from bot.slack.blocks import Surface, task_list, timeline_page
from storage import action_items
from storage.tables import Incident

UNREADABLE = "Scribe cannot read its record just now. Please press the button again in a minute."

Show = Callable[[Incident, int], Awaitable[Surface]]


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def events(incident: Incident, number: int) -> Surface:
        return await timeline.page(incident, scribe, number=number)

    async def items(incident: Incident, number: int) -> Surface:
        async with scribe.database.read() as session:
            found = await action_items.standing(session, incident)
        return await task.listed(incident, found, scribe, page=number)

    for action, show in ((timeline_page.PAGE_ACTION, events), (task_list.PAGE_ACTION, items)):
        turn = partial(_turn_page, scribe=scribe, show=show)
        app.action(re.compile(rf"^{action}_"))(ack=_acknowledge, lazy=[_lazy(turn)])


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()


def _lazy(turn: Callable[[Body, AsyncRespond], Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    async def lazy(body: dict[str, Any], respond: AsyncRespond) -> None:  # Bolt reads the names of these two
        await turn(body, respond)

    return lazy


async def _turn_page(body: Body, respond: AsyncRespond, scribe: Scribe, show: Show) -> None:
    async def turned() -> Surface:
        incident_id, _, number = value_of(body).partition(":")
        return await show(await incident_shown(body, int(incident_id), scribe), int(number))

    try:
        surface = await within_ack_window(turned)
    except RECORD_TROUBLE:
        await respond(**answer_arguments(UNREADABLE))
        return
    except ScribeError as problem:
        await respond(**answer_arguments(problem.sentence))
        return
    await respond(**answer_arguments(surface), replace_original=True)
