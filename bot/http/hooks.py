"""`POST /hooks/NAME`: where the team's tools tell Scribe of alerts.

What could not be put on the record, or is too much at once, is answered with 503: the one status after
which senders repeat it, but for GitHub and GitLab, which repeat nothing. 4xx says that it would be the same
when it came again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from logging import ERROR, WARNING

import structlog
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.connect.adapter import Adapter, Delivery, DeploysTold, Dropped, TicketsTold, Told, Unreadable
from bot.connect.registry import checked_adapters
from bot.connect.verify import Verdict
from bot.http.compressed import TAKEN, NotUnpacked, TooLong, UnknownEncoding, unpacked
from bot.incidents.actions.deploys import take_deploys
from bot.incidents.actions.tickets import take_tickets
from bot.incidents.alert_intake import AlertIntake
from bot.incidents.attempt import is_away
from bot.incidents.unit_of_work import UnitOfWork
from bot.metrics import HOOK_SECONDS, HOOKS
from bot.slack.services import Services

log = structlog.get_logger()

MOST_BYTES = 1024 * 1024
MOST_BYTES_AT_ONCE = 32 * 1024 * 1024
"""All bodies together may have that are being read."""
MOST_BYTES_OF_ALL = 128 * 1024 * 1024
"""The same of all workspaces together, where many are served."""
MOST_AT_ONCE = 100
"""Deliveries that are being put on the record, or wait for it."""
BODY_WITHIN = 10.0
"""Seconds within which a body is there."""
STORED_WITHIN = 0.8
"""Seconds within which it is on the record; senders wait for a second, some of them."""
WARN_EVERY = 60.0
"""Seconds between two lines that say that deliveries were refused: anybody can send them."""
NO_SUCH_HOOK = "There is no such hook."
METHODS = ("POST", "PUT", "OPTIONS")
AGAIN_AFTER = {"Retry-After": "5"}
LAST_WORD = {"Connection": "close"}
TOO_LARGE = "More than 1 MiB: send fewer alerts at once."
ASKS_FIRST = frozenset({"cloudevents"})
"""Hooks whose senders ask whether they may send, before they do (CloudEvents' HTTP webhooks, "Abuse
Protection": Azure Event Grid does)."""


@dataclass
class Bodies:
    """How many bytes of bodies are being read in this process."""

    held: int = 0


class Hooks:
    """The door of all hooks of a workspace; what they hold in memory is counted in `bodies` too."""

    def __init__(self, work: UnitOfWork, doors: Mapping[str, Adapter], bodies: Bodies | None = None) -> None:
        self._work = work
        self._bodies = bodies or Bodies()
        self._intake = AlertIntake(work)
        self._doors = doors
        self._checks = {name: one.check(work.settings) for name, one in doors.items()}
        self._at_once = 0
        self._bytes = 0
        self._refused = 0
        self._warned_at = -WARN_EVERY
        self._left_behind: set[asyncio.Task[bool]] = set()

    async def answer(self, request: Request) -> Response:
        """The answer to one delivery, once it is on the record."""
        name = str(request.path_params["name"])
        adapter = self._doors.get(name)
        if adapter is None:
            return PlainTextResponse(NO_SUCH_HOOK, 404)
        if request.method == "OPTIONS":
            return _asked_first(adapter, request.headers)
        started = time.monotonic()
        outcome, answer = await self._answer(adapter, request)
        HOOKS.add(name, outcome)
        HOOK_SECONDS.observe(time.monotonic() - started, name)
        return answer

    async def _answer(self, adapter: Adapter, request: Request) -> tuple[str, Response]:
        verdict = self._checks[adapter.name](request.headers, None, time.time())
        if verdict is Verdict.NOT_OURS:
            return "refused", self._refuse(adapter)
        held = bytearray()
        try:
            async with asyncio.timeout(BODY_WITHIN):
                refused = await self._fill(held, request)
            if refused is not None:
                return ("later" if refused.status_code == 503 else "refused"), refused
            body = bytes(held)
        except ClientDisconnect:
            return "refused", PlainTextResponse("", 400)
        except TimeoutError:
            return "later", later("The body did not come.", **LAST_WORD)
        finally:
            self._bytes -= len(held)
            self._bodies.held -= len(held)
        if verdict is Verdict.BODY_NEEDED:
            verdict = self._checks[adapter.name](request.headers, body, time.time())
            if verdict is not Verdict.OURS:
                return "refused", self._refuse(adapter)
        try:
            body = unpacked(request.headers.get("content-encoding", ""), body, MOST_BYTES)
        except TooLong:
            return "refused", PlainTextResponse(TOO_LARGE, 413)
        except UnknownEncoding:
            return "refused", PlainTextResponse("", 415, headers={"Accept-Encoding": TAKEN})
        except NotUnpacked:
            return "refused", PlainTextResponse("The body is not packed as its header says.\n", 400)
        return await self._take(adapter, Delivery(_plain(request.headers), body))

    async def _fill(self, held: bytearray, request: Request) -> Response | None:
        """Read the body, as long as neither it nor all of them together are too large; else the answer."""
        async for chunk in request.stream():
            held += chunk
            self._bytes += len(chunk)
            self._bodies.held += len(chunk)
            if len(held) > MOST_BYTES:
                return PlainTextResponse(TOO_LARGE, 413, headers=LAST_WORD)
            if self._bytes > MOST_BYTES_AT_ONCE or self._bodies.held > MOST_BYTES_OF_ALL:
                return later("Too much at once.", **LAST_WORD)
        return None

    async def _take(self, adapter: Adapter, delivery: Delivery) -> tuple[str, Response]:
        try:
            told = adapter.read(delivery)
        except Dropped as why:
            log.info("hook.dropped", hook=adapter.name, why=str(why))
            return "dropped", PlainTextResponse(f"{why}\n")
        except Unreadable as why:
            log.warning("hook.unreadable", hook=adapter.name, why=str(why))
            return "refused", PlainTextResponse(f"{why}\n", 400)
        if self._at_once >= MOST_AT_ONCE:
            return "later", later("Too much at once.")
        self._at_once += 1
        try:
            return await self._store(adapter, told)
        finally:
            self._at_once -= 1

    async def _store(self, adapter: Adapter, told: Told) -> tuple[str, Response]:
        """Whatever keeps it from the record, it may come again: what is there by then counts once.

        What its sender does not repeat goes on being stored after the answer.
        """
        storing = asyncio.create_task(self._taking(adapter, told))
        await asyncio.wait({storing}, timeout=STORED_WITHIN)
        if not storing.done():
            if adapter.is_repeated or len(self._left_behind) >= MOST_AT_ONCE:
                storing.cancel()
            self._left_behind.add(storing)
            storing.add_done_callback(self._ended)
            log.warning("hook.not_stored", hook=adapter.name, why=f"not within {STORED_WITHIN} s")
            return "later", later("The record is slow.")
        problem = storing.exception()
        if problem is not None:
            known = is_away(problem)
            log.log(
                WARNING if known else ERROR,
                "hook.not_stored",
                hook=adapter.name,
                why=problem,
                exc_info=None if known else problem,
            )
            return "later", later("The record is away.")
        return ("recorded" if storing.result() else "repeated"), PlainTextResponse("ok\n")

    async def _taking(self, adapter: Adapter, told: Told) -> bool:
        """Whether any of it was news."""
        if isinstance(told, TicketsTold):
            return bool(await take_tickets(self._work, told.tracker, told.seen))
        alerts, deploys = (told.alerts, told.deploys) if isinstance(told, DeploysTold) else (told, ())
        is_news = bool(await take_deploys(self._work, deploys)) if deploys else False
        if not alerts:
            return is_news
        taken = await self._intake.take(alerts)
        if taken.declared:
            log.info("hook.declared", hook=adapter.name, incidents=list(taken.declared))
        return is_news or bool(taken.news)

    def _ended(self, task: asyncio.Task[bool]) -> None:
        self._left_behind.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.warning("hook.late", why=task.exception())

    def _refuse(self, adapter: Adapter) -> Response:
        self._refused += 1
        now = time.monotonic()
        if now - self._warned_at >= WARN_EVERY:
            hint = "does it send the token of HOOKS_TOKEN, or sign with its own secret?"
            log.warning("hook.refused", hook=adapter.name, refused=self._refused, hint=hint)
            self._refused, self._warned_at = 0, now
        return PlainTextResponse(
            "The token is missing or wrong.\n", 401, headers={"WWW-Authenticate": "Bearer"}
        )


def later(why: str, **headers: str) -> Response:
    return PlainTextResponse(f"{why} Please send it again.\n", 503, headers={**AGAIN_AFTER, **headers})


def _asked_first(adapter: Adapter, headers: Headers) -> Response:
    """Whether a sender may send: whoever has the token may, from anywhere and as often as it likes."""
    if adapter.name not in ASKS_FIRST or "webhook-request-origin" not in headers:
        return PlainTextResponse("", 405, headers={"Allow": "POST, PUT"})
    said = {"Allow": "POST", "WebHook-Allowed-Origin": "*", "WebHook-Allowed-Rate": "*"}
    return PlainTextResponse("", headers=said)


def _plain(headers: Headers) -> dict[str, str]:
    return dict(headers.items())


def hook_routes(services: Services) -> list[BaseRoute]:
    """The hooks that the settings open.

    Raises:
        CannotConnect: some mappings cannot be used, or routes name hooks that there are not.
    """
    hooks = Hooks(services.work, checked_adapters(services.settings))
    return [Route("/hooks/{name}", hooks.answer, methods=METHODS)]
