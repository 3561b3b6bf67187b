"""A channel name says what the incident is about, in letters that Slack takes."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.incidents.channel_name import channel_name

DAY = datetime(2023, 9, 10, 23, 30, tzinfo=UTC)
TAKEN_BY_SLACK = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Checkout is down", "inc-20230910-checkout-is-down"),
        ("  Checkout -- is/down!!  ", "inc-20230910-checkout-is-down"),
        ("db_primary: failover", "inc-20230910-db_primary-failover"),
        ("Überlastung der Straße", "inc-20230910-uberlastung-der-strasse"),
        ("Оплата не работает", "inc-20230910-oplata-ne-rabotaet"),
        ("決済障害", "inc-20230910-juejizhanghai"),
        ("결제 장애", "inc-20230910-gyeolje-jangae"),
        ("&lt;&amp;&gt; Checkout &amp; payments", "inc-20230910-checkout-payments"),
        ("<@U1> broke <https://shop.test|the shop>", "inc-20230910-broke"),
        (":fire:", "inc-20230910-fire"),
        ("🔥🔥", "inc-20230910-fire-fire"),
    ],
)
def test_a_title_in_any_alphabet_is_spelled(title: str, name: str) -> None:
    assert channel_name("inc-", DAY, title, 7) == name


@pytest.mark.parametrize("title", ["", "   ", "!?", "<@U1>", "---"])
def test_a_title_that_leaves_nothing_is_named_by_its_number(title: str) -> None:
    assert channel_name("inc-", DAY, title, 7) == "inc-20230910-7"


@pytest.mark.parametrize(
    ("prefix", "start"),
    [("inc-", "inc-2023"), ("INC_", "inc-2023"), ("", "2023"), ("störung", "storung-2023"), ("--", "2023")],
)
def test_any_prefix_works(prefix: str, start: str) -> None:
    assert channel_name(prefix, DAY, "Down", 7).startswith(start)


def test_a_taken_name_gets_a_number() -> None:
    assert channel_name("inc-", DAY, "Down", 7, attempt=2) == "inc-20230910-down-2"


def test_a_number_at_its_end_is_never_what_is_cut_off() -> None:
    names = {channel_name("inc-", DAY, "x" * 200, 7, attempt=attempt) for attempt in range(1, 21)}

    assert len(names) == 20
    assert {len(name) for name in names} == {80}


def test_the_day_is_the_one_of_the_moment_given() -> None:
    assert channel_name("inc-", datetime(2024, 1, 2, tzinfo=UTC), "Down", 7) == "inc-20240102-down"


@given(st.text(max_size=120), st.text(max_size=300), st.integers(1, 10**6), st.integers(1, 20))
@example("x" * 100, "Down", 7, 2)
@example("_", "_", 7, 1)
def test_every_name_is_one_that_slack_takes(prefix: str, title: str, number: int, attempt: int) -> None:
    """conversations.create: at most 80 characters, lowercase letters, digits, hyphens, underscores."""
    assert TAKEN_BY_SLACK.fullmatch(channel_name(prefix, DAY, title, number, attempt=attempt))
