"""Finding incidents again by their words: FTS5 on SQLite, tsvector on PostgreSQL."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import and_, case, func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.postmortem_tables import Postmortem, SearchEntry
from storage.tables import Incident, Mark, Message, TimelineEvent

START, END = "\x02", "\x03"
"""Around each word that was found, in a snippet."""
SNIPPET_WORDS = 24
MOST_PHRASES = 60
_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True)
class Found:
    """An incident that was found, the best first; `snippet` shows where, its words between START and END."""

    incident: Incident
    snippet: str


async def keep(session: AsyncSession, entry: SearchEntry) -> None:
    """Index an incident, in place of what was indexed of it before."""
    await session.merge(entry)


async def stale(session: AsyncSession, team_id: str, *, limit: int) -> Sequence[tuple[int, str]]:
    """Incidents whose record is not what was indexed, the newest first, each with its present fingerprint."""
    found = await fingerprints(session, team_id)
    rows = await session.exec(
        select(SearchEntry.incident_id, SearchEntry.fingerprint).where(SearchEntry.team_id == team_id)
    )
    indexed = dict(rows.all())
    changed = [(id_, print_) for id_, print_ in found.items() if indexed.get(id_) != print_]
    return sorted(changed, reverse=True)[:limit]


async def fingerprints(session: AsyncSession, team_id: str) -> Mapping[int, str]:
    """What tells one state of an incident's record from another, as far as it can be searched."""
    title = func.length(Incident.title) + func.length(func.coalesce(Incident.conclusion, ""))
    parts: dict[int, list[str]] = {}
    for incident_id, status, length in await session.exec(
        select(Incident.id, Incident.status, title).where(Incident.team_id == team_id)
    ):
        parts[incident_id or 0] = [str(status), str(length)]
    same_message = and_(
        col(Message.team_id) == col(TimelineEvent.team_id),
        col(Message.channel_id) == col(TimelineEvent.channel_id),
        col(Message.ts) == col(TimelineEvent.message_ts),
    )
    is_standing = case((col(TimelineEvent.removed_at).is_(None), 1), else_=0)
    events = (
        sa.select(
            col(TimelineEvent.incident_id),
            func.count(),
            func.sum(is_standing),
            func.sum(func.length(func.coalesce(col(TimelineEvent.text), ""))),
            func.max(col(Message.version_ts)),
            func.count(col(Message.deleted_ts)),
        )
        .join(Message, same_message, isouter=True)
        .where(col(TimelineEvent.team_id) == team_id)
        .group_by(col(TimelineEvent.incident_id))
    )
    marks = (
        sa.select(
            col(Mark.incident_id),
            func.count(),
            func.sum(case((col(Mark.is_set), 1), else_=0)),
            func.max(col(Mark.changed_ts)),
        )
        .where(col(Mark.team_id) == team_id, col(Mark.section) != "timeline")
        .group_by(col(Mark.incident_id))
    )
    final = sa.select(col(Postmortem.incident_id), col(Postmortem.published_at)).where(
        col(Postmortem.published_at).is_not(None)
    )
    connection = await session.connection()
    for query in (events, marks, final):
        for incident_id, *values in await connection.execute(query):
            if incident_id in parts:
                parts[incident_id] += [str(value) for value in values]
    return {incident_id: "|".join(values) for incident_id, values in parts.items()}


async def search(
    session: AsyncSession, team_id: str, words: str, *, private_channel: str | None, limit: int
) -> list[Found]:
    """The incidents that hold all the words; words in double quotes stand together.

    Incidents of private channels are found in their own channel alone, which `private_channel` names.
    """
    wanted = phrases(words)
    if not wanted:
        return []
    return await _found(session, team_id, wanted, " AND ", " & ", private_channel, limit)


async def similar(
    session: AsyncSession,
    team_id: str,
    words: Collection[str],
    *,
    besides: int | None,
    private_channel: str | None,
    limit: int,
) -> list[Found]:
    """The incidents that hold most of these words, the more telling ones counting more."""
    wanted = sorted({word for said in words for word in phrases(said)})
    if not wanted:
        return []
    found = await _found(session, team_id, wanted, " OR ", " | ", private_channel, limit + 1)
    return [one for one in found if one.incident.id != besides][:limit]


def phrases(words: str) -> list[str]:
    """The words and quoted phrases of a search, without anything a query language could read."""
    quoted = [" ".join(_WORD.findall(phrase)) for phrase in _QUOTED.findall(words)]
    loose = _WORD.findall(_QUOTED.sub(" ", words))
    return [phrase for phrase in [*quoted, *loose] if phrase][:MOST_PHRASES]


async def _found(
    session: AsyncSession,
    team_id: str,
    wanted: Sequence[str],
    sqlite_joint: str,
    postgresql_joint: str,
    private_channel: str | None,
    limit: int,
) -> list[Found]:
    values: dict[str, object] = {"team": team_id, "channel": private_channel or "", "limit": limit}
    connection = await session.connection()
    if connection.dialect.name == "postgresql":
        query = postgresql_joint.join(f"phraseto_tsquery('english', :p{n})" for n in range(len(wanted)))
        query = query.replace(" & ", " && ").replace(" | ", " || ")
        values |= {f"p{number}": phrase for number, phrase in enumerate(wanted)}
        statement = _POSTGRESQL.replace(":query", f"({query})")
    else:
        values["query"] = sqlite_joint.join(f'"{phrase}"' for phrase in wanted)
        statement = _SQLITE
    rows = [(int(row[0]), str(row[1])) for row in await connection.execute(text(statement), values)]
    found = {
        incident.id: incident
        for incident in await session.exec(
            select(Incident).where(col(Incident.id).in_([incident_id for incident_id, _ in rows]))
        )
    }
    return [Found(found[incident_id], snippet) for incident_id, snippet in rows]


_VISIBLE = "incident.team_id = :team AND (NOT incident.is_private OR incident.channel_id = :channel)"
_SQLITE = (
    f"SELECT search_words.rowid, snippet(search_words, -1, '{START}', '{END}', '…', {SNIPPET_WORDS}) "
    "FROM search_words JOIN incident ON incident.id = search_words.rowid "
    f"WHERE search_words MATCH :query AND {_VISIBLE} "
    "ORDER BY bm25(search_words, 8.0, 1.0, 4.0, 2.0), search_words.rowid DESC LIMIT :limit"
)
_POSTGRESQL = (
    "SELECT incident.id, ts_headline('english', concat_ws(' … ', title_words, lessons, factors, timeline), "
    f":query, 'StartSel={START}, StopSel={END}, MaxWords={SNIPPET_WORDS}, MinWords=8, MaxFragments=1') "
    "FROM (SELECT incident_id, title AS title_words, lessons, factors, timeline, words "
    "FROM search_entry) entry "
    "JOIN incident ON incident.id = entry.incident_id "
    f"WHERE words @@ :query AND {_VISIBLE} "
    "ORDER BY ts_rank('{0.1, 0.2, 0.4, 1.0}', words, :query) DESC, incident.id DESC LIMIT :limit"
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
