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
from bot.postmortem.merge.items import Item, Kind, Rendered, Written, WrittenSection, as_written, stored
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
    touched: set[str] = field(default_factory=set)
    """The headings that people changed or took out, and the names that the labels of such items end in."""

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
        has_tables = self.world.has_tables
        return merge(
            self.standing(text), self.written, self.rendered, planned=self.planned, has_tables=has_tables
        )

    def person_edits(self) -> None:
        counts = Counter(re.findall(r"MINE\d+a?", self.world.shown()))
        self.several |= {word for word, count in counts.items() if count > 1}
        before, headings = items_in(self.world.shown()), headings_in(self.world.shown())
        self.world.person_edits()
        self.touched |= headings - headings_in(self.world.shown())
        for entry in before - items_in(self.world.shown()):
            self.touched |= set(re.findall(r"SAID(\d+)x", entry))
            self.touched |= {label for label in self.world.facts if f"*{label}:*" in entry}

    def blamed(self, merged: Merged) -> set[str]:
        """The items that people are said to have changed or taken out, and have not."""
        named = (*merged.difference.worded, *merged.difference.out)
        # where people took out the heading, nothing that is new has a place
        named_here = [one for one in named if one.heading not in self.touched]
        labels = {label.split(" ")[-1] for one in named_here for label in one.labels if label}
        # whose message was deleted in Slack has no number in the canvas
        deleted = {str(entry.number) for entry in self.world.entries if entry.is_deleted}
        return labels - self.touched - deleted


def begun(seed: int) -> tuple[random.Random, World]:
    dice = random.Random(seed)
    world = World(dice)
    for _ in range(dice.randrange(4, 20)):
        world.record_changes()
    world.draft()
    return dice, world


@pytest.mark.one_in(6)
@pytest.mark.parametrize("seed", range(300))
def test_what_interrupted_tries_wrote_is_nobody_else_s(seed: int) -> None:
    """Each try is killed after some changes, and the record goes on before the next one."""
    dice, world = begun(seed)
    update = Update(world, world.written)
    for _ in range(dice.randrange(1, 4)):
        for _ in range(dice.randrange(1, 5)):
            world.record_changes()
        world.has_tables = dice.random() < 0.8
        update.try_once(dice.randrange(4))
    world.record_changes()
    world.has_tables = True
    merged = update.try_once(MOST)

    assert [node.markdown for node in update.standing(world.shown()).nodes if node.is_peoples] == []
    assert merged.difference.worded == merged.difference.out == merged.difference.gone == ()
    assert laid_out(world.shown()) == laid_out("\n\n".join(one.markdown for one in update.rendered))
    world.written = merged.written
    world.check(merged)


@pytest.mark.one_in(6)
@pytest.mark.parametrize("seed", range(300))
def test_what_people_write_before_between_and_within_the_tries_stays(seed: int) -> None:
    dice, world = begun(seed)
    update = Update(world, world.written)
    for _ in range(dice.randrange(4)):
        update.person_edits()
    for _ in range(dice.randrange(1, 4)):
        for _ in range(dice.randrange(1, 5)):
            world.record_changes()
        world.has_tables = dice.random() < 0.8
        update.try_once(dice.randrange(6), disturbances=dice.randrange(2))
        for _ in range(dice.randrange(2)):
            update.person_edits()
    world.record_changes()
    world.has_tables = True
    merged = update.try_once(MOST, disturbances=dice.randrange(2))

    world.mine -= update.several
    assert update.blamed(merged) == set()
    world.written = merged.written
    world.check(merged)


LINK = "https://acme.slack.com/archives/C1/p169000000000000"


def section(*numbers: int, words: str = "said") -> list[Rendered]:
    items = [
        Item(f"lesson|{n}", Kind.BULLET, f"- {n} was {words} ([message]({LINK}{n}))", "", f"{LINK}{n}")
        for n in numbers
    ]
    return [Rendered("lessons", "Lessons", "## Lessons", tuple(items))]


