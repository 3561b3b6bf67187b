"""A canvas comes to say what it is to say, change by change, and at no moment lacks a word of people's."""

from __future__ import annotations

import random
import re

import pytest

from bot.postmortem.merge.blocks import blocks
from bot.postmortem.merge.edits import Edit, Operation, edits, snippets
from bot.postmortem.merge.matching import read
from bot.postmortem.merge.merging import Merged, merge
from bot.postmortem.merge.outcome import about_to_write
from bot.postmortem.merge.pieces import Piece
from bot.postmortem.merge.plan import Plan
from bot.postmortem.merge.planned import NOTHING_PLANNED
from sandbox import canvases
from tests.bot.postmortem.merge.world import World, shape

MOST = 200


@pytest.mark.one_in(5)
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
        standing = wanted[0].applied(standing)
    assert shape("\n\n".join(standing)) == shape(merged.markdown)


@pytest.mark.one_in(5)
@pytest.mark.parametrize("seed", range(200))
def test_what_is_meant_does_not_change_while_it_is_being_written(seed: int) -> None:
    dice = random.Random(seed)
    world = World(dice)
    for _ in range(dice.randrange(4, 40)):
        world.record_changes()
    world.draft()
    for _ in range(6):
        world.person_edits()
    for _ in range(dice.randrange(1, 8)):
        world.record_changes()
    rendered, written = world.rendered(), world.written
    before = read(world.shown(), written, rendered)
    meant = merge(before, written, rendered)
    planned = about_to_write(NOTHING_PLANNED, before, meant)

    def meant_now(text: str) -> Merged:
        return merge(read(text, written, rendered, planned), written, rendered, planned=planned)

    plan = Plan(meant_now)

    for _ in range(MOST):
        text = world.shown()
        wanted = edits(blocks(text), plan.merged(text).pieces)
        if not wanted:
            break
        plan.made(wanted[0], blocks(text))
        assert len(blocks(text)) == len(world.canvas)  # an edit is of a block of the canvas itself
        world.canvas = [
            section
            for one in wanted[0].applied([one.markdown for one in world.canvas])
            for section in canvases.sections(one)
        ]

    assert shape(world.shown()) == shape(meant.markdown)
    assert plan.is_done(world.shown())


def test_what_a_person_wrote_is_put_elsewhere_before_it_is_taken_away() -> None:
    standing = ["## A", "Ben's words", "## B", "text"]
    target = [Piece("## A"), Piece("## B"), Piece("text"), Piece("Ben's words", peoples=["Ben's words"])]

    (first, *_) = edits(standing, target)

    assert "Ben's words" in "\n".join(first.applied(standing))
    assert first.operation in (Operation.AFTER, Operation.REPLACE)


def test_a_block_is_looked_up_by_words_that_others_have_too_when_it_must() -> None:
    standing = ["- Rolled back", "| Rolled back |", "[Rolled back](https://x/Rolled)"]

    found = snippets(standing, 1)

    assert [(one.holders, one.rank) for one in found if one.text == "Rolled back"] == [(3, 1)]


def test_words_that_stand_only_in_addresses_elsewhere_find_nothing() -> None:
    standing = ["- pool", "[the wiki](https://x/pool)"]

    assert snippets(standing, 0) == []


def test_an_insertion_is_the_same_from_the_other_side_of_its_gap() -> None:
    standing = ["## A", "---", "## B"]
    edit = Edit(Operation.AFTER, 1, "new")

    other = edit.from_the_other_side(len(standing))

    assert other == Edit(Operation.BEFORE, 2, "new")
    assert other.applied(standing) == edit.applied(standing)


def test_what_replaces_or_stands_at_the_end_has_no_other_side() -> None:
    assert Edit(Operation.REPLACE, 1, "new").from_the_other_side(3) is None
    assert Edit(Operation.AFTER, 2, "new").from_the_other_side(3) is None
    assert Edit(Operation.BEFORE, 0, "new").from_the_other_side(3) is None
