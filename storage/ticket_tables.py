"""The table of action items that stand in the team's tracker as well."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from storage.columns import Keyed, UtcDateTime, text_of
from storage.vocabulary import ActionItemState


class Ticket(Keyed, table=True):
    """Action item `number` of an incident in a tracker, asked for or filed.

    `marker` is a random UUID in hex that the ticket carries, by which it is looked for when nobody noted
    whether it was made; `tried_at` is when it was last about to be. What the tracker calls it (`remote_id`,
    `key`, `url`) is None until then. `state` is the tracker's own as last known, since `changed_at` as far as
    the tracker says; `read_at` is when all of the project's tickets were last read. `followed` is what the
    tracker was told of its fields, as digests and ids; None: it was filed before that was kept.
    """

    __table_args__ = (
        UniqueConstraint("incident_id", "number"),
        Index("tickets_by_remote", "tracker", "project", "remote_id"),
    )

    incident_id: int = Field(foreign_key="incident.id")
    number: int
    tracker: str
    project: str
    marker: str
    asked_by: str
    asked_at: datetime = Field(sa_type=UtcDateTime)
    tried_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    remote_id: str | None = None
    key: str | None = None
    url: str | None = None
    state: ActionItemState = Field(default=ActionItemState.OPEN, sa_type=text_of(ActionItemState))
    changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    followed: dict[str, Any] | None = Field(default=None, sa_type=JSON)
