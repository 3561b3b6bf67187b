"""What is said of an incident as a whole: how bad, who does what, how it is called, how it ends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from bot.incidents import impact, milestones, status, timeline, watch
from bot.incidents import rename as renaming
from bot.incidents import resolve as resolving
from bot.incidents import severity as severity_rules
from bot.incidents import stage as stage_rules
from bot.incidents import stated as duration_rules
from bot.incidents import zone as zone_rules
from bot.incidents.action_items import NoSuchActionItem, close
from bot.incidents.actions.tickets import file_all
from bot.incidents.actor import Actor
from bot.incidents.channels import Place, place_of
from bot.incidents.conclusion import conclude as change_conclusion
from bot.incidents.errors import NoSuchMessage, StandsElsewhere
from bot.incidents.stated import DurationStatement
from bot.incidents.status_pages.work import offer_closing
from bot.incidents.unit_of_work import UnitOfWork
from storage.vocabulary import ActionItemState, IncidentStatus, MilestoneKind


@dataclass(frozen=True)
class SetSeverity:
    """`number` is the incident's; None: the one of the actor's channel. So in every request."""

    severity: str
    number: int | None = None


@dataclass(frozen=True)
class Replaced:
    """What was said of incident `number` before, and what is now; equal where nothing changed."""

    number: int
    old: str | None
    new: str


async def set_severity(work: UnitOfWork, actor: Actor, request: SetSeverity) -> Replaced:
    """Say how bad an incident is."""
    rule = partial(severity_rules.set_severity, team=work.settings)
    return await _replaced(work, actor, "set_severity", request.number, rule, request.severity)


@dataclass(frozen=True)
class SetStage:
    stage: str
    number: int | None = None


async def set_stage(work: UnitOfWork, actor: Actor, request: SetStage) -> Replaced:
    """Say how far an open incident is.

    Raises:
        NotOpen: it is over.
    """
    rule = partial(stage_rules.set_stage, first=work.settings.stage_names[0])
    return await _replaced(work, actor, "set_stage", request.number, rule, request.stage)


@dataclass(frozen=True)
class SetZone:
    zone: str
    number: int | None = None


async def set_zone(work: UnitOfWork, actor: Actor, request: SetZone) -> Replaced:
    """Say in which zone the post-mortem shows its times; `zone` is an IANA name."""
    return await _replaced(work, actor, "set_zone", request.number, zone_rules.set_zone, request.zone)


@dataclass(frozen=True)
class Rename:
    title: str
    number: int | None = None


async def rename(work: UnitOfWork, actor: Actor, request: Rename) -> Replaced:
    """Give an incident another title; its channel keeps its name."""
    async with work.changing(actor, request.number, "rename") as change:
        incident = change.incident
        old = await renaming.rename(change.session, incident, request.title, by=change.by, now=change.now)
        return await work.done(change.session, Replaced(incident.number, old, incident.title))


@dataclass(frozen=True)
class Describe:
    """Another title, another zone, or both; None leaves it as it is."""

    title: str | None
    zone: str | None
    number: int | None = None


@dataclass(frozen=True)
class Described:
    """What was replaced; None: it was left as it is."""

    number: int
    title: Replaced | None
    zone: Replaced | None


async def describe(work: UnitOfWork, actor: Actor, request: Describe) -> Described:
    """Say how an incident is called, and in which zone its post-mortem shows times, at once."""
    async with work.changing(actor, request.number, "describe") as change:
        session, incident, by, now = change.session, change.incident, change.by, change.now
        title = zone = None
        if request.title is not None:
            old = await renaming.rename(session, incident, request.title, by=by, now=now)
            title = Replaced(incident.number, old, request.title)
        if request.zone is not None:
            was = await zone_rules.set_zone(session, incident, request.zone, by=by, now=now)
            zone = Replaced(incident.number, was, request.zone)
        return await work.done(session, Described(incident.number, title, zone))


@dataclass(frozen=True)
class Conclude:
    text: str
    number: int | None = None


async def conclude(work: UnitOfWork, actor: Actor, request: Conclude) -> Replaced:
    """Change how an incident that is over is said to have ended.

    Raises:
        NotConcludedYet: it is open.
    """
    return await _replaced(work, actor, "conclude", request.number, change_conclusion, request.text)


async def _replaced(
    work: UnitOfWork,
    actor: Actor,
    action: str,
    number: int | None,
    rule: Callable[..., Awaitable[str | None]],
    new: str,
) -> Replaced:
    """Have `rule` put what is new in place of what was said before, which it returns."""
    async with work.changing(actor, number, action) as change:
        old = await rule(change.session, change.incident, new, by=change.by, now=change.now)
        return await work.done(change.session, Replaced(change.incident.number, old, new))


@dataclass(frozen=True)
class StateDuration:
    stated: DurationStatement
    number: int | None = None


@dataclass(frozen=True)
class DurationStated:
    """`known` is when each milestone was, of those that are known."""

    number: int
    stated: DurationStatement
    known: Mapping[MilestoneKind, datetime]


async def state_duration(work: UnitOfWork, actor: Actor, request: StateDuration) -> DurationStated:
    """Keep a duration as somebody published it, or take it back.

    Raises:
        DurationUnreadable: a statement is to be taken back that nobody made.
    """
    async with work.changing(actor, request.number, "state_duration") as change:
        await duration_rules.state_duration(
            change.session, change.incident, request.stated, by=change.by, now=change.now
        )
        known = await milestones.known(change.session, change.incident.pk)
        return await work.done(change.session, DurationStated(change.incident.number, request.stated, known))


@dataclass(frozen=True)
class StateImpact:
    """`text` "" takes it back."""

    text: str
    number: int | None = None


async def state_impact(work: UnitOfWork, actor: Actor, request: StateImpact) -> Replaced:
    """State who and what an incident hurt."""
    return await _replaced(work, actor, "state_impact", request.number, impact.state, request.text)


@dataclass(frozen=True)
class Resolve:
    """With it goes what a form asks: all of it is recorded, or nothing.

    `impact` None: nothing is said of it. `moments` states milestones, those given as None being taken back;
    without one for its end that is now. `done` are action items that are done by now, `added` messages for
    the timeline by their `ts`; what is gone by then is passed over. `seen` is as `bot.incidents.resolve` has
    it.
    """

    conclusion: str = ""
    number: int | None = None
    impact: str | None = None
    moments: Mapping[MilestoneKind, datetime | None] = field(default_factory=dict)
    done: Sequence[int] = ()
    added: Sequence[str] = ()
    seen: int | None = None


@dataclass(frozen=True)
class Resolved:
    """`place` is where the draft follows; `known` is when each milestone was, of those that are known."""

    number: int
    place: Place
    known: Mapping[MilestoneKind, datetime]


async def resolve(work: UnitOfWork, actor: Actor, request: Resolve) -> Resolved:
    """End an incident; its draft follows from the outbox.

    Raises:
        AlreadyResolved, ReopenedSince: nothing is changed.
    """
    async with work.changing(actor, request.number, "resolve") as change:
        session, incident = change.session, change.incident
        await resolving.resolve(
            session,
            incident,
            by=change.by,
            conclusion=request.conclusion,
            response_url=actor.response_url,
            now=change.now,
            due_in=work.settings.postmortem_due_in,
            seen=request.seen,
        )
        if request.impact is not None:
            await impact.state(session, incident, request.impact, by=change.by, now=change.now)
        if request.moments:
            await milestones.state(session, incident, request.moments, by=change.by, now=change.now)
        for item in request.done:
            with suppress(NoSuchActionItem):
                await close(session, incident, item, state=ActionItemState.DONE, by=change.by, now=change.now)
        for ts in request.added:
            with suppress(NoSuchMessage, StandsElsewhere):
                await timeline.add_message(session, incident, ts, by=change.by, now=change.now)
        await file_all(work, change)
        place = place_of(incident, actor.channel_id)
        known = await milestones.known(session, incident.pk)
        return await work.done(session, Resolved(incident.number, place, known))


@dataclass(frozen=True)
class Cancel:
    number: int | None = None


async def cancel(work: UnitOfWork, actor: Actor, request: Cancel) -> int:
    """Take an incident that was declared by mistake out of lists and search; returns its number.

    Raises:
        AlreadyCancelled: nothing is changed.
    """
    async with work.changing(actor, request.number, "cancel", even_cancelled=True) as change:
        await status.cancel(change.session, change.incident, by=change.by, now=change.now)
        await watch.end(change.session, change.incident)
        await offer_closing(change.session, change.incident, now=change.now)
        return await work.done(change.session, change.incident.number)


@dataclass(frozen=True)
class Reopen:
    number: int | None = None


@dataclass(frozen=True)
class Reopened:
    """The status it had, and the one it has now."""

    number: int
    was: IncidentStatus
    status: IncidentStatus


async def reopen(work: UnitOfWork, actor: Actor, request: Reopen) -> Reopened:
    """Open an incident again, or undo its cancellation.

    Raises:
        StillOpen, AnotherIsOpen: it cannot be.
    """
    async with work.changing(actor, request.number, "reopen", even_cancelled=True) as change:
        was = await status.reopen(
            change.session,
            change.incident,
            by=change.by,
            now=change.now,
            response_url=actor.response_url,
        )
        if change.incident.status == IncidentStatus.OPEN:
            await watch.begin(change.session, change.incident, work.settings, now=change.now)
        result = Reopened(change.incident.number, was, change.incident.status)
        return await work.done(change.session, result)
