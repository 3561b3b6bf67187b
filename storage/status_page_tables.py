"""The tables of what the team's status pages show of incidents, and of every post that was pressed for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, Text, UniqueConstraint
from sqlmodel import Field

from storage.columns import Keyed, UtcDateTime, text_of
from storage.vocabulary import PublicImpact, PublicState


class PublicIncident(Keyed, table=True):
    """An incident on a status page, by the page's name: asked for, or there.

    `marker` is a random UUID in hex that the page keeps with it, as far as it keeps anything. What the page
    calls it (`remote_id`, `url`) is None until it is there; `state` is what was posted last.
    """

    __tablename__ = "public_incident"
    __table_args__ = (UniqueConstraint("incident_id", "page"),)

    incident_id: int = Field(foreign_key="incident.id")
    page: str
    marker: str
    remote_id: str | None = None
    url: str | None = None
    state: PublicState | None = Field(default=None, sa_type=text_of(PublicState))


class PublicPost(Keyed, table=True):
    """What somebody pressed to have posted on a status page, word for word, in plain text.

    `components` are the page's own ids of what is affected. `is_private_said`: whoever pressed said that
    something of this private incident may be read by everybody. `tried_at` is when it was first about to be
    posted, `posted_at` when it stood there, and `event_number` the timeline event that records it.
    """

    __tablename__ = "public_post"
    __table_args__ = (Index("posts_of_an_incident", "incident_id", "page"),)

    incident_id: int = Field(foreign_key="incident.id")
    page: str
    marker: str
    name: str
    text: str = Field(sa_type=Text)
    state: PublicState = Field(sa_type=text_of(PublicState))
    impact: PublicImpact = Field(sa_type=text_of(PublicImpact))
    components: list[str] = Field(sa_type=JSON)
    notifies: bool
    is_private_said: bool
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    tried_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    posted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    event_number: int | None = None
