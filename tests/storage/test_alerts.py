"""Alerts that declared nothing are forgotten in time; what feeds an incident stays with it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import select

from storage import alerts
from storage.alert_tables import Alert, AlertGroup
from storage.database import Database
from tests.storage.conftest import NOON, TEAM, incident


async def stored(database: Database, key: str, heard_at: datetime, *, incident_id: int | None = None) -> None:
    async with database.write() as session:
        group = AlertGroup(
            team_id=TEAM, source="s", group_key=key, incident_id=incident_id, title=key, heard_at=heard_at
        )
        session.add(group)
        await session.flush()
        session.add(
            Alert(
                team_id=TEAM,
                source="s",
                alert_id=key,
                group_id=group.pk,
                incident_id=incident_id,
                title=key,
                started_at=heard_at,
                is_firing=True,
                heard_at=heard_at,
            )
        )


async def test_what_was_only_remembered_is_forgotten_and_what_feeds_an_incident_stays(
    database: Database,
) -> None:
    async with database.write() as session:
        session.add(fed := incident())
    await stored(database, "old", NOON - timedelta(days=100))
    await stored(database, "new", NOON - timedelta(days=10))
    await stored(database, "fed", NOON - timedelta(days=100), incident_id=fed.pk)

    async with database.write() as session:
        await alerts.forget(session, NOON - timedelta(days=90))

    async with database.read() as session:
        left = (await session.exec(select(Alert.alert_id).order_by(Alert.alert_id))).all()
        groups = (await session.exec(select(AlertGroup.group_key).order_by(AlertGroup.group_key))).all()
    assert left == groups == ["fed", "new"]


async def test_the_newest_row_of_a_group_counts(database: Database) -> None:
    await stored(database, "k", NOON)
    async with database.write() as session:
        session.add(AlertGroup(team_id=TEAM, source="s", group_key="k", title="newer", heard_at=NOON))

    async with database.read() as session:
        found = await alerts.group(session, TEAM, "s", "k")
    assert found is not None and found.title == "newer"
