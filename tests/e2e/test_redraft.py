"""Drafting again: the canvas is brought up to date, and not a word of people's is lost."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Mapping

import pytest

from sandbox import canvases
from sandbox.records import Canvas
from tests.e2e.canvas_sections import split
from tests.e2e.conftest import World

SEEDS = int(os.environ.get("REDRAFT_SEEDS", "6"))
SECTIONS = ("Background", "Timeline", "Root Cause Analysis", "Remediation", "Lessons Learned", "Conclusion")
READS = ("conversations.history", "conversations.replies", "conversations.info", "reactions.get")


async def drafted(world: World) -> Canvas:
    await world.open_here()
    for emoji, text in {
        "pushpin": "Rolled back.",
        "mag": "An index was missing.",
        "dart": "Add the index.",
        "bulb": "Test with real data.",
    }.items():
        ts = await world.say(world.ana, text, at="14:30")
        await world.mark(world.ben, ts, emoji)
    await world.command(world.ana, "/resolve The rollback helped.", at="15:30")
    (canvas,) = world.workspace.canvases.values()
    return canvas


def write(world: World, canvas: Canvas, heading: str, words: str) -> None:
    """Ben types a line at the end of a section; `heading` "" is above the first."""
    places = [n for n, section in enumerate(canvas.sections) if section.kind == "h2"]
    titles = [canvas.sections[n].markdown.lstrip("# ") for n in places]
    last = places[0] if not heading else ([*places, len(canvas.sections)][titles.index(heading) + 1])
    change = {
        "operation": "insert_after",
        "section_id": canvas.sections[last - 1].id,
        "document_content": {"type": "markdown", "markdown": words},
    }
    canvases.apply(world.workspace, canvas, world.ben.id, change)


async def more(world: World, text: str, emoji: str = "pushpin") -> None:
    ts = await world.say(world.ana, text, at="15:40")
    await world.mark(world.ben, ts, emoji)


async def test_what_is_new_comes_into_the_canvas_there_is(world: World) -> None:
    canvas = await drafted(world)
    await more(world, "Watching the graphs.")

    await world.command(world.ana, "/postmortem draft")

    assert list(world.workspace.canvases) == [canvas.id]
    assert canvas.markdown.count("Watching the graphs.") == 1
    assert canvas.markdown.count("Rolled back.") == 1
    assert "is up to date" in world.messages_of_scribe()[-1].text


async def test_people_write_in_every_section_and_not_a_word_is_lost(world: World) -> None:
    canvas = await drafted(world)
    words = {heading: f"Ben's thoughts on {heading or 'all of it'}." for heading in ("", *SECTIONS)}
    for heading, text in words.items():
        write(world, canvas, heading, text)
    await more(world, "Watching the graphs.")
    await more(world, "Rehearse it.", "dart")

    await world.command(world.ana, "/postmortem draft")

    for text in words.values():
        assert canvas.markdown.count(text) == 1
    told = world.messages_of_scribe()[-1].text
    await world.command(world.ana, "/postmortem draft")
    for text in words.values():
        assert canvas.markdown.count(text) == 1
    assert "Kept" not in told
    for text in ("Watching the graphs.", "Rehearse it."):
        assert canvas.markdown.count(text) == 1


async def test_what_is_new_comes_also_into_a_section_people_wrote_in(world: World) -> None:
    canvas = await drafted(world)
    write(world, canvas, "Timeline", "The order of the last two is unsure.")
    await more(world, "Watching the graphs.")
    await more(world, "Rehearse the failover.", "dart")

    await world.command(world.ana, "/postmortem draft")

    for words in ("The order of the last two is unsure.", "Watching the graphs.", "Rehearse the failover."):
        assert canvas.markdown.count(words) == 1
    told = world.messages_of_scribe()[-1].text
    assert "is up to date: " in told
    assert "Timeline" in told
    assert "Kept" not in told


async def test_where_nothing_changed_one_call_reads_the_canvas_and_nothing_is_said(world: World) -> None:
    await drafted(world)
    await world.command(world.ana, "/postmortem draft")  # who resolved it, and when, is news once
    said = len(world.messages_of_scribe())
    before = len(world.workspace.calls())

    await world.command(world.ana, "/postmortem draft")

    calls = Counter(call.method for call in world.workspace.calls()[before:] if call.method not in READS)
    assert calls == {"canvases.getContent": 1}
    assert len(world.messages_of_scribe()) == said


async def test_a_section_people_took_out_stays_out(world: World) -> None:
    canvas = await drafted(world)
    ids = [n for n, section in enumerate(canvas.sections) if section.markdown == "## Conclusion"]
    while len(canvas.sections) > ids[0]:
        change = {"operation": "delete", "section_id": canvas.sections[-1].id}
        canvases.apply(world.workspace, canvas, world.ben.id, change)
    await more(world, "Watching the graphs.")

    await world.command(world.ana, "/postmortem draft")

    assert "Watching the graphs." in canvas.markdown
    assert "## Conclusion" not in canvas.markdown


async def test_a_canvas_that_was_deleted_comes_again_with_peoples_words(world: World) -> None:
    canvas = await drafted(world)
    write(world, canvas, "Lessons Learned", "Ben's lesson.")
    write(world, canvas, "Conclusion", "Ben's end.")
    await world.command(world.ana, "/postmortem draft")  # reads what Ben wrote
    canvases.delete(world.workspace, canvas)
    await more(world, "Watching the graphs.")

    await world.command(world.ana, "/postmortem draft")

    (again,) = world.workspace.canvases.values()
    assert again.id != canvas.id
    for words in ("Ben's lesson.", "Ben's end.", "Test with real data.", "Watching the graphs."):
        assert again.markdown.count(words) == 1


async def test_a_canvas_that_cannot_be_read_is_left_and_a_new_one_made(world: World) -> None:
    canvas = await drafted(world)
    write(world, canvas, "Conclusion", "Ben's end.")
    before = canvas.markdown
    world.workspace.refuse("canvases.getContent", "missing_scope", needed="canvases:read", times=9)

    await world.command(world.ana, "/postmortem draft")

    assert canvas.markdown == before
    assert len(world.workspace.canvases) == 2


async def test_another_template_makes_a_new_canvas_with_peoples_words_in_it(world: World) -> None:
    canvas = await drafted(world)
    write(world, canvas, "Timeline", "Ben's order.")
    write(world, canvas, "Remediation", "Ben's promise.")
    before = canvas.markdown

    await world.command(world.ana, "/postmortem draft sre")

    assert canvas.markdown == before
    new = list(world.workspace.canvases.values())[-1].markdown
    assert "## Root Causes" in new
    assert new.count("Ben's order.") == 1
    assert new.count("Ben's promise.") == 1


async def test_while_somebody_edits_it_waits_and_then_goes_on(world: World) -> None:
    canvas = await drafted(world)
    await more(world, "Watching the graphs.")
    world.workspace.refuse("canvases.edit", "canvas_editing_locked", times=2)

    await world.command(world.ana, "/postmortem draft")

    assert canvas.markdown.count("Watching the graphs.") == 1


@pytest.mark.parametrize("method", ["canvases.edit", "canvases.getContent", "chat.postMessage"])
async def test_a_lost_answer_doubles_nothing(world: World, method: str) -> None:
    canvas = await drafted(world)
    await more(world, "Watching the graphs.")
    world.workspace.lose_answer(method)
    said = len(world.messages_of_scribe())

    await world.command(world.ana, "/postmortem draft")

    assert canvas.markdown.count("Watching the graphs.") == 1
    assert canvas.markdown.count("Rolled back.") == 1
    assert len([m for m in world.messages_of_scribe()[said:] if "is up to date" in m.text]) == 1


@pytest.mark.parametrize("after", [1, 3, 5, 7])
async def test_what_an_interrupted_try_changed_is_told_with_the_rest(world: World, after: int) -> None:
    """Slack fails when so many of the seven changes are made."""
    workspace, canvas = world.workspace, await drafted(world)
    again = await world.say(world.ana, "A lock was missing.", at="14:35")
    await world.mark(world.ben, again, "mag")
    await world.command(world.ana, "/postmortem draft")
    for emoji in ("pushpin", "dart", "bulb"):
        await more(world, f"More for {emoji}.", emoji)
    world.workspace.delete(world.ana.id, world.channel.id, again)
    await world.settled()
    said, made = len(world.messages_of_scribe()), 0

    def interrupt(method: str, arguments: Mapping[str, object]) -> None:
        nonlocal made
        made += method == "canvases.edit"
        if method == "canvases.edit" and made == after:
            workspace.refuse("canvases.getContent", "internal_error", status=500)

    workspace.before_calls.append(interrupt)
    await world.command(world.ana, "/postmortem draft")

    (told,) = [one.text for one in world.messages_of_scribe()[said:] if "is up to date" in one.text]
    assert made == 7
    assert told.endswith(
        "is up to date: the facts on top, Timeline, Root Cause Analysis, Remediation, Lessons Learned, "
        "How this was put together."
    )
    assert canvas.markdown.count("More for dart.") == 1
    assert "A lock was missing." not in canvas.markdown


async def test_no_such_template_is_one_sentence(world: World) -> None:
    await world.open_here()

    answer = await world.command(world.ana, "/postmortem draft nonsense")

    assert answer.startswith("There is no such template. There are atlassian, classic, customer, kehoe,")


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_whatever_people_write_wherever_it_stays(world: World, seed: int) -> None:
    rng = random.Random(seed)
    canvas = await drafted(world)
    written: list[str] = []
    for turn in range(4):
        for _ in range(rng.randint(0, 3)):
            heading = rng.choice(["", *SECTIONS])
            text = rng.choice(
                [
                    "- a *point* {}",
                    "Plain words {}.",
                    "> quoted {}",
                    "1. first {}",
                    "- [ ] to do {}",
                    "**bold {}** and `code`",
                    "### Own heading {}",
                ]
            ).format(f"w{seed}x{len(written):02}")
            write(world, canvas, heading, text)
            written.append(f"w{seed}x{len(written):02}")
        await more(world, f"Event {turn} of the night.", rng.choice(["pushpin", "bulb", "dart", "mag"]))

        await world.command(world.ana, "/postmortem draft")

        for word in written:
            assert canvas.markdown.count(word) == 1
        for earlier in range(turn + 1):
            assert canvas.markdown.count(f"Event {earlier} of the night.") == 1
        headings = [heading for heading, _ in split(canvas.markdown) if heading]
        assert headings == [*SECTIONS, "How this was put together"]
