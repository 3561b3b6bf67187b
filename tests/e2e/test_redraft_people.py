"""Drafting again while people write in the canvas: what they did to it, anywhere and at any moment, stays."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping

import pytest

from sandbox import canvases
from sandbox.errors import Refusal
from sandbox.json_types import JsonObject
from sandbox.records import Canvas, Person
from tests.e2e.canvas_sections import split
from tests.e2e.conftest import World

SEEDS = int(os.environ.get("REDRAFT_SEEDS", "6"))
SECTIONS = ("Background", "Timeline", "Root Cause Analysis", "Remediation", "Lessons Learned", "Conclusion")
EMOJI = {
    "Background": "book",
    "Timeline": "pushpin",
    "Root Cause Analysis": "mag",
    "Remediation": "dart",
    "Lessons Learned": "bulb",
}


async def drafted(world: World) -> Canvas:
    """An incident with one message for each section, resolved; its canvas."""
    await world.open_here()
    for number, (heading, emoji) in enumerate(EMOJI.items()):
        ts = await world.say(world.ana, f"Early words on {heading}.", at=f"14:3{number}")
        await world.mark(world.ben, ts, emoji)
    await world.say(world.ben, "We are back.", at="15:30")
    await world.command(world.ana, "/resolve The rollback helped.")
    (canvas,) = world.workspace.canvases.values()
    return canvas


async def more_is_marked(world: World) -> None:
    for number, (heading, emoji) in enumerate(EMOJI.items()):
        ts = await world.say(world.ana, f"Later words on {heading}.", at=f"15:4{number}")
        await world.mark(world.ben, ts, emoji)


def change(world: World, canvas: Canvas, who: Person, operation: str, text: str = "", at: int = 0) -> None:
    """A person does something in Slack's editor, at one block of the canvas."""
    made: JsonObject = {"operation": operation, "section_id": canvas.sections[at].id}
    if text:
        made["document_content"] = {"type": "markdown", "markdown": text}
    canvases.apply(world.workspace, canvas, who.id, made)


def place_of(canvas: Canvas, words: str) -> int:
    """The block of a section that holds these words; what stands above the sections may hold them too."""
    return max(n for n, one in enumerate(canvas.sections) if words in one.markdown)


def heading_at(canvas: Canvas, heading: str) -> int:
    return next(n for n, one in enumerate(canvas.sections) if one.markdown.strip() == f"## {heading}")


def end_of(canvas: Canvas, heading: str) -> int:
    """The last block of a section."""
    start = heading_at(canvas, heading)
    following = [n for n, one in enumerate(canvas.sections) if n > start and one.kind == "h2"]
    return (following[0] if following else len(canvas.sections)) - 1


def section(canvas: Canvas, heading: str) -> str:
    return next(text for found, text in split(canvas.markdown) if found == heading)


def said_last(world: World) -> str:
    return next(m.text for m in reversed(world.messages_of_scribe()) if "Post-mortem draft of" in m.text)


@pytest.mark.parametrize("edited", SECTIONS)
async def test_what_a_person_appended_stays_and_everything_else_is_brought_up_to_date(
    world: World, edited: str
) -> None:
    canvas = await drafted(world)
    change(world, canvas, world.ben, "insert_after", "Ben adds that it was cold.", end_of(canvas, edited))

    await more_is_marked(world)
    await world.command(world.ana, "/postmortem draft")

    assert list(world.workspace.canvases.values()) == [canvas]
    assert section(canvas, edited).endswith("Ben adds that it was cold.")
    for heading in EMOJI:
        assert section(canvas, heading).count(f"Later words on {heading}.") == 1
        assert section(canvas, heading).count(f"Early words on {heading}.") == 1
    assert "Kept" not in said_last(world)
    assert "Not written" not in said_last(world)


async def test_a_changed_word_a_deleted_block_and_a_section_of_ones_own_stay(world: World) -> None:
    canvas = await drafted(world)
    place = place_of(canvas, "words on Remediation")
    was = canvas.sections[place].markdown
    change(world, canvas, world.ana, "replace", was.replace("Early", "Careful"), place)
    change(world, canvas, world.ben, "delete", at=heading_at(canvas, "Lessons Learned") + 2)
    own = "## How we felt\n\nTired."
    change(world, canvas, world.ben, "insert_before", own, heading_at(canvas, "Conclusion"))

    await more_is_marked(world)
    await world.command(world.ana, "/postmortem draft")

    assert "Careful words on Remediation." in section(canvas, "Remediation")
    assert "Later words on Remediation." in section(canvas, "Remediation")
    assert "Early words" not in section(canvas, "Lessons Learned")
    assert "Later words on Lessons Learned." in section(canvas, "Lessons Learned")
    assert "Tired." in section(canvas, "How we felt")
    assert "Later words on Root Cause Analysis." in section(canvas, "Root Cause Analysis")
    said = said_last(world)
    assert "Kept as people worded it, though the record says otherwise: Remediation (action item 1)." in said
    assert "Taken out by people, and left out: Lessons Learned (1 item)." in said


