"""HTTP mode: events, commands and interactions are posted to the app's request URL, and signed.

Sources: docs.slack.dev/apis/events-api (retries, their headers, `X-Slack-No-Retry`, url_verification),
docs.slack.dev/interactivity/implementing-slash-commands and …/handling-user-interaction,
docs.slack.dev/authentication/verifying-requests-from-slack.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

from sandbox.deliveries import Deliveries, NotAcknowledgedError, NotConnectedError
from sandbox.envelope import COMMANDS, EVENTS, INTERACTIONS, Envelope
from sandbox.errors import SandboxError
from sandbox.json_types import JsonObject

RETRY_DELAYS = (0.0, 6.0, 12.0)
"""At once, after a minute and after five; scaled short here."""
USER_AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"


@dataclass(frozen=True)
class _Answer:
    """What the app answered; without a status it did not, for the reason that Slack's retries name."""

    status: int = 0
    reason: str = ""
    body: bytes = b""
    content_type: str = ""
    may_retry: bool = True
    is_sent: bool = True

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


class RequestUrl(Deliveries):
    """The workspace's side of HTTP mode.

    Of several URLs each request goes to the next one, as by a load balancer; where nothing listens, it goes
    on to the one after that.
    """

    def __init__(
        self,
        signing_secret: str,
        *,
        retry_delays: Sequence[float] = RETRY_DELAYS,
        now: Callable[[], str] | None = None,
    ) -> None:
        super().__init__(retry_delays, now)
        self._secret = signing_secret
        self.urls: tuple[str, ...] = ()
        self._turn = 0
        self._connected = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._http: aiohttp.ClientSession | None = None

    @property
    def is_connected(self) -> bool:
        return self._connected.is_set()

    async def wait_connected(self, seconds: float) -> None:
        await asyncio.wait_for(self._connected.wait(), seconds)

    async def verify(self, *urls: str) -> None:
        """Post to these URLs from now on; each must pass Slack's challenge first.

        Raises:
            SandboxError: one does not.
        """
        for url in urls:
            challenge = secrets.token_urlsafe(32)
            asked: JsonObject = {"type": "url_verification", "challenge": challenge, "token": "legacy"}
            answer = await self._post(url, json.dumps(asked).encode(), "application/json", {})
            if not answer.is_success or challenge not in _challenges(answer):
                raise SandboxError(
                    "Your URL didn't respond with the value of the challenge parameter: "
                    f"{answer.status or answer.reason} from {url}."
                )
        self.urls = urls
        self._connected.set()

    def close(self) -> None:
        super().close()
        for task in self._tasks:
            task.cancel()

    async def closed(self) -> None:
        """Wait until nothing is under way any more."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    # --- sending --------------------------------------------------------------------------------

    def _can_ask(self) -> bool:
        return bool(self.urls)

    def _deliver(self, envelope: Envelope) -> None:
        if self._is_closed:
            return
        self._outstanding[envelope.envelope_id] = envelope
        if envelope.answer is None and self.on_delivered is not None:
            self.on_delivered(envelope)
        task = asyncio.create_task(self._tell(envelope))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self, envelope: Envelope) -> None:
        body, content_type = _body(envelope)
        answer = _Answer(reason="connection_failed")
        for url in self._next_urls():
            answer = await self._post(url, body, content_type, _headers(envelope))
            if answer.is_sent:
                break
        if answer.reason in ("http_timeout", "connection_failed"):
            self._connected.clear()
        else:
            self._connected.set()
        if envelope.envelope_id not in self._outstanding:
            return
        if envelope.answer is None:
            if not answer.is_success or not self._acknowledge(envelope.envelope_id, {}):
                self._retry(envelope, answer)
            return
        payload = _payload(envelope, answer)
        if payload is not None:
            self._acknowledge(envelope.envelope_id, payload)
        elif answer.reason != "http_timeout" and not envelope.answer.done():
            is_clients = 400 <= answer.status < 500
            trouble = NotAcknowledgedError("http_client_error" if is_clients else "http_service_error")
            envelope.answer.set_exception(trouble if answer.is_sent else NotConnectedError())

    def _retry(self, envelope: Envelope, answer: _Answer) -> None:
        """An event that was not acknowledged comes again, unless it did so often enough or is not to."""
        if envelope.attempt >= len(self.retry_delays) or not answer.may_retry:
            del self._outstanding[envelope.envelope_id]
            self.given_up.append(envelope)
            return
        reason = answer.reason or ("http_timeout" if answer.is_success else "http_error")
        envelope.timer = asyncio.get_running_loop().call_later(
            self.retry_delays[envelope.attempt], self._redeliver, envelope, reason
        )

    def _next_urls(self) -> tuple[str, ...]:
        self._turn += 1
        turn = self._turn % max(len(self.urls), 1)
        return (*self.urls[turn:], *self.urls[:turn])

    async def _post(self, url: str, body: bytes, content_type: str, more: Mapping[str, str]) -> _Answer:
        said_at = str(int(time.time()))
        headers = {
            "Content-Type": content_type,
            "User-Agent": USER_AGENT,
            "Accept": "application/json,*/*",
            "X-Slack-Request-Timestamp": said_at,
            "X-Slack-Signature": signature(self._secret, said_at, body),
            **more,
        }
        if self._http is None:
            self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        try:
            async with (
                asyncio.timeout(self.answer_within),
                self._http.post(url, data=body, headers=headers, allow_redirects=False) as response,
            ):
                return _Answer(
                    status=response.status,
                    body=await response.read(),
                    content_type=response.content_type,
                    may_retry=response.headers.get("X-Slack-No-Retry") != "1",
                )
        except TimeoutError:
            return _Answer(reason="http_timeout")
        except aiohttp.ClientConnectorError:
            return _Answer(reason="connection_failed", is_sent=False)
        except (aiohttp.ClientError, OSError):
            return _Answer(reason="connection_failed")


def signature(secret: str, said_at: str, body: bytes) -> str:
    """Version 0 of Slack's signatures."""
    return (
        "v0=" + hmac.new(secret.encode(), b"v0:%b:%b" % (said_at.encode(), body), hashlib.sha256).hexdigest()
    )


