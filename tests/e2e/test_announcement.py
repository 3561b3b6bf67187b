"""What is published, and what the channel reads of it: the incident in short, its picture, and buttons."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from bot.postmortem.export import export
from bot.postmortem.merge.items import Kind, Written, WrittenSection, digest, stored
from bot.slack.blocks.published import ITEMS_ACTION, REOPEN_ACTION
from sandbox import canvases
from storage import drafts, postmortems
from tests.e2e.conftest import World
from tests.e2e.test_checkpoint import answered
from tests.e2e.test_finish import drafted, edit, press, saying

THEIRS = "T0CONNECTED"


def announced(world: World) -> list[dict[str, Any]]:
    (message,) = saying(world, "is published.")
    return message.blocks or []


def shown(world: World) -> str:
    return "\n".join(block["text"]["text"] for block in announced(world) if block["type"] == "section")


async def final(world: World) -> str:
    async with world.running.scribe.database.read() as session:
        found = await postmortems.of_incident(session, 1)
    assert found
    return found.final_markdown or ""


def reword(world: World, old: str, new: str) -> None:
    """Ben rewords a block of the newest canvas."""
    canvas = list(world.workspace.canvases.values())[-1]
    block = next(one for one in canvas.sections if old in one.markdown)
    change = {
        "operation": "replace",
        "section_id": block.id,
        "document_content": {"type": "markdown", "markdown": block.markdown.replace(old, new)},
    }
    canvases.apply(world.workspace, canvas, world.ben.id, change)


async def test_the_channel_reads_the_incident_in_short_as_people_left_it(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "*4%* of checkouts failed. We saw it late.", at="14:30")
    await world.mark(world.ben, ts, "boom")
    await world.command(world.ana, "/incident task add Add an index")
    await world.command(world.ana, "/resolve The rollback helped.", at="15:30")
    reword(world, "The rollback helped.", "The rollback <!channel> by ![](@" + world.ben.id + ") helped.")

    await world.publish(world.ana)

    text = shown(world)
    assert "*Impact:*" in text
    assert "4% of checkouts failed" in text.replace("*4%*", "4%")
    assert "The rollback &lt;!channel&gt; by @Ben Okafor helped." in text
    assert "1 action item, 1 without an owner" in text
    assert "We saw it late" not in text
    (picture,) = [block for block in announced(world) if block["type"] == "image"]
    assert picture["slack_file"]["id"] in world.workspace.files
    (row,) = [block for block in announced(world) if block["type"] == "actions"]
    assert [one["text"]["text"] for one in row["elements"]] == [
        "Open the post-mortem",
        "Action items",
        "Reopen…",
    ]


async def test_its_buttons_show_the_action_items_and_reopen_it(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/incident task add Add an index")
    await world.command(world.ana, "/resolve", at="15:30")
    await world.publish(world.ana)
    (message,) = saying(world, "is published.")

    await press(world, world.ben, message.ts, ITEMS_ACTION)
    await answered(world, world.ben, "Add an index")
    await press(world, world.ben, message.ts, REOPEN_ACTION)
    await answered(world, world.ben, "INC-1's post-mortem is a draft again.")
    await press(world, world.ben, message.ts, REOPEN_ACTION)

    await answered(world, world.ben, "is not published, so there is nothing to reopen")


async def test_where_slack_takes_no_picture_the_words_are_posted(world: World) -> None:
    await drafted(world)
    world.workspace.refuse("chat.postMessage", "invalid_blocks")

    await world.publish(world.ana)

    assert "The rollback helped." in shown(world)
    assert not any(block["type"] == "image" for block in announced(world))


async def test_where_another_company_reads_along_nothing_of_it_is_said(world: World) -> None:
    await drafted(world)
    world.workspace.share_channel(world.channel.id, THEIRS)
    await world.settled()

    await world.publish(world.ana)

    assert "The rollback helped." not in str(announced(world))
    assert "Deployment disruption" not in str(announced(world))
    assert not any(block["type"] == "image" for block in announced(world))
    assert "The rollback helped." in await final(world)


async def test_what_is_published_holds_no_section_without_words_and_the_canvas_keeps_its_headings(
    world: World, tmp_path: Path
) -> None:
    await drafted(world)

    await world.publish(world.ana)

    made = await export(world.running.scribe.database, 1, tmp_path, world.running.scribe.settings)
    again = await export(
        world.running.scribe.database, 1, tmp_path, world.running.scribe.settings, template="classic"
    )
    assert "## Lessons Learned" in world.canvas()
    for text in (
        await final(world),
        made.postmortem.read_text("utf-8"),
        again.postmortem.read_text("utf-8"),
        made.files["html"].read_text("utf-8"),
    ):
        assert "Lessons Learned" not in text
        assert "Conclusion" in text
        assert "?" not in text.replace("?thread_ts", "")


async def test_a_question_that_an_earlier_scribe_wrote_into_the_canvas_is_not_published(
    world: World,
) -> None:
    await drafted(world)
    edit(world, "> What went well?")
    edit(world, "> What did we learn?")
    async with world.running.scribe.database.write() as session:
        draft = await drafts.by_id(session, 1)
        written = copy.deepcopy(draft.written or [])
        question = Written("question|conclusion", Kind.BLOCK, digest("> What went well?"))
        (asked,) = stored([WrittenSection("conclusion", "Conclusion", (question,))])
        next(one for one in written if one["key"] == "appendix")["items"] += asked["items"]
        draft.written = written
        session.add(draft)

    await world.publish(world.ana)

    assert "What went well?" not in await final(world)
    assert "What did we learn?" in await final(world)


async def test_what_is_deleted_leaves_what_the_channel_read_of_the_publication(world: World) -> None:
    await world.open_here()
    leaked = await world.say(world.ana, "The password was quokka-7.", at="14:30")
    kept = await world.say(world.ana, "An expired certificate.", at="14:31")
    await world.mark(world.ben, leaked, "boom")
    await world.mark(world.ben, kept, "mag")
    await world.command(world.ana, "/resolve The rollback helped.", at="15:30")
    await world.publish(world.ana)
    assert "quokka-7" in str(announced(world))

    world.workspace.delete(world.ana.id, world.channel.id, leaked)
    await world.settled()

    assert "quokka-7" not in str(announced(world))
    assert "(message deleted in Slack)" in shown(world)
    assert "An expired certificate." in shown(world)
    assert not [block for block in announced(world) if block["type"] == "image"]
    assert [block for block in announced(world) if block["type"] == "actions"]
