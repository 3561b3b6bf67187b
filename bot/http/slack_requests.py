"""`/slack/events`: where Slack sends events, commands and interactions in HTTP mode.

Sources: docs.slack.dev/apis/events-api (url_verification, retries, app_rate_limited),
docs.slack.dev/interactivity/implementing-slash-commands (ssl_check),
docs.slack.dev/interactivity/handling-user-interaction.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import structlog
from slack_bolt.response import BoltResponse
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.http.signature import is_fresh, is_signed
from bot.slack.transport import COMMAND, EVENT, INTERACTION, SlackRequest, Take, payload_of

log = structlog.get_logger()

PATH = "/slack/events"
MOST_BYTES = 4 * 1024 * 1024
"""A body may have: a view of 250 KB, its state and its message, three bytes a character once encoded."""
MOST_BYTES_AT_ONCE = 64 * 1024 * 1024
"""All bodies together may have that nobody has checked yet."""
MOST_FIELDS = 100
BODY_WITHIN = 10.0
"""Seconds within which a body is there."""
WARN_EVERY = 60.0
"""Seconds between two lines that say that requests were refused: anybody can send them."""
NO_RETRY = {"X-Slack-No-Retry": "1"}
"""For what would be the same when it came again."""
SANDBOX_TIME = "x-sandbox-time"
"""When a person acted, which a sandbox alone tells: `sandbox_time` of Socket Mode's envelopes."""


class Unreadable(Exception):
    """A body in which there is no request; the text says why."""


class SlackRequests:
    """The ASGI application behind the Request URL; nobody but Slack gets past the signature.

    `saw` is shown what a sandbox says of the time.
    """

    def __init__(self, secret: str, take: Take, *, saw: Callable[[Mapping[str, Any]], None]) -> None:
        self._secret = secret
        self._take = take
        self._saw = saw
        self._unchecked_bytes = 0
        self._refused = 0
        self._warned_at = -WARN_EVERY

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)

        async def respond(response: Response) -> None:
            await response(scope, receive, send)

        async def reply(response: BoltResponse | None) -> None:
            await respond(_http(response))

        found = await self._read(request)
        if isinstance(found, Response):
            await respond(found)
            return
        self._saw({"sandbox_time": request.headers.get(SANDBOX_TIME)})
        try:
            await self._take(found, reply)
        except Exception as problem:  # the outermost: whatever is wrong with one request, the next is served
            log.error("request.failed", why=problem, exc_info=problem)
            await reply(BoltResponse(status=500))

    async def _read(self, request: Request) -> SlackRequest | Response:
        """The request, or what is answered at once."""
        if request.method != "POST":
            is_check = request.query_params.get("ssl_check") == "1"
            return PlainTextResponse("", 200 if is_check else 405)
        if not is_fresh(request.headers, time.time()) and not _may_be_check(request.headers):
            return self._refuse()
        held = bytearray()
        try:
            async with asyncio.timeout(BODY_WITHIN):
                refused = await self._fill(held, request)
            if refused is not None:
                return refused
            body = bytes(held)
            is_ours = is_signed(self._secret, request.headers, body, time.time())
        except ClientDisconnect:
            return PlainTextResponse("", 400)
        except TimeoutError:
            return PlainTextResponse("The body did not come.", 408, headers={"Connection": "close"})
        finally:
            self._unchecked_bytes -= len(held)
        try:
            if not is_ours:
                return PlainTextResponse("") if _is_check(body) else self._refuse()
            return _request_in(body, request.headers.get("content-type", ""))
        except Unreadable as problem:
            log.warning("request.unreadable", why=str(problem))
            return PlainTextResponse(str(problem), 400, headers=NO_RETRY)

    async def _fill(self, held: bytearray, request: Request) -> Response | None:
        """Read the body, as long as neither it nor all of them together are too large; else the answer."""
        async for chunk in request.stream():
            held += chunk
            self._unchecked_bytes += len(chunk)
            if len(held) > MOST_BYTES:
                return PlainTextResponse("The body is too large.", 413, headers={"Connection": "close"})
            if self._unchecked_bytes > MOST_BYTES_AT_ONCE:
                return PlainTextResponse("Too much at once.", 503, headers={"Connection": "close"})
        return None

    def _refuse(self) -> Response:
        self._refused += 1
        now = time.monotonic()
        if now - self._warned_at >= WARN_EVERY:
            hint = "is SLACK_SIGNING_SECRET this app's, and this machine's clock right?"
            log.warning("request.not_signed", refused=self._refused, hint=hint)
            self._refused, self._warned_at = 0, now
        return PlainTextResponse("The request is not signed by Slack.", 401)


def _may_be_check(headers: Headers) -> bool:
    """Whether an unsigned request can be one by which Slack checks the certificate: a short form."""
    length = headers.get("content-length", "")
    return length.isdecimal() and len(length) <= 4


def _is_check(body: bytes) -> bool:
    try:
        return _form(body).get("ssl_check") == "1"
    except Unreadable:
        return False


def _request_in(body: bytes, content_type: str) -> SlackRequest | Response:
    """What a body of Slack's asks, or its answer where Slack asks nothing of Scribe.

    Raises:
        Unreadable: there is no request in it.
    """
    if content_type.partition(";")[0].strip().lower() == "application/json":
        payload = _json(body)
        match payload.get("type"):
            case "url_verification":
                return _as_json({"challenge": payload.get("challenge")})
            case "app_rate_limited":
                log.warning("slack.deliveries_limited", minute=payload.get("minute_rate_limited"))
                return PlainTextResponse("")
        return SlackRequest(EVENT, payload)
    form = _form(body)
    if form.get("ssl_check") == "1":
        return PlainTextResponse("")
    if "command" in form:  # first: what a person writes may be anything
        return SlackRequest(COMMAND, dict(form))
    if "payload" in form:
        return SlackRequest(INTERACTION, _json(form["payload"]))
    raise Unreadable("There is neither an event nor a command nor an interaction in the body.")


def _json(body: bytes | str) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise Unreadable(f"The body is no JSON ({type(problem).__name__}).") from problem
    if not isinstance(found, dict):
        raise Unreadable("The body is no JSON object.")
    return found


def _form(body: bytes) -> dict[str, str]:
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError as problem:
        raise Unreadable(f"The body is no form ({type(problem).__name__}).") from problem
    return dict(fields)


def _http(response: BoltResponse | None) -> Response:
    """An answer of Bolt's over HTTP; None is a server's error, after which an event comes again."""
    if response is None:
        return PlainTextResponse("", 503)
    payload = payload_of(response)
    if payload is None:
        return PlainTextResponse("", response.status)
    return _as_json(payload, response.status)


def _as_json(payload: Mapping[str, Any], status: int = 200) -> Response:
    """In ASCII, since half a character has no UTF-8."""
    return Response(json.dumps(payload), status, media_type="application/json")
