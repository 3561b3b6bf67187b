"""Every query that takes a workspace or an incident: what another workspace has changes nothing of it.

Each is asked with one workspace in the record, and again with a second one that has the same channels,
people, messages and numbers; both answers must be the same, and the second one's rows untouched.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    Table,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import SQLModel

import storage
from storage.alert_tables import AlertGroup
from storage.columns import UtcDateTime
from storage.database import Database
from storage.deploys import Window
from storage.drafts import Draft
from storage.installation_tables import Installation
from storage.outbox import NORMAL, URGENT, NewIntent, Whose
from storage.participation import Stretch
from storage.row_copy import count_on
from storage.search import Seen
from storage.status_page_tables import PublicPost
from storage.tables import Arrival, Incident, Message, Person, TimelineEvent, Workspace
from storage.vocabulary import (
    Audience,
    Basis,
    IncidentStatus,
    MilestoneKind,
    Origin,
    ReminderKind,
)
from tests.storage.conftest import CHANNEL, NOON
from tests.storage.filled import FILLED_BY_ITSELF, WORDS

OURS, THEIRS = 1, 2
"""The numbers of the two workspaces, and of every row they have."""
USER, TS = "U1", "1694347200.000100"
KEY = ("T1", CHANNEL, TS)
SCOPED = frozenset(
    {
        "team_id",
        "teams",
        "team_ids",
        "whose",
        "incident",
        "incident_id",
        "incident_ids",
        "stretch",
        "key",
        "keys",
        "said",
        "root",
        "event",
        "event_id",
        "draft",
        "draft_id",
        "message",
        "arrival",
        "person",
        "asks",
        "asked",
    }
)
"""Parameters that say whose something is; a query without one is of the whole record."""
UNSET = frozenset(
    {
        "deleted_ts",
        "removed_at",
        "unreachable_since",
        "unreachable_because",
        "settled_at",
        "ended_at",
        "thread_ts",
        "held_since",
    }
)
TRUE = frozenset({"is_known", "is_set", "is_explicit", "is_announced"})


def word(number: int) -> str:
    return "quagga" if number == OURS else "okapi"


def value(column: Column[Any], number: int) -> Any:
    """The same for both workspaces where two could have the same."""
    if column.name in UNSET and column.nullable:
        return None
    known = WORDS.get(f"{column.table.name}.{column.name}")
    if column.table.name == "incident" and column.name == "status":
        known = "open"
    if known:
        return known
    match column.type:
        case Boolean():
            return column.name in TRUE
        case Integer():
            return 1 if column.name in ("number", "requests", "urgency") else number
        case Float():
            return 1.0
        case UtcDateTime() | DateTime():
            return NOON
        case Date():
            return date(2023, 9, 10)
        case JSON():
            return [{"said": word(number)}]
    if column.name == "team_id":
        return f"T{number}"
    if column.name == "channel_id":
        return CHANNEL
    if column.name == "ts" or column.name.endswith("_ts"):
        return TS
    if column.name.endswith(("_id", "_by")):
        return USER
    return f"{column.name} {word(number)}"


def tables() -> Iterator[Table]:
    for table in SQLModel.metadata.sorted_tables:
        if table.name not in FILLED_BY_ITSELF:
            yield table


def fill(connection: Connection, number: int) -> None:
    for table in tables():
        row = {one.name: value(one, number) for one in table.columns if not isinstance(one.type, TSVECTOR)}
        connection.execute(insert(table).values(row))
    if connection.dialect.name == "postgresql":
        count_on(connection, list(tables()))


def rows_of(connection: Connection, number: int) -> Mapping[str, list[Any]]:
    """Every row of a workspace, by its words, its name or its key."""
    found = {}
    for table in tables():
        rows = [tuple(row) for row in connection.execute(select(table))]
        keys = [table.columns[name] for name in ("team_id", "incident_id", "id") if name in table.columns]
        at = list(table.columns).index(keys[0]) if keys else None
        mine = f"T{number}" if keys and keys[0].name == "team_id" else number
        found[table.name] = [
            row for row in rows if (row[at] == mine if at is not None else word(number) in str(row))
        ]
    return found


ELSEWHERE = frozenset(
    {
        "call_places.take",  # of PostgreSQL alone: test_call_places
        "call_places.pause",
        "purge_person.forget_profile",  # of one person, in whichever workspaces: test_purge
    }
)


# --- the queries ----------------------------------------------------------------------------------------


def queries() -> dict[str, Callable[..., Any]]:
    found = {}
    for module in pkgutil.iter_modules(storage.__path__):
        if module.name == "migrations":
            continue
        of_module = importlib.import_module(f"storage.{module.name}")
        for name, function in vars(of_module).items():
            if name.startswith("_") or not inspect.iscoroutinefunction(function):
                continue
            asked = inspect.signature(function).parameters
            scoped = {
                one.name for one in asked.values() if one.name != "key" or one.annotation != "str"
            } & SCOPED
            whole_name = f"{module.name}.{name}"
            is_here = function.__module__ == of_module.__name__ and whole_name not in ELSEWHERE
            if is_here and "session" in asked and scoped:
                found[whole_name] = function
    return found


QUERIES = queries()
VALUES: Mapping[str, Any] = {
    "after": TS,
    "alert_ids": [USER],
    "at": NOON,
    "besides": None,
    "bot_token": "sealed",
    "channel": CHANNEL,
    "channel_id": CHANNEL,
    "compiled_ts": TS,
    "declared_by": USER,
    "deploy_id": OURS,
    "deploy_ids": [USER],
    "digest": "d",
    "due_at": NOON,
    "expires_at": NOON,
    "file_id": "F9",
    "group_key": "group",
    "instead_of": "bot_token quagga",
    "is_blank": False,
    "is_every": False,
    "is_public": False,
    "key": KEY,
    "keys": [(CHANNEL, TS)],
    "kind": None,
    "limit": 50,
    "note_ids": [USER],
    "now": NOON,
    "number": 1,
    "origin": Origin.OPSGENIE,
    "original_ids": [USER],
    "page": "page quagga",
    "part": None,
    "refresh_token": None,
    "root": KEY,
    "said": [KEY],
    "services": ["quagga"],
    "sequence": 1,
    "since": NOON - timedelta(days=1),
    "source": "alertmanager",
    "state": None,
    "subject": {"incident_id": OURS},
    "team_id": "T1",
    "team_ids": ["T1"],
    "teams": ["T1"],
    "text": "quagga",
    "thread_ts": None,
    "told_at": NOON,
    "ts": [TS],
    "until": None,
    "until_ts": None,
    "user_id": USER,
    "user_ids": [USER],
    "what": "severity",
    "window": Window(NOON - timedelta(days=1), NOON),
    "whose": Whose("T1"),
    "without": None,
    "words": ["quagga", "okapi"],
    "by": USER,
    "asked_at": NOON,
    "asked_by": USER,
    "choice": Audience.OURS,
    "resolved_after": NOON - timedelta(days=1),
    "absent_after": timedelta(days=1),
    "status": IncidentStatus.OPEN,
    "role": "role quagga",
    "basis": Basis.STATED,
    "stated_at": NOON,
    "stated_by": USER,
    "template": None,
    "messages": 1,
    "room": {URGENT: 9, NORMAL: 9},
    "asks": [NewIntent("invite", "invite:9", "incident:1", {"incident_id": OURS})],
    "asked": NewIntent("invite", "invite:9", "incident:1", {"incident_id": OURS}),
    "field": "text",
    "new": "quagga",
    "speaking": [(USER, TS)],
    "roots": [TS],
    "arrival": Arrival(team_id="T1", channel_id=CHANNEL, user_id="U9", joined_at=NOON),
    "person": Person(team_id="T1", user_id=USER, name="Quagga", learned_at=NOON),
    "workspace": Workspace(team_id="T1", name="Q", url="https://q.test/", bot_user_id="UB", bot_id="B"),
    "found": [],
    "are_all": False,
    "most": 5,
    "at_least": 1,
    "old": CHANNEL,
}
BY_TYPE: Mapping[tuple[str, str], Any] = {
    ("after", "Sequence[str]"): [TS],
    ("after", "datetime"): NOON - timedelta(days=1),
    ("after", "str | None"): None,
    ("by", "str | None"): None,
    ("ids", "Collection[int]"): [OURS],
    ("key", "str"): "key quagga",
    ("keys", "Collection[str]"): ["key quagga"],
    ("keys", "Sequence[MessageKey]"): [KEY],
    ("kind", "MilestoneKind"): MilestoneKind.DETECTED,
    ("kind", "ReminderKind"): ReminderKind.SILENCE,
    ("new", "str"): "C9",
    ("part", "range"): range(0, 9),
    ("part", "str"): "quagga",
    ("ts", "str"): TS,
    ("words", "str"): "quagga OR okapi",
}
ROWS: Mapping[str, type[SQLModel]] = {
    "incident": Incident,
    "event": TimelineEvent,
    "fed": AlertGroup,
    "draft": Draft,
    "message": Message,
    "post": PublicPost,
}
"""Parameters that are a row of the record."""


def argument(name: str, kind: str, database: Database) -> Any:
    match name:
        case "incident_id" | "event_id" | "draft_id":
            return OURS
        case "incident_ids":
            return [OURS]
        case "stretch":
            return Stretch("T1", CHANNEL, "0000000000.000000", None)
        case "canvas_id":
            return "canvas_id quagga"
        case "nodes" | "rows":
            return []
        case "deleted_ts":
            return TS
        case "seen":
            return Seen(channels=frozenset({CHANNEL}))
        case "installation":
            return None
        case "organization":
            who = {"app_id": "A1", "bot_user_id": "UB", "scopes": "", "installed_by": "U1"}
            return Installation(team_id="E1", enterprise_id="E1", installed_at=NOON, **who)
    return BY_TYPE.get((name, kind), VALUES.get(name))


async def answer(database: Database, query: Callable[..., Any]) -> tuple[str, Mapping[str, list[Any]]]:
    """What a query says when it is asked about our workspace, and the other one's rows after it."""
    async with database.write() as session:
        arguments: dict[str, Any] = {}
        for one in inspect.signature(query).parameters.values():
            kind = str(one.annotation)
            if one.name == "session":
                arguments["session"] = session
            elif one.name in ROWS:
                key: Any = OURS
                arguments[one.name] = await session.get(ROWS[one.name], key)
            elif one.default is inspect.Parameter.empty or one.name in SCOPED:
                arguments[one.name] = argument(one.name, kind, database)
        found = await query(**arguments)
        if hasattr(found, "all"):
            found = found.all()
        await session.flush()
        connection = await session.connection()
        rows = await connection.run_sync(rows_of, THEIRS)
        said = re.sub(r"\bid=\d+", "id=…", repr(found))
        await session.rollback()
        return said, rows


async def record(database: Database, number: int) -> None:
    async with database.write() as session:
        await (await session.connection()).run_sync(fill, number)


async def answers(database: Database) -> dict[str, tuple[str, Mapping[str, list[Any]]]]:
    return {name: await answer(database, query) for name, query in QUERIES.items()}


@pytest.mark.one_in(2)
async def test_another_workspace_changes_nothing_of_any_query(database: Database) -> None:
    await record(database, OURS)
    alone = await answers(database)
    await record(database, THEIRS)
    async with database.read() as session:
        before = await (await session.connection()).run_sync(rows_of, THEIRS)
    assert "okapi" in str(before)

    beside = await answers(database)

    assert {name: said for name, (said, _) in beside.items() if said != alone[name][0]} == {}
    assert {name: after for name, (_, after) in beside.items() if after != before} == {}
    assert [name for name, (said, _) in beside.items() if "okapi" in said] == []


def test_every_query_is_found() -> None:
    assert len(QUERIES) > 150
    assert {"incidents.by_number", "search.search", "outbox.waiting_lanes", "people.find"} <= QUERIES.keys()
