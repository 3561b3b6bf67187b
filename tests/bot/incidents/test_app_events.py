"""Messages of apps that one of the team's rules takes are events, once, where an incident is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import ts_of
from bot.incidents.app_events import MOST_NUMBERS
from bot.incidents.message_events import MessageDeleted, MessagePosted, MessageReread, ReactionChanged
from bot.incidents.record import Recording
from bot.settings.routes import MessageRule
from storage.record import IncidentSpan
from storage.vocabulary import EventKind, EventSource
from tests.bot.incidents.test_record import CHANNEL, INCIDENT, NOW, SECTIONS, Rows, key_of

AT = NOW - timedelta(minutes=30)
TS = ts_of(AT)
LATER = ts_of(AT + timedelta(minutes=5))
RULES = (
    MessageRule("deploys", 1, "deploy", bot=("Deploy Bot", "B0DEPLOY"), text=("deployed * to production",)),
    MessageRule("alerts", 2, "alert", bot=("A0WATCH",), channel=("inc-*",)),
)
OPEN = IncidentSpan(
    INCIDENT, NOW - timedelta(hours=1), NOW - timedelta(hours=1), channel_name="inc-20230910-checkout"
)
DEPLOYED = MessagePosted(
    key_of(TS), TS, "Deployed checkout v42 to production &amp; told", "U0DEPLOY", bot_name="Deploy Bot"
)


def rows(*spans: IncidentSpan) -> Rows:
    return Rows(recording=Recording(SECTIONS, lambda: NOW, rules=RULES), spans=spans or (OPEN,))


def test_an_apps_message_is_an_event_with_the_message_as_evidence() -> None:
    record = rows()
    asks = record.hear(DEPLOYED)

    event = record.event(TS)
    assert (event["kind"], event["source"], event["message_ts"]) == (EventKind.DEPLOY, EventSource.RULE, TS)
    assert (event["text"], event["occurred_at"].replace(microsecond=0)) == (None, AT.replace(microsecond=0))
    assert asks == [f"confirm_mark:{':'.join(key_of(TS))}"]


def test_an_alert_asks_whether_that_is_when_it_was_noticed() -> None:
    record = rows()
    said = replace(DEPLOYED, bot_name="Watch", text="down", payload={"bot_profile": {"app_id": "A0WATCH"}})
    asks = record.hear(said)

    assert record.event(TS)["kind"] == EventKind.ALERT
    assert [one for one in asks if one.startswith("suggest_milestone")] == [
        f"suggest_milestone:{INCIDENT}:detected"
    ]


@pytest.mark.parametrize(
    "said",
    [
        replace(DEPLOYED, bot_name=None),
        replace(DEPLOYED, bot_name="Other Bot"),
        replace(DEPLOYED, text="Deploying checkout"),
    ],
)
def test_what_no_rule_takes_is_a_message_like_others(said: MessagePosted) -> None:
    record = rows()
    record.hear(said)

    assert record.on_the_timeline() == []
    assert record.messages


def test_it_is_once_however_often_and_by_whatever_way_it_comes() -> None:
    record = rows()
    record.hear(DEPLOYED, DEPLOYED)
    record.hear(replace(DEPLOYED, is_recovered=True))
    record.hear(MessageReread(key_of(TS), DEPLOYED, known_version_ts=TS))

    assert record.on_the_timeline() == [TS]
    assert len(record.events) == 1


def test_what_catching_up_recovers_is_an_event_too() -> None:
    record = rows()
    record.hear(MessageReread(key_of(TS), replace(DEPLOYED, is_recovered=True), known_version_ts=None))

    assert record.on_the_timeline() == [TS]


@pytest.mark.parametrize(
    "span",
    [
        replace(OPEN, until=AT - timedelta(minutes=1)),
        replace(OPEN, declared_at=AT + timedelta(minutes=5), since=AT + timedelta(minutes=1)),
        replace(OPEN, is_cancelled=True),
    ],
)
def test_where_no_incident_was_open_when_it_was_said_it_is_none(span: IncidentSpan) -> None:
    record = rows(span)
    record.hear(DEPLOYED)

    assert record.on_the_timeline() == []


def test_what_was_said_since_the_impact_began_counts() -> None:
    record = rows(replace(OPEN, declared_at=AT + timedelta(minutes=5), since=AT - timedelta(minutes=1)))
    record.hear(DEPLOYED)

    assert record.on_the_timeline() == [TS]


def test_a_rule_of_other_channels_takes_nothing_here() -> None:
    record = rows(replace(OPEN, channel_name="ops"))
    record.hear(replace(DEPLOYED, bot_name="Watch", payload={"app_id": "A0WATCH"}))

    assert record.on_the_timeline() == []


def test_a_channel_may_be_named_by_its_id() -> None:
    rule = MessageRule("one", 1, "alert", bot=("*",), channel=(CHANNEL,))
    record = Rows(recording=Recording(SECTIONS, lambda: NOW, rules=(rule,)), spans=(OPEN,))
    record.hear(DEPLOYED)

    assert record.on_the_timeline() == [TS]


def test_an_edit_may_make_it_one_and_takes_none_away() -> None:
    begun = replace(DEPLOYED, text="Deploying checkout v42")
    done = replace(DEPLOYED, version_ts=LATER)
    after = ts_of(AT + timedelta(minutes=9))
    record = rows()
    record.hear(begun)
    before = record.on_the_timeline()
    record.hear(done)
    record.hear(replace(DEPLOYED, version_ts=after, text="See #deploys"))

    assert before == []
    assert record.on_the_timeline() == [TS]
    assert record.texts(TS) == [begun.text, done.text, "See #deploys"]


def test_a_deleted_message_stays_an_event_without_its_words() -> None:
    record = rows()
    record.hear(DEPLOYED)
    asks = record.hear(MessageDeleted(key_of(TS), LATER))

    assert record.messages[key_of(TS)]["text"] == ""
    assert any(one.startswith("point_out_deletion") for one in asks)


def test_taking_a_mark_off_leaves_what_a_rule_made_and_marking_it_makes_no_other() -> None:
    marked = ReactionChanged(key_of(TS), "U1", "pushpin", LATER, is_set=True)
    taken_back = replace(marked, changed_ts=ts_of(AT + timedelta(minutes=6)), is_set=False)
    for order in (
        [DEPLOYED, marked, taken_back],
        [marked, taken_back, DEPLOYED],
        [marked, DEPLOYED, taken_back],
    ):
        record = rows()
        for one in order:
            record.hear(one)
        event = record.event(TS)
        assert (event["kind"], event["removed_at"], event["added_by"]) == (EventKind.DEPLOY, None, "U0DEPLOY")
        assert len(record.events) == 1


def test_what_people_took_off_stays_off() -> None:
    record = rows()
    record.hear(DEPLOYED)
    key = (INCIDENT, key_of(TS))
    record.events[key] = {**record.events[key], "removed_at": NOW}
    record.hear(replace(DEPLOYED, version_ts=LATER, text="Deployed checkout v43 to production"))

    assert record.on_the_timeline() == []


def test_an_app_that_posts_without_end_fills_no_timeline() -> None:
    record = rows()
    record.hear(DEPLOYED)
    key = (INCIDENT, key_of(TS))
    record.events[key] = {**record.events[key], "number": MOST_NUMBERS}
    other = ts_of(datetime(2023, 9, 10, 14, 40, tzinfo=UTC))
    record.hear(replace(DEPLOYED, key=key_of(other), version_ts=other))

    assert record.on_the_timeline() == [TS]
    assert len(record.messages) == 2
