"""Stating milestones, and answering what the record suggests of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.incidents import milestones as rules
from bot.incidents.actor import Actor
from bot.incidents.milestones import Changed, Evidence
from bot.incidents.unit_of_work import UnitOfWork
from storage.tables import Suggested
from storage.vocabulary import MilestoneKind


@dataclass(frozen=True)
class StateMilestones:
    """The time of each kind of milestone that is stated; None takes a statement back."""

    stated: Mapping[MilestoneKind, datetime | None]
    number: int | None = None


@dataclass(frozen=True)
class MilestonesStated:
    """What the statement did, and when each milestone was, of those that are known now."""

    number: int
    changes: Sequence[Changed]
    known: Mapping[MilestoneKind, datetime]


async def state_milestones(work: UnitOfWork, actor: Actor, request: StateMilestones) -> MilestonesStated:
    """State milestones of an incident, all or nothing.

    Raises:
        NotResolvedYet, NothingToTakeBack, ResolvedStands: as the rule's.
    """
    async with work.changing(actor, request.number, "state_milestones") as change:
        done = await rules.state(
            change.session, change.incident, request.stated, by=change.by, now=change.now
        )
        known = await rules.known(change.session, change.incident.pk)
        return await work.done(change.session, MilestonesStated(change.incident.number, done, known))


@dataclass(frozen=True)
class AnswerSuggestion:
    """Yes or no to a milestone the record suggested in the message `posted_ts`; `evidence` is why."""

    number: int
    kind: MilestoneKind
    at: datetime
    key: str
    posted_ts: str
    is_yes: bool
    evidence: Evidence | None = None


async def answer_suggestion(work: UnitOfWork, actor: Actor, request: AnswerSuggestion) -> None:
    """Take a suggestion, or put it away for good; below the question it is said who answered.

    Raises:
        AlreadyKnown: it was answered otherwise meanwhile.
        NotResolvedYet: the end of an open incident.
    """
    async with work.changing(actor, request.number, "answer_suggestion") as change:
        asked = Suggested(
            incident_id=change.incident.pk,
            key=request.key,
            kind=request.kind,
            at=request.at,
            because="",
            posted_ts=request.posted_ts,
        )
        if request.is_yes:
            await rules.accept(
                change.session, change.incident, asked, request.evidence, by=change.by, now=change.now
            )
        else:
            await rules.decline(change.session, change.incident, asked, by=change.by, now=change.now)
