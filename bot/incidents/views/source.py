"""What the record has of a message that somebody chose by its menu, and which incident it may go to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import said_at
from bot.incidents.actor import Actor
from bot.incidents.belonging import incident_of
from bot.incidents.errors import ScribeError
from bot.incidents.source_message import SourceMessage, may_copy
from bot.incidents.unit_of_work import UnitOfWork
from bot.incidents.views.timeline import EventView, events_of
from storage import action_items, incidents, timeline
from storage.record import load_spans
from storage.tables import Incident
from storage.timeline import Line
from storage.vocabulary import IncidentStatus

MOST_OFFERED = 100
"""Options in a menu (docs.slack.dev/reference/block-kit/block-elements/select-menu-element)."""


class NowhereToPut(ScribeError):
    """The message's channel keeps no incident, and there is none that its person may see."""

    def __init__(self) -> None:
        super().__init__(
            "This channel keeps no incident, and there is none yet that you may see, so there is nowhere to "
            "put the message. `/incident start Checkout is down` declares one; so does *Declare incident* in "
            "the message's menu."
        )


@dataclass(frozen=True)
class OfferedIncident:
    """An incident that a message may be put to."""

    number: int
    title: str
    is_open: bool


@dataclass(frozen=True)
class SourceView:
    """`number` is of the incident that the message belongs to; where there is none, `offered` are all it may.

    `is_copied`: the message itself goes onto the record there, and not a link to it alone. `event` is what
    stands for it on the timeline.
    """

    number: int | None
    offered: Sequence[OfferedIncident]
    is_copied: bool
    event: EventView | None = None


async def source_view(work: UnitOfWork, actor: Actor, source: SourceMessage) -> SourceView:
    """Where a message may go.

    Raises:
        NowhereToPut: there is no incident for it.
        OursAlone, PeopleAlone, MembersOnly, CannotTell: it is not this person's to do.
    """
    await work.permission.check_person(actor)
    async with work.reading() as session:
        kept = await _kept_by(session, work, source)
        newest: Sequence[Incident] = ()
        if kept is None:
            team_id = work.workspace.team_id
            newest = await incidents.newest(session, team_id, limit=MOST_OFFERED, user_id=actor.user_id)
    if kept is None:
        seen, _ = await work.permission.visible(actor, newest)
        if not seen:
            raise NowhereToPut
        offered = [
            OfferedIncident(one.number, one.title, one.status == IncidentStatus.OPEN)
            for one in seen[:MOST_OFFERED]
        ]
        return SourceView(None, offered, source.is_followed and not source.is_private)
    await work.permission.check(actor, kept)
    async with work.reading() as session:
        event = await timeline.of_message(session, (work.workspace.team_id, source.channel_id, source.ts))
        views: Sequence[EventView] = ()
        if event and event.removed_at is None and event.incident_id == kept.pk:
            message = await timeline.message(session, (event.team_id, source.channel_id, source.ts))
            views = await events_of(session, kept, [Line(event, message)], work.workspace.url)
        is_copied = await may_copy(session, kept, source)
    return SourceView(kept.number, [], is_copied, views[0] if views else None)


async def source_item(work: UnitOfWork, number: int, source: SourceMessage) -> int | None:
    """The action item that stands on the message in incident `number`, which its person may see."""
    async with work.reading() as session:
        incident = await incidents.by_number(session, work.workspace.team_id, number)
        if incident is None:
            return None
        found = await action_items.standing(session, incident)
    place = source.channel_id, source.ts
    items = [one.item for one in found]
    return next((one.number for one in items if (one.channel_id, one.message_ts) == place), None)


async def _kept_by(session: AsyncSession, work: UnitOfWork, source: SourceMessage) -> Incident | None:
    """The incident that has the message on its timeline, else the one of its channel that it belongs to."""
    key = (work.workspace.team_id, source.channel_id, source.ts)
    event = await timeline.of_message(session, key)
    if event:
        return await incidents.by_id(session, event.incident_id)
    connection = await session.connection()
    spans = (await connection.run_sync(load_spans, [key[:2]])).get(key[:2])
    if not spans:
        return None
    return await incidents.by_id(
        session, incident_of(spans, said_at(source.ts), work.clock.now()).incident_id
    )
