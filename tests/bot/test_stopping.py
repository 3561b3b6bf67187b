"""A stop ends, whatever hangs."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from bot import stopping


def test_the_steps_of_a_stop_take_less_than_a_process_manager_waits() -> None:
    at_once = max(stopping.ANSWERED_WITHIN, stopping.CALLS_WITHIN)
    assert at_once + stopping.LAST_ANSWERS_WITHIN + 2 * stopping.CLOSED_WITHIN < 10


async def test_a_step_that_hangs_even_when_it_is_cancelled_delays_no_other() -> None:
    may_end = asyncio.Event()

    async def hang() -> None:
        while not may_end.is_set():
            try:
                await may_end.wait()
            except asyncio.CancelledError:
                continue

    done: list[str] = []

    async def next_step() -> None:
        done.append("next")

    with capture_logs() as logs:
        await stopping.at_most(0.01, hang(), "socket")
        await stopping.at_most(60, next_step(), "database")
    may_end.set()

    assert done == ["next"]
    assert [(line["event"], line["what"]) for line in logs] == [("stop.unfinished", "socket")]


async def test_a_step_that_fails_is_named_and_delays_no_other() -> None:
    async def fail() -> None:
        raise RuntimeError("no socket")

    with capture_logs() as logs:
        await stopping.at_most(60, fail(), "socket")

    assert [(line["event"], repr(line["why"])) for line in logs] == [
        ("stop.unfinished", "RuntimeError('no socket')")
    ]