async def test_a_section_taken_out_is_named_and_stays_out(world: World) -> None:
    canvas = await drafted(world)
    blocks = end_of(canvas, "Remediation") - heading_at(canvas, "Remediation") + 1
    for _ in range(blocks - 1):
        change(world, canvas, world.ben, "delete", at=end_of(canvas, "Remediation"))
    change(world, canvas, world.ben, "delete", at=heading_at(canvas, "Remediation"))

    await more_is_marked(world)
    await world.command(world.ana, "/postmortem draft")

    assert "## Remediation" not in canvas.markdown
    assert "Later words on Root Cause Analysis." in section(canvas, "Root Cause Analysis")
    named = "Taken out by people, and left out: Remediation (action item 1, action item 2"
    assert named in said_last(world)


async def test_a_draft_right_after_resolving_finds_nothing_new(world: World) -> None:
    canvas = await drafted(world)
    before = canvas.markdown

    answer = await world.command(world.ana, "/postmortem draft")

    assert "is up to date: the record says nothing new." in answer
    assert canvas.markdown == before
    assert world.workspace.calls("canvases.edit") == []


async def test_three_people_write_between_scribes_calls(world: World) -> None:
    cy = world.workspace.add_person("cy", real_name="Cy Lund", tz="UTC")
    world.channel.members.append(cy.id)
    canvas = await drafted(world)
    await more_is_marked(world)
    people = [world.ana, world.ben, cy]
    typed: list[str] = []
    dice = random.Random(5)

    def write(method: str, arguments: Mapping[str, object]) -> None:
        if not method.startswith("canvases.") or len(typed) >= 30:
            return
        word = f"WORD{len(typed):02}"
        place = dice.randrange(len(canvas.sections))
        block = canvas.sections[place]
        who = people[len(typed) % 3]
        if block.kind == "paragraph" and len(typed) % 2:
            change(world, canvas, who, "replace", f"{block.markdown} {word}", place)
        else:
            change(world, canvas, who, "insert_after", f"Here stands {word}.", place)
        typed.append(word)

    world.workspace.before_calls.append(write)
    await world.command(world.ana, "/postmortem draft")
    world.workspace.before_calls.clear()

    assert len(typed) >= 3
    assert [word for word in typed if canvas.markdown.count(word) != 1] == []
    await world.command(world.ana, "/postmortem draft")
    assert [word for word in typed if canvas.markdown.count(word) != 1] == []
    assert list(world.workspace.canvases.values()) == [canvas]
    for heading in EMOJI:
        assert section(canvas, heading).count(f"Early words on {heading}.") == 1


async def test_a_word_typed_into_the_very_block_that_is_being_changed_stays(world: World) -> None:
    canvas = await drafted(world)
    await more_is_marked(world)
    typed: list[str] = []

    def write(method: str, arguments: Mapping[str, object]) -> None:
        if method == "canvases.edit" and "Later words on Root" in str(arguments) and not typed:
            typed.append("HOWEVER")
            place = place_of(canvas, "words on Root")
            text = canvas.sections[place].markdown.replace("Early", "HOWEVER early")
            change(world, canvas, world.ben, "replace", text, place)

    world.workspace.before_calls.append(write)
    await world.command(world.ana, "/postmortem draft")

    assert typed
    assert "HOWEVER early words on Root Cause Analysis." in canvas.markdown
    assert "Later words on Remediation." in canvas.markdown
    assert "Later words on Timeline." in canvas.markdown
    assert "Later words on Root Cause Analysis." in canvas.markdown
    assert "record says otherwise: Root Cause Analysis (1 item)." in said_last(world)


