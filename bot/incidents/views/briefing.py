"""What somebody needs who joins an incident late: how it stands, what happened last, who does what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.incidents.actor import Actor
from bot.incidents.unit_of_work import UnitOfWork
from bot.incidents.views.action_items import ActionItemView, view_of
from bot.incidents.views.incident import StatusView, read_status
from bot.incidents.views.timeline import EventView, events_of
from storage import action_items, timeline
from storage.vocabulary import ActionItemState

LAST = 10


@dataclass(frozen=True)
class Briefing:
    """How an incident stands.

    `events` are the last of `count` on the timeline, in the order they happened; `items` are what is still to
    be done.
    """

    status: StatusView
    events: Sequence[EventView]
    count: int
    items: Sequence[ActionItemView]


async def briefing(work: UnitOfWork, actor: Actor, number: int | None) -> Briefing:
    """How an incident stands, for somebody who may see it."""
    incident = await work.incident(actor, number)
    async with work.reading() as session:
        counts, _ = await timeline.counts(session, incident.pk)
        lines = await timeline.newest(session, incident.pk, LAST)
        items = await action_items.standing(session, incident, state=ActionItemState.OPEN)
        return Briefing(
            status=await read_status(session, incident, work.workspace, work.settings),
            events=await events_of(session, incident, lines[::-1], work.workspace.url),
            count=sum(counts.values()),
            items=[view_of(one) for one in items],
        )
