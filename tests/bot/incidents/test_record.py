"""The record follows what happens to messages, in whatever order it is heard."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import said_at, ts_of
from bot.incidents.message_events import (
    MessageDeleted,
    MessageEvent,
    MessagePosted,
    MessageReread,
    ReactionChanged,
)
from bot.incidents.record import Recording
from storage.outbox import NewIntent
from storage.record import (
    Changes,
    EventRow,
    IncidentSpan,
    MarkRow,
    MarkVersionRow,
    MessageKey,
    MessageRow,
    MessageVersionRow,
    RecordState,
)

TEAM, CHANNEL, INCIDENT = "T1", "C1", 7
NOW = datetime(2023, 9, 10, 15, 0, tzinfo=UTC)
SECTIONS = {"pushpin": "timeline", "round_pushpin": "timeline", "mag": "root_cause"}
RECORDING = Recording(SECTIONS, lambda: NOW)
ALONE = (IncidentSpan(INCIDENT, NOW - timedelta(hours=1), NOW - timedelta(hours=1)),)
"""One incident, declared as the first of all these messages is said, and open."""


@dataclass
class Rows:
    """What stands in the tables: batches are decided on it and written back, as the recorder does."""

    messages: dict[MessageKey, MessageRow] = field(default_factory=dict)
    marks: dict[tuple[str, str, str, str, str], MarkRow] = field(default_factory=dict)
    events: dict[tuple[int, MessageKey], EventRow] = field(default_factory=dict)
    message_versions: dict[tuple[MessageKey, str], MessageVersionRow] = field(default_factory=dict)
    mark_versions: dict[tuple[MessageKey, str, str, str], MarkVersionRow] = field(default_factory=dict)
    asks: list[NewIntent] = field(default_factory=list)
    recording: Recording = RECORDING
    spans: Sequence[IncidentSpan] = ALONE

    def hear(self, *message_events: MessageEvent) -> list[str]:
        """One batch; returns the keys of what Slack must be told of it."""
        changes = self.recording.decide(self._state(), message_events)
        self._write(changes)
        return sorted(changes.asks)

    def _state(self) -> RecordState:
        state = RecordState(
            incidents={(TEAM, CHANNEL): list(self.spans)},
            messages=copy.deepcopy(self.messages),
            events={key: copy.copy(row) for (_, key), row in self.events.items()},
        )
        for (*key, user_id, emoji), row in self.marks.items():
            team_id, channel_id, ts = key
            marks = state.marks.setdefault((team_id, channel_id, ts), {})
            marks[(user_id, emoji)] = copy.copy(row)
        for row in self.events.values():
            last = state.last_number.get(row["incident_id"], 0)
            state.last_number[row["incident_id"]] = max(last, row["number"])
        return state

    def _write(self, changes: Changes) -> None:
        self.messages |= changes.messages
        self.marks |= changes.marks
        for key, (old, _, _) in changes.moved.items():
            self.events.pop((old, key), None)
        self.events |= changes.events
        self.mark_versions |= changes.mark_versions
        versions = self.message_versions | changes.message_versions
        self.message_versions = {
            key: version for key, version in versions.items() if key[0] not in changes.forgotten
        }
        self.asks += changes.asks.values()

    def on_the_timeline(self) -> list[str]:
        """The `ts` of every message that stands there."""
        return sorted(key[2] for (_, key), row in self.events.items() if not row["removed_at"])

    def event(self, ts: str) -> EventRow:
        return self.events[(INCIDENT, key_of(ts))]

    def texts(self, ts: str) -> list[str]:
        """Every text the message had, in the order it had them, the one that stands last."""
        earlier = [row for (key, _), row in self.message_versions.items() if key == key_of(ts)]
        earlier.sort(key=lambda row: row["version_ts"])
        return [*(row["text"] for row in earlier), self.messages[key_of(ts)]["text"]]

    def mark_states(self, ts: str) -> list[tuple[str, str, bool]]:
        """Every state of every mark on the message: when, whose, set or not."""
        states = [row for (key, *_), row in self.mark_versions.items() if key == key_of(ts)]
        now = [row for key, row in self.marks.items() if key[:3] == key_of(ts)]
        return sorted((row["changed_ts"], row["user_id"], row["is_set"]) for row in (*states, *now))

    def standing(self) -> object:
        """What people see of the record, and its history.

        Left out is what tells how Scribe came to hear of it: an event's number and when it was recorded,
        and the emptied rows of events and marks that do not stand.
        """
        events = {
            key: (row["kind"], row["occurred_at"], row["text"], row["author_id"], row["added_by"])
            for key, row in self.events.items()
            if not row["removed_at"]
        }
        marks = {
            key: (row["section"], row["changed_ts"], row["incident_id"])
            for key, row in self.marks.items()
            if row["is_set"]
        }
        history = {ts: (self.texts(ts), self.mark_states(ts)) for _, _, ts in self.messages}
        return self.messages, events, marks, history


def key_of(ts: str) -> MessageKey:
    return TEAM, CHANNEL, ts


def at(seconds: int, micros: int = 0) -> str:
    """A Slack `ts`, so many seconds after two o'clock."""
    return f"{1694354400 + seconds}.{micros:06}"


