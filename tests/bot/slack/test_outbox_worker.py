"""The outbox worker: tells Slack everything, in order where order counts, however Slack is today."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.exc import DatabaseError, DBAPIError, InternalError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlmodel import select

from bot.incidents import intents
from bot.incidents.message_events import MessageEvent, MessagePosted, ReactionChanged
from bot.incidents.record import Recording
from bot.slack.calls import Refused, TryLater
from storage import outbox
from storage.claims import working_under
from storage.database import DatabaseSilent
from storage.outbox import NewIntent
from storage.record import MessageKey
from storage.recorder import Recorder
from storage.tables import Intent
from tests.bot.slack.conftest import Office
from tests.until import until

POST, CONFIRM = "chat.postMessage", "reactions.add"
HELD = 5.0
"""Seconds that an answer is held back."""


async def recorded(office: Office, *message_events: MessageEvent) -> None:
    """Put these on the record, as the listeners do."""
    recorder: Recorder[MessageEvent] = Recorder(
        office.services.database,
        Recording(office.services.settings.sections, office.services.clock.now).decide,
        office.services.clock.now,
    )
    recorder.start()
    for message_event in message_events:
        await recorder.record(message_event)
    await recorder.stop()


def marked(key: MessageKey, when: str, *, is_set: bool = True) -> ReactionChanged:
    return ReactionChanged(key, "U0BEN", "pushpin", when, is_set=is_set)


# --- in order within a lane, lanes side by side ------------------------------------------------------


async def test_a_lane_is_told_in_order(office: Office) -> None:
    incident_id = await office.declared("Checkout is down")
    office.worker.start()
    await office.drained()

    assert office.called("conversations.create", "conversations.invite", POST) == [
        "conversations.create",
        "conversations.invite",
        POST,  # the summary
        POST,  # the welcome below it
    ]
    incident = await office.incident(incident_id)
    channel = office.workspace.channel(incident.channel_id or "")
    assert channel.name == incident.channel_name
    assert office.ana.id in channel.members
    assert incident.summary_ts in channel.messages


async def test_order_holds_when_the_first_of_a_lane_must_wait(office: Office) -> None:
    await office.declared("Checkout is down")
    office.workspace.refuse("conversations.create", "ratelimited", retry_after=1)

    office.worker.start()
    await office.drained()

    assert office.called("conversations.create", "conversations.invite", POST) == [
        "conversations.create",
        "conversations.create",
        "conversations.invite",
        POST,
        POST,
    ]


async def test_lanes_go_side_by_side(office: Office) -> None:
    for number in range(8):
        await office.declared(f"Trouble {number}", office.channel(f"ops-{number}"), by=f"U0PERSON{number}")
    office.workspace.slow(POST, HELD)

    office.worker.start()
    await until(lambda: office.sandbox.web_api.in_flight == 8)

    assert office.times(POST) == []  # all of them are under way, and none is answered yet


async def test_a_lane_that_must_wait_holds_no_other(office: Office) -> None:
    held, other = office.channel("held"), office.channel("other")
    first = await office.declared("First", held)
    office.workspace.refuse("conversations.join", "ratelimited", retry_after=2)
    office.worker.start()
    await until(lambda: office.called("conversations.join"))

    said = office.workspace.say(office.ana.id, other.id, "Rolled back.")
    await office.declared("Second", other)
    key = (office.workspace.team_id, other.id, said)
    await recorded(
        office, MessagePosted(key, said, "Rolled back.", office.ana.id), marked(key, "2000000000.000000")
    )
    await until(lambda: office.called(CONFIRM))

    assert (await office.incident(first)).summary_ts is None
    await office.drained()
    assert (await office.incident(first)).summary_ts is not None


# --- what Slack cannot take now ---------------------------------------------------------------------


async def test_retry_after_is_honoured(office: Office) -> None:
    incident_id = await office.declared("Checkout is down", office.channel())
    office.workspace.refuse(POST, "ratelimited", status=429, retry_after=1)

    office.worker.start()
    await office.drained()

    first, second = office.times(POST)
    assert second - first >= timedelta(seconds=1)
    assert (await office.incident(incident_id)).summary_ts is not None


async def test_retry_after_holds_the_method_for_every_lane(office: Office) -> None:
    first = await office.declared("First", office.channel("one"))
    office.workspace.refuse(POST, "ratelimited", retry_after=1)
    office.worker.start()
    await office.tried(f"refresh_summary:{first}")

    await office.declared("Second", office.channel("two"))
    await office.drained()

    limited, *later = office.times(POST)
    assert len(later) == 2
    assert all(at - limited >= timedelta(seconds=1) for at in later)


async def test_server_errors_are_tried_again_with_growing_pauses(office: Office) -> None:
    incident_id = await office.declared("Checkout is down", office.channel())
    office.workspace.refuse(POST, "service_unavailable", status=503, times=2)

    office.worker.start()
    await office.drained()

    first, second, third = office.times(POST)
    assert second - first >= timedelta(seconds=0.34)
    assert third - second >= timedelta(seconds=0.69)
    assert (await office.incident(incident_id)).summary_ts is not None
    row = (await office.kept())[f"refresh_summary:{incident_id}"]
    assert (row.state, row.attempts, row.failure) == ("sent", 2, None)


@pytest.mark.parametrize(
    ("error", "status"), [("internal_error", 200), ("fatal_error", 500), ("request_timeout", 200)]
)
async def test_errors_that_pass_are_tried_again(office: Office, error: str, status: int) -> None:
    incident_id = await office.declared("Checkout is down", office.channel())
    office.workspace.refuse(POST, error, status=status)

    office.worker.start()
    await office.drained()

    assert len(office.times(POST)) == 2
    assert (await office.incident(incident_id)).summary_ts is not None


async def test_an_error_that_is_tried_again_is_noted_meanwhile(office: Office) -> None:
    incident_id = await office.declared("Checkout is down", office.channel())
    office.workspace.refuse(POST, "service_unavailable", status=503)
    office.worker.start()

    row = await office.tried(f"refresh_summary:{incident_id}")

    assert (row.state, row.failure) == ("waiting", "chat_postMessage: service_unavailable")


async def test_a_broken_connection_is_for_later_and_a_refusal_is_not(office: Office) -> None:
    slack = office.services.slack
    with pytest.raises(Refused, match="reactions_add: channel_not_found"):
        await slack.call("reactions_add", channel="C0NOWHERE", timestamp="1.0", name="tada")

    slack.client.base_url = "http://127.0.0.1:9/api/"
    with pytest.raises(TryLater, match="chat_postMessage: ClientConnectorError"):
        await slack.call("chat_postMessage", channel="C1", text="Hello")


# --- a database that is away --------------------------------------------------------------------------


def gone(kind: type[DBAPIError], cause: Exception, *, is_broken: bool) -> DBAPIError:
    return kind("SELECT", {}, cause, connection_invalidated=is_broken)


@pytest.mark.parametrize(
    "problem",
    [
        gone(OperationalError, psycopg.errors.AdminShutdown(), is_broken=True),
        gone(InternalError, psycopg.errors.InFailedSqlTransaction(), is_broken=True),
        gone(InternalError, psycopg.errors.ReadOnlySqlTransaction(), is_broken=False),
        gone(ProgrammingError, psycopg.ProgrammingError("the connection is lost"), is_broken=True),
        gone(DatabaseError, sqlite3.DatabaseError("database disk image is malformed"), is_broken=False),
        ConnectionResetError(),
        DatabaseSilent("the database did not answer for 60 s"),
        PoolTimeout(),
    ],
    ids=lambda problem: type(getattr(problem, "orig", None) or problem).__name__,
)
@pytest.mark.one_in(4)
async def test_a_database_that_goes_away_while_something_is_told_is_waited_for(
    office: Office, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    monkeypatch.setattr("bot.slack.outbox.MOST_FAILURES", 1)
    await office.declared("Checkout is down", office.channel())
    broken: list[Session] = []

    def break_once(session: Session, *_: object) -> None:
        if working_under.get() and not broken:
            broken.append(session)
            raise problem

    event.listen(Session, "after_begin", break_once)
    try:
        office.worker.start()
        await office.drained()
    finally:
        event.remove(Session, "after_begin", break_once)

    assert broken
    rows = (await office.kept()).values()
    assert {(row.state, row.attempts) for row in rows} == {("sent", 0)}  # nothing of it is noted as a fault


async def test_a_fault_of_scribes_own_is_told_and_not_waited_for(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.outbox.MOST_FAILURES", 1)
    incident_id = await office.declared("Checkout is down", office.channel())
    broken: list[Session] = []

    def break_once(session: Session, *_: object) -> None:
        if working_under.get() and not broken:
            broken.append(session)
            raise FileNotFoundError(2, "No such file or directory", "a file of Scribe's own")

    event.listen(Session, "after_begin", break_once)
    try:
        office.worker.start()
        await office.drained()
    finally:
        event.remove(Session, "after_begin", break_once)

    assert (await office.kept())[f"join_channel:{incident_id}"].state == "failed"
    channel = office.workspace.channel((await office.incident(incident_id)).channel_id or "")
    assert "This is a fault in Scribe" in "".join(message.text for message in channel.messages.values())


# --- what Slack refuses for good -------------------------------------------------------------------


async def test_a_refusal_is_kept_with_its_reason_and_the_lane_goes_on(office: Office) -> None:
    incident_id = await office.declared("Checkout is down")
    office.workspace.refuse("conversations.invite", "user_is_restricted")

    office.worker.start()
    await office.drained()

    row = (await office.kept())[f"invite:{incident_id}:{office.ana.id}"]
    assert (row.state, row.failure) == ("failed", "conversations_invite: user_is_restricted")
    assert office.called("conversations.invite") == ["conversations.invite"]
    assert (await office.incident(incident_id)).summary_ts is not None


async def test_a_missing_scope_names_the_scope(office: Office) -> None:
    incident_id = await office.declared("Checkout is down", office.channel())
    office.workspace.scopes -= {"chat:write"}

    office.worker.start()
    await office.drained()

    row = (await office.kept())[f"refresh_summary:{incident_id}"]
    assert row.failure == "chat_postMessage: missing_scope (chat:write)"


async def test_a_message_that_is_gone_needs_no_confirmation(office: Office) -> None:
    channel = office.channel()
    await office.declared("Checkout is down", channel)
    key = (office.workspace.team_id, channel.id, "1694354400.000001")
    await recorded(
        office, MessagePosted(key, key[2], "Gone.", office.ana.id), marked(key, "1694354401.000000")
    )

    office.worker.start()
    await office.drained()

    assert (await office.kept())[f"confirm_mark:{':'.join(key)}"].state == "sent"


# --- once ------------------------------------------------------------------------------------------


async def test_a_hundred_changes_of_one_summary_are_one_call(office: Office) -> None:
    incident_id = await office.declared("Checkout is down", office.channel())
    for _ in range(100):
        await office.ask(intents.refresh_summary(incident_id))

    office.worker.start()
    await office.drained()

    assert len(office.times(POST)) == 1


async def test_a_change_during_the_call_is_told_by_another(office: Office) -> None:
    incident_id = await office.declared("Checkout is down", office.channel())
    office.workspace.slow(POST, 0.3)
    office.worker.start()
    await until(lambda: "users.info" in office.called() and office.sandbox.web_api.in_flight)

    await office.ask(intents.refresh_summary(incident_id))
    await office.drained()

    assert office.called(POST, "chat.update") == [POST, "chat.update"]


async def test_a_mark_put_on_and_taken_off_meanwhile_costs_no_call(office: Office) -> None:
    channel = office.channel()
    ts = office.workspace.say(office.ana.id, channel.id, "Rolled back.")
    key = (office.workspace.team_id, channel.id, ts)
    await office.declared("Checkout is down", channel)
    await recorded(
        office,
        MessagePosted(key, ts, "Rolled back.", office.ana.id),
        marked(key, "2000000000.000000"),
        marked(key, "2000000001.000000", is_set=False),
    )

    office.worker.start()
    await office.drained()

    assert office.called(CONFIRM, "reactions.remove") == []


async def test_a_mark_taken_off_while_its_confirmation_waits_for_its_turn_costs_no_call(
    office: Office,
) -> None:
    # given a reactions.add that Slack limits, so that the next ones must wait
    channel = office.channel()
    first = office.workspace.say(office.ana.id, channel.id, "Rolled back.")
    second = office.workspace.say(office.ana.id, channel.id, "Wrong window.")
    await office.declared("Checkout is down", channel)
    office.worker.start()
    await office.drained()
    keys = [(office.workspace.team_id, channel.id, ts) for ts in (first, second)]
    office.workspace.refuse(CONFIRM, "ratelimited", retry_after=1)
    await recorded(
        office,
        MessagePosted(keys[0], first, "Rolled back.", office.ana.id),
        marked(keys[0], "2000000000.000000"),
    )
    await office.tried(f"confirm_mark:{':'.join(keys[0])}")

    # when another message is marked, and the mark taken off before the turn comes
    await recorded(
        office,
        MessagePosted(keys[1], second, "Wrong window.", office.ana.id),
        marked(keys[1], "2000000000.000000"),
    )
    await asyncio.sleep(0.2)
    await recorded(office, marked(keys[1], "2000000001.000000", is_set=False))
    await office.drained()

    # then Slack hears of the first alone: the call that was limited, and the one that was not
    timestamps = [call.args["timestamp"] for call in office.workspace.calls(CONFIRM)]
    assert timestamps == [first, first]
    assert office.called("reactions.remove") == []


async def test_a_confirmation_slack_took_but_did_not_answer_is_not_an_error(office: Office) -> None:
    channel = office.channel()
    ts = office.workspace.say(office.ana.id, channel.id, "Rolled back.")
    key = (office.workspace.team_id, channel.id, ts)
    await office.declared("Checkout is down", channel)
    office.workspace.react(office.ana.id, channel.id, ts, "pushpin")
    await recorded(
        office,
        MessagePosted(key, ts, "Rolled back.", office.ana.id),
        ReactionChanged(key, office.ana.id, "pushpin", "2000000000.000000", is_set=True),
    )
    office.workspace.lose_answer(CONFIRM)

    office.worker.start()
    await office.drained()

    assert office.called(CONFIRM) == [CONFIRM, CONFIRM]
    assert office.workspace.message(channel.id, ts).reactions == {
        "pushpin": [office.ana.id],
        "white_check_mark": [office.workspace.bot_user_id],
    }
    assert (await office.kept())[f"confirm_mark:{':'.join(key)}"].state == "sent"


async def test_a_confirmation_that_may_have_arrived_is_taken_off_when_the_mark_is(office: Office) -> None:
    # given a confirmation that Slack took without an answer
    channel = office.channel()
    ts = office.workspace.say(office.ana.id, channel.id, "Rolled back.")
    key = (office.workspace.team_id, channel.id, ts)
    await office.declared("Checkout is down", channel)
    office.worker.start()
    await office.drained()
    await recorded(
        office, MessagePosted(key, ts, "Rolled back.", office.ana.id), marked(key, "2000000000.000000")
    )
    office.workspace.lose_answer(CONFIRM)
    await office.tried(f"confirm_mark:{':'.join(key)}")

    # when the mark is taken off before the next try
    await recorded(office, marked(key, "2000000001.000000", is_set=False))
    await office.drained()

    # then so is the confirmation
    assert office.called(CONFIRM, "reactions.remove") == [CONFIRM, "reactions.remove"]
    assert office.workspace.message(channel.id, ts).reactions == {}


async def test_what_a_stopped_worker_leaves_the_next_one_tells(office: Office) -> None:
    incident_id = await office.declared("Checkout is down", office.channel())
    office.workspace.refuse(POST, "service_unavailable", status=503)
    office.worker.start()
    await until(lambda: office.times(POST))
    await office.worker.stop()
    assert (await office.incident(incident_id)).summary_ts is None

    office.worker = office.another_worker()
    office.worker.start()
    await office.drained()

    assert (await office.incident(incident_id)).summary_ts is not None


async def test_what_only_a_newer_scribe_can_tell_is_left_to_it_in_its_order(office: Office) -> None:
    """During a rolling deploy the old replica sees what the new one asks for."""
    newer: Any = "told_by_the_next_version"
    asks = [NewIntent(newer, "next:1", "incident:1", {"team_id": office.workspace.team_id})]
    async with office.services.database.write() as session:
        await outbox.ask(session, asks, asked_at=office.services.clock.now())
    incident_id = await office.declared("Checkout is down", office.channel())
    office.worker.start()
    await office.declared("Search is down", office.channel("search"))
    await until(lambda: office.times(POST))
    await asyncio.sleep(1.0)  # as long as it would take to be given up

    async with office.services.database.read() as session:
        waiting = await outbox.waiting(session, limit=50)
        kept = (await session.exec(select(Intent).where(Intent.key == "next:1"))).one()
    assert incident_id == 1
    assert {one.lane for one in waiting} == {"incident:1"}
    assert kept.state == "waiting"
    assert kept.attempts == 0
    assert kept.failure is None


async def test_stopping_lets_the_call_under_way_finish(office: Office) -> None:
    incident_id = await office.declared("Checkout is down", office.channel())
    office.workspace.slow(POST, 0.3)
    office.worker.start()
    await until(lambda: "users.info" in office.called() and office.sandbox.web_api.in_flight)

    await office.worker.stop()

    assert (await office.incident(incident_id)).summary_ts is not None


async def test_what_is_asked_later_is_told_without_waiting_for_anything(office: Office) -> None:
    office.worker.start()
    await office.drained()

    await office.declared("Checkout is down", office.channel())
    await office.drained()

    assert len(office.times(POST)) == 1