def between(text: str, *tries: list[Rendered], seen: str | None = None) -> Standing:
    """What stands when the last of the tries begins; the first draft was `section(1, 2)`."""
    written = tuple(WrittenSection(one.key, one.heading, tuple(map(as_written, one.items))) for one in FIRST)
    planned = NOTHING_PLANNED
    for rendered in tries:
        standing = read(FIRST[0].markdown if seen is None else seen, written, rendered, planned)
        planned = about_to_write(planned, standing, merge(standing, written, rendered, planned=planned))
    return read(text, written, tries[-1], planned)


FIRST = section(1, 2)


def of_people(standing: Standing) -> list[str]:
    return [node.markdown for node in standing.nodes if node.is_peoples]


def test_what_an_earlier_try_wrote_is_known_when_the_record_has_gone_on_twice() -> None:
    text = section(1, 2, 3, words="put otherwise")[0].markdown

    standing = between(text, section(1, 2, 3, words="put otherwise"), section(1, words="right"), FIRST)

    assert of_people(standing) == []
    assert standing.ids == {"lesson|1", "lesson|2", "lesson|3"}


def test_an_item_that_stands_twice_is_being_moved() -> None:
    first, second = FIRST[0].markdown.split("\n")[-2:]

    standing = between(f"{FIRST[0].markdown}\n\nBen's words.\n\n{first}", FIRST)

    assert [node.id for node in standing.nodes if node.markdown == first] == ["lesson|1"]
    assert [node.markdown for node in standing.nodes] == [first, second, "Ben's words."]


def test_a_copy_that_people_had_made_stays_theirs_when_the_item_was_renewed() -> None:
    first, _ = FIRST[0].markdown.split("\n")[-2:]
    copied = f"{FIRST[0].markdown}\n\n## Ben's\n\n{first}"
    renewed = section(1, 2, words="put otherwise")
    half_way = f"{renewed[0].markdown}\n\n## Ben's\n\n{first}"

    standing = between(half_way, renewed, FIRST, seen=copied)

    assert of_people(standing) == [first]
    assert standing.ids == {"lesson|1", "lesson|2"}


def test_words_of_people_s_that_stand_twice_half_way_stand_once() -> None:
    seen = f"{FIRST[0].markdown}\n\nBen's words."

    standing = between(f"{seen}\n\nBen's words.", FIRST, seen=seen)

    assert of_people(standing) == ["Ben's words."]


def test_what_people_write_where_an_item_is_missing_half_way_is_not_that_item() -> None:
    first, _ = FIRST[0].markdown.split("\n")[-2:]

    standing = between(f"## Lessons\n\n{first}\n- Ben adds this.", FIRST)

    assert [(node.id, node.markdown) for node in standing.nodes][-1] == ("", "- Ben adds this.")
    assert "lesson|2" not in standing.ids


def test_what_an_older_scribe_had_planned_is_read_all_the_same() -> None:
    sections = [WrittenSection(one.key, one.heading, tuple(map(as_written, one.items))) for one in FIRST]

    assert planned_before(stored(sections)).sections == tuple(sections)


def items_in(markdown: str) -> Counter[str]:
    return Counter(item for _, items in laid_out(markdown) for item in items)


def headings_in(markdown: str) -> set[str]:
    return {heading for heading, _ in laid_out(markdown)}


def laid_out(markdown: str) -> list[tuple[str, list[str]]]:
    """Each section's items in order, however they are put together in lists: what is new joins a list."""
    return [
        (heading, [normal(entry.markdown) for block in texts for entry in entries(block)])
        for heading, _, texts in sections(markdown)
    ]


def test_of_the_words_that_tries_meant_to_write_those_count_that_stand() -> None:
    """An item that reads like another by now is not taken for it."""
    first = to_do(("1", "gone"), ("2", "two"), ("3", "three"))
    later = to_do(("1", "gone"), ("2", "gone"), ("3", "gone"))
    tries = Planned((first,)).and_then((later,), (), ())

    (found,) = tries.stands_in({"gone": 1, "two": 1, "three": 1})
    assert {item.id: item.digest for item in found.items} == {"1": "gone", "2": "two", "3": "three"}
    (found,) = tries.stands_in({"gone": 2})
    assert [item.digest for item in found.items] == ["gone", "gone"]


def to_do(*items: tuple[str, str]) -> WrittenSection:
    """A section with these items, by their ids and digests."""
    return WrittenSection(
        "todo", "To do", tuple(Written(name, Kind.BULLET, digest) for name, digest in items)
    )
