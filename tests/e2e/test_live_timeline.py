"""The canvas with an open incident's timeline: made, kept up to date, taken away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.incidents import intents
from bot.jobs.live_timeline import LIVE_EVERY, ask_for_live_timelines
from bot.postmortem.live_timeline import NEWEST
from sandbox.records import Canvas
from storage import live_timelines, outbox
from tests.e2e.conftest import World
from tests.e2e.test_timeline_rows import many_events
from tests.until import until

pytestmark = pytest.mark.on_each_database

EDIT, CREATE, DELETE = "canvases.edit", "canvases.create", "canvases.delete"


async def look(world: World, *, later: float = LIVE_EVERY) -> None:
    """What happens every twenty seconds, or so many seconds after the last time."""
    pass_time(world, later)
    await ask_for_live_timelines(world.running.scribe)
    await world.settled()


def pass_time(world: World, seconds: float) -> None:
    """The system's clock goes on by so much."""
    clock = world.running.scribe.clock
    system = clock.system
    clock.system = lambda: system() + timedelta(seconds=seconds)


def live(world: World) -> list[Canvas]:
    return [one for one in world.workspace.canvases.values() if one.title.endswith(": timeline (live)")]


def the_page(world: World) -> str:
    (one,) = live(world)
    return one.markdown


async def marked(world: World, text: str, at: str = "") -> str:
    ts = await world.say(world.ben, text, at=at)
    await world.mark(world.ben, ts)
    return ts


async def test_it_is_made_with_the_first_event_and_says_whose_page_it_is(world: World) -> None:
    await world.open_here("Checkout & payments *are* down")
    await look(world)
    assert not live(world)

    await marked(world, "Rolled back <!channel>", at="14:31")
    await world.command(world.ana, "/incident role commander me")
    await world.command(world.ana, "/incident severity sev1")
    await look(world)

    page = the_page(world)
    assert page.startswith("*Scribe writes this page anew while INC-1 is open, and keeps nothing")
    assert "severity sev1 · investigating · commander Ana Ferreira" in page
    assert "- **2023-09-10 14:31 UTC** Rolled back" in page
    assert "<!channel>" not in page
    canvas = live(world)[0]
    assert canvas.channel_id == world.channel.id
    assert canvas.access[world.channel.id] == "read"


async def test_nothing_is_written_while_nothing_changes(world: World) -> None:
    await world.open_here()
    await marked(world, "Rolled back")
    await look(world)
    before = len(world.workspace.calls())

    await look(world)
    await world.say(world.ben, "Nobody marked this")
    await look(world)

    assert len(world.workspace.calls()) == before


async def test_a_change_is_one_call(world: World) -> None:
    await world.open_here()
    await marked(world, "First", at="14:31")
    await look(world)
    before = len(world.workspace.calls(EDIT))

    await marked(world, "Second", at="14:32")
    await world.command(world.ana, "/timeline edit 1 The very first")
    await look(world)

    page = the_page(world)
    assert page.index("Second") < page.index("The very first")
    assert "(2 events)" in page
    assert len(world.workspace.calls(EDIT)) == before + 1


async def test_it_is_written_at_most_every_twenty_seconds_whoever_looks(world: World) -> None:
    assert LIVE_EVERY == 20
    await world.open_here()
    await marked(world, "First", at="14:31")
    await look(world)
    before = len(world.workspace.calls(EDIT))
    await marked(world, "Second", at="14:32")

    await look(world, later=9)  # as another process does, at a moment of its own
    await look(world, later=9)

    assert len(world.workspace.calls(EDIT)) == before
    assert "Second" not in the_page(world)

    await look(world, later=9)

    assert len(world.workspace.calls(EDIT)) == before + 1
    assert "Second" in the_page(world)

    await world.command(world.ana, "/timeline remove 1")
    await look(world, later=9)

    assert len(world.workspace.calls(EDIT)) == before + 1


async def test_words_of_a_deleted_message_leave_it(world: World) -> None:
    await world.open_here()
    ts = await marked(world, "The password is hunter2")
    await look(world)
    assert "hunter2" in the_page(world)

    world.workspace.delete(world.ben.id, world.channel.id, ts)
    await world.sandbox.settled()
    await look(world)

    assert "hunter2" not in the_page(world)


async def test_when_the_last_event_is_taken_off_it_says_so(world: World) -> None:
    await world.open_here()
    await marked(world, "Rolled back")
    await look(world)

    await world.command(world.ana, "/timeline remove 1")
    await look(world)

    assert "Nothing stands on it just now" in the_page(world)


@pytest.mark.parametrize("ending", ["/resolve", "/incident cancel"])
async def test_it_goes_when_the_incident_is_over_and_comes_again_when_that_is_reopened(
    world: World, ending: str
) -> None:
    await world.open_here()
    await marked(world, "Rolled back")
    await look(world)

    await world.command(world.ana, ending)

    assert not live(world)
    if ending == "/resolve":  # the draft came after it was gone
        calls = [call.method for call in world.workspace.calls()]
        assert calls.index(DELETE) < len(calls) - 1 - calls[::-1].index(CREATE)
    await world.command(world.ana, "/incident reopen INC-1")
    await look(world)
    assert "Rolled back" in the_page(world)


async def test_one_that_slack_does_not_delete_says_that_it_is_over(world: World) -> None:
    await world.open_here()
    await marked(world, "Rolled back")
    await look(world)
    canvas = live(world)[0]
    world.workspace.refuse(DELETE, "restricted_action", times=1)

    await world.command(world.ana, "/resolve")

    assert canvas.title == "INC-1: timeline, ended"
    assert canvas.markdown.startswith("This was the live timeline of INC-1")
    assert "Rolled back" not in canvas.markdown


