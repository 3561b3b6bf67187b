"""How an action reads and writes the record: who may, in one transaction, once for each delivery."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import Clock
from bot.incidents import homes, intents
from bot.incidents.access import Standing
from bot.incidents.actor import Actor
from bot.incidents.attempt import once_transaction
from bot.incidents.record import Recording, recording_for
from bot.incidents.status import check_stands
from bot.incidents.which import meant
from bot.settings import Settings
from storage import audit, incidents, outbox
from storage.database import Database
from storage.outbox import NewIntent
from storage.tables import Incident, Workspace

T = TypeVar("T")


class Permission(Protocol):
    """Who may see which incident; `bot.slack.permission` finds it out of Slack."""

    async def check_person(self, actor: Actor) -> Standing | None:
        """What somebody is to the workspace; raises OursAlone or PeopleAlone where they are told nothing."""
        ...

    async def standing_of(self, user_id: str) -> Standing | None:
        """What somebody is to the workspace; None where Slack does not say in time."""
        ...

    async def check(self, actor: Actor, incident: Incident) -> None:
        """Nothing, if they may see the incident; raises OursAlone, PeopleAlone, MembersOnly, CannotTell."""
        ...

    async def visible(self, actor: Actor, incidents: Sequence[Incident]) -> tuple[list[Incident], bool]:
        """Those that somebody may see; whether Slack said so of all of them in time."""
        ...

    async def channels_of(self, actor: Actor, channel_ids: Sequence[str]) -> tuple[frozenset[str], bool]:
        """Those of the channels that somebody is in; whether Slack said so of all of them in time."""
        ...


Answer = Callable[[Any], Awaitable[NewIntent]]
"""What is told once the result of an action is committed, by a door that cannot answer itself: a form."""


@dataclass(frozen=True)
class Change:
    """The open write transaction of an action on an incident: whose, and when."""

    session: AsyncSession
    incident: Incident
    by: str
    now: datetime


@dataclass(frozen=True)
class UnitOfWork:
    """What an action is handed: it opens its transactions here, and sees nothing of the door it came by.

    `persons_zone` is that of a user id, None where Scribe never learnt of one.
    """

    database: Database
    clock: Clock
    settings: Settings
    workspace: Workspace
    permission: Permission
    persons_zone: Callable[[str], Awaitable[ZoneInfo | None]]
    answer: Answer | None = None

    def replying(
        self, response_url: str | None, key: str, text: Callable[[Any], Awaitable[str]]
    ) -> UnitOfWork:
        """The same, with an answer sent to `response_url`, if there is one, in the action's transaction."""
        if not response_url:
            return self

        async def answer(result: Any) -> NewIntent:
            return intents.reply(self.workspace.team_id, response_url, await text(result), key)

        return self.answering(answer)

    def answering(self, answer: Answer) -> UnitOfWork:
        """The same, with what `answer` makes of the result told in the action's transaction."""
        return replace(self, answer=answer)

    @property
    def recording(self) -> Recording:
        """How what happens to messages is put on the record here."""
        return recording_for(self.settings, self.clock)

    async def known_zone(self, user_id: str | None) -> ZoneInfo | None:
        """Somebody's own zone; None where there is nobody, or it is not known."""
        return await self.persons_zone(user_id) if user_id else None

    def reading(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A transaction that only reads."""
        return self.database.read()

    def writing(self, actor: Actor) -> AbstractAsyncContextManager[AsyncSession]:
        """The one write transaction of what somebody asked for.

        Raises:
            AlreadyDone: it was carried out before, here or elsewhere.
        """
        return once_transaction(actor.key, self.database, self.clock)

    async def incident(self, actor: Actor, number: int | None, *, even_cancelled: bool = True) -> Incident:
        """The incident of this number, else the one that the actor's channel keeps, if they may see it.

        Raises:
            NoIncidentHere, NoSuchIncident: there is none.
            MembersOnly, CannotTell, OursAlone, PeopleAlone: it is not this person's to see.
            IncidentCancelled: it was declared by mistake, unless `even_cancelled`.
        """
        async with self.reading() as session:
            found = await meant(session, self.workspace.team_id, actor.channel_id, number)
        await self.permission.check(actor, found)
        if not even_cancelled:
            check_stands(found)
        return found

    @asynccontextmanager
    async def changing(
        self, actor: Actor, number: int | None, action: str | None = None, *, even_cancelled: bool = False
    ) -> AsyncIterator[Change]:
        """The write transaction of an action on an incident, noted in the audit log by the action's name.

        Raises:
            AlreadyDone: it was carried out before, here or elsewhere.
            NoIncidentHere, NoSuchIncident: there is none.
            MembersOnly, CannotTell, OursAlone, PeopleAlone: it is not this person's to see.
            IncidentCancelled: it was declared by mistake, unless `even_cancelled`.
        """
        found = await self.incident(actor, number, even_cancelled=even_cancelled)
        async with self.writing(actor) as session:
            incident, now = await incidents.by_id(session, found.pk), self.clock.now()
            if action:
                self.note(session, actor, action, incident)
            yield Change(session, incident, actor.user_id, now)
            await homes.follow(session, incident.team_id, now)

    def note(self, session: AsyncSession, actor: Actor, action: str, incident: Incident) -> None:
        """Note in the transaction of an action who carries it out, and by which door."""
        by, now = audit.By(actor.user_id, actor.door), self.clock.now()
        audit.note(session, by, action, at=now, team_id=incident.team_id, number=incident.number)

    async def say(self, actor: Actor, text: str, blocks: str | None = None) -> None:
        """Answer somebody once, besides any action; in direct messages where there is no other place.

        `blocks` is JSON.
        """
        team_id, person = self.workspace.team_id, actor.user_id
        if actor.response_url:
            told = intents.reply(team_id, actor.response_url, text, f"said:{actor.key}", blocks)
        else:
            told = intents.answer(team_id, person, actor.key, person, None, text, blocks, is_direct=True)
        await self.tell_once(told)

    async def tell_once(self, told: NewIntent) -> None:
        """Have Slack told something beside any action, unless that was ever asked for before."""
        async with self.database.write() as session:
            await outbox.ask_once(session, told, asked_at=self.clock.now())

    async def done(self, session: AsyncSession, result: T) -> T:
        """The result, at the end of an action's transaction; its person is told, where the door cannot."""
        if self.answer:
            await outbox.ask(session, [await self.answer(result)], asked_at=self.clock.now())
        return result
