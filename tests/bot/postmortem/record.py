"""A small record of one incident, row by row, to gather from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import ts_of
from bot.postmortem.facts import Facts
from bot.postmortem.gather import Lookups, Snapshot, facts_of, snapshot
from storage.database import Database
from storage.tables import Incident, Mark, Message, Milestone, TimelineEvent

TEAM, CHANNEL = "T1", "C1"
NAMES = {"U1": "Ana", "U2": "Ben", "U3": "Chen"}
UTC_ZONE = ZoneInfo("UTC")


def at(clock: str) -> datetime:
    """A moment of the day the incident is on: `14:20`, or `14:20:30`."""
    return datetime.fromisoformat(f"2023-09-10T{clock}+00:00").astimezone(UTC)


def ts(clock: str) -> str:
    return ts_of(at(clock))


def link(clock: str, thread: str | None = None) -> str:
    return f"link:{CHANNEL}/{ts(clock)}" + (f"?{ts(thread)}" if thread else "")


LOOKUPS = Lookups(
    name_of=lambda user_id: NAMES.get(user_id, user_id),
    is_person=lambda user_id: user_id in NAMES,
    zone_of={"U1": "UTC", "U2": "Europe/Berlin", "U3": "Nowhere/Else"}.get,
    link_to=lambda channel_id, ts, thread_ts: (
        f"link:{channel_id}/{ts}" + (f"?{thread_ts}" if thread_ts else "")
    ),
)


@dataclass
class Record:
    """The rows of one incident, declared at 14:20, and what is gathered from them."""

    database: Database
    incident_id: int = 1
    events: int = field(default=0)

    async def keep(self, *rows: object) -> None:
        async with self.database.write() as session:
            session.add_all(rows)

    async def declare(self, **more: Any) -> None:
        known = {"severity": "SEV2", "channel_id": CHANNEL, "declared_by": "U1"}
        row = Incident(
            team_id=TEAM,
            number=1,
            title="Checkout is down",
            status="open",
            channel_name="ops",
            is_own_channel=False,
            declared_at=at("14:20"),
            **{**known, **more},
        )
        await self.keep(row)

    async def resolve(self, clock: str, by: str | None = "U2") -> None:
        async with self.database.write() as session:
            incident = await session.get_one(Incident, self.incident_id)
            incident.status, incident.resolved_by = "resolved", by
            session.add(incident)
        await self.milestone("resolved", clock, by=by, basis="observed")

    async def milestone(
        self, kind: str, clock: str, *, by: str | None = "U1", basis: str = "stated", message: str = ""
    ) -> None:
        await self.keep(
            Milestone(
                incident_id=self.incident_id,
                kind=kind,
                at=at(clock),
                basis=basis,
                stated_by=by,
                stated_at=at("15:00"),
                channel_id=CHANNEL if message else None,
                message_ts=ts(message) if message else None,
            )
        )

    async def say(
        self, clock: str, text: str = "Looking.", *, by: str | None = "U1", thread: str = "", **more: Any
    ) -> None:
        await self.keep(
            Message(
                team_id=TEAM,
                channel_id=CHANNEL,
                ts=ts(clock),
                thread_ts=ts(thread) if thread else None,
                user_id=by,
                text=text,
                version_ts=ts(clock),
                **more,
            )
        )

    async def alert(self, clock: str, text: str = "p99 above 2 s", *, name: str = "Grafana") -> None:
        await self.say(clock, text, by=None, bot_name=name)

    async def mark(self, clock: str, section: str, *, by: str = "U2", is_set: bool = True) -> None:
        await self.keep(
            Mark(
                team_id=TEAM,
                channel_id=CHANNEL,
                ts=ts(clock),
                user_id=by,
                emoji=section,
                section=section,
                incident_id=self.incident_id,
                is_set=is_set,
                changed_ts=ts(clock),
            )
        )

    async def event(
        self, clock: str | None, *, happened: str, kind: str = "message", text: str | None = None
    ) -> None:
        """A timeline event on the message of `clock`, or on none."""
        self.events += 1
        await self.keep(
            TimelineEvent(
                incident_id=self.incident_id,
                team_id=TEAM,
                number=self.events,
                kind=kind,
                source="mark",
                channel_id=CHANNEL if clock else None,
                message_ts=ts(clock) if clock else None,
                occurred_at=at(happened),
                recorded_at=at(happened),
                text=text,
                author_id=None if clock else "U1",
                added_by="U1",
            )
        )

    async def snapshot(self) -> Snapshot:
        async with self.database.read() as session:
            return await snapshot(session, await session.get_one(Incident, self.incident_id))

    async def facts(self) -> Facts:
        return facts_of(await self.snapshot(), LOOKUPS, UTC_ZONE, severities=("SEV1", "SEV2"))
