"""A canvas comes to say what it is to say, change by change, and at no moment lacks a word of people's."""

from __future__ import annotations

import random
import re

import pytest

from bot.postmortem.merge.blocks import blocks
from bot.postmortem.merge.edits import Edit, Operation, edits, snippets
from bot.postmortem.merge.pieces import Piece
from tests.bot.postmortem.merge.world import World, shape

MOST = 200


def applied(standing: list[str], edit: Edit) -> list[str]:
    """What Slack makes of a change."""
    new = blocks(edit.markdown)
    at = edit.block
    match edit.operation:
        case Operation.REPLACE:
            return [*standing[:at], *new, *standing[at + 1 :]]
        case Operation.DELETE:
            return [*standing[:at], *standing[at + 1 :]]
        case Operation.AFTER:
            return [*standing[: at + 1], *new, *standing[at + 1 :]]
        case Operation.BEFORE | Operation.AT_START:
            return [*standing[:at], *new, *standing[at:]]


@pytest.mark.parametrize("seed", range(60))
def test_the_changes_end_and_no_word_of_people_s_is_ever_missing(seed: int) -> None:
    dice = random.Random(seed)
    world = World(dice)
    for _ in range(dice.randrange(12)):
        world.record_changes()
    world.draft()
    for _ in range(6):
        world.person_edits()
    for _ in range(4):
        world.record_changes()
    standing = [section.markdown for section in world.canvas]
    merged = world.draft()

    for _ in range(MOST):
        text = "\n\n".join(standing)
        assert {word for word in world.mine if not re.search(rf"\b{word}\b", text)} == set()
        wanted = edits(standing, merged.pieces)
        if not wanted:
            break
        standing = applied(standing, wanted[0])
    assert shape("\n\n".join(standing)) == shape(merged.markdown)


def test_what_a_person_wrote_is_put_elsewhere_before_it_is_taken_away() -> None:
    standing = ["## A", "Ben's words", "## B", "text"]
    target = [Piece("## A"), Piece("## B"), Piece("text"), Piece("Ben's words", peoples=["Ben's words"])]

    (first, *_) = edits(standing, target)

    assert "Ben's words" in "\n".join(applied(standing, first))
    assert first.operation in (Operation.AFTER, Operation.REPLACE)


def test_a_block_is_looked_up_by_words_that_others_have_too_when_it_must() -> None:
    standing = ["- Rolled back", "| Rolled back |", "[Rolled back](https://x/Rolled)"]

    found = snippets(standing, 1)

    assert [(one.holders, one.rank) for one in found if one.text == "Rolled back"] == [(3, 1)]


def test_words_that_stand_only_in_addresses_elsewhere_find_nothing() -> None:
    standing = ["- pool", "[the wiki](https://x/pool)"]

    assert snippets(standing, 0) == []
