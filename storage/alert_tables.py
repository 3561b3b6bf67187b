"""The tables of alerts: what a team's tools have told, by the groups in which they tell it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field

from storage.columns import Keyed, Row, UtcDateTime


class AlertGroup(Keyed, table=True):
    """Alerts that their sender sends together, by the sender's own `group_key`.

    With an `incident_id` they feed that incident: they are one line on its timeline (`event_number`, whose
    text Scribe left as `told`), and one more when the last of them has ended (`resolved_number`). Without,
    they are only remembered. A group that fires again after its incident is over begins another row.
    `fired` counts the alerts of the line, `firing` those that have not ended, `hidden` those that the sender
    did not name; `episodes` how often all had ended and some fired again.
    """

    __tablename__ = "alert_group"
    __table_args__ = (Index("alerts_by_group", "team_id", "source", "group_key"),)

    team_id: str
    source: str
    group_key: str = Field(sa_type=Text)
    incident_id: int | None = Field(default=None, foreign_key="incident.id", index=True)
    title: str = Field(sa_type=Text)
    link: str | None = Field(default=None, sa_type=Text)
    fired: int = 0
    firing: int = 0
    hidden: int = 0
    episodes: int = 0
    heard_at: datetime = Field(sa_type=UtcDateTime)
    event_number: int | None = None
    told: str | None = Field(default=None, sa_type=Text)
    resolved_number: int | None = None
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Alert(Keyed, table=True):
    """One alert, by its sender's own id of it: told again it changes nothing.

    `title` is Slack text. `incident_id` is that of its group. An alert that has ended fires again when it
    began after that, and is then counted in the group as it stands by then. While it fires, `ended_at` is
    when it last began again: the end of an earlier moment is of an earlier firing. Its times are as its
    sender has them, whose clock may be another.
    """

    __table_args__ = (
        UniqueConstraint("team_id", "source", "alert_id"),
        Index("alerts_of_a_group", "group_id"),
    )

    team_id: str
    source: str
    alert_id: str
    group_id: int = Field(foreign_key="alert_group.id")
    incident_id: int | None = Field(default=None, foreign_key="incident.id", index=True)
    title: str = Field(sa_type=Text)
    severity: str | None = None
    link: str | None = Field(default=None, sa_type=Text)
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    is_firing: bool
    heard_at: datetime = Field(sa_type=UtcDateTime)
    """When its sender last told of it; on a day on which it did several times, the first."""


class AlertNote(Keyed, table=True):
    """What somebody did about an alert in its sender's tool, which stands on the timeline as `event_number`.

    Its words are the event's alone; here is only that it was told, by its sender's own id, and when the alert
    was acknowledged by it, if it was.
    """

    __tablename__ = "alert_note"
    __table_args__ = (UniqueConstraint("team_id", "source", "note_id"),)

    team_id: str
    source: str
    note_id: str
    incident_id: int = Field(foreign_key="incident.id", index=True)
    event_number: int
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class IncidentService(Row, table=True):
    """A service that an incident is about, as the alerts say that declared it: plain text in lower case."""

    __tablename__ = "incident_service"
    __table_args__ = (Index("incidents_of_a_service", "service"),)

    incident_id: int = Field(primary_key=True, foreign_key="incident.id")
    service: str = Field(primary_key=True)