def _body(envelope: Envelope) -> tuple[bytes, str]:
    if envelope.type == EVENTS:
        return json.dumps(envelope.payload).encode(), "application/json"
    form = {"payload": json.dumps(envelope.payload)} if envelope.type == INTERACTIONS else envelope.payload
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


def _headers(envelope: Envelope) -> dict[str, str]:
    headers: dict[str, str] = {}
    if envelope.attempt:
        headers |= {"X-Slack-Retry-Num": str(envelope.attempt), "X-Slack-Retry-Reason": envelope.reason}
    if envelope.sandbox_time is not None:
        headers["X-Sandbox-Time"] = envelope.sandbox_time
    return headers


def _payload(envelope: Envelope, answer: _Answer) -> JsonObject | None:
    """What a command or interaction was answered; None: nothing that Slack can use, or not 200 OK."""
    if answer.status != 200:
        return None
    if not answer.body.strip():
        return {}
    if answer.content_type == "application/json":
        try:
            found = json.loads(answer.body)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None
    if envelope.type == COMMANDS and answer.content_type == "text/plain":
        return {"text": answer.body.decode("utf-8", "replace")}
    return None


def _challenges(answer: _Answer) -> set[object]:
    """What a URL says its challenge was: as text, as a form, or as JSON."""
    said = answer.body.decode("utf-8", "replace").strip()
    if answer.content_type == "application/json":
        try:
            found = json.loads(said)
        except ValueError:
            return set()
        return {found.get("challenge")} if isinstance(found, dict) else set()
    return {said, said.removeprefix("challenge=")}
