"""Finding incidents again by their words: FTS5 on SQLite, tsvector on PostgreSQL."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, and_, bindparam, delete, func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.advisory_lock import advisory_lock
from storage.columns import table_of
from storage.postmortem_tables import Draft, Postmortem, SearchEntry, SearchStale
from storage.tables import Incident, Mark, Message, TimelineEvent
from storage.upsert import upsert
from storage.vocabulary import IncidentStatus, MarkSection

ENTRIES = table_of(SearchEntry)

START, END = "\x02", "\x03"
"""Around each word that was found, in a snippet."""
SNIPPET_WORDS = 24
MOST_PHRASES = 60
_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True)
class Seen:
    """Which incidents somebody sees: those of public channels or not, and those of these channels."""

    public: bool = True
    channels: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Found:
    """An incident that was found, the best first; `snippet` shows where, its words between START and END."""

    incident: Incident
    snippet: str


@dataclass
class Source:
    """What of an incident's record can be searched, as Slack text.

    `said` is its timeline, `marked` the section and text of each mark; `final` is the published Markdown, and
    `drafted_at` when the draft was asked for that it was made of.
    """

    incident: Incident
    said: list[str]
    marked: list[tuple[MarkSection, str]]
    final: str | None = None
    drafted_at: datetime | None = None


async def keep(session: AsyncSession, entries: Sequence[SearchEntry]) -> None:
    """Index incidents, in place of what was indexed of them before."""
    if entries:
        connection = await session.connection()
        statement = upsert(connection.dialect, ENTRIES, keys=["incident_id"])
        await connection.execute(statement, [entry.model_dump() for entry in entries])


async def sources(session: AsyncSession, incident_ids: Sequence[int]) -> list[Source]:
    """What of these incidents can be searched now: nothing of deleted messages, also where text is kept."""
    found = await session.exec(select(Incident).where(col(Incident.id).in_(incident_ids)))
    known = {incident.id: Source(incident, [], []) for incident in found}
    for incident_id, text_, words in await session.exec(_said(incident_ids)):
        known[incident_id].said.append(text_ or words or "")
    for incident_id, section, words in await session.exec(_marked(incident_ids)):
        known[incident_id].marked.append((section, words))
    published = (
        select(Postmortem.incident_id, Postmortem.final_markdown, func.max(Draft.asked_at))
        .outerjoin(
            Draft,
            and_(
                col(Draft.incident_id) == col(Postmortem.incident_id),
                col(Draft.asked_at) <= col(Postmortem.published_at),
            ),
        )
        .where(col(Postmortem.incident_id).in_(incident_ids), col(Postmortem.final_markdown).is_not(None))
        .group_by(col(Postmortem.incident_id), col(Postmortem.final_markdown))
    )
    for incident_id, final, drafted_at in await session.exec(published):
        known[incident_id].final, known[incident_id].drafted_at = final, drafted_at
    return list(known.values())


def _said(incident_ids: Sequence[int]) -> Any:
    same_message = and_(
        col(Message.team_id) == col(TimelineEvent.team_id),
        col(Message.channel_id) == col(TimelineEvent.channel_id),
        col(Message.ts) == col(TimelineEvent.message_ts),
        col(Message.deleted_ts).is_(None),
    )
    return (
        select(TimelineEvent.incident_id, TimelineEvent.text, Message.text)
        .join(Message, same_message, isouter=True)
        .where(col(TimelineEvent.incident_id).in_(incident_ids), col(TimelineEvent.removed_at).is_(None))
        .order_by(col(TimelineEvent.occurred_at), col(TimelineEvent.message_ts), col(TimelineEvent.number))
    )


def _marked(incident_ids: Sequence[int]) -> Any:
    same_message = and_(
        col(Message.team_id) == col(Mark.team_id),
        col(Message.channel_id) == col(Mark.channel_id),
        col(Message.ts) == col(Mark.ts),
    )
    return (
        select(Mark.incident_id, Mark.section, Message.text)
        .join(Message, same_message)
        .where(
            col(Mark.incident_id).in_(incident_ids),
            col(Mark.is_set),
            Mark.section != MarkSection.TIMELINE,
            col(Message.deleted_ts).is_(None),
        )
        .order_by(col(Mark.ts), col(Mark.changed_ts), col(Mark.user_id))
    )


async def stale(session: AsyncSession, team_id: str, *, limit: int) -> list[int]:
    """Incidents whose record changed since they were indexed, the newest first."""
    found = await session.exec(
        select(SearchStale.incident_id)
        .join(Incident, col(Incident.id) == SearchStale.incident_id)
        .where(Incident.team_id == team_id)
        .distinct()
        .order_by(col(SearchStale.incident_id).desc())
        .limit(limit)
    )
    return list(found)


async def stale_among(session: AsyncSession, incident_ids: Collection[int]) -> set[int]:
    """Those of these incidents whose record changed since they were indexed."""
    found = await session.exec(
        select(SearchStale.incident_id).where(col(SearchStale.incident_id).in_(incident_ids)).distinct()
    )
    return set(found)


async def begin(session: AsyncSession, incident_ids: Collection[int]) -> list[int]:
    """Lock these incidents for indexing; those that still need it, by their number.

    The notes of changes are deleted first, so that a change made meanwhile leaves a note for the next time.
    """
    wanted = sorted(incident_ids)
    for incident_id in wanted:
        await advisory_lock(session, f"search:{incident_id}")
    still = sorted(await stale_among(session, wanted))
    await session.exec(delete(SearchStale).where(col(SearchStale.incident_id).in_(still)))
    return still


async def search(session: AsyncSession, team_id: str, words: str, *, seen: Seen, limit: int) -> list[Found]:
    """The incidents of those `seen` that hold all the words; words in double quotes stand together."""
    wanted = phrases(words)
    if not wanted:
        return []
    return await _found(session, team_id, wanted, seen, limit, is_every=True)


async def similar(
    session: AsyncSession,
    team_id: str,
    words: Collection[str],
    *,
    besides: int | None,
    seen: Seen,
    limit: int,
) -> list[Found]:
    """The incidents of those `seen` that hold most of these words, the more telling ones counting more."""
    wanted = sorted({word for said in words for word in phrases(said)})
    if not wanted:
        return []
    found = await _found(session, team_id, wanted, seen, limit + 1, is_every=False)
    return [one for one in found if one.incident.id != besides][:limit]


def phrases(words: str) -> list[str]:
    """The words and quoted phrases of a search, each once, without anything a query language could read.

    A word that is looked for many times costs as many times more, in a long text minutes.
    """
    quoted = [" ".join(_WORD.findall(phrase)) for phrase in _QUOTED.findall(words)]
    loose = _WORD.findall(_QUOTED.sub(" ", words))
    found: dict[str, str] = {}
    for phrase in (*quoted, *loose):
        if phrase:
            found.setdefault(phrase.casefold(), phrase)
    return list(found.values())[:MOST_PHRASES]


async def closed_channels(
    session: AsyncSession, team_id: str, words: Collection[str], seen: Seen, *, is_every: bool, limit: int
) -> list[str]:
    """The channels of the best incidents with these words (all of them, or any) that are not `seen`."""
    wanted = sorted({word for said in words for word in phrases(said)})
    if not wanted:
        return []
    rows = await _rows(session, (_CLOSED_SQLITE, _CLOSED_POSTGRESQL), team_id, wanted, seen, limit, is_every)
    return list(dict.fromkeys(str(row[0]) for row in rows if row[0]))


async def _rows(
    session: AsyncSession,
    statements: tuple[str, str],
    team_id: str,
    wanted: Sequence[str],
    seen: Seen,
    limit: int,
    is_every: bool,
) -> Sequence[Any]:
    values: dict[str, object] = {
        "team": team_id,
        "is_public_seen": seen.public,
        "channels": sorted(seen.channels),
        "limit": limit,
    }
    connection = await session.connection()
    statement, on_postgresql = statements
    if connection.dialect.name == "postgresql":
        joint = " && " if is_every else " || "
        query = joint.join(f"phraseto_tsquery('english', :p{n})" for n in range(len(wanted)))
        values |= {f"p{number}": phrase for number, phrase in enumerate(wanted)}
        statement = on_postgresql.replace(":query", f"({query})")
    else:
        values["query"] = (" AND " if is_every else " OR ").join(f'"{phrase}"' for phrase in wanted)
    expanded = text(statement).bindparams(bindparam("channels", type_=String, expanding=True))
    return (await connection.execute(expanded, values)).all()


async def _found(
    session: AsyncSession, team_id: str, wanted: Sequence[str], seen: Seen, limit: int, *, is_every: bool
) -> list[Found]:
    statements = _SQLITE, _POSTGRESQL
    found_rows = await _rows(session, statements, team_id, wanted, seen, limit, is_every)
    rows = [(int(row[0]), str(row[1])) for row in found_rows]
    found = {
        incident.id: incident
        for incident in await session.exec(
            select(Incident).where(col(Incident.id).in_([incident_id for incident_id, _ in rows]))
        )
    }
    return [Found(found[incident_id], snippet) for incident_id, snippet in rows]


_SEEN = "((:is_public_seen AND NOT incident.is_private) OR COALESCE(incident.channel_id, '') IN :channels)"
_KEPT = f"incident.team_id = :team AND incident.status <> '{IncidentStatus.CANCELLED}'"
_VISIBLE = f"{_KEPT} AND {_SEEN}"
_CLOSED_SQLITE = (
    "SELECT incident.channel_id FROM search_words JOIN incident ON incident.id = search_words.rowid "
    f"WHERE search_words MATCH :query AND {_KEPT} AND NOT {_SEEN} "
    "ORDER BY bm25(search_words, 8.0, 1.0, 4.0, 2.0) LIMIT :limit"
)
_CLOSED_POSTGRESQL = (
    "SELECT incident.channel_id FROM search_entry JOIN incident ON incident.id = search_entry.incident_id "
    f"WHERE words @@ :query AND {_KEPT} AND NOT {_SEEN} "
    "ORDER BY ts_rank('{0.1, 0.2, 0.4, 1.0}', words, :query) DESC LIMIT :limit"
)
# the best are chosen first: a snippet costs more than the rest of the search; drills come after what was real
_SQLITE = (
    "WITH best AS MATERIALIZED ("
    "SELECT search_words.rowid AS incident_id, bm25(search_words, 8.0, 1.0, 4.0, 2.0) AS score, "
    "incident.is_drill AS is_drill "
    "FROM search_words JOIN incident ON incident.id = search_words.rowid "
    f"WHERE search_words MATCH :query AND {_VISIBLE} "
    "ORDER BY is_drill, score, search_words.rowid DESC LIMIT :limit) "
    f"SELECT best.incident_id, snippet(search_words, -1, '{START}', '{END}', '…', {SNIPPET_WORDS}) "
    "FROM best CROSS JOIN search_words ON search_words.rowid = best.incident_id "
    "WHERE search_words MATCH :query ORDER BY best.is_drill, best.score, best.incident_id DESC"
)
_POSTGRESQL = (
    "SELECT best.id, ts_headline('english', concat_ws(' … ', title, lessons, factors, timeline), "
    f":query, 'StartSel={START}, StopSel={END}, MaxWords={SNIPPET_WORDS}, MinWords=8, MaxFragments=1') "
    "FROM (SELECT incident.id, incident.is_drill, ts_rank('{0.1, 0.2, 0.4, 1.0}', words, :query) AS score "
    "FROM search_entry JOIN incident ON incident.id = search_entry.incident_id "
    f"WHERE words @@ :query AND {_VISIBLE} "
    "ORDER BY incident.is_drill, score DESC, incident.id DESC LIMIT :limit) best "
    "JOIN search_entry ON search_entry.incident_id = best.id "
    "ORDER BY best.is_drill, best.score DESC, best.id DESC"
)


async def words_of(session: AsyncSession, incident_id: int, *, at_least: int) -> list[str]:
    """The words an incident is about: its title's, then the most frequent of its factors and lessons."""
    entry = await session.get(SearchEntry, incident_id)
    if entry is None:
        return []
    title = _long_words(entry.title, at_least)
    others = Counter(_long_words(f"{entry.factors} {entry.lessons}", at_least))
    return list(dict.fromkeys([*title, *(word for word, _ in others.most_common())]))[:MOST_PHRASES]


def _long_words(said: str, at_least: int) -> list[str]:
    return [word for word in _WORD.findall(said.lower()) if len(word) >= at_least and not word.isdigit()]
