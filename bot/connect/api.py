"""HTTP to the team's trackers: the one place where it is made, and it reaches the host that is set alone.

Answers are sorted as those of Slack are (`bot.slack.calls`): what may succeed later, and what never will. A
call whose answer is lost may have been carried out. Each tracker gets one call at a time, and a limit it
names pauses all of them.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Any

import httpx

from bot.metrics import TRACKER_CALLS
from bot.slack.calls import RefusedByTracker, TryLater, before_sending
from bot.text.well_formed import mend, table

WITHIN = 20.0
"""Seconds that one call may take."""
MOST_BYTES = 8 * 1024 * 1024
"""Of one answer."""
BUSY_FOR = 1.0
"""Seconds after which a call is tried again that came while another was under way."""
SHORTEST_LIMIT, LONGEST_LIMIT = 1.0, 3600.0
PASSING = frozenset({408, 425})
"""Statuses below 500 after which the same call may succeed (RFC 9110 and 8470)."""


class ForeignHost(httpx.TransportError):
    """A call was to go to a host that is not the tracker's; no connection to it was opened."""


class OneHost(httpx.AsyncBaseTransport):
    """Lets requests through to one scheme, host and port."""

    def __init__(self, base: httpx.URL, inner: httpx.AsyncBaseTransport) -> None:
        self._allowed = _place(base)
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if _place(request.url) != self._allowed:
            raise ForeignHost(f"{request.url.host} is not {self._allowed[1]}: nothing was sent there")
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


def _place(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme)


@dataclass(frozen=True)
class Answer:
    """What a tracker answered: `data` is its JSON, None where there is none."""

    status: int
    headers: Mapping[str, str]
    data: Any

    def header(self, name: str) -> str:
        return self.headers.get(name, "")


@dataclass(frozen=True)
class Content:
    """A body as it is to arrive, byte by byte, and its headers."""

    body: bytes
    headers: Mapping[str, str]


def form(name: str, file: bytes, media_type: str, fields: Mapping[str, str]) -> Content:
    """A file and fields as a form sends them (RFC 7578)."""
    made = httpx.Request("POST", "http://form", files={"file": (name, file, media_type)}, data=fields)
    return Content(made.read(), {"Content-Type": made.headers["content-type"]})


Limit = Callable[[Answer], float | None]
"""Seconds that a tracker wants to be left alone for, as its answer says; None: it is no limit."""
Explain = Callable[[Answer], str]
"""The tracker's own words for what it refuses, in a sentence."""


