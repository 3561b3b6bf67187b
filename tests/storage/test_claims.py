"""Lanes are claimed by one process at a time, and by another one when that process hangs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.engine import make_url

from storage.claims import ClaimsLost, LoneClaims, PostgresClaims
from storage.patience import IDLE_IN_TRANSACTION, LEASE, RENEWED_EVERY, SURE_FOR
from tests.storage.conftest import opened

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
    async with asyncio.timeout(20):
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


async def test_a_process_alone_is_always_sure() -> None:
    alone = LoneClaims()

    assert await alone.claim(["lane"]) == {"lane"}
    assert alone.is_sure(1)


def test_of_a_stopped_process_no_transaction_is_open_when_another_takes_over() -> None:
    assert IDLE_IN_TRANSACTION + RENEWED_EVERY < LEASE
    assert RENEWED_EVERY < SURE_FOR < LEASE
