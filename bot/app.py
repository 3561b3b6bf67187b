"""The one place where everything is put together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any

import aiohttp
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.http.metrics import MetricsPage
from bot.incidents.message_events import MessageEvent
from bot.incidents.record import recording_for
from bot.incidents.views.figures import figures_of
from bot.intent_kinds import KINDS
from bot.jobs.catch_up import LOOK_AGAIN_EVERY, ask_to_catch_up
from bot.jobs.index import INDEX_EVERY, index
from bot.jobs.live_timeline import LIVE_EVERY, ask_for_live_timelines
from bot.jobs.periodic_job import PeriodicJob
from bot.jobs.pointers import POINT_EVERY, ask_for_pointers
from bot.jobs.presence import BEAT_EVERY, Presence
from bot.jobs.reminders import REMIND_EVERY, ask_for_reminders
from bot.jobs.retention import SWEEP_EVERY, Retention
from bot.jobs.scheduler import start_scheduler
from bot.listeners import register, troubles
from bot.listeners.in_flight_gate import Dispatch, InFlightGate
from bot.listeners.recorded_events import RecordedEvents
from bot.listeners.scribe import Scribe
from bot.metrics import EVENTS_WAITING, REQUESTS_IN_FLIGHT
from bot.settings import Settings
from bot.slack.calls import Refused, Slack, SlackTrouble, TryLater
from bot.slack.clock_seed import seed
from bot.slack.counting import count_batch
from bot.slack.directory import Directory
from bot.slack.egress import slack_session
from bot.slack.members import Members
from bot.slack.message_events import is_unreadable
from bot.slack.outbox import OutboxWorker
from bot.slack.permission import Permission
from bot.slack.readiness import ReadinessCheck
from bot.slack.transport import CannotListen, SlackRequest
from bot.text.well_formed import table, tables
from bot.transports import Transports, transports_for
from storage import people
from storage.database import Database
from storage.instance_lock import InstanceLock, NotAlone
from storage.recorder import Recorder, RecorderFull
from storage.tables import Workspace
from storage.trouble import is_away

log = structlog.get_logger()

OUTBOX_EVERY = 5.0
"""Seconds after which the outbox is looked at without being woken: what another process put there."""
ANSWERED_WITHIN = 4.0
"""Seconds a stop waits for the batch being written and for commands, which answer within Slack's 3."""
CALLS_WITHIN = 6.5
"""Seconds a stop waits for calls of Slack's Web API that are under way."""
LAST_ANSWERS_WITHIN = 0.5
"""Seconds more for commands that came meanwhile."""
CLOSED_WITHIN = 1.2
"""Seconds that the socket, and then the database, may take to close."""

START_WITHIN = 20.0
"""Seconds that Slack may be in trouble while Scribe starts."""


class CannotStart(Exception):
    """Scribe cannot start; the text is one sentence for the person who starts it."""


class Running:
    """A Scribe that is connected and keeping the record."""

    def __init__(
        self,
        scribe: Scribe,
        worker: OutboxWorker,
        jobs: Sequence[PeriodicJob],
        transports: Transports,
        gate: InFlightGate,
        scheduler: AsyncIOScheduler,
        http: aiohttp.ClientSession,
        alone: InstanceLock,
        recorder: Recorder[MessageEvent],
    ) -> None:
        self.scribe = scribe
        self.recorder = recorder
        self.worker = worker
        self._jobs = jobs
        self.transports = transports
        self.gate = gate
        self._scheduler = scheduler
        self._http = http
        self._alone = alone
        self._is_stopped = False

    async def stop(self) -> None:
        """Take no more events, finish what is under way and acknowledge it, leave the rest to a restart.

        It takes less than ten seconds, whatever hangs: a process manager kills after that. What requests
        come by is closed last, since acknowledgements go out through it. Stopping again does nothing.
        """
        if self._is_stopped:
            return
        self._is_stopped = True
        self.gate.close()
        self._scheduler.shutdown(wait=False)
        await asyncio.gather(
            _at_most(ANSWERED_WITHIN, self._record_and_answer(), "answers"),
            _at_most(CALLS_WITHIN, self.worker.stop(), "outbox"),
            *(_at_most(ANSWERED_WITHIN, job.stop(), "job") for job in self._jobs),
        )
        await _at_most(LAST_ANSWERS_WITHIN, self.gate.empty(), "last answers")
        await _at_most(CLOSED_WITHIN, self.transports.close(), "transports")
        await _at_most(CLOSED_WITHIN, self.scribe.slack.close(), "pace")
        await _at_most(CLOSED_WITHIN, self.scribe.database.close(), "database")
        await self._http.close()
        self._alone.release()

    async def _record_and_answer(self) -> None:
        await self.recorder.stop()
        await self.gate.empty()


async def _at_most(seconds: float, work: Coroutine[Any, Any, None], what: str) -> None:
    """Do one step of stopping; one that hangs or fails, even when cancelled, does not delay the others."""
    part = asyncio.create_task(work)
    await asyncio.wait({part}, timeout=seconds)
    if not part.done():
        part.cancel()
        log.warning("stop.unfinished", what=what, why=f"not done in {seconds} s")
    elif not part.cancelled() and (problem := part.exception()):
        log.warning("stop.unfinished", what=what, why=problem)


