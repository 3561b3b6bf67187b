"""0017 gives each intent there was its workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from storage.database import Database
from storage.migrate import migrate
from tests.conftest import new_database

INCIDENT = text(
    "INSERT INTO incident (id, team_id, number, title, status, channel_name, is_own_channel, is_private,"
    " declared_by, declared_at) VALUES (7, 'T2', 1, 'x', 'open', 'ops', false, false, 'U1',"
    " '2023-09-10 12:00:00')"
)
INTENT = text(
    "INSERT INTO intent (key, kind, lane, subject, state, requests, attempts, is_begun, asked_at)"
    " VALUES (:key, 'k', 'l', CAST(:subject AS json), 'sent', 1, 0, false, '2023-09-10 12:00:00')"
)
WORKSPACE = text(
    "INSERT INTO workspace (team_id, name, url, bot_user_id, bot_id) VALUES (:team_id, 'n', 'u', 'UB', 'B')"
)
SUBJECTS = {
    "message": '{"team_id": "T1"}',
    "incident": '{"incident_id": 7}',
    "gone": '{"incident_id": 8}',
    "odd": '{"incident_id": "seven"}',
    "reply": "{}",
    "list": "[1]",
}


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'scribe.db'}"


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    with new_database(postgres, "template1") as url:
        yield url


@pytest.mark.parametrize(("teams", "otherwise"), [(["T1"], "T1"), (["T1", "T2"], None), ([], None)])
async def test_each_intent_is_given_its_workspace(
    database_url: str, teams: list[str], otherwise: str | None
) -> None:
    """Where one workspace alone was ever met, what names none is its own."""
    found: dict[str, str | None] = {}

    def upgrade(connection: Connection) -> None:
        migrate(connection, "0016")
        is_sqlite = connection.dialect.name == "sqlite"
        insert = text(str(INTENT).replace("CAST(:subject AS json)", ":subject")) if is_sqlite else INTENT
        connection.execute(INCIDENT)
        for team_id in teams:
            connection.execute(WORKSPACE, {"team_id": team_id})
        for key, subject in SUBJECTS.items():
            connection.execute(insert, {"key": key, "subject": subject})
        migrate(connection)
        found.update((key, team) for key, team in connection.execute(text("SELECT key, team_id FROM intent")))

    database = Database(database_url)
    async with database.write() as session:
        await (await session.connection()).run_sync(upgrade)
    await database.close()

    others = dict.fromkeys(("gone", "odd", "reply", "list"), otherwise)
    assert found == {"message": "T1", "incident": "T2", **others}