def said(
    ts: str, text: str = "Rolled back.", *, version_ts: str | None = None, bot: str | None = None
) -> MessagePosted:
    return MessagePosted(
        key=key_of(ts),
        version_ts=version_ts or ts,
        text=text,
        user_id=None if bot else "U1",
        bot_name=bot,
        thread_ts=at(0),
        files=({"id": f"F{len(text)}"},),
        payload={"text": text},
    )


def marked(ts: str, when: str, *, by: str = "U2", emoji: str = "pushpin") -> ReactionChanged:
    return ReactionChanged(key_of(ts), by, emoji, when, is_set=True)


def unmarked(ts: str, when: str, *, by: str = "U2", emoji: str = "pushpin") -> ReactionChanged:
    return ReactionChanged(key_of(ts), by, emoji, when, is_set=False)


# --- what a message is ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ts", "moment"),
    [
        ("1694354400.000001", datetime(2023, 9, 10, 14, 0, 0, 1, tzinfo=UTC)),
        ("1694354400.999999", datetime(2023, 9, 10, 14, 0, 0, 999999, tzinfo=UTC)),
        ("1694354400", datetime(2023, 9, 10, 14, 0, tzinfo=UTC)),
        ("1694354400.5", datetime(2023, 9, 10, 14, 0, 0, 500000, tzinfo=UTC)),
    ],
)
def test_a_ts_is_an_exact_moment(ts: str, moment: datetime) -> None:
    assert said_at(ts) == moment


@given(st.integers(0, 4_000_000_000), st.integers(0, 999_999))
def test_no_ts_loses_a_microsecond(seconds: int, micros: int) -> None:
    passed = said_at(f"{seconds}.{micros:06}") - datetime(1970, 1, 1, tzinfo=UTC)

    assert passed == timedelta(seconds=seconds, microseconds=micros)


def test_a_message_is_kept_as_it_was_said_and_is_not_on_the_timeline() -> None:
    rows = Rows()

    asks = rows.hear(said(at(1)))

    row = rows.messages[key_of(at(1))]
    assert (row["text"], row["user_id"], row["thread_ts"]) == ("Rolled back.", "U1", at(0))
    assert row["files"] == [{"id": "F12"}]
    assert row["payload"] == {"text": "Rolled back."}
    assert rows.on_the_timeline() == []
    assert asks == []


def test_an_edit_replaces_the_text() -> None:
    rows = Rows()
    rows.hear(said(at(1), "Rolled bcak."))

    rows.hear(said(at(1), "Rolled back.", version_ts=at(5)))

    assert rows.messages[key_of(at(1))]["text"] == "Rolled back."


def test_a_late_copy_of_an_older_text_never_wins() -> None:
    rows = Rows()
    rows.hear(said(at(1), "Rolled back.", version_ts=at(5)))

    rows.hear(said(at(1), "Rolled bcak."), said(at(1), "Rolled bakc.", version_ts=at(3)))

    assert rows.messages[key_of(at(1))]["text"] == "Rolled back."


def test_a_deletion_takes_every_word_and_keeps_who_and_when() -> None:
    rows = Rows()
    rows.hear(said(at(1), "The password is hunter2."))

    rows.hear(MessageDeleted(key_of(at(1)), at(9)))

    row = rows.messages[key_of(at(1))]
    assert (row["text"], row["files"], row["payload"]) == ("", [], {})
    assert (row["user_id"], row["thread_ts"], row["deleted_ts"]) == ("U1", at(0), at(9))


