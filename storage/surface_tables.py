"""The tables of what stands in Slack beside the record: updates, announcements, the heads of channels."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from storage.columns import Keyed, Row, UtcDateTime


class StatusUpdate(Keyed, table=True):
    """What the people outside the incident's channel were told, and when they hear more.

    `known` is what is known, `doing` what is being done, both Slack text. `event_number` is the timeline
    event that records it.
    """

    __tablename__ = "status_update"
    __table_args__ = (Index("updates_of_an_incident", "incident_id", "at"),)

    incident_id: int = Field(foreign_key="incident.id")
    known: str = Field(sa_type=Text)
    doing: str | None = Field(default=None, sa_type=Text)
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    event_number: int | None = None


class Announcement(Row, table=True):
    """The thread of an incident in the channel where incidents are announced; `ts` is its first message's."""

    incident_id: int = Field(primary_key=True, foreign_key="incident.id")
    channel_id: str
    ts: str


class ChannelHeader(Row, table=True):
    """What Scribe keeps true at the head of an incident's channel: topic, pin, bookmark, pointer.

    `topic` is what Scribe set last; one that stands instead is people's, and whether Scribe may write over
    it is asked once (`topic_asked_at`), with `may_set_topic` as the answer; `topic_before` is theirs, which
    comes back where the channel is theirs. `pinned_ts` and `bookmark_link` say what was pinned and bookmarked
    last, or would have been, had Slack let it. `pointer_ts` is the last short message that points at the
    summary, posted when that had scrolled far away.
    """

    __tablename__ = "channel_header"

    incident_id: int = Field(primary_key=True, foreign_key="incident.id")
    topic: str | None = Field(default=None, sa_type=Text)
    topic_asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    may_set_topic: bool | None = None
    topic_before: str | None = Field(default=None, sa_type=Text)
    pinned_ts: str | None = None
    bookmark_id: str | None = None
    bookmark_link: str | None = Field(default=None, sa_type=Text)
    pointer_ts: str | None = None


class LiveTimeline(Row, table=True):
    """The canvas that shows an open incident's timeline to those who join late; `digest` is of its text.

    `canvas_id` is None where Slack takes none, or somebody deleted it: then there is none. `written_at` is by
    the system's clock, also where Scribe's own follows Slack.
    """

    __tablename__ = "live_timeline"

    incident_id: int = Field(primary_key=True, foreign_key="incident.id")
    canvas_id: str | None = None
    digest: str | None = None
    written_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class HomeShown(Row, table=True):
    """Somebody opened Scribe's App Home; `digest` is of what it showed last: only news is published."""

    __tablename__ = "home_shown"

    team_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    digest: str | None = None
