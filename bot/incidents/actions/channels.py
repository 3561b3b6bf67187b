"""What happens to a channel that keeps an incident, besides what is said there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.incidents import channels as rules
from bot.incidents import intents, source_message, topics
from bot.incidents.actor import Actor
from bot.incidents.channels import Shown
from bot.incidents.unit_of_work import UnitOfWork
from storage import incidents, outbox, participation
from storage.tables import Arrival
from storage.vocabulary import IncidentStatus, Unreachable

LATE = timedelta(minutes=10)
"""How long after the declaration somebody joins who has missed something."""


async def came_in(work: UnitOfWork, channel_id: str) -> None:
    """Scribe itself came into a channel: what an incident there waited for goes on."""
    team_id, now = work.workspace.team_id, work.clock.now()
    async with work.database.write() as session:
        await rules.reached(session, team_id, channel_id, now=now)
        incident = await incidents.of_channel(session, team_id, channel_id)
        if incident:
            await outbox.ask(session, await rules.overdue(session, incident), asked_at=now)


async def arrived(work: UnitOfWork, channel_id: str, user_id: str, at: datetime) -> None:
    """Keep when somebody came into an incident's channel; who comes late is offered once to be told of it."""
    team_id = work.workspace.team_id
    async with work.reading() as session:
        incident = await incidents.of_channel(session, team_id, channel_id)
    if incident is None:
        return
    arrival = Arrival(team_id=team_id, channel_id=channel_id, user_id=user_id, joined_at=at)
    async with work.database.write() as session:
        await participation.keep_arrival(session, arrival)
        if incident.status == IncidentStatus.OPEN and at - incident.declared_at >= LATE:
            offer = intents.offer_briefing(incident.pk, user_id)
            await outbox.ask_once(session, offer, asked_at=work.clock.now())


async def renamed(work: UnitOfWork, channel_id: str, name: str) -> None:
    """A channel has another name."""
    async with work.database.write() as session:
        await rules.renamed(session, work.workspace.team_id, channel_id, name)


async def archived(work: UnitOfWork, channel_id: str) -> None:
    """A channel is archived: nobody can write there any more."""
    async with work.database.write() as session:
        await rules.archived(session, work.workspace.team_id, channel_id, now=work.clock.now())


async def lost(work: UnitOfWork, channel_id: str, because: Unreachable) -> None:
    """Nothing more of a channel is heard, because of this."""
    team_id, url, now = work.workspace.team_id, work.workspace.url, work.clock.now()
    where = source_message.GONE if because is Unreachable.DELETED else f"<#{channel_id}>"
    async with work.database.write() as session:
        await rules.lost(session, team_id, channel_id, because, now=now)
        await source_message.withdraw(session, team_id, channel_id, where, url, now=now)


async def brought_back(work: UnitOfWork, channel_id: str) -> None:
    """An archived channel is open again."""
    async with work.database.write() as session:
        await rules.brought_back(session, work.workspace.team_id, channel_id, now=work.clock.now())


async def changed_id(work: UnitOfWork, old: str, new: str) -> None:
    """A channel goes by another id, as when it is shared with another company."""
    async with work.database.write() as session:
        await rules.changed_id(session, work.workspace.team_id, old, new, now=work.clock.now())


async def topic_set(work: UnitOfWork, channel_id: str, topic: str, by: str) -> None:
    """Somebody wrote the channel's topic; what Scribe sets itself is nobody's."""
    if by == work.workspace.bot_user_id:
        return
    async with work.database.write() as session:
        team_id, now = work.workspace.team_id, work.clock.now()
        await topics.set_by_people(session, team_id, channel_id, topic, by, now=now)


@dataclass(frozen=True)
class AnswerTopic:
    """Whether Scribe may keep the topic of the incident's channel."""

    may: bool
    number: int


async def answer_topic(work: UnitOfWork, actor: Actor, request: AnswerTopic) -> None:
    """Say once for the incident whose the topic of its channel is."""
    async with work.changing(actor, request.number, "answer_topic") as change:
        await topics.answer(change.session, change.incident, may=request.may, now=change.now)


async def seen(work: UnitOfWork, channel_id: str, shown: Shown) -> None:
    """A channel is shown otherwise: private, public, shared with another company, or not any more."""
    async with work.database.write() as session:
        team_id, now = work.workspace.team_id, work.clock.now()
        await rules.seen(session, team_id, channel_id, shown, now=now)
        if shown.is_private:
            where, url = source_message.PRIVATELY, work.workspace.url
            await source_message.withdraw(session, team_id, channel_id, where, url, now=now)
