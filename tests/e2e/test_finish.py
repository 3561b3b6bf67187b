"""A post-mortem on its way: draft, in review, published; and the editor's notes for its owner alone."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.app import start
from bot.slack.intents.nudge import Told, nudge
from sandbox import canvases
from sandbox.records import Message, Person
from storage import postmortems
from storage.postmortem_tables import Postmortem, Reminder, Reviewer
from tests.e2e.conftest import World, settings_for
from tests.until import until


async def drafted(world: World, conclusion: str = "The rollback helped.") -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Rolled back.", at="14:30")
    await world.mark(world.ben, ts)
    await world.say(world.ben, "We are back.", at="15:30")
    await world.command(world.ana, f"/resolve {conclusion}")


async def kept(world: World) -> Postmortem:
    async with world.running.scribe.database.read() as session:
        found = await postmortems.of_incident(session, 1)
    assert found is not None
    return found


async def reviewers(world: World) -> list[Reviewer]:
    async with world.running.scribe.database.read() as session:
        return list(await postmortems.reviewers(session, 1))


def saying(world: World, words: str) -> list[Message]:
    return [message for message in world.messages_of_scribe() if words in message.text]


def mention(person: Person) -> str:
    return f"<@{person.id}|{person.name}>"


def shown_to(world: World, who: Person, words: str) -> bool:
    return any(words in message.text for message in world.workspace.ephemerals(who.id, world.channel.id))


async def press(world: World, who: Person, message_ts: str, action_id: str, value: str | None = None) -> None:
    error = await world.workspace.click(
        who.id, channel_id=world.channel.id, message_ts=message_ts, action_id=action_id, value=value
    )
    assert error is None
    await world.settled()


# --- owner and due date --------------------------------------------------------------------------------


async def test_whoever_resolved_owns_it_and_it_is_due_by_its_severity(world: World) -> None:
    await drafted(world)

    status = await world.command(world.ben, "/postmortem status")

    found = await kept(world)
    assert (found.state, found.owner_id) == ("draft", world.ana.id)
    assert found.due_at is not None
    assert f"<@{world.ana.id}>" in status
    assert "Nobody was asked to review it" in status
    assert "It is not published: `/postmortem publish INC-1`." in status


async def test_a_second_draft_changes_neither_owner_nor_due_date(world: World) -> None:
    await drafted(world)
    first = await kept(world)

    await world.say(world.ben, "One more thing.", at="16:30")
    await world.command(world.ben, "/postmortem draft")

    again = await kept(world)
    assert (again.owner_id, again.due_at) == (first.owner_id, first.due_at)


async def test_somebody_else_can_be_made_owner(world: World) -> None:
    await drafted(world)

    answer = await world.command(world.ana, f"/postmortem owner {mention(world.ben)}")

    assert f"<@{world.ben.id}> now owns INC-1's post-mortem" in answer
    assert (await kept(world)).owner_id == world.ben.id


async def test_one_person_owns_it(world: World) -> None:
    await drafted(world)

    answer = await world.command(world.ben, f"/postmortem owner {mention(world.ben)} {mention(world.ana)}")

    assert answer.startswith("One person owns a post-mortem")
    assert (await kept(world)).owner_id == world.ana.id


@pytest.mark.parametrize("verb", ["owner", "review"])
async def test_naming_nobody_is_one_sentence_with_an_example(world: World, verb: str) -> None:
    await drafted(world)

    answer = await world.command(world.ana, f"/postmortem {verb} @nobody <!channel>")

    assert answer.startswith("Name whom you mean with an @. For example: `/postmortem")
    assert "<!channel>" not in answer


@pytest.mark.parametrize("verb", ["owner @x", "review @x", "publish", "reopen", "status", "notes"])
async def test_without_a_draft_each_says_how_to_get_one(world: World, verb: str) -> None:
    await world.open_here()

    answer = await world.command(world.ana, f"/postmortem {verb.replace('@x', mention(world.ben))}")

    assert answer.startswith("INC-1 has no post-mortem draft yet. `/resolve INC-1` or `/postmortem draft ")


# --- review --------------------------------------------------------------------------------------------


async def test_each_reviewer_is_asked_once_in_the_channel_with_a_link(world: World) -> None:
    await drafted(world)

    answer = await world.command(world.ana, f"/postmortem review {mention(world.ben)} {mention(world.ana)}")
    again = await world.command(world.ana, f"/postmortem review {mention(world.ben)}")

    assert "in review" in answer
    assert "was asked already" in again
    (canvas_id,) = world.workspace.canvases
    for person in (world.ana, world.ben):
        (message,) = saying(world, f"<@{person.id}>, <@{world.ana.id}> asks you to review")
        assert canvas_id in str(message.blocks)
    assert (await kept(world)).state == "in_review"


async def test_a_reviewer_presses_and_the_request_says_so(world: World) -> None:
    await drafted(world)
    await world.command(world.ana, f"/postmortem review {mention(world.ben)}")
    (message,) = saying(world, "asks you to review")

    await press(world, world.ben, message.ts, "postmortem_reviewed")

    (reviewer,) = await reviewers(world)
    assert reviewer.reviewed_at is not None
    await until(lambda: "has reviewed" in world.workspace.message(world.channel.id, message.ts).text)
    assert "(reviewed)" in await world.command(world.ana, "/postmortem status")


async def test_only_reviewers_can_say_that_they_have_reviewed(world: World) -> None:
    await drafted(world)
    await world.command(world.ana, f"/postmortem review {mention(world.ben)}")
    (message,) = saying(world, "asks you to review")

    await press(world, world.ana, message.ts, "postmortem_reviewed")

    (reviewer,) = await reviewers(world)
    assert reviewer.reviewed_at is None
    await until(lambda: shown_to(world, world.ana, "asks somebody else for a review"))
    assert "asks you to review" in world.workspace.message(world.channel.id, message.ts).text


async def test_a_press_that_is_delivered_twice_counts_once(world: World) -> None:
    await drafted(world)
    await world.command(world.ana, f"/postmortem review {mention(world.ben)}")
    (message,) = saying(world, "asks you to review")
    world.workspace.socket.duplicate(1)

    await press(world, world.ben, message.ts, "postmortem_reviewed")

    (reviewer,) = await reviewers(world)
    assert reviewer.reviewed_at is not None


async def test_whoever_has_reviewed_can_be_asked_again(world: World) -> None:
    await drafted(world)
    await world.command(world.ana, f"/postmortem review {mention(world.ben)}")
    (first,) = saying(world, "asks you to review")
    await press(world, world.ben, first.ts, "postmortem_reviewed")
    await until(lambda: not saying(world, "asks you to review"))
    await world.say(world.ana, "I changed the impact.", at="16:00")

    await world.command(world.ana, f"/postmortem review {mention(world.ben)}")

    assert len(saying(world, "asks you to review")) == 1
    assert (await reviewers(world))[0].reviewed_at is None


# --- publishing ----------------------------------------------------------------------------------------


async def test_publishing_keeps_the_text_with_peoples_edits_and_tells_the_channel_once(world: World) -> None:
    await drafted(world)
    (canvas,) = world.workspace.canvases.values()
    edit(world, "- Ben wrote this.")

    answer = await world.publish(world.ana)

    assert answer == "I am publishing INC-1's post-mortem; the summary follows in this channel."
    found = await kept(world)
    assert (found.state, found.published_by) == ("published", world.ana.id)
    assert "Ben wrote this." in (found.final_markdown or "")
    (message,) = saying(world, "The post-mortem of INC-1 is published.")
    assert canvas.id in str(message.blocks)
    assert "Deployment disruption" in str(message.blocks)
    assert "The rollback helped." in str(message.blocks)


HALF_PAST_THREE = "<!date^1694359800^{date_short_pretty} {time}|2023-09-10 15:30 UTC>"


def edit(world: World, markdown: str) -> None:
    """Ben writes at the end of the newest canvas."""
    canvas = list(world.workspace.canvases.values())[-1]
    content = {"type": "markdown", "markdown": markdown}
    canvases.apply(
        world.workspace, canvas, world.ben.id, {"operation": "insert_at_end", "document_content": content}
    )


async def test_publishing_twice_is_one_sentence_and_changes_nothing(world: World) -> None:
    await drafted(world)
    await world.publish(world.ana)

    answer = await world.publish(world.ben)

    assert answer.startswith(
        f"INC-1's post-mortem was already published {HALF_PAST_THREE} by <@{world.ana.id}>"
    )
    assert len(saying(world, "is published.")) == 1


async def test_a_publish_that_is_delivered_twice_is_done_once(world: World) -> None:
    await drafted(world)
    world.workspace.socket.duplicate(1)

    await world.publish(world.ana)

    assert len(saying(world, "is published.")) == 1


async def test_an_answer_lost_on_the_way_is_looked_up_and_not_repeated(world: World) -> None:
    await drafted(world)
    world.workspace.lose_answer("chat.postMessage")

    await world.publish(world.ana)

    assert len(saying(world, "is published.")) == 1
    assert (await kept(world)).final_markdown


async def test_who_has_not_reviewed_is_named_and_blocks_nothing(world: World) -> None:
    await drafted(world)
    await world.command(world.ana, f"/postmortem review {mention(world.ben)}")

    answer = await world.publish(world.ana)

    assert f"It was not reviewed yet by <@{world.ben.id}>." in answer
    assert (await kept(world)).state == "published"


async def test_a_canvas_that_cannot_be_read_is_said_and_the_record_serves(world: World) -> None:
    await drafted(world)
    world.workspace.refuse("canvases.getContent", "access_denied", times=3)

    await world.publish(world.ana)

    (message,) = saying(world, "is published.")
    assert "did not let me read the draft back" in str(message.blocks)
    assert "Rolled back." in ((await kept(world)).final_markdown or "")


async def test_where_the_canvas_is_gone_the_record_serves_with_peoples_words_as_last_read(
    world: World,
) -> None:
    await drafted(world)
    edit(world, "Ben wrote this.")
    await world.command(world.ana, "/postmortem notes")  # which reads it
    ts = await world.say(world.ana, "A new lesson.", at="15:45")
    await world.mark(world.ben, ts, "bulb")
    (canvas,) = world.workspace.canvases.values()
    canvases.delete(world.workspace, canvas)

    await world.publish(world.ana)

    text = (await kept(world)).final_markdown or ""
    assert "Ben wrote this." in text
    assert "A new lesson." in text
    said = str(saying(world, "is published.")[0].blocks)
    assert "canvas was deleted, so the text kept is compiled from the record, with what people" in said


async def test_published_it_is_drafted_again_only_after_reopening(world: World) -> None:
    await drafted(world)
    await world.publish(world.ana)
    count = len(world.workspace.canvases)

    refused = await world.command(world.ana, "/postmortem draft")
    reopened = await world.command(world.ana, "/postmortem reopen")
    drafted_again = await world.command(world.ana, "/postmortem draft")

    assert "`/postmortem reopen INC-1` makes it a draft again" in refused
    assert "is a draft again" in reopened
    assert "compiling draft" in drafted_again
    assert (await kept(world)).state == "draft"
    assert len(world.workspace.canvases) >= count
    assert "nothing to reopen" in await world.command(world.ana, "/postmortem reopen")


async def test_published_again_after_reopening_the_channel_is_told_again(world: World) -> None:
    await drafted(world)
    await world.publish(world.ana)
    await world.say(world.ben, "The impact was larger.", at="17:00")
    await world.command(world.ana, "/postmortem reopen")
    edit(world, "- Twice as many carts.")

    await world.publish(world.ana)

    assert len(saying(world, "is published.")) == 2
    assert "Twice as many carts." in ((await kept(world)).final_markdown or "")


async def test_published_it_is_written_to_files(world: World, database_url: str, tmp_path: Path) -> None:
    await world.running.stop()
    settings = settings_for(world.sandbox, database_url, export_dir=str(tmp_path / "out"))
    world.running = await start(settings)
    await world.sandbox.wait_connected()
    await drafted(world)
    edit(world, "<script>alert(1)</script> [here](javascript:alert(1)) **bold**")

    await world.publish(world.ana)

    folder = tmp_path / "out" / "INC-1"
    assert sorted(file.name for file in folder.iterdir()) == [
        "postmortem.html",
        "postmortem.json",
        "postmortem.md",
    ]
    assert "Rolled back." in (folder / "postmortem.md").read_text("utf-8")
    page = (folder / "postmortem.html").read_text("utf-8")
    assert "<strong>bold</strong>" in page
    assert "<script" not in page
    assert 'href="javascript' not in page
    written = json.loads((folder / "postmortem.json").read_text("utf-8"))
    assert written["incident"] == "INC-1"
    assert "Rolled back." in written["markdown"]
    assert "INC-1" in str(saying(world, "is published.")[0].blocks)


async def test_files_that_cannot_be_written_keep_nobody_from_publishing(
    world: World, database_url: str, tmp_path: Path
) -> None:
    await world.running.stop()
    world.running = await start(settings_for(world.sandbox, database_url, export_dir=str(tmp_path / "taken")))
    await world.sandbox.wait_connected()
    await drafted(world)
    (tmp_path / "taken").write_text("a file, where the folder is to be")

    await world.publish(world.ana)

    assert "could not be written" in str(saying(world, "is published.")[0].blocks)


# --- the editor's notes --------------------------------------------------------------------------------


async def test_the_owner_alone_is_shown_the_notes(world: World) -> None:
    await drafted(world, "Ben Okafor deleted the production table.")

    owners = await world.command(world.ana, "/postmortem notes")
    others = await world.command(world.ben, "/postmortem notes")

    assert "“deleted” points at a person" in owners
    assert f"are for its owner, <@{world.ana.id}>, alone" in others
    assert "production table" not in others
    assert not any("points at a person" in str(m.blocks) for m in world.messages_of_scribe())


async def test_a_note_is_dismissed_for_good_and_the_others_stay(world: World) -> None:
    await drafted(world, "It was human error. The root cause was a full disk.")
    await world.command(world.ana, "/postmortem notes")
    message = world.workspace.ephemerals(world.ana.id, world.channel.id)[-1]
    assert message.blocks is not None
    first = message.blocks[1]

    error = await world.workspace.click(
        world.ana.id,
        channel_id=world.channel.id,
        message_ts=message.ts,
        action_id="editor_note_dismiss",
        block_id=first["block_id"],
    )
    await world.settled()

    assert error is None
    await until(lambda: shown_to(world, world.ana, "1 note on INC-1"))
    left = await world.command(world.ana, "/postmortem notes")
    assert "1 note on INC-1" in left
    assert "full disk" in left
    assert "human error" not in left


async def test_notes_are_about_what_people_wrote_and_not_about_what_they_said(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Ben Okafor broke the build, it was human error.", at="14:30")
    await world.mark(world.ben, ts)
    await world.mark(world.ben, ts, "mag")
    await world.command(world.ana, "/resolve")

    assert "Nothing to suggest" in await world.command(world.ana, "/postmortem notes")


async def test_what_people_write_into_the_canvas_is_noted_and_what_scribe_wrote_is_not(world: World) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Ben Okafor broke the build.", at="14:30")
    await world.mark(world.ben, ts, "mag")
    await world.command(world.ana, "/resolve")
    edit(world, "This should have been caught in review.")

    notes = await world.command(world.ana, "/postmortem notes")

    assert "1 note on INC-1" in notes
    assert "“should have been caught” tells what did not happen" in notes


async def test_a_row_added_by_command_asks_for_evidence(world: World) -> None:
    await world.open_here()
    await world.command(world.ana, "/timeline add 14:05 UTC Rolled back")
    await world.command(world.ana, "/resolve")

    assert "has no evidence" in await world.command(world.ana, "/postmortem notes")


# --- nudges --------------------------------------------------------------------------------------------


async def nudged(world: World) -> tuple[Told | None, Reminder]:
    """The owner's reminder, as it is when its time has come and it was handed over."""
    database = world.running.scribe.database
    async with database.write() as session:
        (reminder,) = await session.exec(select(Reminder))
        reminder.asked_at = reminder.due_at
        session.add(reminder)
    return await nudge(world.running.scribe, reminder), reminder


