"""Bolt with Scribe's listeners: what a request is answered, and what becomes of a listener's problem."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.kwargs_injection.async_utils import build_async_required_kwargs
from slack_bolt.lazy_listener.async_runner import AsyncLazyListenerRunner
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_bolt.util.utils import get_arg_names_of_callable
from slack_sdk.web.async_client import AsyncWebClient

from bot.incidents.actor import Actor
from bot.listeners import register, troubles
from bot.listeners.in_flight_gate import Dispatch
from bot.listeners.recorded_events import RecordedEvents
from bot.listeners.scribe import Scribe
from bot.slack.message_events import is_unreadable
from bot.slack.transport import SlackRequest
from bot.text.well_formed import table, tables, text
from storage.recorder import RecorderFull
from storage.trouble import is_away

log = structlog.get_logger()


def dispatch_to(scribe: Scribe, *, is_made_later: bool = False) -> Dispatch:
    """What a request is answered: by Bolt, but for the events that go onto the record.

    `is_made_later`: Bolt is made for the first request that needs it, which spares a workspace where nothing
    happens a few hundred listeners.

    Both transports hand over payloads, so there is no body for Bolt to parse; its own parsing takes a command
    for nothing when its text says "payload".
    """
    app: AsyncApp | None = None if is_made_later else bolt_app(scribe)
    recorded = RecordedEvents(scribe)

    async def dispatch(request: SlackRequest) -> BoltResponse:
        nonlocal app
        if recorded.takes(request):
            try:
                return await recorded.answer(request.body)
            except Exception as problem:  # noqa: BLE001  (an outermost loop: answered as Bolt's errors are)
                return await _answer_error(scribe, problem, request.body) or BoltResponse(status=500)
        app = app or bolt_app(scribe)
        try:
            return await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=request.body))
        except (TypeError, ValueError, AttributeError, LookupError) as problem:
            # Bolt looks for who asks, and for whom to ask, without checking what it finds; listeners'
            # problems do not get here
            return await _answer_error(scribe, problem, request.body) or BoltResponse(status=500)

    return dispatch


def bolt_app(scribe: Scribe) -> AsyncApp:
    """Bolt with its listeners. An event is acknowledged after its listener returned, not before."""

    async def authorize() -> AuthorizeResult:
        # Bolt's own way calls auth.test, and acknowledges the event even when that fails: it would be lost
        return AuthorizeResult(
            enterprise_id=None,
            team_id=scribe.workspace.team_id,
            bot_user_id=scribe.workspace.bot_user_id,
            bot_id=scribe.workspace.bot_id,
            bot_token=scribe.slack.client.token,
        )

    settings = scribe.settings
    logger = logging.getLogger("slack_bolt")
    standing_level = logger.level
    logger.setLevel(logging.ERROR)  # Bolt warns that it does not use the token it was not given
    app = AsyncApp(
        name="scribe",  # else Bolt walks the stack for the name of a file
        logger=logger,
        # a client of Bolt's own: it copies its context for lazy listeners, and an open session has no copy
        client=AsyncWebClient(token=scribe.slack.client.token, base_url=settings.slack_api_url),
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        raise_error_for_unhandled_request=True,  # so that `_answer_error` answers it
    )
    logger.setLevel(standing_level)

    async def answer_error(error: Exception, body: Mapping[str, Any]) -> BoltResponse | None:
        return await _answer_error(scribe, error, body)

    app.error(answer_error)
    app.listener_runner.lazy_listener_runner = LazyListeners(scribe, logger)
    register(app, scribe)
    return app


UNFINISHED = "Scribe could not finish that. Look whether it is done before you do it again."

PRESSES = frozenset({"block_actions", "message_action", "shortcut"})
"""Interactions of whose answer Slack shows nothing."""


async def _answer_error(scribe: Scribe, error: Exception, body: Mapping[str, Any]) -> BoltResponse | None:
    """One sentence for the person of an interaction; an event stays un-acknowledged and comes again.

    An event that no listener can read is acknowledged: it would be the same when it came again.
    """
    if body.get("type") == "event_callback":
        if is_unreadable(error) or isinstance(error, BoltUnhandledRequestError):
            log.warning("event.unreadable", event_id=body.get("event_id"), why=error)
            return BoltResponse(status=200)
        if not is_away(error) and not isinstance(error, RecorderFull):  # the recorder logs these once
            log.error("listener.failed", why=error, exc_info=error)
        return None
    log.error("listener.failed", why=error, exc_info=error)
    if body.get("type") == "view_submission":
        blocks = tables(table(body.get("view")).get("blocks"))
        # Slack takes an error for a block of type input alone
        # (docs.slack.dev/surfaces/modals, "Displaying errors in views")
        field = next((one.get("block_id") for one in blocks if one.get("type") == "input"), None)
        if not field:
            return BoltResponse(status=500)  # un-acknowledged, the form stays open and Slack says why
        problem = "Scribe could not record this. Nothing is lost here: press the button again."
        errors = {str(field): problem}
        return BoltResponse(status=200, body={"response_action": "errors", "errors": errors})
    if text(body.get("type")) in PRESSES:
        return await _tell_of_press(scribe, body)
    said = troubles.said(body)
    sentence = "Scribe could not do that, and nothing was recorded. Please say it again"
    return BoltResponse(
        status=200,
        body={"response_type": "ephemeral", "text": f"{sentence}: {said}" if said else f"{sentence}."},
    )


async def _tell_of_press(scribe: Scribe, body: Mapping[str, Any]) -> BoltResponse:
    """Tell who pressed in a message of its own; where that cannot be, Slack says that there was an error."""
    try:
        await scribe.work.say(_person_of(body), UNFINISHED)
    except Exception as problem:  # noqa: BLE001  (an outermost loop: whatever it is, Slack tells its person)
        log.warning("press.not_told", why=problem)
        return BoltResponse(status=500)
    return BoltResponse(status=200)


def _person_of(body: Mapping[str, Any]) -> Actor:
    """Who pressed, said a command or sent a form, to be told once of what became of it.

    Raises:
        LookupError: nobody, or nothing that tells two deliveries apart.
    """
    person = table(body.get("user")).get("id") or body["user_id"]
    trigger = body.get("trigger_id") or table(body.get("view"))["id"]
    where = table(body.get("channel")).get("id") or body.get("channel_id") or ""
    response_url = str(body.get("response_url") or "") or None
    return Actor(str(person), "", str(where), key=f"unfinished:{trigger}", response_url=response_url)


class LazyListeners(AsyncLazyListenerRunner):
    """Runs what listeners do after they acknowledged, and tells whose request one failed on.

    Bolt's own runner logs one line of such a failure and tells nobody; and it keeps no hold of its tasks,
    which may then be collected before they end (docs.python.org, `asyncio.create_task`).
    """

    def __init__(self, scribe: Scribe, logger: logging.Logger) -> None:
        self.logger = logger
        self._scribe = scribe
        self._under_way: set[asyncio.Task[None]] = set()

    def start(self, function: Callable[..., Awaitable[None]], request: AsyncBoltRequest) -> None:
        """Run it beside everything else."""
        task = asyncio.ensure_future(self._run(function, request))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _run(self, function: Callable[..., Awaitable[None]], request: AsyncBoltRequest) -> None:
        try:
            await function(
                **build_async_required_kwargs(
                    logger=self.logger,
                    required_arg_names=get_arg_names_of_callable(function),
                    request=request,
                    response=None,
                    this_func=function,
                )
            )
        except Exception as problem:
            log.error("listener.failed", why=problem, exc_info=problem)
            await _tell_of_press(self._scribe, request.body)
