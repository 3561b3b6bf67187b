"""What people call milestones, the durations between them, and orders that cannot be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.milestones import (
    PEOPLE_SAY,
    WhichMilestone,
    contradictions,
    durations,
    split_kind,
)
from storage.vocabulary import MILESTONES

TWO = datetime(2023, 9, 10, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "kind", "rest"),
    [
        ("detected 14:15", "detected", "14:15"),
        ("Detected at 14:15", "detected", "14:15"),
        ("detection: 10 minutes ago", "detected", "10 minutes ago"),
        ("impact started 14:00", "impact_started", "14:00"),
        ("impact_started 14:00", "impact_started", "14:00"),
        ("started 14:00", "impact_started", "14:00"),
        ("impact 14:00", "impact_started", "14:00"),
        ("ack", "acknowledged", ""),
        ("ack 2023-09-10 14:20 UTC", "acknowledged", "2023-09-10 14:20 UTC"),
        ("cause identified now", "identified", "now"),
        ("mitigated = 14:40", "mitigated", "14:40"),
        ("resolved", "resolved", ""),
    ],
)
def test_a_milestone_is_known_by_what_people_call_it(said: str, kind: str, rest: str) -> None:
    assert split_kind(said) == (kind, rest)


@pytest.mark.parametrize("said", ["", "14:15", "defected 14:15", "acknowledgedly 14:15", "start-up 14:15"])
def test_what_names_no_milestone_is_refused_with_the_six_there_are(said: str) -> None:
    with pytest.raises(WhichMilestone) as refusal:
        split_kind(said)

    assert all(kind.replace("_", " ") in refusal.value.sentence for kind in MILESTONES)


def test_every_kind_has_its_own_names() -> None:
    names = [name for kind in MILESTONES for name in PEOPLE_SAY[kind]]

    assert len(names) == len(set(names))


@given(st.text())
def test_any_text_is_a_milestone_or_refused(text: str) -> None:
    try:
        kind, _ = split_kind(text)
    except WhichMilestone as refusal:
        assert "<" not in refusal.sentence
    else:
        assert kind in MILESTONES


def test_a_duration_is_counted_where_both_ends_are_known() -> None:
    known = {"impact_started": TWO, "detected": TWO + timedelta(minutes=15), "resolved": TWO}

    spans = {duration.key: duration.span for duration in durations(known)}

    assert spans == {
        "time_to_detect": timedelta(minutes=15),
        "time_to_acknowledge": None,
        "time_to_mitigate": None,
        "time_to_resolve": timedelta(0),
    }


def test_whatever_stands_before_what_comes_first_is_pointed_out() -> None:
    known = {"impact_started": TWO, "detected": TWO - timedelta(minutes=5), "mitigated": TWO}

    assert contradictions(known) == (("detected", "impact_started"),)


@given(st.permutations(range(len(MILESTONES))))
def test_only_the_right_order_is_without_a_contradiction(order: list[int]) -> None:
    known = {kind: TWO + timedelta(minutes=place) for kind, place in zip(MILESTONES, order, strict=True)}

    turned = [(a, b) for a, b in permutations(order, 2) if order.index(a) < order.index(b) and a > b]
    assert len(contradictions(known)) == len(turned)