@pytest.mark.parametrize(
    "error",
    [
        "canvas_disabled_user_team",
        "free_team_canvas_tab_already_exists",
        "missing_scope",
        "restricted_action",
    ],
)
async def test_where_slack_takes_none_there_is_none_and_nobody_is_told(world: World, error: str) -> None:
    await world.open_here()
    await marked(world, "Rolled back")
    said = len(world.messages_of_scribe())
    world.workspace.refuse(CREATE, error, times=1)

    await look(world)
    await marked(world, "Watching")
    await look(world)

    assert not live(world)
    assert len(world.messages_of_scribe()) == said
    assert len(world.workspace.calls(CREATE)) == 1
    await world.command(world.ana, "/resolve")
    assert "Rolled back" in world.canvas()


async def test_one_that_somebody_deleted_is_not_made_again(world: World) -> None:
    await world.open_here()
    await marked(world, "Rolled back")
    await look(world)
    del world.workspace.canvases[live(world)[0].id]

    await marked(world, "Watching")
    await look(world)
    await marked(world, "All is well")
    await look(world)

    assert not live(world)
    assert len(world.workspace.calls(CREATE)) == 1


async def test_in_a_channel_shared_with_another_company_there_is_none(world: World) -> None:
    await world.open_here()
    await marked(world, "Rolled back")
    await look(world)
    assert live(world)

    world.workspace.share_channel(world.channel.id, "T0CONNECTED")
    await world.settled()

    assert not live(world)
    await marked(world, "Watching")
    await look(world)
    assert not live(world)


async def test_a_lost_answer_makes_no_second_canvas(world: World) -> None:
    await world.open_here()
    await marked(world, "Rolled back")
    world.workspace.lose_answer(CREATE)

    await look(world)
    await look(world)

    assert "Rolled back" in the_page(world)


async def test_a_limit_on_the_call_after_its_making_makes_no_second_canvas(world: World) -> None:
    await world.open_here()
    await marked(world, "Rolled back")
    world.workspace.refuse("canvases.access.set", "ratelimited")

    await look(world)
    await look(world)

    assert "Rolled back" in the_page(world)
    assert len(world.workspace.calls(CREATE)) == 1


async def test_what_was_to_end_it_makes_none_when_the_incident_is_open_again(world: World) -> None:
    await world.open_here()
    await marked(world, "Rolled back")
    async with world.running.scribe.database.write() as session:
        ask = intents.end_live_timeline(1)
        await outbox.ask(session, [ask], asked_at=world.running.scribe.clock.now())

    await world.settled()

    assert not world.workspace.calls(CREATE)


@pytest.mark.parametrize("ending", ["/resolve", "/incident cancel"])
async def test_one_whose_making_was_in_doubt_when_the_incident_ended_is_taken_away(
    world: World, ending: str
) -> None:
    await world.open_here()
    await marked(world, "Rolled back")
    world.workspace.lose_answer(CREATE)
    world.workspace.refuse("conversations.info", "internal_error", times=3)
    await ask_for_live_timelines(world.running.scribe)
    await until(lambda: live(world))

    await world.command(world.ana, ending)

    assert not live(world)


async def test_one_that_is_made_while_the_incident_ends_is_taken_away_at_once(world: World) -> None:
    await world.open_here()
    await marked(world, "Rolled back")
    world.workspace.slow(CREATE, 0.5)
    await ask_for_live_timelines(world.running.scribe)
    await until(lambda: world.workspace.calls(CREATE))

    await world.command(world.ana, "/incident cancel")

    assert world.workspace.calls(DELETE)
    assert not live(world)


async def test_a_second_incident_of_the_channel_takes_no_other_ones_for_its_own(world: World) -> None:
    await world.open_here("Checkout is down")
    await marked(world, "Rolled back")
    await look(world)
    world.workspace.refuse(DELETE, "restricted_action", times=1)
    world.workspace.refuse(EDIT, "restricted_action", times=1)
    await world.command(world.ana, "/incident cancel")
    await world.open_here("Search is down")
    await world.command(world.ana, "/timeline add Reindexed")
    world.workspace.lose_answer(CREATE)
    await look(world)
    await look(world)

    first, second = live(world)
    assert (first.title, second.title) == ("INC-1: timeline (live)", "INC-2: timeline (live)")
    assert "Rolled back" in first.markdown
    assert "Reindexed" in second.markdown


async def test_of_thousands_of_events_the_newest_are_shown(world: World) -> None:
    await many_events(world, 5_000)

    await look(world)

    page = the_page(world)
    assert "(5,000 events)" in page
    assert page.count("Step ") == NEWEST
    assert "Step 5000" in page
    assert "4,940 earlier ones: `/timeline INC-1` shows all of them." in page


async def test_events_of_the_longest_words_fit(world: World) -> None:
    await world.open_here()
    for _ in range(3):
        await marked(world, "*word* `code` <https://example.com/a|b> &amp; " * 600)

    await look(world)

    assert len(the_page(world)) < 10_000


async def test_what_was_left_over_when_it_ended_meanwhile_is_taken_away(world: World) -> None:
    await world.open_here()
    await marked(world, "Rolled back")
    await look(world)
    async with world.running.scribe.database.write() as session:
        kept = await live_timelines.of_incident(session, 1)
        assert kept is not None
        await live_timelines.forget(session, 1)
    await world.command(world.ana, "/resolve")
    async with world.running.scribe.database.write() as session:
        await live_timelines.keep(session, kept)

    await look(world)

    assert not live(world)