def test_a_deletion_heard_before_its_message_keeps_the_words_out_and_learns_who_said_them() -> None:
    rows = Rows()
    rows.hear(MessageDeleted(key_of(at(1)), at(9)))

    rows.hear(said(at(1), "The password is hunter2."))

    row = rows.messages[key_of(at(1))]
    assert "hunter2" not in str(row)
    assert (row["user_id"], row["thread_ts"], row["deleted_ts"]) == ("U1", at(0), at(9))


def test_messages_of_channels_without_an_incident_leave_nothing() -> None:
    elsewhere = (TEAM, "C2", at(1))

    changes = RECORDING.decide(
        RecordState(incidents={(TEAM, CHANNEL): list(ALONE)}),
        [
            MessagePosted(elsewhere, at(1), "Lunch?", "U1"),
            ReactionChanged(elsewhere, "U2", "pushpin", at(2), is_set=True),
            MessageDeleted(elsewhere, at(3)),
        ],
    )

    assert changes == Changes()


# --- marks ----------------------------------------------------------------------------------------


def test_a_mark_puts_the_message_on_the_timeline_at_the_moment_it_was_said() -> None:
    rows = Rows()
    rows.hear(said(at(1, 500)))

    asks = rows.hear(marked(at(1, 500), at(600)))

    event = rows.event(at(1, 500))
    assert event["occurred_at"] == said_at(at(1, 500))
    assert event["recorded_at"] == NOW
    assert (event["kind"], event["source"], event["added_by"]) == ("message", "mark", "U2")
    assert event["text"] is None  # it follows the message's text
    assert asks == [f"confirm_mark:T1:C1:{at(1, 500)}"]


def test_events_are_numbered_from_one_and_go_on_after_the_last() -> None:
    rows = Rows()
    rows.hear(marked(at(1), at(10)), marked(at(2), at(11)))

    rows.hear(marked(at(3), at(12)))

    assert [rows.event(at(n))["number"] for n in (1, 2, 3)] == [1, 2, 3]


def test_an_alert_of_a_bot_is_an_alert() -> None:
    rows = Rows()
    rows.hear(said(at(1), bot="Watchtower"), marked(at(1), at(10)))

    assert rows.event(at(1))["kind"] == "alert"


def test_what_was_marked_before_it_was_known_becomes_an_alert_when_a_bot_said_it() -> None:
    rows = Rows()
    rows.hear(marked(at(1), at(10)))
    assert rows.event(at(1))["kind"] == "message"

    rows.hear(said(at(1), bot="Watchtower"))

    assert rows.event(at(1))["kind"] == "alert"


def test_a_mark_on_an_unknown_message_stands_at_once_and_has_it_fetched() -> None:
    rows = Rows()

    asks = rows.hear(marked(at(1), at(10)))

    assert rows.on_the_timeline() == [at(1)]
    assert rows.messages[key_of(at(1))]["is_known"] is False
    assert asks == [f"confirm_mark:T1:C1:{at(1)}", f"fetch_message:T1:C1:{at(1)}"]


def test_a_fetched_message_fills_the_place_of_the_unknown_one() -> None:
    rows = Rows()
    rows.hear(marked(at(1), at(10)))

    rows.hear(said(at(1)))

    row = rows.messages[key_of(at(1))]
    assert (row["text"], row["is_known"]) == ("Rolled back.", True)


def test_the_event_stands_while_one_mark_stands() -> None:
    rows = Rows()
    rows.hear(said(at(1)), marked(at(1), at(10), by="U2"), marked(at(1), at(11), by="U3"))

    assert rows.hear(unmarked(at(1), at(12), by="U2")) == []
    assert rows.on_the_timeline() == [at(1)]

    assert rows.hear(unmarked(at(1), at(13), by="U3")) == [f"confirm_mark:T1:C1:{at(1)}"]
    assert rows.on_the_timeline() == []


def test_two_emoji_of_one_section_by_one_person_are_two_marks() -> None:
    rows = Rows()
    rows.hear(said(at(1)), marked(at(1), at(10)), marked(at(1), at(11), emoji="round_pushpin"))

    rows.hear(unmarked(at(1), at(12)))

    assert rows.on_the_timeline() == [at(1)]


