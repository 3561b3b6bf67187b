"""The table of published post-mortems that stand outside Slack as well."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from storage.columns import Keyed, UtcDateTime, text_of
from storage.vocabulary import PageState


class Page(Keyed, table=True):
    """An incident's post-mortem at one host, asked for or written.

    `marker` is a random UUID in hex that the page carries, by which it is looked for when nobody noted
    whether it was made; `tried_at` is when it was last about to be, None once it is known to stand there.
    `publication` is the one that was asked for last, `written` the one that stands there, with the host's own
    name for the page (`remote_id`), for that version of it and its address; all None until then. `is_said`: a
    person said that this publication goes there, though the incident's others would not. `edited_version` is
    the one by people that was found instead of ours, "" where the page is gone; `decided_by` is who said then
    what becomes of it.
    """

    __table_args__ = (UniqueConstraint("incident_id", "host"),)

    incident_id: int = Field(foreign_key="incident.id")
    host: str
    marker: str
    publication: int
    is_said: bool = False
    asked_by: str
    asked_at: datetime = Field(sa_type=UtcDateTime)
    state: PageState = Field(default=PageState.ASKED, sa_type=text_of(PageState))
    tried_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    remote_id: str | None = None
    version: str | None = None
    url: str | None = None
    written: int | None = None
    edited_version: str | None = None
    decided_by: str | None = None
