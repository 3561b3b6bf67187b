"""Everything that belongs to one workspace: its Slack, its pace, its people, its worker and its jobs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from slack_bolt.response import BoltResponse

from bot.bolt import dispatch_to
from bot.clock import Clock
from bot.connect.pages import page_hosts_of
from bot.connect.status_pages import status_pages_of
from bot.connect.trackers import trackers_of
from bot.incidents.message_events import MessageEvent
from bot.incidents.record import Recordings, recording_for
from bot.intent_kinds import KINDS
from bot.jobs.catch_up import LOOK_AGAIN_EVERY, ask_to_catch_up
from bot.jobs.index import INDEX_EVERY, index
from bot.jobs.live_timeline import LIVE_EVERY, ask_for_live_timelines
from bot.jobs.periodic_job import PeriodicJob
from bot.jobs.pointers import POINT_EVERY, ask_for_pointers
from bot.jobs.presence import BEAT_EVERY, Presence
from bot.jobs.tickets import READ_EVERY, read_tickets
from bot.listeners.scribe import Scribe
from bot.settings import Settings
from bot.slack.calls import Slack
from bot.slack.directory import Directory
from bot.slack.members import Members
from bot.slack.outbox import OutboxWorker
from bot.slack.permission import Permission
from bot.slack.transport import SlackRequest
from bot.stopping import ANSWERED_WITHIN, CALLS_WITHIN, CLOSED_WITHIN, at_most
from storage.claims import Claims
from storage.database import Database
from storage.recorder import Recorder
from storage.tables import Workspace

OUTBOX_EVERY = 5.0
"""Seconds after which the outbox is looked at without being woken: what another process put there."""
EVERY: Mapping[str, float] = {
    "outbox": OUTBOX_EVERY,
    "presence": BEAT_EVERY,
    "look again": LOOK_AGAIN_EVERY,
    "search index": INDEX_EVERY,
    "live timelines": LIVE_EVERY,
    "pointers": POINT_EVERY,
    "tickets": READ_EVERY,
}
"""What a workspace is to be woken for, and after how many seconds each time."""


@dataclass(frozen=True)
class Shared:
    """What the workspaces of a process share."""

    settings: Settings
    database: Database
    clock: Clock
    recorder: Recorder[MessageEvent]
    recordings: Recordings
    is_connected: Callable[[], Awaitable[bool]]
    """Whether Slack's requests can come in now."""


class ServedWorkspace:
    """One workspace's Scribe; it does nothing by itself before `start`.

    `claims`: those of a process that serves several; `organization_id`: whose workspace it is.
    """

    def __init__(
        self,
        shared: Shared,
        slack: Slack,
        workspace: Workspace,
        claims: Claims | None = None,
        organization_id: str | None = None,
    ) -> None:
        settings = shared.settings.of(workspace.team_id, organization_id)
        database, clock, team_id = shared.database, shared.clock, workspace.team_id
        slack.share_pace(database, team_id)
        shared.recordings.follow(team_id, recording_for(settings, clock))
        directory = Directory(slack, database, team_id)
        self.scribe = Scribe(
            slack=slack,
            database=database,
            directory=directory,
            clock=clock,
            settings=settings,
            workspace=workspace,
            kinds=KINDS,
            record=shared.recorder.record,
            permission=Permission(team_id, directory, Members(slack)),
            trackers=trackers_of(settings),
            page_hosts=page_hosts_of(settings),
            status_pages=status_pages_of(settings),
        )
        self.worker = OutboxWorker(self.scribe, claims)
        self._dispatch = dispatch_to(self.scribe, is_made_later=claims is not None)
        presence = Presence(database, clock, team_id, shared.is_connected)
        ask = partial(ask_to_catch_up, database, clock, team_id)
        self._catching_up = PeriodicJob("catch-up", partial(ask, is_thorough=True))
        works: Mapping[str, Callable[[], Awaitable[None]]] = {
            "presence": presence.beat,
            "look again": partial(ask, is_thorough=False),
            "search index": partial(index, database, team_id, clock.now),
            "live timelines": partial(ask_for_live_timelines, self.scribe),
            "pointers": partial(ask_for_pointers, database, clock, team_id),
            "tickets": partial(read_tickets, self.scribe),
        }
        self._jobs = {name: PeriodicJob(name, work) for name, work in works.items()}

    @property
    def name(self) -> str:
        return self.scribe.workspace.name

    @property
    def count(self) -> int:
        """How many workspaces are served."""
        return 1

    @property
    def halted(self) -> int:
        """How many have a token that Slack does not accept."""
        return int(self.worker.halt.is_known)

    @property
    def teams(self) -> None:
        """The workspaces that are served: whatever is recorded, since there is no other."""
        return

    @property
    def unreachable_for(self) -> float:
        """For how many seconds Slack has answered none of its calls."""
        return self.scribe.slack.unreachable_for

    @property
    def wakes(self) -> Mapping[Callable[[], None], float]:
        """What is to be called, and after how many seconds each time."""
        return {partial(self.wake, name): seconds for name, seconds in EVERY.items()}

    async def dispatch(self, request: SlackRequest) -> BoltResponse:
        """What a request is answered."""
        return await self._dispatch(request)

    def start(self) -> None:
        """Begin to send, and to do what it is woken for."""
        self.worker.start()
        for job in (self._catching_up, *self._jobs.values()):
            job.start()

    def wake(self, name: str) -> None:
        """There may be something to do, by one of the names of `EVERY`."""
        if name == "outbox":
            self.worker.wake()
        else:
            self._jobs[name].wake()

    def outbox_touched(self) -> None:
        """Something was put into the outbox."""
        self.worker.wake()

    def on_connected(self) -> None:
        """Something may have been missed before a new connection."""
        self.wake("presence")
        self._catching_up.wake()

    async def finish(self) -> None:
        """Finish what is under way, in bounded time."""
        jobs = (self._catching_up, *self._jobs.values())
        await asyncio.gather(
            at_most(CALLS_WITHIN, self.worker.stop(), "outbox"),
            *(at_most(ANSWERED_WITHIN, job.stop(), "job") for job in jobs),
        )

    async def close(self) -> None:
        """Let the other replicas know which calls have ended, and the team's tools go, in bounded time."""
        closing = [one.close() for one in self.scribe.trackers.values()]
        closing += [one.close() for one in self.scribe.page_hosts.values()]
        closing += [one.close() for one in self.scribe.status_pages.values()]
        await asyncio.gather(
            at_most(CLOSED_WITHIN, self.scribe.slack.close(), "pace"),
            *(at_most(CLOSED_WITHIN, one, "tool") for one in closing),
        )
