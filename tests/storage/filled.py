"""Rows in every table of a record, whatever its revision, made from what the database says of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    MetaData,
    Table,
    insert,
    literal,
    null,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from storage.columns import UtcDateTime
from storage.migrate import VERSION_TABLE
from storage.replica_tables import SchemaFloor
from storage.row_copy import FULL_TEXT, NOTED_BY_TRIGGERS, count_on

ROWS = 3
FILLED_BY_ITSELF = (VERSION_TABLE, SchemaFloor.__tablename__, NOTED_BY_TRIGGERS)
MOMENT = datetime(2023, 9, 10, 12, 0, 5, 250_000, tzinfo=UTC)
WORDS = {
    "action_item.kind": "prevent",
    "action_item.priority": "p1",
    "action_item.state": "open",
    "audit_entry.door": "form",
    "deploy.state": "succeeded",
    "draft.surface": "canvas",
    "draft_audience.choice": "ours",
    "alert.source": "alertmanager",
    "alert_group.group_key": "group",
    "alert_group.source": "alertmanager",
    "alert_note.source": "alertmanager",
    "incident_service.service": "quagga",
    "imported_incident.origin": "opsgenie",
    "incident.status": "resolved",
    "incident.unreachable_because": "archived",
    "intent.state": "waiting",
    "mark.section": "timeline",
    "milestone.basis": "stated",
    "milestone.kind": "detected",
    "page.state": "written",
    "postmortem.state": "published",
    "public_incident.state": "monitoring",
    "public_post.impact": "degraded",
    "public_post.state": "monitoring",
    "reminder.kind": "silence",
    "suggested.kind": "mitigated",
    "ticket.state": "open",
    "timeline_event.kind": "note",
    "timeline_event.source": "command",
}
"""What a column holds that takes one of a few words."""


def tables_in(connection: Connection) -> Sequence[Table]:
    """The record's tables as they stand, each after those it refers to; but what the schema fills itself."""
    found = MetaData()
    found.reflect(
        connection,
        only=lambda name, _: name not in FILLED_BY_ITSELF and not name.startswith(FULL_TEXT),
    )
    return found.sorted_tables


def fill(connection: Connection) -> None:
    """Put rows into every table: the second with nothing where nothing may stand, the others with all."""
    tables = tables_in(connection)
    for table in tables:
        for number in range(1, ROWS + 1):
            connection.execute(insert(table).values(_row(table, number)))
    if connection.dialect.name == "postgresql":
        count_on(connection, tables)


def _row(table: Table, number: int) -> dict[str, Any]:
    is_bare = number == 2
    return {
        column.name: null() if is_bare and column.nullable else _value(column, number)
        for column in table.columns
        if not isinstance(column.type, TSVECTOR)
    }


def _value(column: Column[Any], number: int) -> Any:
    if word := WORDS.get(f"{column.table.name}.{column.name}"):
        return word
    match column.type:
        case Boolean():
            return number == 1
        case Integer():
            return number
        case DateTime():
            return literal(MOMENT, UtcDateTime())
        case Date():
            return date(2023, 9, number)
        case JSON():
            return [{"said": f"“{column.name}” \\ {number}"}]
        case _:
            return f"{column.name} {number} – naïve 🔥"