async def test_an_edit_elsewhere_leaves_nothing_out(world: World) -> None:
    canvas = await drafted(world)
    await more_is_marked(world)
    typed: list[str] = []

    def write(method: str, arguments: Mapping[str, object]) -> None:
        if method == "canvases.edit":
            typed.append(f"WORD{len(typed):02}")
            change(world, canvas, world.ben, "insert_at_end", f"## Own {typed[-1]}\n\nMine.")
            if len(typed) == 5:
                world.workspace.before_calls.clear()

    world.workspace.before_calls.append(write)
    await world.command(world.ana, "/postmortem draft")

    assert len(typed) == 5
    assert [word for word in typed if canvas.markdown.count(word) != 1] == []
    for heading in EMOJI:
        assert section(canvas, heading).count(f"Later words on {heading}.") == 1
    assert "Not written" not in said_last(world)


async def test_a_canvas_somebody_is_editing_is_waited_for_and_then_nothing_is_left_out(world: World) -> None:
    canvas = await drafted(world)
    await more_is_marked(world)
    told = len(world.messages_of_scribe())
    world.workspace.refuse("canvases.edit", "canvas_editing_locked", times=2)

    await world.command(world.ana, "/postmortem draft")

    for heading in EMOJI:
        assert section(canvas, heading).count(f"Later words on {heading}.") == 1
    assert "Not written" not in said_last(world)
    assert [m.text for m in world.messages_of_scribe()][told:] == [said_last(world)]


async def test_every_word_of_a_deleted_canvas_comes_along_into_the_next(world: World) -> None:
    canvas = await drafted(world)
    for heading in SECTIONS:
        change(world, canvas, world.ben, "insert_after", f"Ben on {heading}.", end_of(canvas, heading))
    change(world, canvas, world.ana, "insert_at_end", "## How we felt\n\nTired.")
    await world.command(world.ana, "/postmortem draft")
    canvases.delete(world.workspace, canvas)

    await world.command(world.ana, "/postmortem draft")

    (new,) = world.workspace.canvases.values()
    assert new is not canvas
    for heading in SECTIONS:
        assert section(new, heading).count(f"Ben on {heading}.") == 1
    assert "Tired." in section(new, "How we felt")


async def test_another_template_takes_every_word_along(world: World) -> None:
    canvas = await drafted(world)
    for heading in SECTIONS:
        change(world, canvas, world.ben, "insert_after", f"Ben on {heading}.", end_of(canvas, heading))
    change(world, canvas, world.ana, "insert_at_start", "Read this first.")
    change(world, canvas, world.ana, "insert_at_end", "## How we felt\n\nTired.")
    before = canvas.markdown

    await world.command(world.ana, "/postmortem draft sre")

    old, new = world.workspace.canvases.values()
    assert old.markdown == before
    assert "## Root Causes" in new.markdown
    for words in ("Read this first.", "Tired.", *(f"Ben on {heading}." for heading in SECTIONS)):
        assert new.markdown.count(words) == 1


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_whatever_people_do_between_drafts_each_of_their_words_stays_once(
    world: World, seed: int
) -> None:
    canvas = await drafted(world)
    dice = random.Random(seed)
    typed: list[str] = []
    for number in range(3):
        for _ in range(dice.randrange(1, 6)):
            edited_at_random(world, canvas, dice, typed)
        ts = await world.say(world.ana, f"Round {number}.", at=f"15:4{number}")
        await world.mark(world.ben, ts, dice.choice(list(EMOJI.values())))

        await world.command(world.ana, "/postmortem draft")

        assert [word for word in typed if canvas.markdown.count(word) != 1] == []
        assert canvas.markdown.count(f"Round {number}.") == 1
        assert list(world.workspace.canvases.values()) == [canvas]


def edited_at_random(world: World, canvas: Canvas, dice: random.Random, typed: list[str]) -> None:
    """One change of a person's; what it adds joins `typed`. Nobody takes out what a person typed."""
    place = dice.randrange(len(canvas.sections))
    block = canvas.sections[place]
    word = f"WORD{len(typed):02}"
    kind = dice.choice(["below", "above", "into", "into", "take out", "own"])
    if kind == "take out":
        if not any(other in block.markdown for other in typed):
            change(world, canvas, world.ben, "delete", at=place)
        return
    if kind == "into" and block.kind in ("paragraph", "list", "table") and " words" in block.markdown:
        operation, text = "replace", block.markdown.replace(" words", f" {word} words", 1)
    elif kind == "own":
        operation, text = "insert_after", f"## On something\n\n- {word}\n\n```\n# code\n```"
    else:
        operation, text = ("insert_after" if kind == "below" else "insert_before"), f"- {word} *is* said"
    try:
        change(world, canvas, world.ana, operation, text, place)
    except Refusal:
        return
    typed.append(word)
