"""What a draft's canvas is called, and when it is called anew."""

from __future__ import annotations

import pytest

from bot.postmortem.deliver.titles import LONGEST_TITLE, retitled, titled

OLD, NEW = "INC-1: Checkout is slow", "INC-1: Checkout is down"


@pytest.mark.parametrize(
    ("standing", "wanted"),
    [
        (OLD, NEW),
        (f"{OLD} (draft 3)", f"{NEW} (draft 3)"),
        (NEW, None),
        (f"{NEW} (draft 3)", None),
        ("Our bad day", None),
        (f"{OLD}, says Ben", None),
        ("INC-1: replaced by draft 4", None),
    ],
)
def test_only_a_title_that_scribe_gave_is_given_anew(standing: str, wanted: str | None) -> None:
    assert retitled(standing, NEW, [OLD]) == wanted


def test_an_incidents_own_words_are_not_taken_for_a_drafts_number() -> None:
    assert retitled("INC-1: Memo (draft 3)", NEW, ["INC-1: Memo (draft 3)"]) == NEW


def test_a_long_title_is_known_again_and_keeps_its_number() -> None:
    long = "INC-1: " + "x" * LONGEST_TITLE
    standing = titled(long, 12)

    assert len(standing) == LONGEST_TITLE
    assert standing.endswith("x (draft 12)")
    assert retitled(standing, NEW, [long]) == f"{NEW} (draft 12)"
