"""The tables of deploys: what a team's tools brought into the world, and what of it an incident uses."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field

from storage.columns import Keyed, Row, UtcDateTime, text_of
from storage.vocabulary import DeployState


class Deploy(Keyed, table=True):
    """One deploy or release, by its sender's own id of it: told again it changes nothing.

    `service`, `version`, `environment` and `who` are plain text, as the tool has them. Its times are its
    sender's, never later than when Scribe heard of it: `last_at` is when it ended, else when it started, and
    `changed_at` is of the state that stands. `part_of` is the sender's id of the run that it was a part of.
    """

    __table_args__ = (
        UniqueConstraint("team_id", "source", "deploy_id"),
        Index("deploys_by_time", "team_id", "last_at"),
        Index("deploys_of_a_run", "team_id", "source", "part_of"),
    )

    team_id: str
    source: str
    deploy_id: str
    service: str
    repository: str | None = None
    version: str | None = None
    environment: str | None = None
    is_release: bool = False
    state: DeployState = Field(sa_type=text_of(DeployState))
    who: str | None = None
    link: str | None = Field(default=None, sa_type=Text)
    part_of: str | None = None
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    heard_at: datetime = Field(sa_type=UtcDateTime)


class IncidentDeploy(Row, table=True):
    """A deploy that somebody put on an incident's timeline, where Scribe left the event's text as `told`."""

    __tablename__ = "incident_deploy"

    incident_id: int = Field(primary_key=True, foreign_key="incident.id")
    deploy_id: int = Field(primary_key=True, foreign_key="deploy.id", index=True)
    event_number: int
    told: str = Field(sa_type=Text)