def test_a_mark_put_on_again_brings_the_same_event_back() -> None:
    rows = Rows()
    rows.hear(said(at(1)), marked(at(1), at(10)), unmarked(at(1), at(11)))

    rows.hear(marked(at(1), at(12)))

    assert rows.on_the_timeline() == [at(1)]
    assert [row["number"] for row in rows.events.values()] == [1]


def test_an_explicit_addition_stands_without_any_mark() -> None:
    rows = Rows()
    rows.hear(said(at(1)), marked(at(1), at(10)))
    rows.event(at(1))["is_explicit"] = True

    rows.hear(unmarked(at(1), at(11)))

    assert rows.on_the_timeline() == [at(1)]


def test_a_redelivered_mark_does_not_bring_back_what_a_command_removed() -> None:
    rows = Rows()
    rows.hear(said(at(1)), marked(at(1), at(10)))
    rows.event(at(1))["removed_at"] = NOW

    rows.hear(marked(at(1), at(10)))

    assert rows.on_the_timeline() == []


def test_a_removal_heard_before_its_mark_holds() -> None:
    rows = Rows()
    rows.hear(said(at(1)))

    assert rows.hear(unmarked(at(1), at(11))) == []
    assert rows.hear(marked(at(1), at(10))) == []

    assert rows.on_the_timeline() == []


def test_other_reactions_leave_nothing() -> None:
    rows = Rows()
    rows.hear(said(at(1)))
    before = rows.standing()

    assert rows.hear(marked(at(1), at(10), emoji="tada")) == []

    assert rows.standing() == before


def test_a_skin_tone_is_the_same_emoji() -> None:
    recording = Recording({"raised_hand": "timeline"}, lambda: NOW)

    changes = recording.decide(
        RecordState(incidents={(TEAM, CHANNEL): list(ALONE)}),
        [marked(at(1), at(10), emoji="raised_hand::skin-tone-4")],
    )

    assert list(changes.events) == [(INCIDENT, key_of(at(1)))]


def test_a_section_mark_confirms_without_a_timeline_event() -> None:
    rows = Rows()
    rows.hear(said(at(1)))

    assert rows.hear(marked(at(1), at(10), emoji="mag")) == [f"confirm_mark:T1:C1:{at(1)}"]

    assert rows.on_the_timeline() == []
    assert [row["section"] for row in rows.marks.values()] == ["root_cause"]


def test_a_second_section_needs_no_second_confirmation() -> None:
    rows = Rows()
    rows.hear(said(at(1)), marked(at(1), at(10)))

    assert rows.hear(marked(at(1), at(11), emoji="mag")) == []
    assert rows.hear(unmarked(at(1), at(12))) == []  # the root cause still stands
    assert rows.hear(unmarked(at(1), at(13), emoji="mag")) == [f"confirm_mark:T1:C1:{at(1)}"]


def test_a_deleted_message_keeps_its_place_on_the_timeline() -> None:
    rows = Rows()
    rows.hear(said(at(1)), marked(at(1), at(10)))

    rows.hear(MessageDeleted(key_of(at(1)), at(11)))

    assert rows.on_the_timeline() == [at(1)]


# --- what was before ------------------------------------------------------------------------------


def test_an_edit_keeps_what_the_message_said_before() -> None:
    rows = Rows()

    rows.hear(
        said(at(1), "one"), said(at(1), "two", version_ts=at(5)), said(at(1), "three", version_ts=at(9))
    )

    assert rows.texts(at(1)) == ["one", "two", "three"]


def test_an_edit_that_arrives_late_takes_its_place_in_the_history() -> None:
    rows = Rows()

    rows.hear(said(at(1), "three", version_ts=at(9)))
    rows.hear(said(at(1), "one"))
    rows.hear(said(at(1), "two", version_ts=at(5)))

    assert rows.texts(at(1)) == ["one", "two", "three"]


def test_an_unfurled_link_is_no_edit() -> None:
    rows = Rows()
    rows.hear(said(at(1), "https://status.acme.com"))

    rows.hear(replace(said(at(1), "https://status.acme.com"), is_unchanged=True))

    assert rows.texts(at(1)) == ["https://status.acme.com"]


def test_a_deletion_takes_the_earlier_texts_too_also_those_that_arrive_after_it() -> None:
    rows = Rows()
    rows.hear(said(at(1), "The password is hunter2."), said(at(1), "Oops.", version_ts=at(5)))

    rows.hear(MessageDeleted(key_of(at(1)), at(9)))
    rows.hear(said(at(1), "The password is hunter2, twice.", version_ts=at(3)))

    assert rows.texts(at(1)) == [""]


