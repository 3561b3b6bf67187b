"""A record, a canvas and people who edit it, all made up from a seed: what the merge is tried on."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass, field

from bot.postmortem.merge.blocks import blocks
from bot.postmortem.merge.difference import Named
from bot.postmortem.merge.items import Item, Kind, Rendered, WrittenSection
from bot.postmortem.merge.matching import read
from bot.postmortem.merge.merging import Merged, merge
from bot.postmortem.merge.normal import normal
from bot.postmortem.merge.outcome import learned
from bot.postmortem.merge.standing import kept, recalled
from sandbox import canvas_shown, canvases
from sandbox.records import Section

HEAD = "| Time | What happened | Who |"
TEMPLATES = {
    "classic": (
        ("background", "Background", ("impact", "background")),
        ("timeline", "Timeline", ("timeline",)),
        ("cause", "Root Cause", ("cause",)),
        ("lessons", "Lessons Learned", ("lesson", "lucky")),
        ("conclusion", "Conclusion", ("conclusion",)),
    ),
    "short": (
        ("top", "What it did", ("impact",)),
        ("what", "What happened", ("timeline", "conclusion")),
        ("lessons", "Lessons", ("cause", "lesson")),
    ),
}
SHOWN = ("impact", "background", "timeline", "cause", "lesson", "lucky")
OWN_HAND = re.compile(r"(?<=\w)[.?](?=$|\W)|(?<= )\*+(?=\w)|(?<=[\w:])\*+", re.MULTILINE)
"""What a hand of Slack's might leave out: emphasis, and full stops."""


@dataclass
class Entry:
    """Something on the record: a message somebody marked, or a note without one."""

    number: int
    block: str
    at: int
    version: int = 0
    has_message: bool = True
    is_deleted: bool = False

    @property
    def word(self) -> str:
        return "(message deleted in Slack)" if self.is_deleted else f"SAID{self.number}x{self.version}"

    @property
    def permalink(self) -> str | None:
        return (
            f"https://acme.slack.com/archives/C1/p{1690000000000000 + self.number}"
            if self.has_message and not self.is_deleted
            else None
        )


