"""The tables of what replicas share: which schema they may work with, and how often they may call Slack."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from storage.columns import Keyed, Row, UtcDateTime


class SchemaFloor(Row, table=True):
    """The oldest revision whose Scribe may work with the schema as it stands; one row (`storage.migrate`)."""

    __tablename__ = "schema_floor"

    works_from: str = Field(primary_key=True)


class CallPlace(Keyed, table=True):
    """Calls of one of Slack's methods that a replica may make, or has made (`storage.call_places`).

    Until `ended_at` Slack may count them: when their answers came, or, while they are under way, the latest
    moment at which those can come. They fill as many of the method's places until a minute after that.
    """

    __tablename__ = "call_place"
    __table_args__ = (Index("places_of_a_method", "team_id", "method"),)

    team_id: str
    method: str
    channel_id: str | None = None
    """Where the method has a limit for each channel, the channel."""
    places: int
    ended_at: datetime = Field(sa_type=UtcDateTime)
