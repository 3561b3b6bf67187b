"""A message belongs to one incident of its channel, whoever marks it, whenever, however often."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.incidents.message_events import MessageDeleted, MessageEvent, MessageReread
from storage.record import IncidentSpan
from tests.bot.incidents.test_record import Rows, at, key_of, marked, said, span, unmarked

FIRST, SECOND = 7, 8
TWO = (span(FIRST, 100, 200), span(SECOND, 300))
"""The first was open from second 100 to 200, the second is since 300."""


def where(rows: Rows, ts: str) -> set[int]:
    """The incidents on whose timelines the message stands."""
    return {
        row["incident_id"] for (_, key), row in rows.events.items() if key[2] == ts and not row["removed_at"]
    }


def sections(rows: Rows, ts: str) -> set[tuple[int, str]]:
    """The incidents and sections that its standing marks name."""
    return {
        (row["incident_id"], row["section"])
        for row in rows.marks.values()
        if row["ts"] == ts and row["is_set"]
    }


@pytest.mark.parametrize(
    ("said_at", "marked_at", "incident"),
    [
        (150, 160, FIRST),
        (150, 250, FIRST),
        (150, 350, FIRST),
        (200, 350, FIRST),
        (50, 150, FIRST),
        (50, 250, FIRST),
        (50, 350, SECOND),
        (50, 90, FIRST),
        (250, 260, FIRST),
        (250, 350, SECOND),
        (310, 350, SECOND),
    ],
)
def test_a_message_belongs_to_what_was_open_when_it_was_said_else_when_it_was_marked(
    said_at: int, marked_at: int, incident: int
) -> None:
    rows = Rows(spans=TWO)

    rows.hear(said(at(said_at)), marked(at(said_at), at(marked_at)))

    assert where(rows, at(said_at)) == {incident}


@pytest.mark.parametrize(
    ("spans", "said_at", "incident"),
    [
        ((span(FIRST, 100, 200), span(SECOND, 300, since=220)), 250, SECOND),
        ((span(FIRST, 100, 200), span(SECOND, 300, since=150)), 160, FIRST),
        ((span(FIRST, 100, 200, cancelled=True), span(SECOND, 300)), 150, SECOND),
        ((span(FIRST, 100, 200, cancelled=True),), 150, FIRST),
        ((span(FIRST, 100), span(SECOND, 200, 300)), 250, SECOND),
        ((span(FIRST, 100), span(SECOND, 200, 300)), 310, FIRST),
    ],
)
def test_a_stated_start_a_cancelled_incident_and_one_that_was_opened_again_count(
    spans: Sequence[IncidentSpan], said_at: int, incident: int
) -> None:
    rows = Rows(spans=spans)

    rows.hear(said(at(said_at)), marked(at(said_at), at(350)))

    assert where(rows, at(said_at)) == {incident}


@pytest.mark.parametrize("ts", [at(50), at(150), at(250)])
@pytest.mark.parametrize("is_in_one_batch", [True, False])
def test_taking_a_mark_off_and_putting_it_on_again_during_another_incident_moves_nothing(
    ts: str, is_in_one_batch: bool
) -> None:
    rows = Rows(spans=TWO)
    heard = [
        said(ts),
        marked(ts, at(260)),
        unmarked(ts, at(350)),
        marked(ts, at(360)),
        marked(ts, at(370), by="U3"),
        marked(ts, at(375), by="U3", emoji="mag"),
    ]

    hear(rows, heard, is_in_one_batch=is_in_one_batch)

    assert where(rows, ts) == {FIRST}
    assert sections(rows, ts) == {(FIRST, "timeline"), (FIRST, "root_cause")}
    assert rows.events[(FIRST, key_of(ts))]["number"] == 1
    hear(rows, [unmarked(ts, at(380)), unmarked(ts, at(381), by="U3")], is_in_one_batch=is_in_one_batch)
    assert where(rows, ts) == set()


def test_the_last_mark_of_another_incidents_time_takes_the_event_off() -> None:
    rows = Rows(spans=TWO)
    rows.hear(said(at(150)), marked(at(150), at(160)))

    rows.hear(unmarked(at(150), at(350)))

    assert where(rows, at(150)) == set()
    assert sections(rows, at(150)) == set()


def test_two_emoji_of_two_sections_are_in_one_incident_and_come_off_one_by_one() -> None:
    rows = Rows(spans=TWO)
    rows.hear(said(at(150)), marked(at(150), at(350), emoji="mag"), marked(at(150), at(351)))

    assert sections(rows, at(150)) == {(FIRST, "timeline"), (FIRST, "root_cause")}
    rows.hear(unmarked(at(150), at(360)))
    assert where(rows, at(150)) == set()
    assert sections(rows, at(150)) == {(FIRST, "root_cause")}
    rows.hear(unmarked(at(150), at(361), emoji="mag"))
    assert sections(rows, at(150)) == set()


def test_an_earlier_mark_that_is_heard_late_takes_the_message_to_its_incident() -> None:
    rows = Rows(spans=TWO)
    rows.hear(said(at(250)), marked(at(250), at(350)), marked(at(250), at(352), by="U3", emoji="mag"))
    rows.hear(said(at(150)), marked(at(150), at(151)))
    assert where(rows, at(250)) == {SECOND}

    rows.hear(marked(at(250), at(260), by="U4"))

    assert where(rows, at(250)) == {FIRST}
    assert sections(rows, at(250)) == {(FIRST, "timeline"), (FIRST, "root_cause")}
    assert rows.events[(FIRST, key_of(at(250)))]["number"] == 2


def test_what_stands_in_a_cancelled_incident_goes_along_when_it_is_marked_again() -> None:
    rows = Rows(spans=(span(FIRST, 100),))
    rows.hear(said(at(150)), marked(at(150), at(160)))
    rows.spans = (span(FIRST, 100, 200, cancelled=True), span(SECOND, 300))

    rows.hear(marked(at(150), at(350), by="U3"))

    assert where(rows, at(150)) == {SECOND}


def test_a_reading_puts_a_mark_nobody_heard_where_hearing_it_would_have() -> None:
    heard, read = Rows(spans=TWO), Rows(spans=TWO)
    for number, ts in enumerate((at(50), at(150), at(250), at(310))):
        heard.hear(said(ts), marked(ts, at(350, number)))

        read.hear(said(ts))
        read.hear(MessageReread(key_of(ts), said(ts), ts, frozenset({("U2", "pushpin")})))

    for ts in (at(50), at(150), at(250), at(310)):
        assert where(read, ts) == where(heard, ts)
        assert sections(read, ts) == sections(heard, ts)


def test_a_reading_takes_off_what_was_marked_in_an_earlier_incident() -> None:
    rows = Rows(spans=TWO)
    rows.hear(said(at(150)), marked(at(150), at(160)))

    known = {("U2", "pushpin"): (at(160), True)}
    rows.hear(MessageReread(key_of(at(150)), said(at(150)), at(150), frozenset(), known))

    assert where(rows, at(150)) == set()


def test_the_deletion_of_an_earlier_incidents_message_is_pointed_out_there() -> None:
    rows = Rows(spans=TWO)
    rows.hear(said(at(150)), marked(at(150), at(160)))

    asked = rows.hear(MessageDeleted(key_of(at(150)), at(350)))

    assert asked == [f"point_out_deletion:{FIRST}", f"update_copies:{FIRST}"]


def hear(rows: Rows, message_events: Sequence[MessageEvent], *, is_in_one_batch: bool) -> None:
    if is_in_one_batch:
        rows.hear(*message_events)
        return
    for message_event in message_events:
        rows.hear(message_event)