def test_where_deleted_messages_are_kept_the_text_and_its_history_stay() -> None:
    rows = Rows(recording=Recording(SECTIONS, lambda: NOW, keeps_deleted=True))
    rows.hear(MessageDeleted(key_of(at(1)), at(9)))

    rows.hear(said(at(1), "one"), said(at(1), "two", version_ts=at(5)))

    assert rows.texts(at(1)) == ["one", "two"]
    assert rows.messages[key_of(at(1))]["deleted_ts"] == at(9)


def test_every_state_of_a_mark_is_kept_in_whatever_order_it_is_heard() -> None:
    rows = Rows()

    rows.hear(unmarked(at(1), at(11)), marked(at(1), at(12)), marked(at(1), at(10)))

    assert rows.mark_states(at(1)) == [(at(10), "U2", True), (at(11), "U2", False), (at(12), "U2", True)]


def test_whoever_marked_it_first_added_it_in_whatever_order_the_marks_are_heard() -> None:
    rows = Rows()

    rows.hear(marked(at(1), at(12), by="U3"), marked(at(1), at(10), by="U2"))

    assert rows.event(at(1))["added_by"] == "U2"


def test_what_stands_in_a_record_and_is_deleted_is_pointed_out() -> None:
    rows = Rows()
    rows.hear(said(at(1)), said(at(2)), marked(at(1), at(10)))

    copies = f"update_copies:{INCIDENT}"
    assert rows.hear(MessageDeleted(key_of(at(2)), at(11))) == [copies]
    assert rows.hear(MessageDeleted(key_of(at(1)), at(12))) == [f"point_out_deletion:{INCIDENT}", copies]


# --- read again -------------------------------------------------------------------------------------


def reread(
    spoken: MessagePosted | None, *, known: str | None = None, marks: Iterable[str] | None = None, **was: str
) -> MessageReread:
    """The message at second 1 read again; `was` are the standing pushpins the record had: U2=at(10)."""
    return MessageReread(
        key=key_of(at(1)),
        spoken=spoken,
        known_version_ts=known or at(1),
        marks=None if marks is None else frozenset((user_id, "pushpin") for user_id in marks),
        known_marks={(user_id, "pushpin"): (changed_ts, True) for user_id, changed_ts in was.items()},
    )


def test_a_reading_finds_the_edit_nobody_heard_although_it_has_no_time() -> None:
    rows = Rows()
    rows.hear(said(at(1), "one"), said(at(1), "two", version_ts=at(5, 700)))

    rows.hear(reread(said(at(1), "three", version_ts=at(5)), known=at(5, 700)))

    assert rows.texts(at(1)) == ["one", "two", "three"]


def test_a_reading_of_what_an_app_changed_without_saying_when_counts_from_now() -> None:
    rows = Rows()
    rows.hear(said(at(1), "FIRING", bot="Grafana"))

    rows.hear(reread(said(at(1), "RESOLVED", bot="Grafana"), known=at(1)))

    row = rows.messages[key_of(at(1))]
    assert (row["text"], row["version_ts"], row["is_version_approximate"]) == ("RESOLVED", ts_of(NOW), True)
    (before,) = rows.message_versions.values()
    assert (before["text"], before["version_ts"], before["is_version_approximate"]) == (
        "FIRING",
        at(1),
        False,
    )


def test_what_an_earlier_scribe_read_otherwise_was_not_changed() -> None:
    rows, sent = Rows(), {"text": "Alert", "blocks": [{"type": "divider"}]}
    rows.hear(replace(said(at(1), "Alert", bot="Grafana"), payload=sent))

    rows.hear(reread(replace(said(at(1), "FIRING", bot="Grafana"), payload=dict(sent)), known=at(1)))

    assert rows.messages[key_of(at(1))]["text"] == "FIRING"
    assert rows.messages[key_of(at(1))]["version_ts"] == at(1)
    assert not rows.message_versions


def test_an_edit_heard_while_the_message_was_read_again_wins() -> None:
    rows = Rows()
    rows.hear(said(at(1), "one"), said(at(1), "two", version_ts=at(5)))

    rows.hear(reread(said(at(1), "one"), known=at(1)))

    assert rows.texts(at(1)) == ["one", "two"]


