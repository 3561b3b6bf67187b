"""The table of the audit log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from storage.columns import Keyed, UtcDateTime, text_of
from storage.vocabulary import Door


class AuditEntry(Keyed, table=True):
    """Somebody carried out something, written in its transaction; it holds nothing of what anybody said.

    `by` is a person's Slack id, or of the terminal the user of the machine. `action` is the name of the
    action, `number` of its incident, None where it is about no single one; the entry outlives the incident.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("audit_by_time", "at"),)

    at: datetime = Field(sa_type=UtcDateTime)
    by: str
    door: Door = Field(sa_type=text_of(Door))
    action: str
    team_id: str | None = None
    number: int | None = None
