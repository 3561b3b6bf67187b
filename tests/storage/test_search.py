"""Incidents are found again by their words, on both databases, and private ones only where they belong."""

from __future__ import annotations

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import search
from storage.database import Database
from storage.postmortem_tables import SearchEntry
from storage.search import END, START, Seen
from tests.storage.conftest import NOON, TEAM, incident


async def indexed(session: AsyncSession, number: int, *, is_private: bool = False, **said: str) -> None:
    made = incident(number, channel_id=f"C{number}")
    made.is_private = is_private
    session.add(made)
    await session.flush()
    texts = {"title": "", "timeline": "", "lessons": "", "factors": "", **said}
    entry = SearchEntry(incident_id=made.id or 0, team_id=TEAM, indexed_at=NOON, **texts)
    await search.keep(session, [entry])


async def found(database: Database, words: str, *channels: str, is_public_seen: bool = True) -> list[int]:
    seen = Seen(is_public_seen, frozenset(channels))
    async with database.read() as session:
        hits = await search.search(session, TEAM, words, seen=seen, limit=10)
    return [hit.incident.number for hit in hits]


async def test_every_part_is_found_by_all_words_in_any_form(database: Database) -> None:
    async with database.write() as session:
        await indexed(session, 1, title="Checkout is down", timeline="Deployment commenced\nRolled back")
        await indexed(session, 2, lessons="Alerts on connection pools", factors="The pool was exhausted")

    assert await found(database, "checkout") == [1]
    assert await found(database, "DEPLOYMENTS") == [1]
    assert await found(database, "pool exhausted") == [2]
    assert await found(database, "pool checkout") == []
    assert await found(database, '"connection pools"') == [2]
    assert await found(database, '"pools connection"') == []


async def test_a_title_counts_more_than_a_line_of_the_timeline(database: Database) -> None:
    async with database.write() as session:
        await indexed(session, 1, timeline="we looked at kafka for a while, among much else")
        await indexed(session, 2, title="Kafka lost its metrics")

    assert await found(database, "kafka") == [2, 1]


async def test_what_was_indexed_before_is_found_no_more(database: Database) -> None:
    async with database.write() as session:
        await indexed(session, 1, title="Checkout is down")
    async with database.write() as session:
        entry = SearchEntry(
            incident_id=1,
            team_id=TEAM,
            title="Payments are slow",
            timeline="",
            lessons="",
            factors="",
            indexed_at=NOON,
        )
        await search.keep(session, [entry])

    assert await found(database, "checkout") == []
    assert await found(database, "payments") == [1]


async def test_a_private_incident_is_found_by_who_sees_its_channel_alone(database: Database) -> None:
    async with database.write() as session:
        await indexed(session, 1, title="Leaked credentials", is_private=True)

    assert await found(database, "credentials") == []
    assert await found(database, "credentials", "C2") == []
    assert await found(database, "credentials", "C1") == [1]
    assert await found(database, "credentials", "C2", "C1") == [1]


async def test_a_guest_finds_what_their_channels_keep(database: Database) -> None:
    async with database.write() as session:
        await indexed(session, 1, title="Checkout is down")
        await indexed(session, 2, title="Checkout is slow")

    assert await found(database, "checkout", is_public_seen=False) == []
    assert await found(database, "checkout", "C2", is_public_seen=False) == [2]


async def test_the_channels_to_ask_about_are_those_of_what_was_found_and_is_not_seen(
    database: Database,
) -> None:
    async with database.write() as session:
        await indexed(session, 1, title="Leaked credentials", is_private=True)
        await indexed(session, 2, title="Credentials expired")
        await indexed(session, 3, title="Expired certificate", is_private=True)

    async def closed(seen: Seen, *words: str, is_every: bool = True) -> list[str]:
        async with database.read() as session:
            return sorted(
                await search.closed_channels(session, TEAM, words, seen, is_every=is_every, limit=9)
            )

    assert await closed(Seen(), "credentials") == ["C1"]
    assert await closed(Seen(channels=frozenset({"C1"})), "credentials") == []
    assert await closed(Seen(public=False), "credentials") == ["C1", "C2"]
    assert await closed(Seen(), "credentials", "certificate", is_every=False) == ["C1", "C3"]
    assert await closed(Seen()) == []


@pytest.mark.parametrize(
    "words",
    ["", "   ", '"', '""', "*", "a:b OR", "NEAR(", "-x", "'; DROP TABLE", "title:", "障害", "\x00", "!&|"],
)
async def test_nothing_people_type_is_read_as_a_query(database: Database, words: str) -> None:
    async with database.write() as session:
        await indexed(session, 1, title="Checkout is down")

    assert await found(database, words) == []


async def test_a_snippet_shows_the_words_that_were_found(database: Database) -> None:
    async with database.write() as session:
        await indexed(session, 1, title="Checkout", factors="a retry storm exhausted the pool")

    async with database.read() as session:
        (hit,) = await search.search(session, TEAM, "storm", seen=Seen(), limit=10)

    assert f"{START}storm{END}" in hit.snippet


async def test_similar_incidents_share_words_the_nearest_first(database: Database) -> None:
    async with database.write() as session:
        await indexed(session, 1, title="Checkout slow", factors="connection pool exhausted by a retry storm")
        await indexed(session, 2, title="DNS outage", factors="a zone file was empty")
        await indexed(session, 3, title="Checkout down", factors="retry storm after a deploy")

    async with database.read() as session:
        words = await search.words_of(session, 1, at_least=4)
        near = await search.similar(session, TEAM, words, besides=1, seen=Seen(), limit=5)

    assert words[:2] == ["checkout", "slow"]
    assert [hit.incident.number for hit in near] == [3]


def test_a_word_is_looked_for_once_however_often_it_is_said() -> None:
    assert search.phrases('a b A "c d" e a "C D"') == ["c d", "a", "b", "e"]
    assert search.phrases("word " * 1500) == ["word"]
