"""Declaring an incident, and taking what was said in a channel before onto a record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import declare as rules
from bot.incidents import deploys, intents, source_message, watch
from bot.incidents import import_here as import_rules
from bot.incidents.actions.roles import check_holder
from bot.incidents.actor import Actor
from bot.incidents.alike import MOST_SHOWN
from bot.incidents.declare import Declaration, OthersAlike
from bot.incidents.errors import ScribeError
from bot.incidents.source_message import SourceMessage
from bot.incidents.status import check_stands
from bot.incidents.unit_of_work import UnitOfWork
from storage import deliveries, incidents, outbox
from storage.deliveries import AlreadyDone
from storage.tables import Incident
from storage.vocabulary import COMMANDER, IncidentStatus

IMPORT_EXAMPLE = "/incident import since 14:00"


class ReadsHereAlone(ScribeError):
    """It is to read a channel for an incident that is kept in another."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"An import reads the channel it is said in, and this one does not keep INC-{number}. "
            f"Say it in INC-{number}'s own channel, for example `{IMPORT_EXAMPLE}`."
        )


class OpenedBefore(ScribeError):
    """The question whether to open an incident was answered before."""

    def __init__(self) -> None:
        super().__init__(
            "That was done before, and is done once. `/incident show` shows this channel's incident; "
            f"to read more of the channel say it again, for example `{IMPORT_EXAMPLE}`."
        )


class AskedElsewhere(ScribeError):
    """The question was asked in another channel."""

    def __init__(self) -> None:
        super().__init__(f"That was asked in another channel. Say it there, for example `{IMPORT_EXAMPLE}`.")


