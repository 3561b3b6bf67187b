"""Slack text in a form's field: what a person sees there is what was typed, and it comes back unharmed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.form_text import encoded, field_text
from bot.text.mrkdwn import KnownNames, inert_line


@pytest.mark.parametrize(
    ("slack_text", "shown"),
    [
        ("Add an index &amp; test it", "Add an index & test it"),
        ("p99 &lt; 1 s", "p99 < 1 s"),
        ("Ask <@U1|ana> in <#C1>", "Ask <@U1|ana> in <#C1>"),
        ("See <https://jira.test/A-1|A-1>", "See <https://jira.test/A-1|A-1>"),
        ("typed as &amp;lt;", "typed as &lt;"),
    ],
)
def test_text_is_shown_as_typed_and_comes_back_as_it_was(slack_text: str, shown: str) -> None:
    assert field_text(slack_text) == shown
    assert encoded(shown) == slack_text


@pytest.mark.parametrize(
    "typed", ["<!channel>", "<!subteam^S1|all>", "<javascript:alert(1)>", "a < b > c & d"]
)
def test_what_was_typed_is_never_a_command_to_slack(typed: str) -> None:
    assert "<" not in encoded(typed)


@given(st.text(alphabet=st.characters(exclude_characters="<>", exclude_categories=["Cs"])))
def test_characters_are_kept(typed: str) -> None:
    assert field_text(encoded(typed)) == typed


@given(st.text())
def test_nothing_typed_pings_anybody(typed: str) -> None:
    assert "<!" not in inert_line(encoded(typed), KnownNames())
