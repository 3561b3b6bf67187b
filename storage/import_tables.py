"""The tables of what was brought in from another tool: where it was before, and what of it is here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field

from storage.columns import Row, UtcDateTime, text_of
from storage.vocabulary import Origin


class ImportedIncident(Row, table=True):
    """Where an incident was before it came here: in which tool, under which id, and what people called it.

    `original_id` is the tool's own and never changes; `shown_as` is what people say there (`#1234`).
    """

    __tablename__ = "imported_incident"
    __table_args__ = (UniqueConstraint("team_id", "origin", "original_id"),)

    incident_id: int = Field(primary_key=True, foreign_key="incident.id")
    team_id: str
    origin: Origin = Field(sa_type=text_of(Origin))
    original_id: str
    shown_as: str
    url: str | None = Field(default=None, sa_type=Text)
    first_at: datetime = Field(sa_type=UtcDateTime)
    """When it was brought in first."""


class ImportedPart(Row, table=True):
    """A line of the timeline or a follow-up that an import brought, by a key that is the same each time.

    It stays when people change or remove what came of it, so that no later import brings that back.
    """

    __tablename__ = "imported_part"

    incident_id: int = Field(primary_key=True, foreign_key="incident.id")
    key: str = Field(primary_key=True)
    number: int
    """Of the event or of the action item, in its incident."""
