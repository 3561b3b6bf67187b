"""What is missing is shown with a button each, after resolving to the owner, and before publishing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlmodel import select

from bot.app import start
from bot.incidents.vocabulary import MilestoneKind
from bot.postmortem import show_checkpoint
from bot.slack.blocks.checkpoint import NOT_YET_ACTION, PUBLISH_ACTION
from sandbox import canvases
from sandbox.records import Ephemeral, Person
from storage import incidents, postmortems
from storage.postmortem_tables import Postmortem, Publication, Reviewer
from tests.e2e.conftest import World, settings_for
from tests.e2e.test_finish import drafted, edit, saying
from tests.until import until

AFTER_RESOLVING = "is yours to finish"


def newest(world: World, who: Person) -> Ephemeral:
    return world.workspace.ephemerals(who.id, world.channel.id)[-1]


def rows(shown: Ephemeral) -> list[dict[str, Any]]:
    """The sections with a button each."""
    return [block for block in shown.blocks or [] if "accessory" in block]


def row(shown: Ephemeral, words: str) -> dict[str, Any]:
    (found,) = [block for block in rows(shown) if words in block["text"]["text"]]
    return found


def buttons(shown: Ephemeral) -> list[str]:
    """The labels below it."""
    return [
        element["text"]["text"]
        for block in shown.blocks or []
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def after_resolving(world: World, who: Person) -> list[Ephemeral]:
    shown = world.workspace.ephemerals(who.id, world.channel.id)
    return [one for one in shown if AFTER_RESOLVING in str(one.blocks)]


async def press(
    world: World, who: Person, shown: Ephemeral, action_id: str, block_id: str | None = None
) -> None:
    error = await world.workspace.click(
        who.id, channel_id=world.channel.id, message_ts=shown.ts, action_id=action_id, block_id=block_id
    )
    assert error is None
    await world.settled()


async def press_row(world: World, who: Person, shown: Ephemeral, words: str) -> None:
    block = row(shown, words)
    await press(world, who, shown, block["accessory"]["action_id"], block["block_id"])


async def kept(world: World) -> Postmortem:
    async with world.running.scribe.database.read() as session:
        found = await postmortems.of_incident(session, 1)
    assert found is not None
    return found


async def answered(world: World, who: Person, words: str) -> None:
    await until(
        lambda: any(
            words in f"{one.text}{one.blocks}" for one in world.workspace.ephemerals(who.id, world.channel.id)
        )
    )


# --- after resolving -----------------------------------------------------------------------------------


async def test_after_resolving_the_owner_alone_sees_what_is_missing_once(world: World) -> None:
    await drafted(world)
    await world.command(world.ana, "/postmortem draft")

    (shown,) = after_resolving(world, world.ana)
    texts = [block["text"]["text"] for block in rows(shown)]
    assert [text.split("*")[1] for text in texts if "is empty" in text] == [
        "Background",
        "Root Cause Analysis",
        "Remediation",
        "Lessons Learned",
    ]
    assert any(text.startswith("*Detected*: nobody said when.") for text in texts)
    assert "Nobody said how severe it was." in texts
    assert "Nobody was asked to review it." in texts
    assert f"{len(texts)} things are missing" in str(shown.blocks)
    assert after_resolving(world, world.ben) == []
    assert not any(AFTER_RESOLVING in str(m.blocks) for m in world.messages_of_scribe())


async def test_a_section_leads_to_the_canvas_and_what_people_write_there_answers_it(world: World) -> None:
    await drafted(world)
    (canvas,) = world.workspace.canvases.values()
    before = row(after_resolving(world, world.ana)[0], "*Root Cause Analysis* is empty.")

    heading = next(one for one in canvas.sections if "Root Cause Analysis" in one.markdown)
    canvases.apply(
        world.workspace,
        canvas,
        world.ben.id,
        {
            "operation": "insert_after",
            "section_id": heading.id,
            "document_content": {"type": "markdown", "markdown": "A flag nobody had tested."},
        },
    )
    await world.command(world.ana, "/postmortem publish")

    assert before["accessory"]["url"].endswith(canvas.id)
    assert ":mag:" in before["text"]["text"]
    assert not any("Root Cause" in block["text"]["text"] for block in rows(newest(world, world.ana)))
    assert any("Lessons Learned" in block["text"]["text"] for block in rows(newest(world, world.ana)))


async def test_each_button_leads_to_where_it_is_answered(world: World) -> None:
    await world.open_here()
    await world.say(world.ana, "Rolled back to 1.4, errors at 2%.", at="14:30")
    await world.command(world.ana, "/incident task add Add an index")
    await world.command(world.ana, "/resolve It was human error.", at="15:30")
    (shown,) = after_resolving(world, world.ana)

    await press_row(world, world.ana, shown, "*Action item 1* has no owner and no due date.")
    assert world.workspace.modals[world.ana.id].pop().title == "INC-1: item 1"
    await press_row(world, world.ana, shown, "*Mitigated*")
    view = world.workspace.modals[world.ana.id].pop()
    assert view.title == "INC-1: milestones"
    focused = [one["block_id"] for one in view.blocks if one["element"].get("focus_on_load")]
    assert focused == ["mitigated"]
    await press_row(world, world.ana, shown, "1 note on the wording")
    await answered(world, world.ana, "1 note on INC-1")
    await press_row(world, world.ana, shown, "1 message that nobody marked")
    await answered(world, world.ana, "1 message that nobody marked and that may belong")


async def test_severity_and_reviewers_are_said_in_a_form_of_one_field(world: World) -> None:
    await drafted(world)
    (shown,) = after_resolving(world, world.ana)

    await press_row(world, world.ana, shown, "how severe")
    view = world.workspace.modals[world.ana.id][-1]
    assert (await world.workspace.submit_view(world.ana.id, view.id, {"value": {"value": "sev2"}})).closed
    await press_row(world, world.ana, shown, "review it")
    view = world.workspace.modals[world.ana.id][-1]
    submitted = await world.workspace.submit_view(world.ana.id, view.id, {"value": {"value": [world.ben.id]}})
    await world.settled()

    assert submitted.closed
    assert len(saying(world, f"<@{world.ben.id}>, <@{world.ana.id}> asks you to review")) == 1
    async with world.running.scribe.database.read() as session:
        assert (await incidents.by_id(session, 1)).severity == "sev2"
        assert [one.user_id for one in await session.exec(select(Reviewer))] == [world.ben.id]
    await world.command(world.ana, "/postmortem publish")
    left = str(rows(newest(world, world.ana)))
    assert "severe" not in left
    assert "review" not in left


async def test_the_notes_are_shown_to_the_owner_alone(world: World) -> None:
    await drafted(world, "It was human error.")

    await world.command(world.ben, "/postmortem publish")

    assert "on the wording" not in str(newest(world, world.ben).blocks)
    assert "on the wording" in str(after_resolving(world, world.ana)[0].blocks)


# --- before publishing ---------------------------------------------------------------------------------


async def test_nothing_is_published_before_somebody_confirms_it(world: World) -> None:
    await drafted(world)

    await world.command(world.ana, "/postmortem publish")
    asked = newest(world, world.ana)
    assert (await kept(world)).state == "draft"
    await press(world, world.ana, asked, NOT_YET_ACTION)

    assert buttons(asked) == ["Publish anyway", "Not yet"]
    await answered(world, world.ana, "INC-1's post-mortem is not published.")
    assert (await kept(world)).state == "draft"
    assert saying(world, "is published.") == []


async def test_an_incident_with_nothing_on_record_says_so(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/resolve")

    await world.command(world.ana, "/postmortem publish")

    bare = "INC-1 has no timeline, no cause and no action items."
    assert bare in str(newest(world, world.ana).blocks)
    edit(world, "It was the cache.")
    await world.command(world.ana, "/postmortem publish")
    assert bare not in str(newest(world, world.ana).blocks)


async def test_two_who_press_at_once_publish_once(world: World) -> None:
    await drafted(world)
    await world.command(world.ana, "/postmortem publish")
    await world.command(world.ben, "/postmortem publish")

    await asyncio.gather(
        *(press(world, one, newest(world, one), PUBLISH_ACTION) for one in (world.ana, world.ben))
    )

    assert len(saying(world, "is published.")) == 1
    async with world.running.scribe.database.read() as session:
        (publication,) = await session.exec(select(Publication))
    late = world.ben if publication.published_by == world.ana.id else world.ana
    await answered(world, late, "was already published")


async def test_a_press_after_it_was_published_and_reopened_is_one_sentence(world: World) -> None:
    await drafted(world)
    await world.command(world.ben, "/postmortem publish")
    asked = newest(world, world.ben)
    await world.publish(world.ana)
    await world.command(world.ana, "/postmortem reopen")

    await press(world, world.ben, asked, PUBLISH_ACTION)

    await answered(world, world.ben, "was published and reopened since this was asked")
    assert (await kept(world)).state == "draft"


async def test_where_the_canvas_cannot_be_read_it_says_so_and_asks_all_the_same(world: World) -> None:
    await drafted(world)
    world.workspace.refuse("canvases.getContent", "access_denied")

    await world.command(world.ana, "/postmortem publish")

    assert "I could not read the canvas just now" in str(newest(world, world.ana).blocks)
    assert "Publish anyway" in buttons(newest(world, world.ana))


async def test_where_the_record_takes_too_long_to_read_it_asks_without_the_list(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await drafted(world)
    monkeypatch.setattr(show_checkpoint, "LISTED_WITHIN", 0.0)

    published = await world.publish(world.ana)

    assert published.startswith("I am publishing INC-1's post-mortem")
    assert (await kept(world)).state == "published"


async def test_where_the_teams_own_template_is_public_it_asks_for_such_marks(
    world: World, database_url: str
) -> None:
    await world.running.stop()
    world.running = await start(settings_for(world.sandbox, database_url, template="customer"))
    await world.sandbox.wait_connected()
    await drafted(world)

    await world.command(world.ana, "/postmortem publish")

    first = rows(newest(world, world.ana))[0]
    assert "Nothing is marked for the public" in first["text"]["text"]
    assert ":mega:" in first["text"]["text"]
    assert world.channel.id in first["accessory"]["url"]
    assert [one.title for one in world.workspace.canvases.values()] == ["INC-1 for people outside"]


async def test_a_stated_milestone_is_asked_for_no_more_and_a_suggestion_is_named(world: World) -> None:
    await drafted(world)
    ts = await world.say(world.ana, "Errors are gone.", at="15:10")
    await world.mark(world.ben, ts, "adhesive_bandage")
    await world.command(world.ana, "/postmortem publish")
    suggested = row(newest(world, world.ana), "*Mitigated*")

    await world.command(world.ana, "/incident milestone mitigated 15:10 UTC")
    await world.command(world.ana, "/postmortem publish")

    assert "Perhaps" in suggested["text"]["text"]
    assert "the mark on Ana Ferreira's message" in suggested["text"]["text"]
    assert not any("Mitigated" in str(one) for one in rows(newest(world, world.ana)))
    async with world.running.scribe.database.read() as session:
        assert MilestoneKind.MITIGATED in await incidents.milestones(session, 1)
