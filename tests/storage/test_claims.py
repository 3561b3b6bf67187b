"""Lanes are claimed by one process at a time, and by another one when that process hangs."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from storage.claims import ClaimsLost, LoneClaims, PostgresClaims
from storage.patience import IDLE_IN_TRANSACTION, LEASE, RENEWED_EVERY, SURE_FOR
from tests.storage.conftest import opened
from tests.until import PATIENCE

SHORT = 0.8
"""Seconds of a lease that a test can wait for."""


@asynccontextmanager
async def claims(postgres_url: str, *, lease: float = LEASE) -> AsyncIterator[PostgresClaims]:
    made = PostgresClaims(make_url(postgres_url).set(drivername="postgresql+psycopg"), lease=lease)
    try:
        yield made
    finally:
        await made.close()


def hang(seconds: float) -> None:
    """This process does nothing, its connections open."""
    time.sleep(seconds)


async def taken_over(other: PostgresClaims) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await other.claim(["lane"]):  # noqa: ASYNC110  (another process ends it)
            await asyncio.sleep(0.02)


async def test_a_claim_is_kept_for_as_long_as_its_process_goes_on(postgres_url: str) -> None:
    async with claims(postgres_url, lease=SHORT) as ours, claims(postgres_url) as other:
        await ours.claim(["lane"])
        for _ in range(8):
            await asyncio.sleep(SHORT / 4)  # twice the lease in all, and it is renewed meanwhile
            assert await other.claim(["lane"]) == frozenset()

        assert ours.term == 1
        assert await ours.hold(1)


async def test_a_process_that_hangs_loses_its_claims_and_finds_out_before_it_sends(postgres_url: str) -> None:
    async with opened(postgres_url) as database, claims(postgres_url, lease=SHORT) as ours:
        await ours.claim(["lane"])
        assert ours.is_sure(1)
        async with database.write() as session:
            await ours.confirm(session, 1)
        hang(1.5 * SHORT)

        assert not ours.is_sure(1)  # at once, before anybody is asked

        async with claims(postgres_url) as other:
            await taken_over(other)
            with pytest.raises(ClaimsLost):
                async with database.write() as session:
                    await ours.confirm(session, 1)
            assert not await ours.hold(1)
            assert await ours.claim(["lane", "another"]) == {"another"}  # a new term, without the lane
            assert ours.term == 2


async def test_a_claim_is_not_sure_when_the_server_is_not_heard_of(postgres_url: str) -> None:
    async with claims(postgres_url) as ours:
        assert not ours.is_sure(0)
        await ours.claim(["lane"])
        assert ours.is_sure(1)
        assert not ours.is_sure(2)
    assert not ours.is_sure(1)


class Pooler:
    """Stands between and may give a client another session of the server, as a transaction pooler does."""

    def __init__(self, server: Path) -> None:
        self._server = server
        self._hello = b""
        self._ends: list[asyncio.StreamWriter] = []
        self._session: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.append(writer)
        length = await reader.readexactly(4)
        self._hello = length + await reader.readexactly(int.from_bytes(length) - 4)
        writer.write(await self.swap())
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while message := await reader.readexactly(1):
                length = await reader.readexactly(4)
                message += length + await reader.readexactly(int.from_bytes(length) - 4)
                assert self._session
                self._session[1].write(message)
                if message[:1] in (b"Q", b"S"):  # after these the server answers until it is ready
                    writer.write(await self._answer(self._session[0]))

    async def swap(self) -> bytes:
        """From now on another session of the server answers; returns what the server greets it with."""
        session = self._session = await asyncio.open_unix_connection(self._server)
        self._ends.append(session[1])
        session[1].write(self._hello)
        return await self._answer(session[0])

    async def _answer(self, server: asyncio.StreamReader) -> bytes:
        answer = b""
        while True:
            kind = await server.readexactly(1)
            length = await server.readexactly(4)
            answer += kind + length + await server.readexactly(int.from_bytes(length) - 4)
            if kind == b"Z":  # ReadyForQuery
                return answer

    def cut(self) -> None:
        for end in self._ends:
            end.close()


async def test_claims_are_lost_when_a_pooler_gives_them_another_session(postgres_url: str) -> None:
    url = make_url(postgres_url)
    pooler = Pooler(Path(str(url.query["host"])) / ".s.PGSQL.5432")
    server = await asyncio.start_server(pooler.connect, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    through = (
        f"postgresql://{url.username}@127.0.0.1:{port}/{url.database}?sslmode=disable&gssencmode=disable"
    )
    async with claims(through) as ours:
        await ours.claim(["lane"])
        assert await ours.hold(1)

        await pooler.swap()

        assert not await ours.hold(1)
        assert not ours.is_sure(1)
    pooler.cut()
    server.close()


async def test_a_process_alone_is_always_sure() -> None:
    alone = LoneClaims()

    assert await alone.claim(["lane"]) == {"lane"}
    assert alone.is_sure(1)


def test_of_a_stopped_process_no_transaction_is_open_when_another_takes_over() -> None:
    assert IDLE_IN_TRANSACTION + RENEWED_EVERY < LEASE
    assert RENEWED_EVERY < SURE_FOR < LEASE