async def start(settings: Settings) -> Running:
    """Open the database, meet Slack, connect.

    Raises:
        DatabaseUnavailable: the database cannot be opened.
        CannotStart: Slack cannot be reached, or does not accept a token; another Scribe keeps the SQLite
            file; or the port is taken.
    """
    database = Database(settings.database_url)
    await database.open()
    http = slack_session(settings.slack_api_url, within=30)
    alone: InstanceLock | None = None
    try:
        alone = InstanceLock(settings.database_url)
        return await _start(settings, database, http, alone)
    except BaseException as problem:
        if alone:
            alone.release()
        await http.close()
        await database.close()
        if isinstance(problem, NotAlone | CannotListen):
            raise CannotStart(str(problem)) from problem
        raise


async def _start(
    settings: Settings, database: Database, http: aiohttp.ClientSession, alone: InstanceLock
) -> Running:
    client = AsyncWebClient(
        token=settings.slack_bot_token, base_url=settings.slack_api_url, session=http, retry_handlers=[]
    )
    clock = Clock(follows_slack=settings.scribe_clock == "slack")
    slack = Slack(client, clock, rate_scale=settings.rate_scale)
    workspace = await _meet(slack, settings)
    if not settings.serves_http:
        await _may_connect(slack, settings)
    async with database.write() as session:
        await people.keep_workspace(session, workspace)
    slack.share_pace(database, workspace.team_id)
    await seed(clock, slack, database)
    decide = recording_for(settings, clock).decide
    recorder: Recorder[MessageEvent] = Recorder(database, decide, clock.now, on_written=count_batch)
    directory = Directory(slack, database, workspace.team_id)
    scribe = Scribe(
        slack=slack,
        database=database,
        directory=directory,
        clock=clock,
        settings=settings,
        workspace=workspace,
        kinds=KINDS,
        record=recorder.record,
        permission=Permission(workspace.team_id, directory, Members(slack)),
    )
    worker = OutboxWorker(scribe)
    database.on_outbox(worker.wake)
    gate = InFlightGate(dispatch_to(scribe))

    def on_connected() -> None:
        """Something may have been missed before a new connection."""
        beating.wake()
        catching_up.wake()

    def is_connected() -> Awaitable[bool]:
        return transports.requests.is_open()

    readiness = ReadinessCheck(
        database, recorder, slack, clock, is_connected=is_connected, is_stopping=lambda: not gate.is_open
    )
    metrics = MetricsPage(
        lambda: figures_of(database, clock.now()),
        {EVENTS_WAITING: lambda: recorder.waiting, REQUESTS_IN_FLIGHT: lambda: gate.under_way},
    )
    transports = transports_for(
        settings,
        client,
        gate,
        saw=clock.saw_envelope,
        on_connected=on_connected,
        readiness=readiness,
        metrics=metrics,
    )
    presence = Presence(database, clock, workspace.team_id, is_connected)
    beating = PeriodicJob("presence", presence.beat)
    ask = partial(ask_to_catch_up, database, clock, workspace.team_id)
    catching_up = PeriodicJob("catch-up", partial(ask, is_thorough=True))
    looking_again = PeriodicJob("look again", partial(ask, is_thorough=False))
    forgetting = PeriodicJob("retention", Retention(database, clock, settings.retention_days).sweep)
    indexing = PeriodicJob("search index", partial(index, database, workspace.team_id, clock.now))
    reminding = PeriodicJob("reminders", partial(ask_for_reminders, database, clock))
    showing_live = PeriodicJob("live timelines", partial(ask_for_live_timelines, scribe))
    pointing = PeriodicJob("pointers", partial(ask_for_pointers, database, clock, workspace.team_id))
    jobs = (beating, catching_up, looking_again, forgetting, indexing, reminding, showing_live, pointing)
    recorder.start()
    worker.start()
    for job in jobs:
        job.start()
    forgetting.wake()
    reminding.wake()
    scheduler = start_scheduler(
        {
            worker.wake: OUTBOX_EVERY,
            beating.wake: BEAT_EVERY,
            looking_again.wake: LOOK_AGAIN_EVERY,
            forgetting.wake: SWEEP_EVERY,
            indexing.wake: INDEX_EVERY,
            reminding.wake: REMIND_EVERY,
            showing_live.wake: LIVE_EVERY,
            pointing.wake: POINT_EVERY,
        }
    )
    running = Running(scribe, worker, jobs, transports, gate, scheduler, http, alone, recorder)
    await transports.open()
    served = {"listens_at": transports.server.url} if transports.server else {}
    log.info("scribe.connected", workspace=workspace.name, url=workspace.url, **served)
    return running


