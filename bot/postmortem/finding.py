"""Keeping what can be found again in step with the record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.postmortem.facts import Section
from bot.slack.mrkdwn import KnownNames
from bot.slack.names import MENTION, named
from bot.slack.typed import typed
from storage import incidents, people, search, timeline
from storage.database import Database
from storage.postmortem_tables import Postmortem, SearchEntry
from storage.tables import Mark, Message

AT_ONCE = 10
"""Incidents brought up to date before one search; the others follow by themselves."""

LESSONS = frozenset({Section.LESSON, Section.WENT_WELL, Section.LUCKY, Section.DECISION})
FACTORS = frozenset({Section.ROOT_CAUSE, Section.BACKGROUND, Section.IMPACT, Section.ACTION_ITEM})


async def refresh(database: Database, team_id: str, now: datetime, *, limit: int = AT_ONCE) -> int:
    """Index the incidents whose record has changed since they were, the newest first; how many those were."""
    async with database.read() as session:
        stale = await search.stale(session, team_id, limit=limit)
    for incident_id, fingerprint in stale:
        async with database.write() as session:
            await search.keep(session, await _entry(session, incident_id, fingerprint, now))
    return len(stale)


async def _entry(session: AsyncSession, incident_id: int, fingerprint: str, now: datetime) -> SearchEntry:
    """What of an incident can be found: as people read it, mentions as names."""
    incident = await incidents.by_id(session, incident_id)
    lines = await timeline.standing(session, incident_id)
    marked = await timeline.marked(session, incident_id)
    said = [line.event.text or (line.message.text if line.message else "") for line in lines]
    lessons, factors = _texts(marked, LESSONS), _texts(marked, FACTORS)
    factors.append(incident.conclusion or "")
    mentioned = {
        user_id for text in [incident.title, *said, *lessons, *factors] for user_id in MENTION.findall(text)
    }
    names = named(await people.find(session, incident.team_id, mentioned))
    published = await session.get(Postmortem, incident_id)
    final = published.final_markdown if published else None
    return SearchEntry(
        incident_id=incident_id,
        team_id=incident.team_id,
        title=typed(incident.title, names),
        timeline=_read(said, names),
        lessons="\n".join([_read(lessons, names), final or ""]).strip(),
        factors=_read(factors, names),
        fingerprint=fingerprint,
        indexed_at=now,
    )


def _texts(marked: Sequence[tuple[Mark, Message]], sections: frozenset[Section]) -> list[str]:
    found = {message.ts: message.text for mark, message in marked if mark.section in sections}
    return list(found.values())


def _read(texts: list[str], names: KnownNames) -> str:
    return "\n".join(typed(text, names) for text in texts if text)
