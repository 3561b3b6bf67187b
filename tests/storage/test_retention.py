"""Raw messages are forgotten in time; what is on the record stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.clock import Clock, ts_of
from bot.incidents.message_events import MessagePosted, ReactionChanged
from bot.incidents.record import Recording
from bot.jobs.retention import Retention
from storage.database import Database
from storage.installation_tables import Installation
from storage.postmortem_tables import Draft
from storage.record import load_state, write_changes
from storage.tables import Delivery, Incident, Intent, Message, MessageVersion
from storage.vocabulary import IntentState
from tests.storage.conftest import CHANNEL, NOON, TEAM, incident

OLD, NEW = ts_of(NOON - timedelta(days=100)), ts_of(NOON - timedelta(days=10))
MARKED = ts_of(NOON - timedelta(days=101))


class AtNoon(Clock):
    """Noon, always."""

    def now(self):  # type: ignore[no-untyped-def]  # as Clock.now
        return NOON


async def stored(database: Database, *, status: str) -> None:
    """An old message that was edited, an old one with a mark, and a new one."""
    async with database.write() as session:
        found = incident(declared_at=NOON - timedelta(days=102))
        found.status = status
        session.add(found)
    message_events = [
        MessagePosted((TEAM, CHANNEL, OLD), OLD, "one", "U1"),
        MessagePosted((TEAM, CHANNEL, OLD), ts_of(NOON - timedelta(days=99)), "two", "U1"),
        MessagePosted((TEAM, CHANNEL, MARKED), MARKED, "Rolled back.", "U1"),
        ReactionChanged((TEAM, CHANNEL, MARKED), "U2", "pushpin", NEW, is_set=True),
        MessagePosted((TEAM, CHANNEL, NEW), NEW, "All is well.", "U1"),
    ]
    recording = Recording({"pushpin": "timeline"}, lambda: NOON)
    async with database.write() as session:
        connection = await session.connection()
        state = await connection.run_sync(load_state, [one.key for one in message_events])
        await connection.run_sync(write_changes, recording.decide(state, message_events), NOON)


async def texts(database: Database) -> list[str]:
    async with database.read() as session:
        messages = (await session.exec(select(Message.text).order_by(Message.ts))).all()
        versions = (await session.exec(select(MessageVersion.text))).all()
    return [*messages, *versions]


async def test_old_messages_nobody_marked_are_forgotten_with_their_earlier_texts(database: Database) -> None:
    await stored(database, status="resolved")

    await Retention(database, AtNoon(), 90).sweep()

    assert await texts(database) == ["Rolled back.", "All is well."]


async def test_an_open_incident_keeps_everything(database: Database) -> None:
    await stored(database, status="open")

    await Retention(database, AtNoon(), 90).sweep()

    assert await texts(database) == ["Rolled back.", "two", "All is well.", "one"]


async def test_zero_days_keep_everything_but_the_notes_of_commands(database: Database) -> None:
    await stored(database, status="resolved")
    async with database.write() as session:
        session.add(Delivery(key="old", handled_at=NOON - timedelta(days=2)))
        session.add(Delivery(key="new", handled_at=NOON))

    await Retention(database, AtNoon(), 0).sweep()

    assert len(await texts(database)) == 4
    async with database.read() as session:
        assert (await session.exec(select(Delivery.key))).all() == ["new"]


async def test_each_workspace_keeps_for_as_long_as_it_says(database: Database) -> None:
    """T1 for 30 days, those of E1 for 60, T4 for ever, all others for 90; each has rows of 40, 70 and 100."""
    told_of = ("T1", "T2", "T3", "T4", "T5")
    async with database.write() as session:
        for team_id in told_of:
            for days in (40, 70, 100):
                ts, text = ts_of(NOON - timedelta(days=days)), str(days)
                session.add(Message(team_id=team_id, channel_id=CHANNEL, ts=ts, text=text, version_ts=ts))
        for team_id in (*told_of, None):
            for days in (40, 70, 100):
                at = NOON - timedelta(days=days)
                key, state = f"{team_id} {days}", IntentState.SENT
                sent = {"state": state, "asked_at": at, "sent_at": at}
                session.add(Intent(team_id=team_id, kind="reply", key=key, lane=key, subject={}, **sent))
        for team_id, ended_at in (("T2", None), ("T3", NOON)):
            session.add(
                Installation(
                    team_id=team_id,
                    enterprise_id="E1",
                    app_id="A1",
                    bot_user_id="B1",
                    scopes="",
                    installed_by="U1",
                    installed_at=NOON,
                    ended_at=ended_at,
                )
            )

    await Retention(database, AtNoon(), 90, {"T1": 30, "E1": 60, "T4": 0}).sweep()

    async with database.read() as session:
        messages = await session.exec(select(Message.team_id, Message.text))
        left = [f"{team_id} {text}" for team_id, text in messages]
        sent = list((await session.exec(select(Intent.key))).all())
    kept = {"T1": (), "T2": (40,), "T3": (40,), "T4": (40, 70, 100), "T5": (40, 70)}
    expected = [f"{team_id} {days}" for team_id, those in kept.items() for days in those]
    assert sorted(left) == sorted(expected)
    assert sorted(sent) == sorted([*expected, "None 40", "None 70"])


@pytest.mark.parametrize(("status", "is_kept"), [("resolved", False), ("cancelled", False), ("open", True)])
async def test_the_words_of_an_old_draft_in_a_thread_are_forgotten(
    database: Database, status: str, is_kept: bool
) -> None:
    await stored(database, status=status)
    async with database.write() as session:
        found = (await session.exec(select(Incident))).one()
        for version, days in ((1, 100), (2, 10)):
            at = NOON - timedelta(days=days)
            session.add(
                Draft(
                    incident_id=found.pk,
                    version=version,
                    asked_by="U1",
                    asked_at=at,
                    delivered_at=at,
                    thread_ts=ts_of(at),
                    posted=[{"ts": ts_of(at), "runs": [["Words"]]}],
                )
            )

    await Retention(database, AtNoon(), 90).sweep()

    async with database.read() as session:
        drafts = (await session.exec(select(Draft).order_by(Draft.version))).all()
    assert [draft.posted is not None for draft in drafts] == [is_kept, True]
