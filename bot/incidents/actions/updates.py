"""Telling people how an incident goes on, and what Scribe asks for meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.incidents import announcing, watch
from bot.incidents import updates as rules
from bot.incidents.actor import Actor
from bot.incidents.channels import Place, place_of
from bot.incidents.unit_of_work import UnitOfWork
from bot.incidents.updates import NewUpdate


@dataclass(frozen=True)
class PostUpdate:
    update: NewUpdate
    number: int | None = None


@dataclass(frozen=True)
class UpdatePosted:
    """`place` is where it is posted; `announced_in` names the channel of announcements, if it goes there too.

    `next_at` is when people hear more, None where nothing is promised.
    """

    number: int
    event: int
    next_at: datetime | None
    place: Place
    announced_in: str | None


async def post_update(work: UnitOfWork, actor: Actor, request: PostUpdate) -> UpdatePosted:
    """Tell people how an open incident goes on.

    Raises:
        NotOpen: it is over.
    """
    async with work.changing(actor, request.number, "post_update") as change:
        kept = await rules.post(
            change.session,
            change.incident,
            request.update,
            by=change.by,
            now=change.now,
            team=work.settings,
        )
        is_announced = announcing.is_told_outside(change.incident)
        result = UpdatePosted(
            number=change.incident.number,
            event=kept.event_number or 0,
            next_at=kept.next_at,
            place=place_of(change.incident, actor.channel_id),
            announced_in=work.settings.announce_channel if is_announced else None,
        )
        return await work.done(change.session, result)


@dataclass(frozen=True)
class SnoozeUpdate:
    """Nobody is to be asked for the next update before so long."""

    length: timedelta
    number: int


async def snooze_update(work: UnitOfWork, actor: Actor, request: SnoozeUpdate) -> datetime | None:
    """When it is asked for again; None where nobody waits for one any more.

    Raises:
        NotOpen: it is over.
    """
    async with work.changing(actor, request.number, "snooze_update") as change:
        until = change.now + request.length
        is_waited_for = await watch.snooze(change.session, change.incident, until)
        return await work.done(change.session, until if is_waited_for else None)


@dataclass(frozen=True)
class StopUpdates:
    number: int


async def stop_updates(work: UnitOfWork, actor: Actor, request: StopUpdates) -> None:
    """Ask for no more updates of an incident.

    Raises:
        NotOpen: it is over.
    """
    async with work.changing(actor, request.number, "stop_updates") as change:
        await watch.stop(change.session, change.incident, by=change.by, now=change.now)


@dataclass(frozen=True)
class StillGoingOn:
    number: int


async def still_going_on(work: UnitOfWork, actor: Actor, request: StillGoingOn) -> None:
    """Somebody answers that a silent incident goes on.

    Raises:
        NotOpen: it is over.
    """
    async with work.changing(actor, request.number, "still_going_on") as change:
        await watch.still_going_on(change.session, change.incident, work.settings, now=change.now)