@dataclass
class World:
    """The record, the canvas, and what people typed into it and did not take out again."""

    dice: random.Random
    template: str = "classic"
    entries: list[Entry] = field(default_factory=list)
    facts: dict[str, int] = field(default_factory=lambda: {"Severity": 0, "Detected": 0, "Duration": 0})
    canvas: list[Section] = field(default_factory=list)
    written: tuple[WrittenSection, ...] = ()
    linked: set[int] = field(default_factory=set)
    """The numbers of what was ever on the record with a message to link to."""
    mine: set[str] = field(default_factory=set)
    typed: int = 0
    numbered: int = 0
    log: list[str] = field(default_factory=list)
    has_own_hand: bool = False
    """Slack writes Markdown anew in a way that no normal form knows."""
    has_tables: bool = True
    """Slack takes tables; otherwise Scribe writes their rows as items of a list."""

    # --- the record --------------------------------------------------------------------------------

    def rendered(self) -> tuple[Rendered, ...]:
        header = tuple(
            Item(f"header|{label}", Kind.BULLET, f"- **{label}:** FACT{n}x{version}", "header", label=label)
            for n, (label, version) in enumerate(self.facts.items())
        )
        found = [Rendered("header", "", "", header)]
        for key, heading, shows in TEMPLATES[self.template]:
            items = [item for block in shows for item in self._items(block, key)]
            if not items:
                items = [Item(f"question|{key}", Kind.BLOCK, f"*What of {heading}?*")]
            found.append(Rendered(key, heading, f"## {heading}", tuple(items)))
        return tuple(found)

    def _items(self, block: str, key: str) -> list[Item]:
        entries = sorted((one for one in self.entries if one.block == block), key=lambda one: one.at)
        has_rows = block == "timeline" and self.has_tables
        if block == "conclusion":
            return [Item("conclusion", Kind.BLOCK, "It was FACT9x0. — Ana (/resolve)")]
        found = [Item("head", Kind.HEAD, HEAD, block)] if has_rows and entries else []
        for one in entries:
            link = f" ([message]({one.permalink}))" if one.permalink else ""
            name = f"{block}|{one.number}"
            if has_rows:
                text = f"| {one.at:02}:00 | {one.word} rolled\\_back{link} | Ana |"
                found.append(Item(name, Kind.ROW, text, block, one.permalink, f"{block} {one.number}"))
            else:
                text = f"- {one.word} was *said* — Ana{link}"
                found.append(Item(name, Kind.BULLET, text, block, one.permalink, f"{block} {one.number}"))
        return found

    def record_changes(self) -> None:
        kind = self.dice.choice(["new", "new", "new", "edit", "move", "gone", "deleted", "fact", "nothing"])
        if kind == "new" or not self.entries:
            self.numbered += 1
            entry = Entry(
                self.numbered,
                self.dice.choice(SHOWN),
                self.dice.randrange(24),
                has_message=self.dice.random() < 0.8,
            )
            self.entries.append(entry)
            self.linked |= {entry.number} if entry.has_message else set()
            if self.dice.random() < 0.2 and entry.has_message:  # marked for two sections
                other = self.dice.choice([one for one in SHOWN if one != entry.block])
                self.entries.append(Entry(entry.number, other, entry.at))
        elif kind == "edit":
            self.dice.choice(self.entries).version += 1
        elif kind == "move":
            self.dice.choice(self.entries).at = self.dice.randrange(24)
        elif kind == "gone":
            self.entries.remove(self.dice.choice(self.entries))
        elif kind == "deleted":
            number = self.dice.choice(self.entries).number
            for entry in self.entries:
                entry.is_deleted = entry.is_deleted or (entry.number == number and entry.has_message)
        elif kind == "fact":
            self.facts[self.dice.choice(list(self.facts))] += 1
        self.log.append(f"record: {kind}")

    # --- people ------------------------------------------------------------------------------------

    def person_edits(self) -> None:
        kind = self.dice.choice(
            [
                "below",
                "below",
                "above",
                "into",
                "into",
                "out",
                "row",
                "bullet",
                "own",
                "heading",
                "move",
                "join",
                "copy",
                "table",
            ]
        )
        if not self.canvas:
            self._insert(0, "")
            return
        place = self.dice.randrange(len(self.canvas))
        section = self.canvas[place]
        self.typed += 1
        word = f"MINE{self.typed}"
        lines = section.markdown.split("\n")
        if kind in ("below", "above"):
            text = self.dice.choice(
                ["{} is so.", "- {}", "> {}", "1. {}", "### {}", "```\n{}\n```", "- [ ] {}"]
            )
            self._insert(place + (kind == "below"), text.format(word))
            self.mine.add(word)
        elif kind == "into":
            words = list(re.finditer(r"\b(?:was|rolled|is|so|It)\b", section.markdown))
            if words:
                found = self.dice.choice(words)
                before, after = section.markdown[: found.start()], section.markdown[found.end() :]
                section.markdown = f"{before}{word}{after}"
                self.mine.add(word)
        elif kind == "out":
            if len(lines) > 3 and section.kind in ("list", "table"):
                first = 2 if section.kind == "table" else 0
                self._remove_line(section, self.dice.randrange(first, len(lines)))
            else:
                self._forget(section.markdown)
                del self.canvas[place]
        elif kind == "row" and section.kind == "table":
            at = self.dice.randrange(2, len(lines) + 1)
            section.markdown = "\n".join([*lines[:at], f"| 12:34 | {word} | me |", *lines[at:]])
            self.mine.add(word)
        elif kind == "bullet" and section.kind == "list" and lines[0].lstrip()[0] in "-*+":
            at = self.dice.randrange(len(lines) + 1)
            section.markdown = "\n".join([*lines[:at], f"- {word} too", *lines[at:]])
            self.mine.add(word)
        elif kind == "own":
            self._insert(place, f"## Own {word}\n\nText of {word}a.")
            self.mine |= {word, f"{word}a"}
        elif kind == "heading" and section.kind == "h2":
            section.markdown = f"## {word} {section.markdown.lstrip('# ')}"
            self.mine.add(word)
        elif kind == "join" and section.kind == "list" and len(lines) > 1:
            at = self.dice.randrange(1, len(lines))
            section.markdown = "\n".join(
                [*lines[: at - 1], f"{lines[at - 1]} And {lines[at].lstrip('-*+ ')}", *lines[at + 1 :]]
            )
        elif kind == "copy" and section.kind in ("list", "table") and "MINE" not in lines[-1]:
            table = f"| A | B | C |\n| --- | --- | --- |\n{lines[-1]}"
            self._insert(
                self.dice.randrange(len(self.canvas) + 1), table if section.kind == "table" else lines[-1]
            )
        elif kind == "table" and section.kind == "list" and lines[0].lstrip()[0] in "-*+":
            self._into_table(section, word)
        elif kind == "move" and section.kind not in ("h1", "h2", "h3"):
            moved = self.canvas.pop(place)
            self.canvas.insert(self.dice.randrange(len(self.canvas) + 1), moved)
        self.log.append(f"person: {kind} {word} at {place}")

    def _insert(self, place: int, text: str) -> None:
        self.canvas[place:place] = canvases.sections(text)

    def _remove_line(self, section: Section, number: int) -> None:
        lines = section.markdown.split("\n")
        self._forget(lines.pop(number))
        section.markdown = "\n".join(lines)

    def _into_table(self, section: Section, word: str) -> None:
        rows = [f"| {line.lstrip('-*+ ')} | P1 |" for line in section.markdown.split("\n")]
        section.markdown = "\n".join([f"| {word} | Priority |", "| --- | --- |", *rows])
        section.kind = "table"
        self.mine.add(word)

    def _forget(self, text: str) -> None:
        self.mine -= set(re.findall(r"MINE\d+a?", text))

    # --- Scribe ------------------------------------------------------------------------------------

    def draft(self) -> Merged:
        """Merge what stands, and let Slack show the outcome."""
        rendered = self.rendered()
        shown = self.shown()
        if not self.written:
            merged = merge(read("", (), rendered), (), rendered, anew=True)
        else:
            merged = merge(read(shown, self.written, rendered), self.written, rendered)
        return self._take(merged)

    def draft_anew(self, template: str) -> Merged:
        """The same where the canvas is lost, or is to follow another template."""
        standing = recalled(kept(read(self.shown(), self.written)))
        self.template = template
        self.log.append(f"anew: {template}")
        return self._take(merge(standing, self.written, self.rendered(), anew=True))

    def _take(self, merged: Merged) -> Merged:
        self.canvas = canvases.sections(merged.markdown)
        items = [item for section in merged.written for item in section.items]
        fresh = {item.id for item in items if not item.stood and not item.is_out}
        rendered = self.rendered()
        standing = read(self.shown(), merged.written, rendered, fresh=fresh)
        self.written = learned(standing, merged.written, rendered)
        return merged

    def shown(self) -> str:
        """The canvas as Slack gives it back."""
        text = canvas_shown.shown(self.canvas)
        while self.has_own_hand and OWN_HAND.search(text):  # what it wrote, it writes the same again
            text = OWN_HAND.sub("", text)
        return text

    # --- what must hold ----------------------------------------------------------------------------

    def check(self, merged: Merged) -> None:
        text = self.shown()
        counts = Counter(re.findall(r"MINE\d+a?", text))
        lost = {word: counts[word] for word in self.mine if counts[word] != 1}
        assert not lost, f"words of people: {lost}"
        named = Counter(one.heading for one in (*merged.difference.out, *merged.difference.worded))
        stands = Counter(re.findall(r"SAID\d+x\d+|FACT\d+x\d+", text))
        for one in self.rendered():
            for item in one.offered:
                for word in re.findall(r"SAID\d+x\d+|FACT\d+x\d+", item.markdown):
                    assert stands[word] or named[one.heading or "the facts on top"], f"{word} is missing"
        on_record = {entry.number for entry in self.entries if not entry.is_deleted}
        left = (*merged.difference.gone, *merged.difference.deleted)
        told = {label.split(" ")[-1] for one in left for label in one.labels}
        for number in set(map(int, re.findall(r"SAID(\d+)x", text))) - on_record:
            assert number not in self.linked or str(number) in told, f"{number} is gone, and stands untold"
        for number, head in enumerate(text.split("\n")):
            assert not head.startswith("| Detail"), f"a head nobody wrote in line {number}"
        self._check_twice(merged)

    def _check_twice(self, merged: Merged) -> None:
        rendered = self.rendered()
        again = merge(read(self.shown(), self.written, rendered), self.written, rendered)
        assert shape(again.markdown) == shape(self.shown()), "merging twice"
        assert again.difference.worded == merged.difference.worded, f"told {again.difference}"
        assert again.difference.out == merged.difference.out, f"told {again.difference}"
        assert again.difference.deleted == merged.difference.deleted, f"told {again.difference}"
        assert _labels(again.difference.gone) == _labels(merged.difference.gone), f"told {again.difference}"
        assert again.written == self.written, "what is kept"


def _labels(named: tuple[Named, ...]) -> list[str]:
    """What is named; a section that people called otherwise has another heading afterwards."""
    return [label for one in named for label in one.labels]


def shape(markdown: str) -> list[str]:
    return [normal(block) for block in blocks(markdown)]


def play(seed: int, rounds: int = 5) -> int:
    """One history from a seed; returns how many drafts were made."""
    dice = random.Random(seed)
    world = World(dice, has_own_hand=seed % 4 == 3)
    for _ in range(dice.randrange(8)):
        world.record_changes()
    try:
        world.check(world.draft())
        for _ in range(rounds):
            for _ in range(dice.randrange(4)):
                world.person_edits()
            for _ in range(dice.randrange(3)):
                world.record_changes()
            if dice.random() < 0.2:
                world.check(world.draft_anew(dice.choice(list(TEMPLATES))))
            else:
                world.check(world.draft())
    except AssertionError as problem:
        raise AssertionError(f"seed {seed}: {problem}\n" + "\n".join(world.log)) from problem
    return rounds + 1
