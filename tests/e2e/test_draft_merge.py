"""Drafting again, as people meet it: what they wrote stays in later drafts, and what is new reaches them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.postmortem.export import export
from sandbox import canvas_shown, canvases
from sandbox.records import Canvas, Section
from storage import incidents
from tests.e2e.canvas_sections import split
from tests.e2e.conftest import TEN_PAST_TWO, World
from tests.e2e.test_catch_up import unheard
from tests.e2e.test_odd_incidents import note


async def said(world: World, text: str, *emoji: str) -> str:
    ts = await world.say(world.ana, text)
    for one in emoji:
        await world.mark(world.ben, ts, one)
    return ts


async def drafted(world: World) -> Canvas:
    await world.open_here()
    await said(world, "Rolled back.", "pushpin")
    await said(world, "Test with real data.", "bulb")
    await world.command(world.ana, "/resolve The rollback helped.", at="15:30")
    return newest(world)


def newest(world: World) -> Canvas:
    return list(world.workspace.canvases.values())[-1]


def edit(world: World, canvas: Canvas, old: str, new: str) -> None:
    """Ben changes words in the block that holds them."""
    block = next(one for one in canvas.sections if old in one.markdown)
    change = {
        "operation": "replace",
        "section_id": block.id,
        "document_content": {"type": "markdown", "markdown": block.markdown.replace(old, new)},
    }
    canvases.apply(world.workspace, canvas, world.ben.id, change)


def write(world: World, canvas: Canvas, below: str, text: str) -> None:
    block = next(one for one in canvas.sections if below in one.markdown)
    change = {
        "operation": "insert_after",
        "section_id": block.id,
        "document_content": {"type": "markdown", "markdown": text},
    }
    canvases.apply(world.workspace, canvas, world.ben.id, change)


def section(canvas: Canvas, heading: str) -> str:
    return next(text for found, text in split(canvas.markdown) if found == heading)


async def test_carried_words_stay_in_the_drafts_after_the_next(world: World) -> None:
    canvas = await drafted(world)
    write(world, canvas, "Test with real data", "Ben thinks that we were lucky.")
    for command in ("draft sre", "draft", "draft classic", "draft"):
        await world.command(world.ana, f"/postmortem {command}")
        assert newest(world).markdown.count("Ben thinks that we were lucky.") == 1
    canvases.delete(world.workspace, newest(world))
    for _ in range(2):
        await world.command(world.ana, "/postmortem draft")
        assert newest(world).markdown.count("Ben thinks that we were lucky.") == 1


async def test_a_later_lesson_is_in_the_draft_and_in_the_export_beside_a_changed_word(
    world: World, tmp_path: Path
) -> None:
    canvas = await drafted(world)
    edit(world, canvas, "Test with real data", "Always test with real data")
    await said(world, "Rehearse the failover.", "bulb")

    await world.command(world.ana, "/postmortem draft")

    exported = await export(world.running.scribe.database, 1, tmp_path / "out", world.running.scribe.settings)
    for text in (section(canvas, "Lessons Learned"), exported.postmortem.read_text()):
        assert "Always test with real data" in text
        assert "Rehearse the failover" in text
    answer = await world.command(world.ana, "/postmortem draft")
    assert "record says otherwise: Lessons Learned (1 item)." in answer


async def test_a_deleted_message_goes_from_both_sections_it_was_marked_for(world: World) -> None:
    await world.open_here()
    ts = await said(world, "The password is hunter2.", "pushpin", "mag")
    await world.command(world.ana, "/resolve Done.", at="15:30")
    assert newest(world).markdown.count("hunter2") == 3  # in short, on the timeline, among the causes

    world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.settled()
    await world.command(world.ana, "/postmortem draft")

    assert "hunter2" not in newest(world).markdown
    assert not any("people" in message.text for message in world.messages_of_scribe())


async def test_a_copy_of_a_deleted_message_in_people_s_words_is_named_in_every_draft(world: World) -> None:
    await world.open_here()
    ts = await said(world, "The password is hunter2.", "bulb")
    await world.command(world.ana, "/resolve Done.", at="15:30")
    lesson = next(one.markdown for one in newest(world).sections if "hunter2" in one.markdown)
    write(world, newest(world), "## Conclusion", lesson)
    await world.command(world.ana, "/postmortem draft")

    world.workspace.delete(world.ana.id, world.channel.id, ts)
    await world.settled()
    for _ in range(2):
        answer = await world.command(world.ana, "/postmortem draft")

    assert "hunter2" not in section(newest(world), "Lessons Learned")
    assert "Still quoted by people, though deleted in Slack: Lessons Learned (1 item)." in answer


async def test_an_emptied_canvas_is_filled_again_and_publishing_one_says_so(world: World) -> None:
    canvas = await drafted(world)
    canvas.sections = []

    await world.command(world.ana, "/postmortem draft")
    assert "Rolled back" in canvas.markdown
    assert "Test with real data" in canvas.markdown

    canvas.sections = []
    await world.publish(world.ana)
    blocks = str(world.messages_of_scribe()[-1].blocks)
    assert "Nothing stands in the canvas" in blocks


async def test_what_slack_does_not_find_is_told_as_that_and_blames_nobody(world: World) -> None:
    canvas = await drafted(world)
    before = canvas.markdown
    await said(world, "Rehearse the failover.", "bulb")
    world.workspace.refuse("canvases.sections.lookup", "restricted_action", times=500)

    await world.command(world.ana, "/postmortem draft")

    told = world.messages_of_scribe()[-1].text
    assert "is not up to date yet" in told
    assert "Not written, since Slack refused it (restricted_action): " in told
    assert "Lessons Learned (1 item)" in told
    assert "people" not in told
    assert "Test with real data" in before
    world.workspace.faults.clear()
    await world.command(world.ana, "/postmortem draft")
    assert canvas.markdown.count("Rehearse the failover") == 1


async def test_what_stands_below_a_block_without_words_is_written_all_the_same(world: World) -> None:
    canvas = await drafted(world)
    lesson = next(one for one in canvas.sections if "real data" in one.markdown)
    lesson.markdown, lesson.kind = "---", "divider"
    await said(world, "Rehearse the failover.", "bulb")

    await world.command(world.ana, "/postmortem draft")

    assert "***\n\n* Rehearse the failover" in canvas_shown.shown(canvas.sections)


async def test_words_that_stand_many_times_do_not_keep_a_section_from_its_update(world: World) -> None:
    await world.open_here()
    for _ in range(4):
        await said(world, "Same words.", "pushpin", "mag", "bulb")
    await world.command(world.ana, "/resolve Same words.", at="15:30")
    canvas = newest(world)
    write(world, canvas, "Same words", "Same words.")
    await said(world, "Same words.", "mag", "bulb")

    await world.command(world.ana, "/postmortem draft")

    assert section(canvas, "Root Cause Analysis").count("Same words") == 5
    assert section(canvas, "Lessons Learned").count("Same words") == 5
    assert "Not written" not in world.messages_of_scribe()[-1].text


async def test_the_first_draft_does_not_wait_for_threads_and_what_they_held_is_merged_in(
    world: World,
) -> None:
    await world.open_here()
    root = await said(world, "Rolled back.", "pushpin")
    with unheard(world):
        reply = world.workspace.say(world.ana.id, world.channel.id, "In the thread.", thread_ts=root)
        world.workspace.react(world.ben.id, world.channel.id, reply, "bulb")
    drafts_when_read: list[str] = []

    def look(method: str, arguments: Mapping[str, object]) -> None:
        if method == "conversations.replies":
            drafts_when_read.extend(canvas.markdown for canvas in world.workspace.canvases.values())

    world.workspace.before_calls.append(look)
    world.workspace.slow("conversations.replies", 5.0)  # before it does its work
    await world.command(world.ana, "/resolve Done.", at="15:30")

    (early, *_) = drafts_when_read
    assert "Rolled back" in early
    assert "In the thread" not in early
    assert newest(world).markdown.count("In the thread") == 1
    assert len(world.workspace.canvases) == 1


async def test_words_typed_while_another_template_is_laid_out_come_along(world: World) -> None:
    canvas = await drafted(world)

    def type_late(method: str, arguments: Mapping[str, object]) -> None:
        if method == "canvases.create":
            write(world, canvas, "Test with real data", "Ben was quick.")

    world.workspace.before_calls.append(type_late)
    await world.command(world.ana, "/postmortem draft sre")

    assert newest(world) is not canvas
    assert newest(world).markdown.count("Ben was quick.") == 1
    assert canvas.title == "INC-1: replaced by draft 2"
    assert canvas.access[world.channel.id] == "read"


async def test_a_hand_of_slack_s_that_nobody_knew_is_taken_for_nobody_s_words(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = canvas_shown.shown

    def otherwise(sections: Sequence[Section]) -> str:
        return shown(sections).replace("**", "").replace("—", "-")

    monkeypatch.setattr(canvas_shown, "shown", otherwise)
    canvas = await drafted(world)
    await said(world, "Rehearse the failover.", "bulb", "pushpin")

    await world.command(world.ana, "/postmortem draft")

    assert section(canvas, "Lessons Learned").count("Rehearse the failover") == 1
    assert section(canvas, "Timeline").count("Rehearse the failover") == 1
    told = world.messages_of_scribe()[-1].text
    assert "Kept" not in told
    assert "Not written" not in told


async def test_people_s_rows_and_words_stay_in_a_timeline_of_many_tables(world: World) -> None:
    await world.open_here()
    async with world.running.scribe.database.write() as session:
        incident = await incidents.by_id(session, 1)
        for number in range(400):
            session.add(note(incident, number, TEN_PAST_TWO + timedelta(seconds=20 * number)))
    await world.command(world.ana, "/resolve Done.", at="17:00")
    canvas = newest(world)
    edit(world, canvas, row_of(canvas, 40), "| 14:23 | Ben saw smoke. | Ben |")
    write(world, canvas, "Step 0160 of many", "Ben's words between two tables.")

    await world.command(world.ana, "/timeline add 14:00 Early.", at="17:10")
    await world.command(world.ana, "/timeline add 14:23 In the middle.")
    await world.command(world.ana, "/timeline remove 200")
    await world.command(world.ana, "/postmortem draft")

    text = canvas.markdown
    for number in range(400):
        assert text.count(f"Step {number:04} of many") == (number not in (40, 199)), number
    own = (
        "Early.",
        "Step 0039",
        "Ben saw smoke.",
        "Step 0041",
        "Step 0160",
        "Ben's words between two tables.",
    )
    assert [text.count(words) for words in own] == [1] * len(own)
    assert sorted(own, key=text.index) == list(own)
    assert text.index("Ben's words between two tables.") < text.index("Step 0252")
    headings = [line for line in text.split("\n") if line.startswith("#")]
    assert len(headings) == len(set(headings))
    assert text.count("In the middle.") == 1
    told = world.messages_of_scribe()[-1].text
    assert "Not written" not in told
    assert "Kept as people worded it, though the record says otherwise: Timeline (event 41)" in told


def row_of(canvas: Canvas, number: int) -> str:
    return next(line for line in canvas.markdown.split("\n") if f"Step {number:04} of" in line)


@pytest.mark.parametrize("is_lost", [False, True], ids=["other_template", "lost_canvas"])
async def test_a_new_canvas_names_what_people_reworded_and_took_out(world: World, is_lost: bool) -> None:
    await world.open_here()
    for text in ("Alpha.", "Beta."):
        await said(world, text, "bulb")
    await world.command(world.ana, "/resolve Done.", at="15:30")
    bullets = next(one.markdown for one in newest(world).sections if "Alpha" in one.markdown)
    edit(world, newest(world), bullets, bullets.split("\n")[0].replace("Alpha", "ALPHA"))
    if is_lost:
        await world.command(world.ana, "/postmortem draft")
        canvases.delete(world.workspace, newest(world))
    await world.command(world.ana, f"/postmortem draft{'' if is_lost else ' sre'}")
    assert "Beta." not in newest(world).markdown
    told = json.dumps(world.messages_of_scribe()[-1].blocks)
    assert "Kept as people worded it, though the record says otherwise: Lessons" in told
    assert "Taken out by people, and left out: Lessons" in told
