"""What gets onto the record and may be a milestone is asked about."""

from __future__ import annotations

from dataclasses import replace

from bot.incidents.message_events import MessagePosted, ReactionChanged
from tests.bot.incidents.test_record import RECORDING, SECTIONS, Rows, at, key_of

MARKS = {**SECTIONS, "rotating_light": "detected", "adhesive_bandage": "mitigated"}
DETECTED, MITIGATED = "suggest_milestone:7:detected", "suggest_milestone:7:mitigated"


def rows() -> Rows:
    return Rows(recording=replace(RECORDING, sections=MARKS))


def said(ts: str, bot_name: str | None = None) -> MessagePosted:
    return MessagePosted(key_of(ts), ts, "Error rate above 30%", None if bot_name else "U1", bot_name)


def marked(ts: str, emoji: str, *, is_set: bool = True, changed_ts: str = at(60)) -> ReactionChanged:
    return ReactionChanged(key_of(ts), "U1", emoji, changed_ts, is_set)


def test_a_mark_of_a_milestone_asks_about_it_and_taking_it_off_does_not() -> None:
    record = rows()

    asks = record.hear(said(at(1)), marked(at(1), "adhesive_bandage"))
    later = record.hear(marked(at(1), "adhesive_bandage", is_set=False, changed_ts=at(70)))

    assert MITIGATED in asks
    assert MITIGATED not in later


def test_an_alert_on_the_timeline_asks_about_the_detection() -> None:
    record = rows()

    heard = record.hear(said(at(1), "Grafana"))
    asks = record.hear(marked(at(1), "pushpin"))

    assert heard == []
    assert DETECTED in asks


def test_an_alert_that_was_marked_before_it_was_heard_asks_when_it_is_known_to_be_one() -> None:
    record = rows()

    unknown = record.hear(marked(at(1), "pushpin"))
    known = record.hear(said(at(1), "Grafana"))

    assert DETECTED not in unknown
    assert DETECTED in known


def test_what_people_say_is_no_suggestion() -> None:
    record = rows()

    asks = record.hear(said(at(1)), marked(at(1), "pushpin"), marked(at(1), "mag"))

    assert not any(ask.startswith("suggest") for ask in asks)
