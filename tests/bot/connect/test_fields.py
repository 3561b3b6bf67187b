"""Moments as programs write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.connect.fields import moment

EIGHT = datetime(2026, 10, 7, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "said",
    [
        "2026-10-07T08:00:00Z",
        "2026-10-07 08:00",
        "2026-10-07T10:00:00.000000000+02:00",
        "2026-10-07T03:00:00-0500",
        1791360000,
        1791360000.0,
        "1791360000",
        "1791360000000",
        1791360000000000,
        1791360000000000000,
    ],
)
def test_a_moment_is_read_in_whichever_way(said: object) -> None:
    assert moment(said) == EIGHT


@pytest.mark.parametrize(
    "said",
    [
        "",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "yesterday",
        None,
        [],
        {},
        True,
        0,
        -1,
        "2026-13-01T00:00:00Z",
        "9" * 30,
        1e300,
        "nan",
    ],
)
def test_what_is_none_is_none(said: object) -> None:
    assert moment(said) is None
