"""Roles as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.roles import LONGEST, Given, RoleUnreadable, read_role


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("commander <@U1ANA>", Given("commander", "U1ANA")),
        ("Commander  <@W1ANA|ana>", Given("commander", "W1ANA")),
        ("ic <@U1ANA>", Given("commander", "U1ANA")),
        ("comms none", Given("communications", None)),
        ("Protokollführer <@U1ANA>", Given("protokollführer", "U1ANA")),
        ("operations nobody", Given("operations", None)),
    ],
)
def test_a_role_and_who_is_to_have_it(text: str, given: Given) -> None:
    assert read_role(text) == given


@pytest.mark.parametrize(
    "text",
    [
        "commander",
        "commander ana",
        "commander <@U1ANA> <@U1BEN>",
        "commander <!channel>",
        "<@U1ANA> commander",
        "second-in-command <@U1ANA>",
        "x" * (LONGEST + 1) + " <@U1ANA>",
    ],
)
def test_what_cannot_be_told_apart_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(RoleUnreadable) as refusal:
        read_role(text)

    assert "`/incident role commander @ana`" in refusal.value.sentence


@given(st.text())
def test_any_text_is_a_role_or_refused(text: str) -> None:
    try:
        given_ = read_role(text)
    except RoleUnreadable:
        return
    assert given_.role.isalpha()
