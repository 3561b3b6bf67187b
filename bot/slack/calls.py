"""Calling Slack's Web API, with its answers sorted into what a caller can do about them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock

PASSING = frozenset(
    {
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
        "accesslimited",
        "canvas_editing_locked",
    }
)
"""Errors that Slack's method pages describe as passing: "try again later"."""


class SlackTrouble(Exception):
    """A call that did not succeed."""


class TryLater(SlackTrouble):
    """Slack is slow, down or limiting: the same call may succeed after `after` seconds.

    `is_expected` is Scribe's own wish to wait a moment, which is nobody's trouble.
    """

    def __init__(self, why: str, after: float | None = None, *, is_expected: bool = False) -> None:
        super().__init__(why)
        self.after = after
        self.is_expected = is_expected


class Refused(SlackTrouble):
    """Slack answered with an error that repeating will not change."""

    def __init__(self, method: str, error: str, answer: Mapping[str, Any]) -> None:
        detail = answer.get("detail") or answer.get("needed") or ""
        super().__init__(f"{method}: {error}" + (f" ({detail})" if detail else ""))
        self.method = method
        self.error = error
        self.detail = str(answer.get("detail") or "")
        self.answer = answer


class Slack:
    """Slack's Web API for one workspace."""

    def __init__(self, client: AsyncWebClient, clock: Clock) -> None:
        self.client = client
        self._clock = clock
        self._paused_until: dict[str, float] = {}

    async def call(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        """Call a method by its slack_sdk name, `chat_postMessage` for example.

        A 429 pauses that method, for every caller, for as long as Slack says.

        Raises:
            TryLater: rate limits, 5xx, time-outs, broken connections.
            Refused: any other `ok: false`.
        """
        wait = self._paused_until.get(method, 0.0) - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        try:
            response = await getattr(self.client, method)(**arguments)
        except SlackApiError as problem:
            raise self._sorted(method, problem) from problem
        except (aiohttp.ClientError, TimeoutError, OSError, SlackRequestError) as problem:
            raise TryLater(f"{method}: {type(problem).__name__} {problem}".strip()) from problem
        answer: Mapping[str, Any] = response.data
        self._clock.saw_ts(answer.get("ts"))
        return answer

    def _sorted(self, method: str, problem: SlackApiError) -> SlackTrouble:
        response = problem.response
        # for a body that is no JSON the SDK hands over aiohttp's response, which says `status`
        status: int = getattr(response, "status_code", None) or getattr(response, "status", None) or 200
        answer = response.data if isinstance(getattr(response, "data", None), dict) else None
        if answer is None:
            return TryLater(f"{method}: HTTP {status} without an answer that can be read")
        error = str(answer.get("error", "")) or f"HTTP {status}"
        if status == 429 or error in ("ratelimited", "rate_limited"):
            after = _seconds(response.headers.get("Retry-After"))
            self._paused_until[method] = time.monotonic() + after
            return TryLater(f"{method}: rate limited", after)
        if status >= 500 or error in PASSING:
            return TryLater(f"{method}: {error}")
        return Refused(method, error, answer)


def _seconds(retry_after: object) -> float:
    try:
        return max(float(str(retry_after)), 0.0)
    except ValueError:
        return 1.0
