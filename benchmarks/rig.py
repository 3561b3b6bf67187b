"""The shipped app with all its listeners, on a database of its own, without a Slack to talk to."""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks.payloads import BOT, BOT_USER, INCIDENT_CHANNELS, TEAM
from bot.bolt import dispatch_to
from bot.clock import Clock
from bot.incidents.message_events import MessageEvent
from bot.incidents.record import recording_for
from bot.intent_kinds import KINDS
from bot.listeners.in_flight_gate import Dispatch
from bot.listeners.scribe import Scribe
from bot.settings import Settings
from bot.slack.calls import Slack
from bot.slack.directory import Directory
from bot.slack.members import Members
from bot.slack.permission import Permission
from bot.slack.transport import EVENT, SlackRequest
from storage.database import Database
from storage.recorder import Recorder
from storage.tables import Incident, Workspace
from storage.vocabulary import IncidentStatus

NOWHERE = "http://127.0.0.1:9/"
"""No Slack: an event needs none."""
IN_FLIGHT = 1000
DECLARED_AT = datetime(2023, 9, 10, 14, 0, tzinfo=UTC)


@dataclass
class Rig:
    """What events are dispatched to, and the Scribe behind it."""

    dispatch: Dispatch
    scribe: Scribe

    async def take(self, numbers: range, payload: Callable[[int], dict[str, Any]]) -> float:
        """Dispatch the events of these numbers, many at a time; seconds until all are acknowledged."""
        bodies = [payload(number) for number in numbers]
        waiting = iter(bodies)

        async def sender() -> None:
            for body in waiting:
                answer = await self.dispatch(SlackRequest(EVENT, body))
                if answer.status != 200:
                    raise RuntimeError(f"an event was answered with {answer.status}")

        began = time.perf_counter()
        await asyncio.gather(*(sender() for _ in range(min(IN_FLIGHT, len(bodies)))))
        return time.perf_counter() - began


@asynccontextmanager
async def rig(database_url: str, *, most_at_once: int = 500, hooks_token: str = "") -> AsyncIterator[Rig]:
    """A rig with an open incident in each of the bench's channels."""
    quiet()
    settings = Settings(
        _env_file=None,
        slack_bot_token="xoxb-bench",
        slack_app_token="xapp-bench",
        slack_api_url=NOWHERE,
        database_url=database_url,
        hooks_token=hooks_token,
        port=0,
    )
    database = Database(database_url)
    await database.open()
    await declare_incidents(database)
    clock = Clock()
    slack = Slack(AsyncWebClient(token=settings.slack_bot_token, base_url=NOWHERE), clock)
    recorder: Recorder[MessageEvent] = Recorder(
        database, recording_for(settings, clock).decide, clock.now, most_at_once=most_at_once
    )
    directory = Directory(slack, database, TEAM)
    scribe = Scribe(
        slack=slack,
        database=database,
        directory=directory,
        clock=clock,
        settings=settings,
        workspace=Workspace(team_id=TEAM, name="Bench", url=NOWHERE, bot_user_id=BOT_USER, bot_id=BOT),
        kinds=KINDS,
        record=recorder.record,
        permission=Permission(TEAM, directory, Members(slack)),
    )
    recorder.start()
    try:
        yield Rig(dispatch_to(scribe), scribe)
    finally:
        await recorder.stop()
        await database.close()


async def declare_incidents(database: Database) -> None:
    """An open incident in each of the bench's channels, unless it is there already."""
    async with database.write() as session:
        for number, channel_id in enumerate(INCIDENT_CHANNELS, start=1):
            if await session.get(Incident, number) is None:
                session.add(incident(number, channel_id, TEAM))


def incident(number: int, channel_id: str, team_id: str) -> Incident:
    """An open incident, told to nobody."""
    return Incident(
        id=number,
        team_id=team_id,
        number=number,
        title="Checkout is down",
        status=IncidentStatus.OPEN,
        channel_id=channel_id,
        channel_name=f"inc-{number}",
        is_own_channel=True,
        declared_by="U0ANA0",
        declared_at=DECLARED_AT,
        summary_ts="1694354400.000001",
    )


@contextmanager
def folder() -> Iterator[Path]:
    """A folder on a real disk (a temporary one is often memory), gone afterwards."""
    made = Path(tempfile.mkdtemp(prefix=".bench-", dir=Path(__file__).parents[1]))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)  # a form that is being opened may still write into it


def quiet() -> None:
    """Say next to nothing: writing a line costs more than an event."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.getLogger().setLevel(logging.ERROR)