def test_a_message_slack_has_no_more_is_deleted() -> None:
    rows = Rows()
    rows.hear(said(at(1), "one"), marked(at(1), at(10)))

    rows.hear(reread(None))

    assert rows.messages[key_of(at(1))]["deleted_ts"] is not None
    assert rows.on_the_timeline() == [at(1)]


def test_a_mark_that_slack_has_no_more_is_taken_off_and_a_later_one_still_counts() -> None:
    rows = Rows()
    rows.hear(said(at(1)), marked(at(1), at(10)))

    rows.hear(reread(said(at(1)), marks=[], U2=at(10)))
    assert rows.on_the_timeline() == []

    rows.hear(marked(at(1), at(10)))  # the old event once more
    assert rows.on_the_timeline() == []
    rows.hear(marked(at(1), at(20)))
    assert rows.on_the_timeline() == [at(1)]


def test_a_list_of_marks_that_is_not_complete_takes_nothing_off() -> None:
    rows = Rows()
    rows.hear(said(at(1)), marked(at(1), at(10)))

    rows.hear(reread(said(at(1)), marks=None, U2=at(10)))

    assert rows.on_the_timeline() == [at(1)]


def test_a_mark_heard_while_the_message_was_read_again_stays() -> None:
    rows = Rows()
    rows.hear(said(at(1)), marked(at(1), at(10)))

    rows.hear(reread(said(at(1)), marks=[]))  # the reading began before that mark was heard

    assert rows.on_the_timeline() == [at(1)]


def test_a_mark_nobody_heard_is_added() -> None:
    rows = Rows()
    rows.hear(said(at(1)), marked(at(1), at(10)), unmarked(at(1), at(11)))

    again = replace(reread(said(at(1)), marks=["U2", "U3"]), known_marks={("U2", "pushpin"): (at(11), False)})
    rows.hear(again)

    assert {row["user_id"] for row in rows.marks.values() if row["is_set"]} == {"U2", "U3"}
    assert rows.on_the_timeline() == [at(1)]


# --- in whatever order ------------------------------------------------------------------------------

PEOPLE = ("U1", "U2", "U3")


def span(
    incident_id: int,
    declared: int,
    until: int | None = None,
    *,
    since: int | None = None,
    cancelled: bool = False,
) -> IncidentSpan:
    """An incident of the channel, in seconds after two o'clock."""
    began = declared if since is None else since
    return IncidentSpan(
        incident_id,
        said_at(at(declared)),
        said_at(at(began)),
        None if until is None else said_at(at(until)),
        is_cancelled=cancelled,
    )


SAID = (0, 60, 150, 260)
"""Seconds at which messages are said: before, during and between the incidents below."""
SEVERAL = (
    ALONE,
    (span(7, 40, 120), span(8, 200)),
    (span(7, 40, 120), span(8, 200, 240, since=140), span(9, 300)),
    (span(7, 40, 120, cancelled=True), span(8, 200)),
    (span(7, 40, 120), span(8, 200, 210), span(6, 350, cancelled=True)),
    (span(7, 40), span(8, 100, 200)),
)
"""The incidents of a channel: one, two, several, with one that was cancelled, with one opened again."""


@st.composite
def histories(draw: st.DrawFn) -> list[MessageEvent]:
    """What happened to two messages, in order, at Slack's own times."""
    message_events: list[tuple[str, MessageEvent]] = []
    for number, second in enumerate(draw(st.sets(st.sampled_from(SAID), min_size=2, max_size=2))):
        ts = at(second + number, draw(st.integers(0, 999_999)))
        bot = draw(st.sampled_from([None, "Watchtower"]))
        message_events.append((ts, said(ts, "first words", bot=bot)))
        edits = sorted(draw(st.sets(st.integers(second + 10, 500), min_size=2, max_size=2)))
        for nth, moment in enumerate(edits):
            edit = said(ts, f"edited {nth + 1}", version_ts=at(moment), bot=bot)
            message_events.append((at(moment), edit))
        if draw(st.booleans()):
            message_events.append((at(501), MessageDeleted(key_of(ts), at(501))))
        for person in PEOPLE:
            for emoji in SECTIONS:
                moments = sorted(draw(st.sets(st.integers(second + 10, 500), max_size=4)))
                for nth, moment in enumerate(moments):
                    reacted = ReactionChanged(key_of(ts), person, emoji, at(moment, nth), is_set=nth % 2 == 0)
                    message_events.append((at(moment, nth), reacted))
    return [message_event for _, message_event in sorted(message_events, key=lambda timed: timed[0])]


