"""What nobody marked: messages that probably belong on an incident's timeline, each with why."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import said_at, ts_of
from bot.incidents.actor import Actor
from bot.incidents.author import Author, author_of
from bot.incidents.belonging import incident_of
from bot.incidents.milestones import WORDS
from bot.incidents.suggesting import MOST, Candidate, Suggestion, Surroundings, ranked, suggestion_key
from bot.incidents.unit_of_work import UnitOfWork
from bot.text.permalink import permalink
from bot.text.well_formed import number as count_in
from bot.text.well_formed import tables, text
from storage import changes, dismissals, gathered, incidents, people
from storage.database import Database
from storage.gathered import Gathered
from storage.participation import Stretch
from storage.record import IncidentSpan
from storage.tables import Incident, Workspace
from storage.vocabulary import COMMANDER

LOOKED_AT = 10_000
"""The newest messages of an incident that are looked at."""
REASONS = 3
"""Reasons that are told of each."""
TOLD_FROM = 0.75
"""What a reason but the first must be worth to be told."""


@dataclass(frozen=True)
class UnmarkedMessage:
    """A message that may belong on the timeline; `why` says so in a few words each, the weightiest first."""

    ts: str
    said_at: datetime
    text: str
    author: Author
    permalink: str
    why: Sequence[str]


@dataclass(frozen=True)
class UnmarkedMessages:
    """The likeliest messages of an incident, at most `MOST`, in the order they were said.

    `more` is how many others are worth showing when these are answered.
    """

    number: int
    messages: Sequence[UnmarkedMessage]
    more: int


@dataclass(frozen=True)
class _Found:
    """What the record holds to choose from: the messages by their `ts`, and what was around them."""

    rows: Mapping[str, Gathered]
    authors: Mapping[str, Author]
    around: Surroundings
    dismissed: frozenset[str] = frozenset()


async def unmarked_messages(work: UnitOfWork, actor: Actor, number: int | None) -> UnmarkedMessages:
    """What to suggest for an incident's timeline, to somebody who may see it.

    Raises:
        NoIncidentHere, NoSuchIncident: there is none.
        MembersOnly, CannotTell, OursAlone, PeopleAlone: it is not this person's to see.
        IncidentCancelled: it was declared by mistake.
    """
    incident = await work.incident(actor, number, even_cancelled=False)
    return await unmarked_of(work.database, work.workspace, incident, work.clock.now())


async def unmarked_of(
    database: Database, workspace: Workspace, incident: Incident, now: datetime
) -> UnmarkedMessages:
    """The same, of an incident that may be shown."""
    async with database.read() as session:
        found = await _read(session, workspace, incident, now)
    candidates = [_candidate(one, found) for one in found.rows.values()]
    # reading thousands of messages takes a part of a second
    suggestions = await asyncio.to_thread(ranked, candidates, found.around)
    return UnmarkedMessages(
        incident.number,
        [
            _message(one, found, incident.channel_id or "", workspace.url)
            for one in sorted(suggestions[:MOST], key=lambda suggestion: suggestion.ts)
        ],
        more=len(suggestions[MOST:]),
    )


async def _read(session: AsyncSession, workspace: Workspace, incident: Incident, now: datetime) -> _Found:
    spans = await gathered.spans(session, incident)
    stretch = _stretch(incident, spans)
    if stretch is None:
        return _Found({}, {}, Surroundings())
    is_alone = len(spans) == 1  # of its channel, so that all that was said there is its own
    rows = {
        one.ts: one
        for one in await gathered.unmarked(session, stretch, limit=LOOKED_AT)
        if one.user_id != workspace.bot_user_id
        and (is_alone or incident_of(spans, said_at(one.ts), now).incident_id == incident.pk)
    }
    posting = {one.user_id for one in rows.values() if one.bot_name and one.user_id}
    known = await people.find(session, incident.team_id, posting)
    persons = {user_id for user_id, person in known.items() if not person.is_bot}
    milestones = await incidents.milestones(session, incident.pk)
    held = await changes.roles(session, incident.pk)
    commanders = [(one.user_id, ts_of(one.since)) for one in held if one.role == COMMANDER]
    return _Found(
        rows,
        {ts: author_of(one.user_id, one.bot_name, persons.__contains__) for ts, one in rows.items()},
        Surroundings(
            milestones={WORDS[kind]: one.at for kind, one in milestones.items()},
            evidence={one.message_ts: WORDS[kind] for kind, one in milestones.items() if one.message_ts},
            first_words=await gathered.first_words(session, stretch, commanders),
        ),
        await dismissals.of_incident(session, incident.pk),
    )


def _stretch(incident: Incident, spans: Sequence[IncidentSpan]) -> Stretch | None:
    """When the incident was going on, with what was said at its very end; None while it has no channel."""
    for span in spans:
        if span.incident_id == incident.pk:
            until_ts = ts_of(span.until) + "~" if span.until else None
            return Stretch(incident.team_id, incident.channel_id or "", ts_of(span.since), until_ts)
    return None


def _candidate(one: Gathered, found: _Found) -> Candidate:
    return Candidate(
        ts=one.ts,
        text=one.text,
        app=found.authors[one.ts].app_name,
        replies=one.replies,
        reactions=sum(count_in(reaction.get("count")) for reaction in tables(one.reactions)),
        has_image=any(text(file.get("mimetype")).startswith("image/") for file in tables(one.files)),
        is_answered=one.is_marked or suggestion_key(one.ts) in found.dismissed,
    )


def _message(suggestion: Suggestion, found: _Found, channel_id: str, url: str) -> UnmarkedMessage:
    ts = suggestion.ts
    first, *others = suggestion.reasons[:REASONS]
    told = [first, *(reason for reason in others if reason.worth >= TOLD_FROM)]
    return UnmarkedMessage(
        ts=ts,
        said_at=said_at(ts),
        text=found.rows[ts].text,
        author=found.authors[ts],
        permalink=permalink(url, channel_id, ts, found.rows[ts].thread_ts),
        why=[reason.why for reason in told],
    )
