"""Who has installed Scribe, and whose an intent is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text
from sqlmodel import select

from storage import installations, outbox
from storage.database import Database
from storage.installation_tables import Installation
from storage.outbox import NORMAL, URGENT, NewIntent, Whose
from storage.tables import Intent
from tests.storage.conftest import NOON, incident


def installed(team_id: str, **changes: object) -> Installation:
    return Installation(
        team_id=team_id,
        app_id="A1",
        bot_user_id="UB",
        scopes="commands",
        installed_by="U1",
        installed_at=NOON,
        bot_token=f"sealed {team_id}",
        **changes,
    )


async def kept(database: Database, *those: Installation) -> None:
    async with database.write() as session:
        for one in those:
            await installations.keep(session, one)


async def of_team(database: Database, team_id: str) -> Installation:
    async with database.read() as session:
        found = await installations.of_team(session, team_id)
    assert found
    return found


async def test_those_that_stand_are_served(database: Database) -> None:
    await kept(database, installed("T2"), installed("T1"))
    async with database.write() as session:
        assert await installations.end(session, "T2", NOON, told_at=NOON)
        assert not await installations.end(session, "T2", NOON, told_at=NOON)

    async with database.read() as session:
        assert [one.team_id for one in await installations.standing(session)] == ["T1"]


async def members(database: Database) -> list[tuple[str, str | None]]:
    async with database.read() as session:
        return [(one.team_id, one.organization_id) for one in await installations.members(session)]


async def test_an_organization_s_installation_serves_the_workspaces_it_was_added_to(
    database: Database,
) -> None:
    whole = installed("E1", enterprise_id="E1")
    await kept(database, whole, installed("E2", enterprise_id="E2"), installed("T3"))
    for teams in (["T1", "T2", "T3"], ["T1", "T2"], ["T2", "T4"]):
        async with database.write() as session:
            await installations.keep_members(session, whole, teams, NOON, asked_at=NOON)

    assert await members(database) == [("T2", "E1"), ("T4", "E1")]
    assert (await of_team(database, "T1")).ended_at == NOON
    assert (await of_team(database, "T3")).bot_token == "sealed T3"
    async with database.write() as session:
        await installations.keep_members(session, whole, ["T1", "T2", "T4"], NOON, asked_at=NOON)
    assert await members(database) == [("T1", "E1"), ("T2", "E1"), ("T4", "E1")]


async def test_one_that_was_added_after_slack_was_asked_stays(database: Database) -> None:
    whole = installed("E1", enterprise_id="E1")
    await kept(database, whole)
    later = NOON + timedelta(seconds=2)
    async with database.write() as session:
        await installations.keep_members(session, whole, ["T1"], later, asked_at=later)
        await installations.keep_members(session, whole, [], later, asked_at=NOON)

    assert await members(database) == [("T1", "E1")]


async def test_an_organization_s_end_is_that_of_its_workspaces(database: Database) -> None:
    whole = installed("E1", enterprise_id="E1")
    await kept(database, whole, installed("T9"))
    async with database.write() as session:
        await installations.keep_members(session, whole, ["T1", "T2"], NOON, asked_at=NOON)
        assert await installations.end(session, "E1", NOON, told_at=NOON)

    assert await members(database) == []
    assert (await of_team(database, "T9")).ended_at is None
    assert (await of_team(database, "T1")).ended_at == NOON


async def test_a_workspace_that_installs_scribe_itself_leaves_the_organization_s(database: Database) -> None:
    whole = installed("E1", enterprise_id="E1")
    await kept(database, whole)
    async with database.write() as session:
        await installations.keep_members(session, whole, ["T1"], NOON, asked_at=NOON)
    await kept(database, installed("T1"))

    assert await members(database) == []
    async with database.read() as session:
        assert [one.team_id for one in await installations.standing(session)] == ["E1", "T1"]


async def test_what_ends_loses_its_tokens_and_keeps_who_it_was(database: Database) -> None:
    await kept(database, installed("T1", refresh_token="sealed too", expires_at=NOON))
    async with database.write() as session:
        await installations.end(session, "T1", NOON, told_at=NOON)

    ended = await of_team(database, "T1")
    assert (ended.bot_token, ended.refresh_token, ended.expires_at) == (None, None, None)
    assert (ended.ended_at, ended.installed_by) == (NOON, "U1")


async def test_an_end_that_is_heard_late_does_not_end_what_was_installed_since(database: Database) -> None:
    await kept(database, installed("T1"))
    async with database.write() as session:
        assert not await installations.end(session, "T1", NOON, told_at=NOON - timedelta(seconds=1))

    assert (await of_team(database, "T1")).ended_at is None


async def test_installing_again_goes_on_with_the_new_token(database: Database) -> None:
    await kept(database, installed("T1"))
    async with database.write() as session:
        await installations.end(session, "T1", NOON, told_at=NOON)
    again = installed("T1")
    again.bot_token = "sealed anew"
    await kept(database, again)

    found = await of_team(database, "T1")
    assert (found.bot_token, found.ended_at) == ("sealed anew", None)


async def test_new_tokens_take_the_place_of_those_they_were_made_of_alone(database: Database) -> None:
    await kept(database, installed("T1"), installed("T2"))
    async with database.write() as session:
        for instead_of, is_kept in (("sealed T1", True), ("sealed T1", False), ("sealed T2", False)):
            assert is_kept == await installations.keep_tokens(
                session,
                "T1",
                instead_of=instead_of,
                bot_token="new",
                refresh_token="next",
                expires_at=NOON,
            )

    assert (await of_team(database, "T1")).bot_token == "new"
    assert (await of_team(database, "T2")).bot_token == "sealed T2"


async def test_what_expires_soon_is_named_the_soonest_first(database: Database) -> None:
    later, soon = NOON + timedelta(hours=3), NOON + timedelta(hours=1)
    await kept(
        database,
        installed("T1", refresh_token="r", expires_at=soon),
        installed("T2", refresh_token="r", expires_at=later),
        installed("T3", refresh_token="r", expires_at=NOON),
        installed("T4"),
    )
    async with database.read() as session:
        assert await installations.expiring(session, NOON + timedelta(hours=2)) == ["T3", "T1"]


# --- whose an intent is ---------------------------------------------------------------------------------

OURS = NewIntent("confirm_mark", "confirm_mark:T1:C1:1.0", "marks:T1", {"team_id": "T1"})
OF_INCIDENT = NewIntent("invite", "invite:1", "incident:1", {"incident_id": 1}, URGENT)
NOBODYS = NewIntent("reply", "reply:1", "reply:1", {"text": "x"})


async def asked(database: Database, *asks: NewIntent) -> None:
    async with database.write() as session:
        await outbox.ask(session, asks, asked_at=NOON)


async def teams(database: Database) -> dict[str, str | None]:
    async with database.read() as session:
        return {one.key: one.team_id for one in await session.exec(select(Intent))}


async def test_an_intent_is_of_the_workspace_of_its_incident_or_message(database: Database) -> None:
    async with database.write() as session:
        session.add(incident())
    await asked(database, OURS, OF_INCIDENT, NOBODYS)

    assert await teams(database) == {OURS.key: "T1", OF_INCIDENT.key: "T1", NOBODYS.key: None}


async def test_asked_for_again_it_stays_of_its_workspace(database: Database) -> None:
    async with database.write() as session:
        session.add(incident())
    await asked(database, OF_INCIDENT)
    await asked(database, replace(OF_INCIDENT, subject={"incident_id": 1, "more": "x"}))

    assert await teams(database) == {OF_INCIDENT.key: "T1"}


async def test_an_earlier_scribe_s_intent_is_given_its_workspace(database: Database) -> None:
    """One that knows no such column, while replicas are replaced one by one."""
    async with database.write() as session:
        session.add(incident())
    async with database.write() as session:
        await session.exec(
            text(
                "INSERT INTO intent (key, kind, lane, subject, state, requests, attempts, is_begun, asked_at)"
                " VALUES ('k', 'invite', 'l', '{\"incident_id\": 1}', 'waiting', 1, 0, false,"
                " '2023-09-10 12:00:00')"
            )
        )

    assert await teams(database) == {"k": "T1"}


async def test_a_worker_sees_what_is_of_its_workspace_alone(database: Database) -> None:
    other = incident(channel_id="C2")
    other.team_id = "T2"
    async with database.write() as session:
        session.add(incident())
        session.add(other)
    await asked(
        database,
        OF_INCIDENT,
        NewIntent("invite", "invite:2", "incident:2", {"incident_id": other.id}, URGENT),
        NOBODYS,
    )
    room = {URGENT: 5, NORMAL: 5}

    async with database.read() as session:
        assert await outbox.waiting_lanes(session, room, Whose("T1")) == {"incident:1": URGENT}
        assert await outbox.waiting_lanes(session, room, Whose("T2")) == {"incident:2": URGENT}
        assert await outbox.waiting_lanes(session, room, Whose("T3")) == {}
        alone = await outbox.waiting_lanes(session, room, Whose("T1", is_alone=True))
        assert alone == {"incident:1": URGENT, "reply:1": NORMAL}
        assert [one.key for one in await outbox.waiting(session, Whose("T2"), limit=9)] == ["invite:2"]
        assert await outbox.teams_waiting(session) == ["T1", "T2"]
        assert (await outbox.depth(session)).waiting == 3
        assert (await outbox.depth(session, ["T2"])).waiting == 1
        assert (await outbox.depth(session, [])).waiting == 0
