"""What becomes of a field of a ticket that was changed here, there, or in both."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.incidents.tickets.fields import Decided, Followed, Shown, TicketField, decide, followed, letters

OWNER, DUE, TITLE, TEXT = TicketField.OWNER, TicketField.DUE, TicketField.TITLE, TicketField.TEXT
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
WAS: Shown = {OWNER: "ana", DUE: "2026-12-01", TITLE: "t1", TEXT: "x1"}
WANTED: Shown = {OWNER: "ben", DUE: "2026-12-01", TITLE: "t1", TEXT: "x2"}


def _decided(
    there: Shown, *, changed: frozenset[TicketField] = frozenset({OWNER}), later: bool = True, **known: object
) -> Decided:
    kept = Followed({}, WAS, **known)  # type: ignore[arg-type]
    at = NOON + timedelta(minutes=1 if later else -1)
    return decide(kept, changed, WANTED, there, {OWNER: at, DUE: at, TITLE: at}, NOON)


def test_what_was_changed_here_alone_is_written_with_the_text_that_says_it() -> None:
    decided = _decided(WAS)
    assert (decided.write, decided.theirs, decided.ours) == ({OWNER, TEXT}, set(), set())
    assert decided.shown == WANTED


def test_where_nothing_was_changed_here_nothing_is_written() -> None:
    there = {**WAS, OWNER: "cem", TEXT: "x9"}
    decided = _decided(there, changed=frozenset())
    assert (decided.write, decided.theirs, decided.ours) == (set(), set(), set())
    assert decided.shown == WAS  # what people changed there is still theirs when it is changed here next


def test_what_stands_there_already_is_not_written() -> None:
    assert _decided(WANTED).write == set()


def test_a_field_that_was_changed_in_both_keeps_the_later_change() -> None:
    there = {**WAS, OWNER: "cem"}
    ours, theirs = _decided(there), _decided(there, later=False)
    assert (ours.write, ours.ours, ours.theirs) == ({OWNER, TEXT}, {OWNER}, set())
    assert (theirs.write, theirs.ours, theirs.theirs) == ({TEXT}, set(), {OWNER})
    assert theirs.shown[OWNER] == "cem"  # a further change here has nothing to contradict


def test_where_nobody_says_when_theirs_stays() -> None:
    decided = decide(Followed({}, WAS), {OWNER}, WANTED, {**WAS, OWNER: "cem"}, {OWNER: NOON}, None)
    assert decided.theirs == {OWNER}


def test_the_text_that_people_changed_is_never_written_over() -> None:
    decided = _decided({**WAS, TEXT: "by people"})
    assert (decided.write, decided.theirs) == ({OWNER}, {TEXT})
    assert decided.shown[TEXT] == "x1"  # so it stays theirs, whatever is changed here next


def test_what_an_earlier_try_may_have_written_is_nobody_elses_change() -> None:
    tried = {**WAS, OWNER: "cem", TEXT: "x3"}
    decided = _decided({**WAS, OWNER: "cem", TEXT: "x3"}, later=False, tried=[tried])
    assert (decided.write, decided.theirs) == ({OWNER, TEXT}, set())


def test_what_is_empty_there_is_nobodys_word() -> None:
    assert _decided({**WAS, OWNER: None}, later=False).write == {OWNER, TEXT}


def test_what_is_kept_is_read_again_as_it_was() -> None:
    kept = Followed({"owner": "U1"}, WAS, [dict(WANTED)], is_private=True, left="x9")
    assert followed(json.loads(json.dumps(kept.as_json()))) == kept
    assert followed(None) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Add an \\*index\\*  \nto orders\\_by\\_day", "Add an *index*\nto orders_by_day"),
        ("* *Owner:* Ana\r\n", "- **Owner:** Ana"),
        ("It is so <!-- scribe:ticket:1 -->", "It is so"),
    ],
)
def test_a_text_is_the_same_however_a_tracker_writes_its_signs(one: str, other: str) -> None:
    assert letters(one) == letters(other)


def test_other_words_are_another_text() -> None:
    assert letters("Owner: Ana") != letters("Owner: Ben")
    assert letters(" - ") is None