class Api:
    """One tracker's API. `base` is its address without a slash at the end, `title` what people call it.

    `proxies` of the environment are not used; certificates are those the machine trusts (SSL_CERT_FILE too).
    """

    def __init__(
        self,
        title: str,
        base: str,
        headers: Mapping[str, str],
        *,
        limit: Limit,
        explain: Explain,
        auth: tuple[str, str] | None = None,
        within: float = WITHIN,
    ) -> None:
        self.title = title
        self._limit = limit
        self._explain = explain
        self._within = within
        self._paused_until = 0.0
        self._is_busy = False
        verify = ssl.create_default_context() if base.startswith("https:") else False
        self._client = httpx.AsyncClient(
            base_url=base,
            headers={"User-Agent": f"scribe/{version('incident-scribe')}", **headers},
            auth=auth,
            timeout=within,
            transport=OneHost(httpx.URL(base), httpx.AsyncHTTPTransport(verify=verify)),
            trust_env=False,
        )

    async def close(self) -> None:
        await self._client.aclose()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """The right to call it, one after the other.

        Raises:
            TryLater: somebody else calls it just now, or it wants to be left alone.
        """
        pause = self._paused_until - time.monotonic()
        if pause > 0 or self._is_busy:
            raise TryLater(
                f"{self.title} is left alone for a while" if pause > 0 else f"{self.title} is being called",
                max(pause, BUSY_FOR),
                is_expected=True,
            )
        self._is_busy = True
        try:
            yield
        finally:
            self._is_busy = False

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str | int] | None = None,
        content: Content | None = None,
    ) -> Answer:
        """What it answers to one request, of a status below 300.

        Raises:
            TryLater: limits, 5xx, time-outs, broken connections.
            RefusedByTracker: everything else.
        """
        before_sending()
        try:
            async with asyncio.timeout(self._within):  # httpx waits so long for each piece of an answer
                answer = await self._exchange(method, path, body, query, content)
        except ForeignHost as problem:
            raise self._refused(0, str(problem)) from problem
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as problem:
            TRACKER_CALLS.add(self.title, "failed")
            raise TryLater(f"{self.title}: {_described(problem)}", is_undone=True) from problem
        except (httpx.HTTPError, OSError, ValueError) as problem:
            TRACKER_CALLS.add(self.title, "failed")
            raise TryLater(f"{self.title}: {_described(problem)}") from problem
        return self._sorted(answer)

    async def _exchange(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        query: Mapping[str, str | int] | None,
        content: Content | None,
    ) -> Answer:
        async with self._client.stream(
            method,
            path,
            json=body,
            params=query,
            content=content.body if content else None,
            headers=content.headers if content else None,
        ) as response:
            held = bytearray()
            async for chunk in response.aiter_bytes():
                held += chunk
                if len(held) > MOST_BYTES:
                    raise ValueError(f"its answer has more than {MOST_BYTES} bytes")
        try:
            data = mend(json.loads(held)) if held else None
        except (ValueError, RecursionError):
            data = None
        return Answer(response.status_code, response.headers, data)

    def _sorted(self, answer: Answer) -> Answer:
        limit = self._limit(answer) if answer.status >= 400 else None
        if limit is not None:
            TRACKER_CALLS.add(self.title, "limited")
            pause = min(max(limit, SHORTEST_LIMIT), LONGEST_LIMIT)
            self._paused_until = time.monotonic() + pause
            raise TryLater(f"{self.title}: rate limited", pause, is_undone=True)
        if answer.status >= 500 or answer.status in PASSING:
            TRACKER_CALLS.add(self.title, "failed")
            raise TryLater(f"{self.title}: HTTP {answer.status}")
        if 300 <= answer.status < 400:
            raise self._refused(
                answer.status, "it sends elsewhere, where nothing is sent: set the address it has now"
            )
        if answer.status >= 400:
            raise self._refused(answer.status, self._explain(answer), _fields(answer))
        TRACKER_CALLS.add(self.title, "ok")
        return answer

    def _refused(self, status: int, said: str, fields: Collection[str] = ()) -> RefusedByTracker:
        TRACKER_CALLS.add(self.title, "refused")
        return RefusedByTracker(self.title, status, said, fields)

    def refusal(self, said: str) -> RefusedByTracker:
        """What to raise where it answers with an error that no status tells."""
        return self._refused(200, said)

    def limited(self, seconds: float) -> TryLater:
        """What to raise where its limit stands in no status: all calls pause."""
        pause = min(max(seconds, SHORTEST_LIMIT), LONGEST_LIMIT)
        self._paused_until = time.monotonic() + pause
        return TryLater(f"{self.title}: rate limited", pause, is_undone=True)


def _fields(answer: Answer) -> Collection[str]:
    """The fields that an answer names as wrong, in a table `errors`, as Jira does."""
    return [str(name) for name in table(table(answer.data).get("errors"))]


def retry_after(answer: Answer) -> float | None:
    """Seconds or a date (RFC 9110, section 10.2.3); None where neither stands there."""
    said = answer.header("retry-after").strip()
    try:
        return max(float(said), 0.0)
    except ValueError:
        pass
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max((at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds(), 0.0)


def limit_429(answer: Answer) -> float | None:
    """A limit as most have it: status 429, for as long as `Retry-After` says, else a minute."""
    if answer.status != 429:
        return None
    after = retry_after(answer)
    return 60.0 if after is None else after


def _described(problem: Exception) -> str:
    return f"{type(problem).__name__} {problem}".strip()
