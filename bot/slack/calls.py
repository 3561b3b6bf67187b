"""Calling Slack's Web API, with its answers sorted into what a caller can do about them."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.metrics import SLACK_CALL_SECONDS, SLACK_CALLS, SLACK_REFUSALS
from bot.slack.limits import read_limits
from bot.slack.pacing import Pace, Slots, Turn
from bot.text.well_formed import mend
from bot.tracing import span
from storage.claims import working_under
from storage.database import Database

PASSING = frozenset(
    {
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
        "org_login_required",
        "external_channel_migrating",
        "fetch_members_failed",
        "accesslimited",
        "canvas_editing_locked",
    }
)
"""Errors that Slack's method pages describe as passing: "try again later", "until migration is complete",
"undergoing an active migration", "failed to fetch members".
"""

NEVER_ARRIVED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
"""Failures to connect; any later one may have come after Slack took the call."""


DEAD_TOKEN = frozenset({"invalid_auth", "token_revoked", "token_expired", "account_inactive", "not_authed"})
"""Slack does not accept the bot token (any more), whatever is asked (each method's page, Errors)."""

OF_ONE_WORKSPACE = frozenset({"conversations_create", "conversations_list", "usergroups_list", "users_list"})
"""Methods that a token for a whole organization must tell the workspace
(docs.slack.dev/enterprise/developing-for-enterprise-orgs).
"""
LONGEST_SAID = 300
"""Characters of a tracker's own words."""
_WORD = re.compile(r"[a-z_]{1,60}")


class SlackTrouble(Exception):
    """A call that did not succeed."""


class TryLater(SlackTrouble):
    """Slack is slow, down or limiting: the same call may succeed after `after` seconds.

    `is_expected` is Scribe's own wish to wait a moment, which is nobody's trouble. `is_undone` says that the
    call was surely not done: Slack limited it, or was never reached.
    """

    def __init__(
        self, why: str, after: float | None = None, *, is_expected: bool = False, is_undone: bool = False
    ) -> None:
        super().__init__(why)
        self.after = after
        self.is_expected = is_expected
        self.is_undone = is_undone or is_expected


def before_sending() -> None:
    """Check, right before a call is sent, that no other replica may have taken over its intent.

    Raises:
        TryLater: the lease on the lane of the intent that is worked on may have run out.
    """
    claim = working_under.get()
    if claim and not claim.is_sure():
        raise TryLater("this process did nothing for too long to send it now", 0.5, is_expected=True)


class Refused(SlackTrouble):
    """Slack answered with an error that repeating will not change."""

    def __init__(self, method: str, error: str, answer: Mapping[str, Any]) -> None:
        detail = answer.get("detail") or answer.get("needed") or ""
        super().__init__(f"{method}: {error}" + (f" ({detail})" if detail else ""))
        self.method = method
        self.error = error
        self.detail = str(answer.get("detail") or "")
        self.answer = answer


class RefusedByTracker(Refused):
    """A tracker, and not Slack, answered so; `said` are its own words, in a sentence, `by` is its name.

    `fields` are those of which it says that they are wrong, where it names them. `error` is its word where
    there is no status.
    """

    def __init__(
        self, by: str, status: int, said: str, fields: Collection[str] = (), error: str = "nothing"
    ) -> None:
        said = " ".join(said.split()).rstrip(".")[:LONGEST_SAID]
        super().__init__(by, f"HTTP {status}" if status else error, {"detail": said})
        self.by = by
        self.status = status
        self.said = said
        self.fields = frozenset(fields)


class Slack:
    """Slack's Web API for one workspace, called no more often than Slack allows.

    `rate_scale` is how many times faster than Slack's limits calls may be; more than 1 is for a sandbox that
    is as fast.
    """

    def __init__(self, client: AsyncWebClient, clock: Clock, *, rate_scale: float = 1.0) -> None:
        self.client = client
        self._clock = clock
        self._pace = Pace(read_limits(), rate_scale)
        self._slots = Slots()
        self._unreachable_since: float | None = None
        self.acts_in: str | None = None
        """The workspace to act in, where the token is a whole organization's."""
        self.granted: frozenset[str] | None = None
        """The token's scopes, as Slack said with its last answer; None where it has not said them."""

    @property
    def unreachable_for(self) -> float:
        """For how many seconds no call was answered by Slack, 0 where the last one was."""
        since = self._unreachable_since
        return 0.0 if since is None else time.monotonic() - since

    def turn(self, method: str, channel: str | None = None) -> Turn:
        """Wait for a method's turn before reading what is to be sent, so that what is sent is not old.

        `async with slack.turn("chat_update"): …` waits as `call` does; the first call of that method inside
        goes at once, and leaving without one gives the turn back. For `chat_postMessage` name the channel,
        since each has a turn of its own.
        """
        return Turn(self._pace, _as_slack_names(method), channel)

    def share_pace(self, database: Database, team_id: str) -> None:
        """Keep to Slack's limits together with the other replicas that keep this record."""
        self._pace.share(database, team_id)

    async def close(self) -> None:
        """Let the other replicas know which calls have ended."""
        if self._pace.shared:
            await self._pace.shared.close()

    def turn_away(self) -> None:
        """Raise `TryLater` in every caller that waits for a turn: this process is about to end."""
        self._pace.turn_away(lambda: TryLater("no turn before the stop", is_expected=True))

    async def call(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        """Call a method by its slack_sdk name, `chat_postMessage` for example, when its turn has come.

        How soon that is depends on `bot.slack.pacing.urgency`. A 429 pauses that method for every
        caller, for as long as Slack says.

        Raises:
            TryLater: rate limits, 5xx, time-outs, broken connections.
            Refused: any other `ok: false`.
        """
        name, channel = _as_slack_names(method), arguments.get("channel")
        if self.acts_in and method in OF_ONE_WORKSPACE:
            arguments["team_id"] = self.acts_in
        place = Turn.place_for(self._pace, name, channel) or await self._pace.take(name, channel)
        try:
            async with self._slots.one():
                before_sending()
                place.is_used = True
                with _timed(name), span("slack.call", method=name):
                    response = await getattr(self.client, method)(**arguments)
            self._unreachable_since = None
            self._note_scopes(response.headers)
        except SlackApiError as problem:
            self._unreachable_since = None
            trouble = self._sorted(method, problem)
            _count(name, trouble)
            raise trouble from problem
        except (aiohttp.ClientError, TimeoutError, OSError, SlackRequestError) as problem:
            SLACK_CALLS.add(name, "failed")
            never_arrived = isinstance(problem, NEVER_ARRIVED)
            place.is_used = not never_arrived
            self._unreachable_since = self._unreachable_since or time.monotonic()
            raise TryLater(
                f"{method}: {type(problem).__name__} {problem}".strip(), is_undone=never_arrived
            ) from problem
        finally:
            place.leave()
        SLACK_CALLS.add(name, "ok")
        answer: Mapping[str, Any] = mend(response.data)
        self._clock.saw_ts(answer.get("ts"))
        return answer

    def _note_scopes(self, headers: Mapping[str, str]) -> None:
        """Slack names them with every answer to a bot token (docs.slack.dev/authentication, "Scopes")."""
        if named := headers.get("x-oauth-scopes", ""):
            self.granted = frozenset(scope.strip() for scope in named.split(","))

    def _sorted(self, method: str, problem: SlackApiError) -> SlackTrouble:
        response = problem.response
        # for a body that is no JSON the SDK hands over aiohttp's response, which says `status`
        status: int = getattr(response, "status_code", None) or getattr(response, "status", None) or 200
        answer = mend(response.data) if isinstance(getattr(response, "data", None), dict) else None
        error = str((answer or {}).get("error", "")) or f"HTTP {status}"
        if status == 429 or error in ("ratelimited", "rate_limited"):
            after = _seconds(response.headers.get("Retry-After"))
            self._pace.pause(_as_slack_names(method), after)
            return TryLater(f"{method}: rate limited", after, is_undone=True)
        if answer is None:
            return TryLater(f"{method}: HTTP {status} without an answer that can be read")
        if status >= 500 or error in PASSING:
            return TryLater(f"{method}: {error}")
        return Refused(method, error, answer)


@contextmanager
def _timed(name: str) -> Iterator[None]:
    began = time.monotonic()
    try:
        yield
    finally:
        SLACK_CALL_SECONDS.observe(time.monotonic() - began, name)


def _count(name: str, trouble: SlackTrouble) -> None:
    """Count a call that Slack answered with an error; what it says is a label only where it is one word."""
    if isinstance(trouble, Refused):
        SLACK_CALLS.add(name, "refused")
        SLACK_REFUSALS.add(name, trouble.error if _WORD.fullmatch(trouble.error) else "other")
    else:
        is_limited = isinstance(trouble, TryLater) and trouble.after is not None
        SLACK_CALLS.add(name, "limited" if is_limited else "failed")


def _as_slack_names(method: str) -> str:
    """`chat.postMessage` of slack_sdk's `chat_postMessage`; no name of Slack's holds an underscore."""
    return method.replace("_", ".")


def _seconds(retry_after: object) -> float:
    try:
        return max(float(str(retry_after)), 0.0)
    except ValueError:
        return 1.0