class NotOpenAnyMore(ScribeError):
    """The incident that somebody was to join has ended meanwhile."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"INC-{number} is resolved by now, so nobody was invited. Declare yours as another one; "
            f"`/incident show INC-{number}` says what became of it."
        )


class DeclaredBefore(ScribeError):
    """The question whether to declare another incident was answered before."""

    def __init__(self) -> None:
        super().__init__(
            "That was declared before, and is declared once. `/incident list` shows it; to declare one more "
            "say for example `/incident start Checkout is down`."
        )


@dataclass(frozen=True)
class Declare:
    """Somebody says there is an incident; `is_here` keeps it in the actor's channel, whose name this is.

    `is_private` is what they said of a channel of its own; None: as private as where they said it. `title` is
    Slack text. `source` is the message that made them say so. `is_another`: they were asked whether it is
    an incident that is open already, and it is not; `asked` names that question, which is answered once.
    `is_announced`: others are to be told; None: where there is a channel of announcements.
    """

    title: str
    channel_name: str
    is_here: bool = False
    is_private: bool | None = None
    severity: str | None = None
    since: datetime | None = None
    commander_id: str | None = None
    is_announced: bool | None = None
    is_drill: bool = False
    source: SourceMessage | None = None
    is_another: bool = False
    asked: str = ""


@dataclass(frozen=True)
class Declared:
    number: int
    title: str
    channel_name: str
    is_own_channel: bool
    is_private: bool
    is_led: bool


@dataclass(frozen=True)
class OpenIncident:
    """An incident that is open; `channel_id` is None while its channel is being opened."""

    number: int
    title: str
    channel_id: str | None
    declared_at: datetime


@dataclass(frozen=True)
class Alike:
    """Nothing was declared yet: one of these may be the same, and the person sees them all."""

    found: Sequence[OpenIncident]


async def declare(work: UnitOfWork, actor: Actor, request: Declare) -> Declared | Alike:
    """Open an incident at once; its channel and its summary follow from the outbox.

    Where one that the person may see is open and may be the same, they are to be asked first. What they may
    not see is never named, and does not keep them from declaring.

    Raises:
        OursAlone, PeopleAlone: it is not this person's to do.
        AlreadyOpenHere, NotInADirectMessage, NotPrivateHere, TooManyDeclared: as the rule's.
        CannotHold: who is to be commander has left the workspace, or is an app.
        DeclaredBefore: the question was answered before.
    """
    await work.permission.check_person(actor)
    if request.commander_id:
        await check_holder(work, request.commander_id, COMMANDER)
    besides: frozenset[int] | None = None if request.is_another else frozenset()
    while True:
        try:
            return await _declare(work, actor, request, besides)
        except OthersAlike as others:
            assert besides is not None, "nothing is compared where they were asked"
            async with work.reading() as session:
                found = [
                    await incidents.by_number(session, work.workspace.team_id, one) for one in others.numbers
                ]
            seen, _ = await work.permission.visible(actor, [one for one in found if one])
            if seen:
                return Alike([_open(one) for one in seen[:MOST_SHOWN]])
            besides |= set(others.numbers)


async def _declare(
    work: UnitOfWork, actor: Actor, request: Declare, besides: Collection[int] | None
) -> Declared:
    declaration = _declaration(work, actor, request)
    async with work.writing(actor) as session:
        now = work.clock.now()
        if request.asked:
            try:
                await deliveries.note(session, f"declare:{request.asked}", now)
            except AlreadyDone as before:
                raise DeclaredBefore from before
        prefix = work.settings.incident_channel_prefix
        found = await rules.declare(session, declaration, now=now, prefix=prefix, besides=besides)
        if found.severity and work.settings.invited_for(found.severity):
            calling = intents.invite_responders(found.pk, found.severity, now)
            await outbox.ask(session, [calling], asked_at=now)
        if request.source:
            await _take_source(work, session, found, request.source, by=actor.user_id, now=now)
        await watch.begin(session, found, work.settings, now=now)
        await deploys.offer(session, found, work.settings, now=now)
        work.note(session, actor, "declare", found)
        return await work.done(session, _declared(found, is_led=request.commander_id is not None))


async def _take_source(
    work: UnitOfWork,
    session: AsyncSession,
    incident: Incident,
    source: SourceMessage,
    *,
    by: str,
    now: datetime,
) -> None:
    """Begin the timeline with the message it was declared from, and link the two channels."""
    await source_message.take(session, incident, source, work.workspace.url, by=by, now=now)
    if incident.channel_id == source.channel_id:
        return
    place = source.channel_id, source.ts, source.thread_ts, source.is_private
    asks = [intents.link_source(incident.pk, *place), intents.note_in_source(incident.pk, *place)]
    await outbox.ask(session, asks, asked_at=now)


def _open(incident: Incident) -> OpenIncident:
    return OpenIncident(incident.number, incident.title, incident.channel_id, incident.declared_at)


@dataclass(frozen=True)
class Join:
    number: int


async def join(work: UnitOfWork, actor: Actor, request: Join) -> OpenIncident:
    """Have somebody invited to an incident that they would else have declared again.

    Raises:
        NotOpenAnyMore: it has ended.
    """
    async with work.changing(actor, request.number, "join") as change:
        incident = change.incident
        if incident.status != IncidentStatus.OPEN:
            raise NotOpenAnyMore(incident.number)
        await outbox.ask(change.session, [intents.invite(incident.pk, change.by)], asked_at=change.now)
        return await work.done(change.session, _open(incident))


async def open_incident(work: UnitOfWork, actor: Actor, number: int) -> OpenIncident:
    """What stands after `join`."""
    return _open(await work.incident(actor, number))


@dataclass(frozen=True)
class Import:
    """Have the actor's channel read since then for the incident it keeps; its name is as Slack tells it."""

    since: datetime
    number: int | None = None
    channel_name: str = ""


@dataclass(frozen=True)
class Importing:
    """What is read for which incident; `is_new`: it was opened for that."""

    number: int
    title: str
    since: datetime
    is_new: bool = False


@dataclass(frozen=True)
class NothingOpen:
    """The channel keeps no open incident, so somebody is to be asked.

    `is_first`: it never kept one; `ended` is the number of its last one, where that was no mistake.
    """

    is_first: bool
    ended: int | None


