"""What stands in the record, read from the database in one snapshot while the bot runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col, or_, select

from storage.database import Database
from storage.postmortem_tables import Draft
from storage.surface_tables import ChannelHeader, LiveTimeline
from storage.tables import Incident, Intent, Mark, Message, MessageVersion, TimelineEvent

Place = tuple[str, str]
"""(channel_id, ts)"""


@dataclass(frozen=True)
class KeptMessage:
    """A message as the record has it; `trace` is whatever is left of its content elsewhere in its row."""

    text: str
    user_id: str | None
    thread_ts: str | None
    is_deleted: bool
    is_known: bool
    trace: str = ""


@dataclass(frozen=True)
class KeptEvent:
    """A timeline event; of a message, or a note with a text of its own."""

    channel_id: str
    number: int
    ts: str | None
    text: str | None
    occurred_at: datetime
    author_id: str | None
    stands: bool


@dataclass(frozen=True)
class KeptMark:
    """One person's standing mark."""

    place: Place
    user_id: str
    emoji: str
    section: str


@dataclass
class Record:
    """All of it."""

    incidents: list[Incident] = field(default_factory=list)
    messages: dict[Place, KeptMessage] = field(default_factory=dict)
    marks: list[KeptMark] = field(default_factory=list)
    events: list[KeptEvent] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    intents: list[Intent] = field(default_factory=list)
    live: list[LiveTimeline] = field(default_factory=list)
    headers: list[ChannelHeader] = field(default_factory=list)

    def incident_of(self, channel_id: str) -> Incident | None:
        return next((one for one in self.incidents if one.channel_id == channel_id), None)

    def stands(self, place: Place) -> bool:
        """Whether a message has any place in the record: the timeline or a section."""
        on_timeline = any(event.stands and (event.channel_id, event.ts) == place for event in self.events)
        return on_timeline or any(mark.place == place and mark.section != "timeline" for mark in self.marks)

    def waiting(self) -> list[Intent]:
        """What Slack is still to be told."""
        return [intent for intent in self.intents if intent.state == "waiting"]

    def has_its_channels(self) -> bool:
        """Whether no incident waits for a channel to be opened or joined."""
        return not any(intent.kind in ("open_channel", "join_channel") for intent in self.waiting())

    def is_caught_up(self, since: datetime) -> bool:
        """Whether every channel was read again to the end, wholly, as was asked for after `since`."""
        was_read = {
            intent.subject["incident_id"]
            for intent in self.intents
            if intent.kind == "catch_up"
            and intent.subject["is_thorough"]
            and intent.asked_at >= since
            and intent.state == "sent"
        }
        wanted = {incident.id for incident in self.incidents if incident.channel_id}
        reading = ("catch_up", "fetch_message")
        return wanted <= was_read and not any(intent.kind in reading for intent in self.waiting())


async def read_outbox(database: Database) -> Record:
    """The incidents, and of what Slack is told what waits and what reads; quickly, to look often."""
    of_interest = or_(col(Intent.state) == "waiting", col(Intent.kind) == "catch_up")
    async with database.read() as session:
        incidents = list(await session.exec(select(Incident)))
        intents = list(await session.exec(select(Intent).where(of_interest)))
    return Record(incidents=incidents, intents=intents)


async def read_record(database: Database) -> Record:
    """The record as it stands at this moment."""
    async with database.read() as session:
        incidents = list(await session.exec(select(Incident).order_by(col(Incident.id))))
        messages = list(await session.exec(select(Message)))
        versions = list(await session.exec(select(MessageVersion)))
        marks = list(await session.exec(select(Mark).where(col(Mark.is_set).is_(True))))
        events = list(await session.exec(select(TimelineEvent).order_by(col(TimelineEvent.id))))
        drafts = list(await session.exec(select(Draft).order_by(col(Draft.id))))
        intents = list(await session.exec(select(Intent).order_by(col(Intent.id))))
        live = list(await session.exec(select(LiveTimeline)))
        headers = list(await session.exec(select(ChannelHeader)))
    versioned = {(version.channel_id, version.ts) for version in versions}
    channels = {incident.id: incident.channel_id or "" for incident in incidents}
    return Record(
        incidents=incidents,
        messages={
            (row.channel_id, row.ts): KeptMessage(
                row.text,
                row.user_id,
                row.thread_ts,
                row.deleted_ts is not None,
                row.is_known,
                _trace(row, (row.channel_id, row.ts) in versioned),
            )
            for row in messages
        },
        marks=[KeptMark((row.channel_id, row.ts), row.user_id, row.emoji, row.section) for row in marks],
        events=[
            KeptEvent(
                channels[row.incident_id],
                row.number,
                row.message_ts,
                row.text,
                row.occurred_at,
                row.author_id,
                row.removed_at is None,
            )
            for row in events
        ],
        drafts=drafts,
        intents=intents,
        live=live,
        headers=headers,
    )


def _trace(row: Message, is_versioned: bool) -> str:
    left = {"payload": bool(row.payload), "files": bool(row.files), "versions": is_versioned}
    return ", ".join(name for name, is_left in left.items() if is_left)
