"""The head of an incident's channel follows its summary: pin, topic, bookmark, and a pointer far below."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.jobs import live_timeline, pointers
from bot.slack import channel_head
from bot.slack.blocks.topic import KEEP_ACTION, LEAVE_ACTION
from sandbox.faults import Fault
from sandbox.records import Channel, Ephemeral, Person
from storage import channel_headers
from storage.surface_tables import ChannelHeader
from tests.e2e.conftest import World

CHANGES = ("chat.update", "chat.postMessage", "conversations.setTopic", "pins.add", "bookmarks.add")


@pytest.fixture(autouse=True)
def nothing_said_before() -> Iterator[None]:
    channel_head._say_once.cache_clear()
    yield


async def open_own(world: World) -> Channel:
    """An incident with a channel of its own."""
    await world.command(world.ana, "/incident start Checkout is down")
    (own,) = [one for one in world.workspace.channels.values() if one.name.startswith("inc-")]
    return own


async def header(world: World) -> ChannelHeader:
    async with world.running.scribe.database.read() as session:
        return await channel_headers.of_incident(session, 1)


def questions(world: World, who: Person, channel_id: str = "") -> list[Ephemeral]:
    """What somebody alone is asked about a topic."""
    shown = world.workspace.ephemerals(who.id, channel_id or world.channel.id)
    return [one for one in shown if KEEP_ACTION in str(one.blocks)]


async def press(world: World, who: Person, asked: Ephemeral, action_id: str) -> None:
    error = await world.workspace.click(
        who.id, channel_id=asked.channel_id, message_ts=asked.ts, action_id=action_id
    )
    assert error is None
    await world.settled()


async def point(world: World) -> None:
    scribe = world.running.scribe
    await pointers.ask_for_pointers(scribe.database, scribe.clock, scribe.workspace.team_id)
    await world.settled()


# --- a channel of its own -------------------------------------------------------------------------------


async def test_the_summary_is_pinned_once_and_the_topic_follows_every_change(world: World) -> None:
    own = await open_own(world)

    assert [pin.ts for pin in own.pins] == [world.messages_of_scribe(own.id)[0].ts]
    assert own.topic == "no severity yet · investigating · no commander yet"
    for said, topic in (
        ("/incident severity sev1", "sev1 · investigating · no commander yet"),
        ("/incident role commander me", "sev1 · investigating · commander Ana Ferreira"),
        ("/incident status monitoring", "sev1 · monitoring · commander Ana Ferreira"),
        ("/resolve Rolled back", "sev1 · resolved · commander Ana Ferreira"),
        ("/incident reopen", "sev1 · monitoring · commander Ana Ferreira"),
    ):
        await world.command(world.ana, said, channel=own.id)
        assert own.topic == topic, said
    assert len(world.workspace.calls("pins.add")) == 1
    assert questions(world, world.ana, own.id) == []


@pytest.mark.parametrize(
    "said",
    [
        "/incident severity sev1",
        "/incident role commander me",
        "/incident role commander <@BEN>",
        "/incident status monitoring",
        "/incident rename Payments are down",
        "/incident update We roll back",
        "/incident cancel",
    ],
)
async def test_a_change_of_state_is_three_calls_of_slack_at_most(world: World, said: str) -> None:
    own = await open_own(world)
    world.workspace.invite(world.ben.id, own.id)
    await world.settled()
    before = len(world.workspace.all_calls)

    await world.command(world.ana, said.replace("BEN", world.ben.id), channel=own.id)

    made = [call.method for call in world.workspace.all_calls[before:] if call.method != "users.info"]
    assert 1 <= len(made) <= 3, made


async def test_a_name_in_the_topic_calls_nobody_and_fits(world: World) -> None:
    own = await open_own(world)
    world.workspace.change_person(world.ana.id, real_name="<!channel> " + "A" * 400)

    await world.command(world.ana, "/incident role commander me", channel=own.id)

    assert "<!" not in own.topic
    assert len(own.topic) <= 250


async def test_a_topic_of_somebodys_own_stays_until_they_let_scribe_keep_it(world: World) -> None:
    own = await open_own(world)
    world.workspace.invite(world.ben.id, own.id)

    world.workspace.set_topic(world.ben.id, own.id, "Bridge: +49 30 1234")
    await world.settled()
    await world.command(world.ana, "/incident severity sev1", channel=own.id)
    assert own.topic == "Bridge: +49 30 1234"
    (asked,) = questions(world, world.ben, own.id)
    assert "Bridge: +49 30 1234" in str(asked.blocks)
    await press(world, world.ben, asked, KEEP_ACTION)
    assert own.topic == "sev1 · investigating · no commander yet"

    # asked once: a topic that is written again gives way to the next change
    world.workspace.set_topic(world.ben.id, own.id, "Bridge: +49 30 5678")
    await world.settled()
    assert questions(world, world.ben, own.id) == []
    await world.command(world.ana, "/incident severity sev2", channel=own.id)
    assert own.topic == "sev2 · investigating · no commander yet"


async def test_a_topic_set_while_scribe_was_away_is_not_written_over(world: World) -> None:
    own = await open_own(world)
    own.topic, own.topic_by = "Bridge: +49 30 1234", world.ana.id  # no event tells it

    await world.command(world.ana, "/postmortem draft", channel=own.id)  # which reads the channel again
    await world.command(world.ana, "/incident severity sev1", channel=own.id)

    assert own.topic == "Bridge: +49 30 1234"
    assert len(questions(world, world.ana, own.id)) == 1


async def test_scribes_own_topic_is_no_message_and_asks_nobody(world: World) -> None:
    own = await open_own(world)
    before = len(world.workspace.calls("conversations.setTopic"))
    await world.command(world.ana, "/incident severity sev1", channel=own.id)

    assert len(world.workspace.calls("conversations.setTopic")) == before + 1
    assert "set the channel topic" not in await world.command(world.ana, "/timeline suggest", channel=own.id)
    assert questions(world, world.ana, own.id) == []


# --- a channel that people opened -----------------------------------------------------------------------


async def test_in_a_channel_of_peoples_own_the_topic_is_asked_about_and_comes_back(world: World) -> None:
    world.channel.topic = "Releases of the shop &amp; its app"
    await world.open_here()
    await world.command(world.ana, "/incident severity sev1")
    assert world.channel.topic == "Releases of the shop &amp; its app"
    (asked,) = questions(world, world.ben)

    await press(world, world.ben, asked, KEEP_ACTION)
    assert world.channel.topic == "sev1 · investigating · no commander yet"
    assert questions(world, world.ben) == []  # the answer took its place
    await world.command(world.ana, "/resolve")

    assert world.channel.topic == "Releases of the shop &amp; its app"


async def test_the_topic_that_comes_back_is_the_last_one_that_people_wrote(world: World) -> None:
    world.channel.topic = "Releases"
    await world.open_here()
    (asked,) = questions(world, world.ben)
    world.workspace.set_topic(world.ana.id, world.channel.id, "Bridge: 1234")  # before anybody answers
    await world.settled()
    await press(world, world.ben, asked, KEEP_ACTION)
    await world.command(world.ana, "/resolve")
    assert world.channel.topic == "Bridge: 1234"

    world.workspace.set_topic(world.ana.id, world.channel.id, "Retrospective on Monday")
    await world.settled()
    await world.command(world.ana, "/incident reopen")
    assert world.channel.topic == "no severity yet · investigating · no commander yet"
    await world.command(world.ana, "/resolve")

    assert world.channel.topic == "Retrospective on Monday"
    assert questions(world, world.ana) == []


async def test_a_topic_of_a_channel_of_scribes_that_people_wrote_afterwards_stays(world: World) -> None:
    own = await open_own(world)
    await world.command(world.ana, "/resolve", channel=own.id)
    world.workspace.set_topic(world.ana.id, own.id, "Retrospective on Monday")
    await world.settled()

    await world.command(world.ana, "/incident reopen", channel=own.id)
    await world.command(world.ana, "/incident severity sev1", channel=own.id)

    assert own.topic == "Retrospective on Monday"


async def test_who_leaves_their_topic_is_not_asked_again_nor_for_the_next_incident(world: World) -> None:
    world.channel.topic = "Releases"
    await world.open_here()
    (asked,) = questions(world, world.ben)
    await press(world, world.ben, asked, LEAVE_ACTION)
    await world.command(world.ana, "/incident severity sev1")
    await world.command(world.ana, "/resolve")

    await world.command(world.ben, "/incident start here Checkout is down")
    await world.command(world.ana, "/incident severity sev1")

    assert world.channel.topic == "Releases"
    assert questions(world, world.ben) == []


async def test_an_answer_to_a_resolved_incident_writes_no_topic(world: World) -> None:
    world.channel.topic = "Releases"
    await world.open_here()
    (asked,) = questions(world, world.ben)
    await world.command(world.ana, "/resolve")

    await press(world, world.ben, asked, KEEP_ACTION)

    assert world.channel.topic == "Releases"


# --- the bookmark ---------------------------------------------------------------------------------------


async def test_the_bookmark_leads_to_the_canvas_that_stands(world: World) -> None:
    own = await open_own(world)
    assert own.bookmarks == []

    await world.command(world.ana, "/resolve", channel=own.id)

    (bookmark,) = own.bookmarks
    assert bookmark.title == "INC-1: post-mortem draft"
    assert bookmark.link == (await header(world)).bookmark_link
    assert bookmark.link.endswith(list(world.workspace.canvases)[-1])


async def test_the_live_timeline_is_bookmarked_and_in_the_summary_until_the_draft_comes(world: World) -> None:
    own = await open_own(world)
    await world.command(world.ana, "/timeline add 14:05 UTC Rolled back", channel=own.id)

    await live_timeline.ask_for_live_timelines(world.running.scribe)
    await world.settled()

    (bookmark,) = own.bookmarks
    assert bookmark.title == "INC-1: timeline (live)"
    assert bookmark.link.endswith(list(world.workspace.canvases)[-1])
    assert f"<{bookmark.link}|Timeline (live)>" in str(world.messages_of_scribe(own.id)[0].blocks)
    live = bookmark.link
    await world.command(world.ana, "/resolve", channel=own.id)
    (bookmark,) = own.bookmarks
    assert bookmark.title == "INC-1: post-mortem draft"
    assert bookmark.link != live
    assert f"<{bookmark.link}|Post-mortem draft>" in str(world.messages_of_scribe(own.id)[0].blocks)


async def test_a_bookmark_whose_answer_was_lost_is_not_made_twice(world: World) -> None:
    own = await open_own(world)
    world.workspace.lose_answer("bookmarks.add")

    await world.command(world.ana, "/resolve", channel=own.id)

    assert len(own.bookmarks) == 1
    assert (await header(world)).bookmark_id == own.bookmarks[0].id


async def test_a_bookmark_that_somebody_removed_is_made_anew_for_another_canvas(world: World) -> None:
    own = await open_own(world)
    await world.command(world.ana, "/resolve", channel=own.id)
    own.bookmarks.clear()
    canvas = list(world.workspace.canvases)[-1]
    del world.workspace.canvases[canvas]
    own.canvas_ids.remove(canvas)

    await world.command(world.ana, "/postmortem draft", channel=own.id)

    (bookmark,) = own.bookmarks
    assert not bookmark.link.endswith(canvas)


# --- what Slack refuses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "error"),
    [
        ("pins.add", "missing_scope"),
        ("pins.add", "too_many_pins"),
        ("pins.add", "not_in_channel"),
        ("bookmarks.add", "missing_scope"),
        ("bookmarks.add", "too_many_bookmarks"),
        ("conversations.setTopic", "restricted_action"),
        ("conversations.setTopic", "missing_scope"),
    ],
)
async def test_what_slack_refuses_breaks_nothing_else_and_is_said_once(
    world: World, capsys: pytest.CaptureFixture[str], method: str, error: str
) -> None:
    world.workspace.faults.stand(method, Fault(error))
    own = await open_own(world)

    await world.command(world.ana, "/incident severity sev1", channel=own.id)
    await world.command(world.ana, "/resolve Rolled back", channel=own.id)
    await world.command(world.ana, "/incident reopen", channel=own.id)

    assert capsys.readouterr().out.count("channel_head.refused") == 1
    told = [message.text for message in world.messages_of_scribe(own.id)]
    assert not any("could not" in text for text in told)
    assert "INC-1: severity *sev1*, set by @Ana Ferreira." in told
    assert world.workspace.canvases
    if method != "conversations.setTopic":
        assert own.topic == "sev1 · investigating · no commander yet"


async def test_in_an_archived_channel_nothing_is_tried(world: World) -> None:
    own = await open_own(world)
    world.workspace.archive(world.ana.id, own.id)
    await world.settled()
    before = len(world.workspace.calls("conversations.setTopic"))

    await world.command(world.ana, "/incident severity sev1 INC-1")

    assert len(world.workspace.calls("conversations.setTopic")) == before


# --- the pointer ----------------------------------------------------------------------------------------


async def test_a_summary_that_scrolled_away_is_pointed_at_and_one_pointer_stands(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pointers, "FAR", 20)
    await world.open_here()
    await world.command(world.ana, "/incident severity sev1")
    summary = world.messages_of_scribe()[0]

    async def talk(count: int) -> None:
        for number in range(count):
            world.workspace.say(world.ana.id, world.channel.id, f"line {number}")
        root = world.workspace.messages(world.channel.id)[-1].ts
        for number in range(30):  # what is said in threads scrolls nothing away
            world.workspace.say(world.ben.id, world.channel.id, f"reply {number}", thread_ts=root)
        await world.settled()

    def standing() -> list[str]:
        return [one.text for one in world.messages_of_scribe() if "summary and buttons" in one.text]

    await talk(15)
    await point(world)
    assert standing() == []
    await talk(6)
    await point(world)
    await point(world)
    (first,) = standing()
    assert world.workspace.permalink(world.channel.id, summary.ts) in first
    assert first.endswith("sev1 · investigating · no commander yet")

    await talk(10)
    await point(world)
    assert standing() == [first]
    await talk(11)
    await world.command(world.ana, "/incident severity sev2")
    await point(world)

    (second,) = standing()
    assert second.endswith("sev2 · investigating · no commander yet")
    assert world.messages_of_scribe()[-1].text == second


async def test_a_limit_on_taking_away_the_older_pointer_posts_no_second(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pointers, "FAR", 3)
    await world.open_here()

    async def talk() -> None:
        for number in range(5):
            await world.say(world.ana, f"line {number}")
        await point(world)

    await talk()
    world.workspace.refuse("chat.delete", "ratelimited")
    await talk()

    pointers_posted = [one for one in world.messages_of_scribe() if "summary and buttons" in one.text]
    assert len(pointers_posted) == 1


async def test_nothing_is_pointed_at_once_it_is_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pointers, "FAR", 3)
    await world.open_here()
    for number in range(5):
        await world.say(world.ana, f"line {number}")
    await world.command(world.ana, "/resolve")
    before = len(world.messages_of_scribe())

    await point(world)

    assert len(world.messages_of_scribe()) == before
