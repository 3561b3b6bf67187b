"""The one place where everything is put together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING

import aiohttp
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.connect.errors import CannotConnect
from bot.http.metrics import MetricsPage
from bot.incidents.message_events import MessageEvent
from bot.incidents.record import Recordings, recording_for
from bot.incidents.views.figures import figures_of
from bot.jobs.periodic_job import PeriodicJob
from bot.jobs.reminders import REMIND_EVERY, ask_for_reminders
from bot.jobs.retention import SWEEP_EVERY, Retention
from bot.jobs.scheduler import start_scheduler
from bot.listeners.in_flight_gate import InFlightGate
from bot.listeners.scribe import Scribe
from bot.meeting import CannotStart
from bot.metrics import EVENTS_WAITING, REQUESTS_IN_FLIGHT, WORKSPACES_HALTED, WORKSPACES_SERVED
from bot.served_workspace import ServedWorkspace, Shared
from bot.serving import one_workspace, whoever_installs
from bot.settings import Settings
from bot.slack.counting import count_batch
from bot.slack.egress import slack_session
from bot.slack.outbox import OutboxWorker
from bot.slack.readiness import ReadinessCheck
from bot.slack.transport import CannotListen
from bot.stopping import ANSWERED_WITHIN, CLOSED_WITHIN, LAST_ANSWERS_WITHIN, at_most
from bot.transports import Transports, transports_for
from storage.database import Database
from storage.instance_lock import InstanceLock, NotAlone
from storage.recorder import Recorder

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from bot.served_workspaces import ServedWorkspaces

log = structlog.get_logger()


class Running:
    """A Scribe that is connected and keeping the record."""

    def __init__(
        self,
        served: ServedWorkspace | ServedWorkspaces,
        jobs: Sequence[PeriodicJob],
        transports: Transports,
        gate: InFlightGate,
        scheduler: AsyncIOScheduler,
        http: aiohttp.ClientSession,
        alone: InstanceLock,
        database: Database,
        recorder: Recorder[MessageEvent],
    ) -> None:
        self.served = served
        self.recorder = recorder
        self.transports = transports
        self.gate = gate
        self._jobs = jobs
        self._scheduler = scheduler
        self._http = http
        self._alone = alone
        self._database = database
        self._is_stopped = False

    @property
    def scribe(self) -> Scribe:
        """The Scribe of the only workspace that is served."""
        assert isinstance(self.served, ServedWorkspace)
        return self.served.scribe

    @property
    def worker(self) -> OutboxWorker:
        """The worker of the only workspace that is served."""
        assert isinstance(self.served, ServedWorkspace)
        return self.served.worker

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
            at_most(ANSWERED_WITHIN, self._record_and_answer(), "answers"),
            self.served.finish(),
            *(at_most(ANSWERED_WITHIN, job.stop(), "job") for job in self._jobs),
        )
        await at_most(LAST_ANSWERS_WITHIN, self.gate.empty(), "last answers")
        await at_most(CLOSED_WITHIN, self.transports.close(), "transports")
        await self.served.close()
        await at_most(CLOSED_WITHIN, self._database.close(), "database")
        await self._http.close()
        self._alone.release()

    async def _record_and_answer(self) -> None:
        await self.recorder.stop()
        await self.gate.empty()


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
        if isinstance(problem, NotAlone | CannotListen | CannotConnect):
            raise CannotStart(str(problem)) from problem
        raise


async def _start(
    settings: Settings, database: Database, http: aiohttp.ClientSession, alone: InstanceLock
) -> Running:
    def is_connected() -> Awaitable[bool]:
        return transports.requests.is_open()

    clock = Clock(follows_slack=settings.scribe_clock == "slack")
    recordings = Recordings(recording_for(settings, clock))
    recorder: Recorder[MessageEvent] = Recorder(
        database, recordings.decide, clock.now, on_written=count_batch
    )
    shared = Shared(settings, database, clock, recorder, recordings, is_connected)
    client = AsyncWebClient(
        token=settings.slack_bot_token, base_url=settings.slack_api_url, session=http, retry_handlers=[]
    )
    served: ServedWorkspace | ServedWorkspaces
    if settings.serves_many:
        served, routes = await whoever_installs(shared, http)
    else:
        served = await one_workspace(shared, client)
        routes = hooks_of(served.scribe)
    database.on_outbox(served.outbox_touched)
    gate = InFlightGate(served.dispatch)
    readiness = ReadinessCheck(
        database,
        recorder,
        clock,
        teams=lambda: served.teams,
        unreachable_for=lambda: served.unreachable_for,
        is_connected=is_connected,
        is_stopping=lambda: not gate.is_open,
    )
    metrics = MetricsPage(
        lambda: figures_of(database, clock.now()),
        {
            EVENTS_WAITING: lambda: recorder.waiting,
            REQUESTS_IN_FLIGHT: lambda: gate.under_way,
            WORKSPACES_SERVED: lambda: served.count,
            WORKSPACES_HALTED: lambda: served.halted,
        },
    )
    transports = transports_for(
        settings,
        client,
        gate,
        saw=clock.saw_envelope,
        on_connected=served.on_connected,
        readiness=readiness,
        metrics=metrics,
        routes=routes,
    )
    days_kept = {one: its.retention_days for one, its in settings.own.items()}
    retention = Retention(database, clock, settings.retention_days, days_kept)
    forgetting = PeriodicJob("retention", retention.sweep)
    reminding = PeriodicJob("reminders", lambda: ask_for_reminders(database, clock))
    recorder.start()
    served.start()
    for job in (forgetting, reminding):
        job.start()
        job.wake()
    scheduler = start_scheduler({**served.wakes, forgetting.wake: SWEEP_EVERY, reminding.wake: REMIND_EVERY})
    running = Running(
        served, (forgetting, reminding), transports, gate, scheduler, http, alone, database, recorder
    )
    await transports.open()
    listens = {"listens_at": transports.server.url} if transports.server else {}
    log.info("scribe.connected", workspace=served.name, **listens)
    return running


def hooks_of(scribe: Scribe) -> list[BaseRoute]:
    """Where the team's tools tell Scribe something; loaded where something is set of it."""
    if not scribe.settings.has_hooks:
        return []
    from bot.http.hooks import hook_routes

    return hook_routes(scribe)
