"""Keeping the search index up to date with the record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import ts_of
from bot.postmortem.quotes import quoted, without
from bot.slack.names import names_on_record
from bot.text.mrkdwn import KnownNames
from bot.text.typed import typed
from storage import readings, search
from storage.database import Database
from storage.postmortem_tables import SearchEntry
from storage.search import Found, Source
from storage.vocabulary import MarkSection

AT_ONCE = 10
"""Incidents brought up to date before one search; the others follow by themselves."""
IN_ONE_TRANSACTION = 10
"""Incidents indexed while others wait to write: some milliseconds."""
MOST_LOOKS = 4
"""Times that one search is repeated, since what it found had changed."""

LESSONS = frozenset(
    {
        MarkSection.LESSON,
        MarkSection.WENT_WELL,
        MarkSection.WENT_BADLY,
        MarkSection.LUCKY,
        MarkSection.DECISION,
    }
)
FACTORS = frozenset(
    {MarkSection.ROOT_CAUSE, MarkSection.BACKGROUND, MarkSection.IMPACT, MarkSection.ACTION_ITEM}
)


async def refresh(database: Database, team_id: str, now: datetime, *, limit: int = AT_ONCE) -> int:
    """Index the incidents whose record has changed since they were, the newest first; how many those were."""
    async with database.read() as session:
        stale = await search.stale(session, team_id, limit=limit)
    await index(database, stale, now)
    return len(stale)


async def find(
    database: Database,
    team_id: str,
    now: datetime,
    look: Callable[[AsyncSession], Awaitable[list[Found]]],
) -> list[Found]:
    """What `look` finds, every result of it as its record stands at this moment.

    What changed since it was indexed is indexed again, and the search repeated: words may be gone, or new. A
    result whose record changes faster than that is not shown.
    """
    found: list[Found] = []
    behind: set[int] = set()
    for looks in range(MOST_LOOKS):
        async with database.read() as session:
            newest = await search.stale(session, team_id, limit=AT_ONCE)
            found = await look(session)
            behind = await search.stale_among(session, [one.incident.pk for one in found])
        if not behind and (looks or not newest):
            break
        await index(database, sorted({*newest, *behind}), now)
    return [one for one in found if one.incident.id not in behind]


async def index(database: Database, incident_ids: Sequence[int], now: datetime) -> None:
    """Index these incidents, as far as their records changed since they were."""
    for start in range(0, len(incident_ids), IN_ONE_TRANSACTION):
        async with database.write() as session:
            some = await search.begin(session, incident_ids[start : start + IN_ONE_TRANSACTION])
            sources = await search.sources(session, some)
            await search.keep(session, [await _entry(session, source, now) for source in sources])


async def _entry(session: AsyncSession, source: Source, now: datetime) -> SearchEntry:
    """What of an incident can be found: as people read it, mentions as names."""
    incident = source.incident
    lessons, factors = _texts(source, LESSONS), _texts(source, FACTORS)
    factors.append(incident.conclusion or "")
    texts = [incident.title, *source.said, *lessons, *factors]
    names = await names_on_record(session, incident.team_id, texts)
    return SearchEntry(
        incident_id=incident.pk,
        team_id=incident.team_id,
        title=typed(incident.title, names),
        timeline=_read(source.said, names),
        lessons="\n".join([_read(lessons, names), await _final(session, source)]).strip(),
        factors=_read(factors, names),
        indexed_at=now,
    )


async def _final(session: AsyncSession, source: Source) -> str:
    """The published text without what it quotes of messages that say something else by now, or nothing."""
    incident = source.incident
    if source.final is None:
        return ""
    messages = await readings.quotable(session, incident, quoted(source.final))
    drafted = ts_of(source.drafted_at) if source.drafted_at else ""
    changed = {one.ts for one in messages if one.deleted_ts or one.version_ts > max(drafted, one.ts)}
    return without(source.final, changed.__contains__, note="")


def _texts(source: Source, sections: frozenset[MarkSection]) -> list[str]:
    return list(dict.fromkeys(text for section, text in source.marked if section in sections))


def _read(texts: list[str], names: KnownNames) -> str:
    return "\n".join(typed(text, names) for text in texts if text)
