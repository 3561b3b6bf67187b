"""What tries of Scribe's wrote before they were interrupted is nobody else's, and what people wrote stays."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from bot.postmortem.merge.blocks import blocks, entries, sections
from bot.postmortem.merge.edits import edits
from bot.postmortem.merge.items import Rendered, WrittenSection
from bot.postmortem.merge.matching import read
from bot.postmortem.merge.merging import Merged, merge
from bot.postmortem.merge.normal import normal
from bot.postmortem.merge.outcome import about_to_write
from bot.postmortem.merge.plan import Plan
from bot.postmortem.merge.planned import NOTHING_PLANNED, Planned, planned_before
from bot.postmortem.merge.standing import Standing
from sandbox import canvases
from tests.bot.postmortem.merge.world import World

MOST = 200


@dataclass
class Update:
    """An update of a world's canvas, tried again and again, as the one of a real canvas is."""

    world: World
    written: tuple[WrittenSection, ...] = ()
    rendered: Sequence[Rendered] = ()
    planned: Planned = NOTHING_PLANNED
    several: set[str] = field(default_factory=set)
    """Words of people's of which a person may have seen a copy that Scribe was about to take away."""

    def try_once(self, changes: int, disturbances: int = 0) -> Merged:
        """Bring the canvas up to date as the record is now, until so many changes are made."""
        dice, world = self.world.dice, self.world
        self.rendered = world.rendered()
        self.planned = planned_before(self.planned.stored()) if self.planned else self.planned
        plan, settled = Plan(self.merged), None
        for _ in range(changes):
            text = world.shown()
            if plan.merged(text) is not settled:
                settled = plan.merged(text)
                self.planned = about_to_write(self.planned, self.standing(text), settled)
            wanted = edits(blocks(text), settled.pieces)
            if not wanted and not disturbances:
                break
            if wanted:
                plan.made(wanted[0], blocks(text))
                world.canvas = [
                    section
                    for one in wanted[0].applied([one.markdown for one in world.canvas])
                    for section in canvases.sections(one)
                ]
            assert {word for word in world.mine if not re.search(rf"\b{word}\b", world.shown())} == set()
            if disturbances and dice.random() < 0.5:
                disturbances -= 1
                self.person_edits()
        return plan.merged(world.shown())

    def standing(self, text: str) -> Standing:
        return read(text, self.written, self.rendered, self.planned)

    def merged(self, text: str) -> Merged:
        return merge(self.standing(text), self.written, self.rendered, planned=self.planned)

    def person_edits(self) -> None:
        counts = Counter(re.findall(r"MINE\d+a?", self.world.shown()))
        self.several |= {word for word, count in counts.items() if count > 1}
        self.world.person_edits()


def begun(seed: int) -> tuple[random.Random, World]:
    dice = random.Random(seed)
    world = World(dice)
    for _ in range(dice.randrange(4, 20)):
        world.record_changes()
    world.draft()
    return dice, world


@pytest.mark.parametrize("seed", range(300))
def test_what_interrupted_tries_wrote_is_nobody_else_s(seed: int) -> None:
    """Each try is killed after some changes, and the record goes on before the next one."""
    dice, world = begun(seed)
    update = Update(world, world.written)
    for _ in range(dice.randrange(1, 4)):
        for _ in range(dice.randrange(1, 5)):
            world.record_changes()
        update.try_once(dice.randrange(4))
    world.record_changes()
    merged = update.try_once(MOST)

    assert [node.markdown for node in update.standing(world.shown()).nodes if node.is_peoples] == []
    assert merged.difference.worded == merged.difference.out == merged.difference.gone == ()
    assert laid_out(world.shown()) == laid_out("\n\n".join(one.markdown for one in update.rendered))
    world.written = merged.written
    world.check(merged)


@pytest.mark.parametrize("seed", range(300))
def test_what_people_write_before_between_and_within_the_tries_stays(seed: int) -> None:
    dice, world = begun(seed)
    for _ in range(dice.randrange(4)):
        world.person_edits()
    update = Update(world, world.written)
    for _ in range(dice.randrange(1, 4)):
        for _ in range(dice.randrange(1, 5)):
            world.record_changes()
        update.try_once(dice.randrange(6), disturbances=dice.randrange(2))
        for _ in range(dice.randrange(2)):
            update.person_edits()
    world.record_changes()
    merged = update.try_once(MOST, disturbances=dice.randrange(2))

    world.mine -= update.several
    world.written = merged.written
    world.check(merged)


def laid_out(markdown: str) -> list[tuple[str, list[str]]]:
    """Each section's items in order, however they are put together in lists: what is new joins a list."""
    return [
        (heading, [normal(entry.markdown) for block in texts for entry in entries(block)])
        for heading, _, texts in sections(markdown)
    ]
