"""Roles as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.roles import LONGEST, ROLES, Given, NoSuchRole, OneHolderOnly, RoleUnreadable, read_role


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("commander <@U1ANA>", Given("commander", "U1ANA")),
        ("Commander  <@W1ANA|ana>", Given("commander", "W1ANA")),
        ("ic <@U1ANA>", Given("commander", "U1ANA")),
        ("comms none", Given("communications", None)),
        ("Protokollführer <@U1ANA>", Given("protokollführer", "U1ANA")),
        ("operations nobody", Given("operations", None)),
        ("commander me", Given("commander", "U1BY")),
        ("commander Myself", Given("commander", "U1BY")),
        ("me commander", Given("commander", "U1BY")),
        ("incident commander <@U1ANA>", Given("commander", "U1ANA")),
        ("Incident Commander is <@U1ANA>", Given("commander", "U1ANA")),
        ("IC: <@U1ANA>", Given("commander", "U1ANA")),
        ("IC = me", Given("commander", "U1BY")),
        ("lead <@U1ANA>", Given("commander", "U1ANA")),
        ("commander to <@U1ANA>", Given("commander", "U1ANA")),
        ("<@U1ANA> commander", Given("commander", "U1ANA")),
        ("<@U1ANA> is incident lead", Given("commander", "U1ANA")),
        ("comms lead <@U1ANA>", Given("communications", "U1ANA")),
        ("liaison <@U1ANA>", Given("liaison", "U1ANA")),
        ("dba <@U1ANA>", Given("dba", "U1ANA")),
        ("commander me please", Given("commander", "U1BY")),
        ("commander <@U1ANA> now, thanks!", Given("commander", "U1ANA")),
    ],
)
def test_a_role_and_who_is_to_have_it(text: str, given: Given) -> None:
    assert read_role(text, "U1BY") == given


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("comander", "commander"),
        ("commmander", "commander"),
        ("Commadner", "commander"),
        ("command", "commander"),
        ("scribbe", "scribe"),
        ("operation", "operations"),
        ("comunications", "communications"),
        ("leed", "commander"),
        ("incident comander", "commander"),
        ("liason", "liaison"),
    ],
)
def test_a_mistyped_role_is_asked_about(said: str, meant: str) -> None:
    with pytest.raises(NoSuchRole) as problem:
        read_role(f"{said} <@U1ANA>", "U1BY", (*ROLES, "liaison"))

    assert f"Did you mean `{meant}`? For example: `/incident role {meant} @ana`." in problem.value.sentence


@pytest.mark.parametrize(
    "text",
    [
        "commander",
        "commander ana",
        "commander <@U1ANA> <@U1BEN>",
        "<@U1ANA>",
        "me",
        "commander me <@U1ANA>",
        "tell <@U1ANA> that",
        "second-in-command <@U1ANA>",
        "x" * (LONGEST + 1) + " <@U1ANA>",
    ],
)
def test_what_cannot_be_told_apart_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(RoleUnreadable) as refusal:
        read_role(text, "U1BY")

    assert "`/incident role commander @ana`" in refusal.value.sentence


@given(st.text())
def test_any_text_is_a_role_or_refused(text: str) -> None:
    try:
        given_ = read_role(text, "U1BY")
    except (RoleUnreadable, NoSuchRole):
        return
    assert given_.role.isalpha()


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("commander <!subteam^S1OPS|@oncall>", "@oncall"),
        ("<!subteam^S1OPS> scribe", "subteam^S1OPS"),
        ("commander <!here>", "here"),
        ("commander <!channel|channel>", "channel"),
    ],
)
def test_a_group_holds_no_role(text: str, group: str) -> None:
    with pytest.raises(OneHolderOnly) as problem:
        read_role(text, "U1BY")

    assert problem.value.sentence == (
        f"A role is one person's, and `{group}` is a group: name one of them. "
        "For example: `/incident role commander @ana`."
    )


def test_a_short_word_for_a_role_means_one_that_the_team_has() -> None:
    assert read_role("ops <@U1ANA>", "U1BY", ("commander",)) == Given("ops", "U1ANA")
    assert read_role("ops <@U1ANA>", "U1BY", ("commander", "operations")) == Given("operations", "U1ANA")
