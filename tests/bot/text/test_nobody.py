"""Ids that lead to nobody hold a name, which is shown instead of a mention."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.nobody import LONGEST, id_of, mention, name_of


@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_an_id_holds_its_name(name: str) -> None:
    user_id = id_of(name)

    assert re.fullmatch(r"[UW][A-Z0-9]+", user_id)
    held = name_of(user_id)
    assert held is not None
    assert name.startswith(held)
    assert held == name or len(held.encode()) > LONGEST - 4


def test_somebody_of_the_workspace_is_mentioned() -> None:
    assert (name_of("U0ANA"), mention("U0ANA")) == (None, "<@U0ANA>")


def test_a_name_is_inert_and_who_was_purged_has_none() -> None:
    assert mention(id_of("<!channel> & Ana")) == "&lt;!channel&gt; &amp; Ana"
    assert mention("U0REMOVED12AB34CD") == "(a removed person)"


@pytest.mark.parametrize("user_id", ["U0IMPORTED", "U0IMPORTED1", "U0IMPORTEDA", "U0IMPORTED77777777"])
def test_what_holds_no_name_is_an_id_like_any_other(user_id: str) -> None:
    assert name_of(user_id) is None
