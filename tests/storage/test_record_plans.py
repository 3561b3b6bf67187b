"""What the recorder asks for each batch is found by an index, however much is stored."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event

from storage.database import Database
from storage.record import load_state
from tests.storage.conftest import CHANNEL, TEAM, incident


def plans_of_loading(connection: Connection) -> list[str]:
    """How SQLite goes about every question that is asked for a batch of three messages in two channels."""
    asked: list[tuple[str, Any]] = []

    @event.listens_for(connection, "before_cursor_execute")
    def note(_: object, cursor: object, statement: str, parameters: Any, *rest: object) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    load_state(connection, {(TEAM, CHANNEL, "1.1"), (TEAM, CHANNEL, "2.1"), (TEAM, "C2", "3.1")})
    event.remove(connection, "before_cursor_execute", note)
    plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values) for sql, values in asked]
    return [row[3] for plan in plans for row in plan]


KEYS = ("SCAN json_each VIRTUAL TABLE", "SCAN CONSTANT ROW", "SCAN k", "SCAN c")
"""The batch's own keys and channels, each of which is looked up."""


async def test_loading_what_a_batch_may_touch_scans_no_table(sqlite: Database) -> None:
    async with sqlite.write() as session:
        session.add(incident())
        session.add(incident(2, channel_id="C2"))
    async with sqlite.read() as session:
        connection = await session.connection()
        plans = await connection.run_sync(plans_of_loading)

    searched = [plan for plan in plans if plan.startswith("SEARCH")]
    assert len(searched) == 7
    assert [plan for plan in searched if "INDEX" not in plan] == []
    assert not any("ORDER BY" in plan for plan in plans)  # the last number is at the end of its index
    assert [plan for plan in plans if plan.startswith("SCAN") and not plan.startswith(KEYS)] == []
