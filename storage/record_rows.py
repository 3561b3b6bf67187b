"""The rows that the recorder writes, as plain dictionaries typed by what stands in the tables.

It writes thousands a second, and an ORM object each would cost more than the database does.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict

from storage.vocabulary import EventKind, EventSource, MarkSection


class MessageRow(TypedDict):
    team_id: str
    channel_id: str
    ts: str
    thread_ts: str | None
    user_id: str | None
    bot_name: str | None
    text: str
    files: list[dict[str, Any]]
    payload: dict[str, Any]
    version_ts: str
    edited_by: str | None
    deleted_ts: str | None
    is_known: bool
    is_confirmed: bool
    is_recovered: bool
    is_version_approximate: bool


class MessageVersionRow(TypedDict):
    team_id: str
    channel_id: str
    ts: str
    version_ts: str
    text: str
    files: list[dict[str, Any]]
    edited_by: str | None
    is_version_approximate: bool


class MarkRow(TypedDict):
    team_id: str
    channel_id: str
    ts: str
    user_id: str
    emoji: str
    section: MarkSection
    incident_id: int
    is_set: bool
    changed_ts: str


class MarkVersionRow(TypedDict):
    team_id: str
    channel_id: str
    ts: str
    user_id: str
    emoji: str
    changed_ts: str
    is_set: bool


class MovedRow(TypedDict):
    team_id: str
    channel_id: str
    ts: str
    incident_id: int
    moved_ts: str


class EventRow(TypedDict):
    incident_id: int
    team_id: str
    number: int
    kind: EventKind
    source: EventSource
    channel_id: str | None
    message_ts: str | None
    occurred_at: datetime
    occurred_until: datetime | None
    is_approximate: bool
    recorded_at: datetime
    text: str | None
    author_id: str | None
    added_by: str
    is_explicit: bool
    removed_at: datetime | None