@st.composite
def heard(draw: st.DrawFn) -> tuple[list[MessageEvent], list[Sequence[MessageEvent]]]:
    """A history, and the batches in which it is heard: in any order, some of it several times."""
    history = draw(histories())
    again = draw(st.lists(st.sampled_from(history), max_size=10))
    arriving = draw(st.permutations([*history, *again]))
    return history, list(batches(arriving, draw(st.lists(st.integers(1, 7), min_size=1, max_size=8))))


def batches(message_events: Sequence[MessageEvent], sizes: Sequence[int]) -> Iterable[Sequence[MessageEvent]]:
    start = turn = 0
    while start < len(message_events):
        size = sizes[turn % len(sizes)]
        yield message_events[start : start + size]
        start, turn = start + size, turn + 1


@settings(deadline=None)
@given(heard(), st.sampled_from(SEVERAL))
def test_any_order_and_any_repetition_end_in_the_same_record(
    told: tuple[list[MessageEvent], list[Sequence[MessageEvent]]], spans: Sequence[IncidentSpan]
) -> None:
    history, arriving = told
    ordered, jumbled = Rows(spans=spans), Rows(spans=spans)
    for message_event in history:
        ordered.hear(message_event)

    for batch in arriving:
        jumbled.hear(*batch)

    assert jumbled.standing() == ordered.standing()


@settings(deadline=None)
@given(heard(), st.sampled_from(SEVERAL))
def test_hearing_it_all_again_changes_nothing_and_asks_nothing(
    told: tuple[list[MessageEvent], list[Sequence[MessageEvent]]], spans: Sequence[IncidentSpan]
) -> None:
    history, arriving = told
    rows = Rows(spans=spans)
    for batch in arriving:
        rows.hear(*batch)
    before = copy.deepcopy((rows.standing(), rows.events))

    assert rows.hear(*history) == []

    assert (rows.standing(), rows.events) == before


@settings(deadline=None)
@given(heard(), st.sampled_from(SEVERAL))
def test_whatever_stands_or_fell_was_confirmed_last_as_it_is(
    told: tuple[list[MessageEvent], list[Sequence[MessageEvent]]], spans: Sequence[IncidentSpan]
) -> None:
    """A confirmation is asked for by every batch that leaves a message standing where it did not, or back."""
    _, arriving = told
    rows = Rows(spans=spans)
    for batch in arriving:
        before = places(rows)
        asked = {ask for ask in rows.hear(*batch) if ask.startswith("confirm_mark")}
        changed = {f"confirm_mark:{':'.join(key)}" for key in before ^ places(rows)}
        assert changed <= asked


@settings(deadline=None)
@given(heard(), st.sampled_from(SEVERAL))
def test_a_message_stands_in_one_incident_with_all_its_marks_and_in_no_other(
    told: tuple[list[MessageEvent], list[Sequence[MessageEvent]]], spans: Sequence[IncidentSpan]
) -> None:
    history, arriving = told
    rows = Rows(spans=spans)
    for batch in [*arriving, history]:
        rows.hear(*batch)

    for key in {key for _, key in rows.events}:
        (event,) = [row for (_, its), row in rows.events.items() if its == key]
        marks = [row for row in rows.marks.values() if (row["team_id"], row["channel_id"], row["ts"]) == key]
        assert {mark["incident_id"] for mark in marks} == {event["incident_id"]}
        holding = [mark for mark in marks if mark["is_set"] and mark["section"] == "timeline"]
        assert (event["removed_at"] is None) == bool(holding)
    numbers = [(row["incident_id"], row["number"]) for row in rows.events.values()]
    assert len(numbers) == len(set(numbers))


def places(rows: Rows) -> set[MessageKey]:
    """The messages that stand anywhere in the record."""
    sections = {
        (row["team_id"], row["channel_id"], row["ts"])
        for row in rows.marks.values()
        if row["is_set"] and row["section"] != "timeline"
    }
    return sections | {key_of(ts) for ts in rows.on_the_timeline()}