async def import_since(work: UnitOfWork, actor: Actor, request: Import) -> Importing | NothingOpen:
    """Read the channel from then on for the incident it keeps, if one is open or named.

    Raises:
        ReadsHereAlone: it names one that is not kept here.
        NotInADirectMessage: no incident is ever kept there.
    """
    named = await _kept_here(work, actor, request.number)
    async with work.reading() as session:
        kept = named or await import_rules.kept_here(
            session, work.workspace.team_id, actor.channel_id, request.channel_name
        )
    if kept is None or (named is None and kept.status != IncidentStatus.OPEN):
        ended = kept.number if kept and kept.status == IncidentStatus.RESOLVED else None
        return NothingOpen(is_first=kept is None, ended=ended)
    await work.permission.check(actor, kept)
    async with work.writing(actor) as session:
        incident = await incidents.by_id(session, kept.pk)
        await import_rules.read_since(session, incident, request.since, now=work.clock.now())
        work.note(session, actor, "import_since", incident)
        return await work.done(session, Importing(incident.number, incident.title, request.since))


async def check_imports_here(work: UnitOfWork, actor: Actor, number: int | None) -> None:
    """Whether an import may be said here, before its words are looked at.

    Raises:
        ReadsHereAlone: it names an incident that is not kept here.
        IncidentCancelled: it names one that was declared by mistake.
    """
    await _kept_here(work, actor, number)


async def _kept_here(work: UnitOfWork, actor: Actor, number: int | None) -> Incident | None:
    if number is None:
        return None
    named = await work.incident(actor, number)
    if named.channel_id != actor.channel_id:
        raise ReadsHereAlone(named.number)
    check_stands(named)
    return named


@dataclass(frozen=True)
class OpenAndImport:
    """Somebody says yes to the question `trigger_id`, which was asked in `channel_id`.

    An empty title leaves it to Scribe.
    """

    channel_id: str
    channel_name: str
    since: datetime
    trigger_id: str
    title: str


async def open_and_import(work: UnitOfWork, actor: Actor, request: OpenAndImport) -> None:
    """Open an incident here and read the channel; where one is open by now, it is that one that reads.

    Raises:
        OursAlone, PeopleAlone: it is not this person's to do.
        AskedElsewhere: the question was asked in another channel.
        OpenedBefore: it was answered before.
    """
    await work.permission.check_person(actor)
    if actor.channel_id != request.channel_id:
        raise AskedElsewhere  # who is in a channel may declare an incident there
    declaration = _declaration(work, actor, _asked_for(request))
    async with work.writing(actor) as session:
        now = work.clock.now()
        try:
            await deliveries.note(session, f"import:{request.trigger_id}", now)
        except AlreadyDone as before:
            raise OpenedBefore from before
        prefix = work.settings.incident_channel_prefix
        found = await import_rules.import_here(session, declaration, request.since, now=now, prefix=prefix)
        work.note(session, actor, "open_and_import", found)
        if found.declared_at == now:
            await watch.begin(session, found, work.settings, now=now)
            await deploys.offer(session, found, work.settings, now=now)


async def opened_for_import(work: UnitOfWork, actor: Actor, request: OpenAndImport) -> Importing:
    """What stands after `open_and_import`: the incident that was opened for it, or that was open already."""
    async with work.reading() as session:
        incident = await import_rules.kept_here(session, work.workspace.team_id, request.channel_id)
    assert incident is not None, "the press has opened one"
    is_new = (incident.declared_by, incident.title) == (actor.user_id, _asked_for(request).title)
    return Importing(incident.number, incident.title, request.since, is_new=is_new)


def _asked_for(request: OpenAndImport) -> Declare:
    title = request.title or import_rules.title_for(request.channel_id, request.channel_name)
    return Declare(title, request.channel_name, is_here=True)


def _declaration(work: UnitOfWork, actor: Actor, request: Declare) -> Declaration:
    return Declaration(
        team_id=work.workspace.team_id,
        channel_id=actor.channel_id,
        channel_name=request.channel_name,
        user_id=actor.user_id,
        title=request.title,
        is_here=request.is_here,
        severity=request.severity,
        since=request.since,
        response_url=actor.response_url,
        is_private=request.is_private,
        commander_id=request.commander_id,
        is_announced=bool(work.settings.announce_channel) and request.is_announced is not False,
        is_drill=request.is_drill,
    )


def _declared(found: Incident, *, is_led: bool) -> Declared:
    return Declared(
        found.number,
        found.title,
        found.channel_name,
        is_own_channel=found.is_own_channel,
        is_private=found.is_private,
        is_led=is_led,
    )