async def next_nudge(world: World) -> datetime:
    async with world.running.scribe.database.read() as session:
        (reminder,) = await session.exec(select(Reminder))
    assert reminder.asked_at is None
    return reminder.due_at


async def test_the_owner_is_nudged_and_the_next_time_is_set(world: World) -> None:
    await drafted(world)

    told, reminder = await nudged(world)

    assert told is not None
    assert told.user_id == world.ana.id
    assert "post-mortem of INC-1" in str(told.surface.blocks)
    assert await next_nudge(world) > reminder.due_at


async def test_a_nudge_is_snoozed_by_a_press(world: World) -> None:
    await drafted(world)
    told, _ = await nudged(world)
    assert told is not None
    ts = await posted(world, told)

    await press(world, world.ana, ts, "postmortem_snooze_week")

    assert await next_nudge(world) == world.running.scribe.clock.now() + timedelta(days=7)
    await until(lambda: "remind you" in world.workspace.message(world.channel.id, ts).text)


async def test_a_nudge_leads_to_publishing(world: World) -> None:
    await drafted(world)
    told, _ = await nudged(world)
    assert told is not None

    await press(world, world.ana, await posted(world, told), "postmortem_publish_how")

    await until(lambda: shown_to(world, world.ana, "Publish the post-mortem of INC-1?"))
    assert (await kept(world)).state == "draft"


async def posted(world: World, told: Told) -> str:
    answer = await world.running.scribe.slack.call(
        "chat_postMessage",
        channel=world.channel.id,
        text=told.surface.text,
        blocks=list(told.surface.blocks),
    )
    return str(answer["ts"])


async def test_published_nobody_is_nudged(world: World) -> None:
    await drafted(world)
    async with world.running.scribe.database.read() as session:
        (reminder,) = await session.exec(select(Reminder))
    await world.publish(world.ana)

    assert await nudge(world.running.scribe, reminder) is None


async def test_it_is_due_the_longer_the_less_severe(world: World) -> None:
    due_in = world.running.scribe.settings.postmortem_due_in

    assert [due_in(severity).days for severity in ("sev1", "sev2", "sev4", "other", None)] == [
        3,
        5,
        10,
        10,
        10,
    ]
    assert due_in("sev1") == timedelta(days=3)
