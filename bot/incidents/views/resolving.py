"""What the form shows that resolves an incident: what is known already, and what is left to be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import impact, milestones
from bot.incidents.actor import Actor
from bot.incidents.alerts import ended_at
from bot.incidents.resolve import check_resolvable, last_status
from bot.incidents.unit_of_work import UnitOfWork
from bot.incidents.views.action_items import ActionItemView, view_of
from storage import action_items, alerts, changes, timeline, updates
from storage.tables import Incident
from storage.vocabulary import ActionItemState, ChangeKind, MarkSection, MilestoneKind


@dataclass(frozen=True)
class Resolving:
    """An open incident, before its end; `conclusion` and `impact` are Slack text.

    `impact_marks` is how many messages are marked as its impact; `seen` is the last change of its status, as
    `bot.incidents.resolve` has it. `alerts_ended_at` is None where none fed it, or while one fires.
    `is_quiet_since`: nothing is known of it that came after that.
    """

    number: int
    conclusion: str | None
    impact: str | None
    impact_marks: int
    known: Mapping[MilestoneKind, datetime]
    items: Sequence[ActionItemView]
    seen: int
    alerts_ended_at: datetime | None
    is_quiet_since: bool


GOES_ON = (ChangeKind.STATUS, ChangeKind.STAGE, ChangeKind.SEVERITY)
"""Changes that say that people were still at it."""


async def resolving(work: UnitOfWork, actor: Actor, number: int | None) -> Resolving:
    """What is known; messages that were marked as action items and have no number yet get one.

    Raises:
        AlreadyResolved, IncidentCancelled: it is over.
    """
    opens = replace(actor, key="")  # opening it does nothing that counts once
    async with work.changing(opens, number) as change:
        session, incident = change.session, change.incident
        await check_resolvable(session, incident)
        await action_items.adopt_marked(session, incident, change.now)
        marked = await timeline.marked(session, incident.pk, without=MarkSection.TIMELINE)
        items = await action_items.standing(session, incident, state=ActionItemState.OPEN)
        known = await milestones.known(session, incident.pk)
        ended = ended_at(await alerts.of_incident(session, incident.pk))
        return Resolving(
            number=incident.number,
            conclusion=incident.conclusion,
            impact=await impact.stated(session, incident.pk),
            impact_marks=len({message.ts for mark, message in marked if mark.section == MarkSection.IMPACT}),
            known=known,
            items=[view_of(one) for one in items],
            seen=await last_status(session, incident.pk),
            alerts_ended_at=ended,
            is_quiet_since=ended is not None and not await _went_on(session, incident, known, ended),
        )


async def _went_on(
    session: AsyncSession, incident: Incident, known: Mapping[MilestoneKind, datetime], since: datetime
) -> bool:
    """Whether anything is known of an incident that was later than `since`."""
    changed = [await changes.latest(session, incident.pk, kind) for kind in GOES_ON]
    update = await updates.newest(session, incident.pk)
    moments = [
        incident.declared_at,
        *known.values(),
        *(one.changed_at for one in changed if one),
        *([update.at] if update else []),
    ]
    return any(moment > since for moment in moments)


async def has_ended_at(work: UnitOfWork, actor: Actor, number: int, at: datetime) -> bool:
    """Whether the last alert of an incident ended at that moment, as far as is known by now."""
    incident = await work.incident(actor, number)
    async with work.reading() as session:
        return ended_at(await alerts.of_incident(session, incident.pk)) == at
