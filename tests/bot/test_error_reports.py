"""What leaves for Sentry: where an error happened and to what, and no words, secrets or variables."""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import sentry_sdk
import structlog
from aiohttp import web

from bot.error_reports import ErrorReports, ExtraMissing

WORDS = "the database password is on the wiki"
SECRET = "xoxb-1-made-up-for-this-test"


@dataclass
class Sentry:
    """A server that takes what its clients send, as Sentry does."""

    dsn: str = ""
    bodies: list[bytes] = field(default_factory=list)

    @property
    def events(self) -> list[dict[str, Any]]:
        """An envelope is lines of JSON: its header, then a header and a body for each item."""
        lines = [json.loads(line) for body in self.bodies for line in body.splitlines() if line]
        return [line for line in lines if "logentry" in line]


@pytest.fixture
async def sentry() -> AsyncIterator[Sentry]:
    found = Sentry()

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        found.bodies.append(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
        return web.json_response({})

    app = web.Application()
    app.router.add_post("/api/1/envelope/", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    found.dsn = f"http://public@{host}:{port}/1"
    yield found
    await runner.cleanup()
    sentry_sdk.init()  # sends nothing


async def sent(sentry: Sentry) -> list[dict[str, Any]]:
    await asyncio.to_thread(sentry_sdk.flush, 10)
    return sentry.events


def logger_to(sentry: Sentry) -> structlog.typing.FilteringBoundLogger:
    processors = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        ErrorReports(sentry.dsn),
        structlog.processors.JSONRenderer(default=repr),
    ]
    made: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        structlog.ReturnLogger(),
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(0),
    )
    return made


def fail(words: str, token: str) -> None:
    raise ValueError(f"{words} {token}")


async def test_an_error_says_where_and_to_what_it_happened_and_nothing_else(sentry: Sentry) -> None:
    log = logger_to(sentry)
    with structlog.contextvars.bound_contextvars(incident=7, event_id="Ev1", text=WORDS):
        try:
            fail(WORDS, SECRET)
        except ValueError as problem:
            log.error("listener.failed", why=problem, exc_info=problem, said=WORDS, token=SECRET)

    (event,) = await sent(sentry)
    assert event["logentry"] == {"message": "listener.failed"}
    assert event["tags"] == {"incident": "7", "event_id": "Ev1"}
    (exception,) = event["exception"]["values"]
    assert exception["type"] == "ValueError"
    assert exception["stacktrace"]["frames"][-1]["function"] == "fail"
    everything = b"".join(sentry.bodies).decode()
    assert WORDS not in everything
    assert SECRET not in everything
    assert "vars" not in everything and "server_name" not in everything


async def test_an_exception_that_is_being_handled_is_sent(sentry: Sentry) -> None:
    log = logger_to(sentry)
    try:
        fail(WORDS, SECRET)
    except ValueError:
        log.exception("job.failed", job="retention")

    (event,) = await sent(sentry)
    assert event["tags"] == {"job": "retention"}
    assert event["exception"]["values"][0]["type"] == "ValueError"


async def test_warnings_stay_here(sentry: Sentry) -> None:
    logger_to(sentry).warning("recorder.full", waiting=3)

    assert await sent(sentry) == []


def test_without_the_extra_the_setting_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)

    with pytest.raises(ExtraMissing, match=r"SENTRY_DSN .*incident-scribe\[sentry\]"):
        ErrorReports("http://public@127.0.0.1:1/1")
