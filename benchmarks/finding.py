"""Finding again: a search among 50,000 incidents, and how long it takes to index 10,000."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks.payloads import TEAM
from benchmarks.rig import DECLARED_AT, Rig, folder, rig
from bot.clock import ts_of
from bot.postmortem.finding import find, refresh
from storage import search
from storage.columns import table_of
from storage.postmortem_tables import SearchEntry, SearchStale
from storage.record import EVENT, INCIDENT, MARK, MESSAGE
from storage.search import Found, Seen

SEARCHED, INDEXED = 50_000, 10_000
LINES = 30
"""Lines of the timeline of each incident that is searched."""
MESSAGES = 5
"""Messages of each incident that is indexed: most on the timeline, one a lesson."""
ROUNDS = 9
WORDS = 20_000
"""Different words people use, the first ones far more often."""
ENTRIES, STALE = table_of(SearchEntry), table_of(SearchStale)
QUERIES = ("w19000", "w300", "w10 w40", '"w2 w3"')
"""From a word of few incidents to two that most of them hold."""


async def measure(*, is_quick: bool) -> dict[str, float]:
    """The slowest of some searches, each the median of a few; and the time until all is indexed."""
    searched, indexed, rounds = (500, 100, 1) if is_quick else (SEARCHED, INDEXED, ROUNDS)
    with folder() as place:
        async with rig(f"sqlite:///{place / 'searched.db'}") as app:
            await _fill_index(app, searched)
            slowest = max([await _searched(app, query, rounds) for query in QUERIES])
        seconds = await _indexed(place / "indexed.db", indexed)
    return {"search_50k_ms": slowest * 1000, "index_10k_s": seconds}


async def _searched(app: Rig, words: str, rounds: int) -> float:
    async def look(session: AsyncSession) -> list[Found]:
        return await search.search(session, TEAM, words, seen=Seen(channels=frozenset({"C0"})), limit=8)

    taken = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        if not await find(app.scribe.database, TEAM, DECLARED_AT, look) and words != '"w2 w3"':
            raise RuntimeError(f"nothing was found for {words}")
        taken.append(time.perf_counter() - began)
    return median(taken[1:])  # the first one reads the file


async def _indexed(file: Path, count: int) -> float:
    """Seconds until the index says of every incident what its record says."""
    async with rig(f"sqlite:///{file}") as app:
        await _fill_record(app, count)
        began = time.perf_counter()
        while await refresh(app.scribe.database, TEAM, DECLARED_AT, limit=50):
            pass
        return time.perf_counter() - began


async def _fill_index(app: Rig, count: int) -> None:
    random = Random(1)
    async with app.scribe.database.write() as session:
        connection = await session.connection()
        for start in range(0, count, 500):
            numbers = range(100 + start, 100 + min(start + 500, count))
            await connection.execute(INCIDENT.insert(), [_incident(number) for number in numbers])
            await connection.execute(ENTRIES.insert(), [_entry(number, random) for number in numbers])
        await connection.execute(STALE.delete())


async def _fill_record(app: Rig, count: int) -> None:
    random = Random(2)
    async with app.scribe.database.write() as session:
        connection = await session.connection()
        for start in range(0, count, 500):
            numbers = range(100 + start, 100 + min(start + 500, count))
            await connection.execute(INCIDENT.insert(), [_incident(number) for number in numbers])
            said = [row for number in numbers for row in _said(number, random)]
            await connection.execute(MESSAGE.insert(), [message for message, _, _ in said])
            await connection.execute(MARK.insert(), [mark for _, mark, _ in said])
            await connection.execute(EVENT.insert(), [event for _, _, event in said if event])


def _words(random: Random, count: int) -> str:
    """Words as people use them: the more common ones far more often (Zipf's law, roughly)."""
    return " ".join(f"w{int(WORDS ** random.random())}" for _ in range(count))


def _incident(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "team_id": TEAM,
        "number": number,
        "title": "Checkout is down",
        "status": "resolved",
        "channel_id": f"CBENCH{number}",
        "channel_name": f"inc-{number}",
        "is_own_channel": True,
        "is_private": number % 10 == 0,
        "is_archived": False,
        "declared_by": "U1",
        "declared_at": DECLARED_AT,
    }


def _entry(number: int, random: Random) -> dict[str, Any]:
    return {
        "incident_id": number,
        "team_id": TEAM,
        "title": _words(random, 6),
        "timeline": "\n".join(_words(random, 10) for _ in range(LINES)),
        "lessons": _words(random, 40),
        "factors": _words(random, 40),
        "indexed_at": DECLARED_AT,
    }


def _said(
    number: int, random: Random
) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None]]:
    for place in range(MESSAGES):
        ts = ts_of(DECLARED_AT + timedelta(seconds=place))
        key = {"team_id": TEAM, "channel_id": f"CBENCH{number}"}
        is_lesson = place == 0
        message = key | {
            "ts": ts,
            "text": _words(random, 12),
            "files": [],
            "payload": {},
            "version_ts": ts,
            "user_id": "U1",
            "is_known": True,
            "is_confirmed": True,
            "is_recovered": False,
        }
        mark = key | {
            "ts": ts,
            "user_id": "U1",
            "emoji": "bulb" if is_lesson else "pushpin",
            "section": "lesson" if is_lesson else "timeline",
            "incident_id": number,
            "is_set": True,
            "changed_ts": ts,
        }
        event = key | {
            "incident_id": number,
            "number": place,
            "kind": "message",
            "source": "mark",
            "message_ts": ts,
            "occurred_at": DECLARED_AT,
            "recorded_at": DECLARED_AT,
            "is_approximate": False,
            "added_by": "U1",
            "is_explicit": False,
        }
        yield message, mark, None if is_lesson else event