def dispatch_to(scribe: Scribe) -> Dispatch:
    """What a request is answered: by Bolt, but for the events that go onto the record.

    Both transports hand over payloads, so there is no body for Bolt to parse; its own parsing takes a command
    for nothing when its text says "payload".
    """
    app, recorded = bolt_app(scribe), RecordedEvents(scribe)

    async def dispatch(request: SlackRequest) -> BoltResponse:
        if recorded.takes(request):
            try:
                return await recorded.answer(request.body)
            except Exception as problem:  # noqa: BLE001  (an outermost loop: answered as Bolt's errors are)
                return await _answer_error(problem, request.body) or BoltResponse(status=500)
        try:
            return await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=request.body))
        except (TypeError, ValueError, AttributeError, LookupError) as problem:
            # Bolt looks for who asks, and for whom to ask, without checking what it finds; listeners'
            # problems do not get here
            return await _answer_error(problem, request.body) or BoltResponse(status=500)

    return dispatch


def bolt_app(scribe: Scribe) -> AsyncApp:
    """Bolt with its listeners. An event is acknowledged after its listener returned, not before."""
    authorized = AuthorizeResult(
        enterprise_id=None,
        team_id=scribe.workspace.team_id,
        bot_user_id=scribe.workspace.bot_user_id,
        bot_id=scribe.workspace.bot_id,
        bot_token=scribe.settings.slack_bot_token,
    )

    async def authorize() -> AuthorizeResult:
        # Bolt's own way calls auth.test, and acknowledges the event even when that fails: it would be lost
        return authorized

    settings = scribe.settings
    logger = logging.getLogger("slack_bolt")
    standing_level = logger.level
    logger.setLevel(logging.ERROR)  # Bolt warns that it does not use the token it was not given
    app = AsyncApp(
        name="scribe",  # else Bolt walks the stack for the name of a file
        logger=logger,
        # a client of Bolt's own: it copies its context for lazy listeners, and an open session has no copy
        client=AsyncWebClient(token=settings.slack_bot_token, base_url=settings.slack_api_url),
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        raise_error_for_unhandled_request=True,  # so that `_answer_error` answers it
    )
    logger.setLevel(standing_level)
    app.error(_answer_error)
    register(app, scribe)
    return app


async def _answer_error(error: Exception, body: Mapping[str, Any]) -> BoltResponse | None:
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
        fields = tables(table(body.get("view")).get("blocks"))
        field = fields[0].get("block_id") if fields else None
        if not field:
            return BoltResponse(status=500)  # un-acknowledged, the form stays open and Slack says why
        problem = "Scribe could not record this. Nothing is lost here: press the button again."
        errors = {str(field): problem}
        return BoltResponse(status=200, body={"response_action": "errors", "errors": errors})
    said = troubles.said(body)
    sentence = "Scribe could not do that, and nothing was recorded. Please say it again"
    return BoltResponse(
        status=200,
        body={"response_type": "ephemeral", "text": f"{sentence}: {said}" if said else f"{sentence}."},
    )


async def _meet(slack: Slack, settings: Settings) -> Workspace:
    try:
        answer = await _patiently(slack, "auth_test")
    except Refused as refusal:
        raise CannotStart(_refused("SLACK_BOT_TOKEN", refusal.error)) from refusal
    except (SlackTrouble, TimeoutError) as trouble:
        raise CannotStart(_unreachable(settings, trouble)) from trouble
    return Workspace(
        team_id=str(answer["team_id"]),
        name=str(answer.get("team") or answer["team_id"]),
        url=str(answer["url"]),
        bot_user_id=str(answer["user_id"]),
        bot_id=str(answer.get("bot_id") or ""),
    )


async def _may_connect(slack: Slack, settings: Settings) -> None:
    """Ask once whether the app token opens connections: the SDK's client would ask for ever."""
    try:
        await _patiently(slack, "apps_connections_open", app_token=settings.slack_app_token)
    except Refused as refusal:
        raise CannotStart(_refused("SLACK_APP_TOKEN", refusal.error)) from refusal
    except (SlackTrouble, TimeoutError) as trouble:
        raise CannotStart(_unreachable(settings, trouble)) from trouble


async def _patiently(slack: Slack, method: str, **arguments: Any) -> Mapping[str, Any]:
    """Repeat a call for a while when Slack rate-limits or fails; where nothing answers, fail at once."""
    async with asyncio.timeout(START_WITHIN):
        while True:
            try:
                return await slack.call(method, **arguments)
            except TryLater as trouble:
                if trouble.is_undone and trouble.after is None:
                    raise
                log.warning("scribe.slack_in_trouble", why=str(trouble))
                await asyncio.sleep(trouble.after or 0.5)


def _refused(token: str, error: str) -> str:
    where = {
        "SLACK_BOT_TOKEN": "copy it again from your app's page, OAuth & Permissions, Bot User OAuth Token",
        "SLACK_APP_TOKEN": "make one on your app's page, Basic Information, App-Level Tokens",
    }
    return f"Slack does not accept {token} ({error}): {where[token]}."


def _unreachable(settings: Settings, problem: Exception) -> str:
    return (
        f"Slack can't be reached at {settings.slack_api_url} ({problem}). "
        "Check the network, and SLACK_API_URL if you set it."
    )
