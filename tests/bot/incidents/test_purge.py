"""What is purged is gone from every table; what is on legal hold, and what is others', stays as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update
from sqlmodel import SQLModel

from bot.clock import ts_of
from bot.incidents.purge import CannotPurge, hold, purge, purge_user
from bot.jobs.retention import Retention
from storage import audit, incidents
from storage.audit import By
from storage.database import Database
from storage.postmortem_tables import ActionItem, Draft, Publication
from storage.tables import Incident, Mark, Message, MessageVersion, Person, RoleHeld, TimelineEvent
from storage.vocabulary import Door, IncidentStatus
from tests.storage.conftest import NOON, TEAM, incident
from tests.storage.conftest import database as database
from tests.storage.filled import fill
from tests.storage.test_retention import OLD, AtNoon, stored, texts

OPERATOR = By("root", Door.TERMINAL)
ADA, OTHER = "U0ADA", "U0ADA9"
"""One id is the beginning of the other."""
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def every_row(connection: Connection) -> Rows:
    found = {}
    for table in SQLModel.metadata.sorted_tables:
        rows = connection.execute(select(table).order_by(*table.primary_key.columns))
        found[table.name] = [row._asdict() for row in rows]
    return found


async def read(database: Database) -> Rows:
    async with database.read() as session:
        return await (await session.connection()).run_sync(every_row)


async def purge_number(database: Database, number: int) -> None:
    async with database.write() as session:
        (found,) = await incidents.of_number(session, number)
        await purge(session, found, OPERATOR, NOON)


async def three_incidents(database: Database) -> None:
    """Rows of three incidents in every table, none of which is on hold."""
    async with database.write() as session:
        await (await session.connection()).run_sync(fill)
        await session.exec(update(Incident).values(held_since=None))


async def test_of_a_purged_incident_no_table_holds_anything(database: Database) -> None:
    await three_incidents(database)
    before = await read(database)

    await purge_number(database, 1)

    after = await read(database)
    assert [row["id"] for row in after["incident"]] == [2, 3]
    for name in before:
        about_one = [row for row in after[name] if row.get("incident_id") == 1]
        assert about_one == [], name
        others = [row for row in before[name] if row.get("incident_id") in (2, 3)]
        if name != "search_stale":
            assert [row for row in after[name] if row.get("incident_id") in (2, 3)] == others, name
    assert [row["event_id"] for row in after["revision"]] == [2, 3]
    assert after["audit_entry"][-1]["action"] == "purge"


async def test_its_messages_go_but_for_those_on_another_incidents_record(database: Database) -> None:
    async with database.write() as session:
        for number, channel in ((1, "C1"), (2, "C2")):
            one = incident(number, channel_id=channel)
            one.status = IncidentStatus.RESOLVED
            session.add(one)
        await session.flush()
        for channel, ts in (("C1", "1.0"), ("C1", "2.0"), ("C2", "1.0"), ("C3", "1.0"), ("C3", "2.0")):
            session.add(Message(team_id=TEAM, channel_id=channel, ts=ts, version_ts=ts, text="Words."))
        for incident_id, number, channel, ts in (
            (1, 1, "C1", "1.0"),
            (1, 2, "C3", "1.0"),
            (2, 1, "C1", "2.0"),
            (2, 2, "C3", "2.0"),
        ):
            session.add(
                TimelineEvent(
                    incident_id=incident_id,
                    team_id=TEAM,
                    number=number,
                    kind="message",
                    source="mark",
                    channel_id=channel,
                    message_ts=ts,
                    occurred_at=NOON,
                    recorded_at=NOON,
                    added_by="U1",
                )
            )

    await purge_number(database, 1)

    found = (await read(database))["message"]
    assert {(row["channel_id"], row["ts"]) for row in found} == {("C1", "2.0"), ("C2", "1.0"), ("C3", "2.0")}


async def test_the_number_of_a_purged_incident_is_given_to_no_other(database: Database) -> None:
    async with database.write() as session:
        one = incident(7)
        one.status = IncidentStatus.RESOLVED
        session.add(one)

    await purge_number(database, 7)

    async with database.write() as session:
        assert await incidents.next_number(session, TEAM) == 8


async def test_an_open_incident_is_not_purged(database: Database) -> None:
    async with database.write() as session:
        session.add(incident(7))

    with pytest.raises(CannotPurge, match="INC-7 is open"):
        await purge_number(database, 7)


async def test_what_is_on_legal_hold_is_neither_purged_nor_forgotten(database: Database) -> None:
    await stored(database, status="resolved")
    async with database.write() as session:
        await session.exec(update(Message).values(user_id=ADA))
        (found,) = await incidents.of_number(session, 1)
        assert await hold(session, found, OPERATOR, NOON, is_held=True)
    kept = await texts(database)

    with pytest.raises(CannotPurge, match="scribe hold INC-1 --release"):
        await purge_number(database, 1)
    with pytest.raises(CannotPurge, match="INC-1, which is on legal hold"):
        await purge_user(database, ADA, OPERATOR, NOON)
    await Retention(database, AtNoon(), 1).sweep()

    assert await texts(database) == kept
    async with database.write() as session:
        (found,) = await incidents.of_number(session, 1)
        assert await hold(session, found, OPERATOR, NOON, is_held=False)
        assert not await hold(session, found, OPERATOR, NOON, is_held=False)
    await purge_number(database, 1)
    assert await texts(database) == []
    entries = (await read(database))["audit_entry"]
    assert [(row["action"], row["by"], row["door"], row["number"]) for row in entries] == [
        (action, "root", "terminal", 1) for action in ("hold", "release", "purge")
    ]


async def ada_and_another(database: Database) -> None:
    """A message of Ada's with an earlier text, another's that mentions both, and what both did."""
    async with database.write() as session:
        one = incident(1)
        one.status, one.declared_by = IncidentStatus.RESOLVED, ADA
        session.add(one)
        for user_id, name in ((ADA, "Ada Lovelace"), (OTHER, "Ada Nine")):
            session.add(
                Person(team_id=TEAM, user_id=user_id, name=name, zone="Europe/London", learned_at=NOON)
            )
        await session.flush()
        key = {"team_id": TEAM, "channel_id": "C1"}
        payload = {"user": ADA, "text": "My own words."}
        session.add(
            Message(**key, ts=OLD, version_ts=OLD, user_id=ADA, text="My own words.", payload=payload)
        )
        session.add(MessageVersion(**key, ts=OLD, version_ts="0.5", text="My first words."))
        said = f"Thanks <@{ADA}> and <@{OTHER}>."
        session.add(
            Message(
                **key,
                ts="2.0",
                version_ts="2.0",
                user_id=OTHER,
                text=said,
                payload={"user": OTHER, "text": said},
            )
        )
        for user_id in (ADA, OTHER):
            session.add(
                Mark(
                    **key,
                    ts="2.0",
                    user_id=user_id,
                    emoji="pushpin",
                    section="timeline",
                    incident_id=one.pk,
                    is_set=True,
                    changed_ts="3.0",
                )
            )
            session.add(
                RoleHeld(incident_id=one.pk, role="scribe", user_id=user_id, since=NOON, given_by=ADA)
            )
        session.add(
            ActionItem(incident_id=one.pk, number=1, text=f"Ask <@{ADA}>.", added_by=ADA, added_at=NOON)
        )
        session.add(
            Publication(
                incident_id=one.pk,
                version=1,
                published_by=ADA,
                published_at=NOON,
                markdown="Ada Lovelace rolled back.",
            )
        )
        runs = [["— "], ["<https://acme.slack.com/|Ada Lovelace>", "2.0", "Ada Lovelace"]]
        session.add(
            Draft(
                incident_id=one.pk,
                version=1,
                asked_by=ADA,
                asked_at=NOON,
                posted=[{"ts": "3.1", "runs": runs}],
            )
        )
        audit.note(session, By(ADA, Door.COMMAND), "declare", at=NOON, team_id=TEAM, number=1)


async def test_a_purged_persons_words_name_and_id_stand_nowhere(database: Database) -> None:
    await ada_and_another(database)

    done = await purge_user(database, ADA, OPERATOR, NOON)

    after = await read(database)
    all_of_it = json.dumps(after, default=str)
    assert f'"{ADA}"' not in all_of_it
    assert f"<@{ADA}>" not in all_of_it
    assert "My own words." not in all_of_it
    assert "My first words." not in all_of_it
    assert "Europe/London" not in str([row for row in after["person"] if row["user_id"] != OTHER])
    assert [row["name"] for row in after["person"]] == ["Ada Nine", "(a removed person)"]
    name = "(a removed person)"
    runs = [["— "], [f"<https://acme.slack.com/|{name}>", "2.0", name]]
    assert after["draft"][0]["posted"] == [{"ts": "3.1", "runs": runs}]
    assert [row["deleted_ts"] for row in after["message"] if row["ts"] == OLD] == [ts_of(NOON)]
    assert done.messages == 1
    assert done.still_named == [1]


async def test_what_others_said_and_did_stays_and_leads_to_nobody(database: Database) -> None:
    await ada_and_another(database)

    done = await purge_user(database, ADA, OPERATOR, NOON)

    after = await read(database)
    (others,) = [row for row in after["message"] if row["ts"] == "2.0"]
    assert others["text"] == f"Thanks <@{done.stands_as}> and <@{OTHER}>."
    assert others["payload"] == {"user": OTHER, "text": others["text"]}
    assert {row["user_id"] for row in after["mark"]} == {done.stands_as, OTHER}
    assert {row["user_id"] for row in after["role_held"]} == {done.stands_as, OTHER}
    assert after["action_item"][0]["text"] == f"Ask <@{done.stands_as}>."
    assert [(row["action"], row["by"]) for row in after["audit_entry"]] == [
        ("declare", done.stands_as),
        ("purge_user", "root"),
    ]


async def test_somebody_of_whom_nothing_is_stored_and_who_is_nobody_are_refused(database: Database) -> None:
    await ada_and_another(database)

    with pytest.raises(CannotPurge, match="Nothing is stored of U0NOBODY"):
        await purge_user(database, "U0NOBODY", OPERATOR, NOON)
    with pytest.raises(CannotPurge, match="is nobody's id in Slack"):
        await purge_user(database, "ada%", OPERATOR, NOON)


async def test_the_audit_log_is_kept_as_long_as_the_rest_and_longer_on_hold(database: Database) -> None:
    async with database.write() as session:
        for number in (1, 2):
            one = incident(number, channel_id=f"C{number}")
            one.held_since = NOON if number == 1 else None
            session.add(one)
            for days in (100, 10):
                at = NOON - timedelta(days=days)
                audit.note(session, By("U1", Door.FORM), "declare", at=at, team_id=TEAM, number=number)

    await Retention(database, AtNoon(), 0).sweep()
    assert len((await read(database))["audit_entry"]) == 4
    await Retention(database, AtNoon(), 90).sweep()

    kept = [(row["number"], row["at"]) for row in (await read(database))["audit_entry"]]
    assert kept == [(1, NOON - timedelta(days=100)), *((n, NOON - timedelta(days=10)) for n in (1, 2))]
