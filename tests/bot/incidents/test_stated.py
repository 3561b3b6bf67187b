"""Durations as people publish them: the name, and what they wrote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.stated import (
    LONGEST_NAME,
    LONGEST_SAID,
    DurationStatement,
    DurationUnreadable,
    read_duration,
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("time to repair 4h 27m", DurationStatement("time_to_repair", "4h 27m")),
        ("time_to_repair: 4h 27m", DurationStatement("time_to_repair", "4h 27m")),
        ("Time to detect about an hour", DurationStatement("time_to_detect", "about an hour")),
        ("TTD 15 min", DurationStatement("time_to_detect", "15 min")),
        ("impact 2 hours and 5 minutes", DurationStatement("impact", "2 hours and 5 minutes")),
        ("impact none", DurationStatement("impact", None)),
        ("read-only mode 20 min", DurationStatement("read-only mode", "20 min")),
        ("read-only mode about 20 min", DurationStatement("read-only mode", "about 20 min")),
        ("p99 above 2s for 3h", DurationStatement("p99 above", "2s for 3h")),
        ("read-only mode none", DurationStatement("read-only mode", None)),
    ],
)
def test_a_duration_is_a_name_and_what_was_written(text: str, said: DurationStatement) -> None:
    assert read_duration(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4h 27m",
        "time to repair",
        "time to repair long",
        "none",
        "x" * (LONGEST_NAME + 1) + " 3h",
        "impact 3h " + "x" * LONGEST_SAID,
    ],
)
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(DurationUnreadable) as refusal:
        read_duration(text)

    assert "`/incident duration time to repair 4h 27m`" in refusal.value.sentence


@given(st.text())
def test_any_text_is_a_duration_or_refused(text: str) -> None:
    try:
        said = read_duration(text)
    except DurationUnreadable:
        return
    assert 0 < len(said.name) <= LONGEST_NAME
    assert said.said is None or 0 < len(said.said) <= LONGEST_SAID
