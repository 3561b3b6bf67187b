"""The matrix of exactly once: every kind of intent while its answers are lost, or has its place elsewhere.

What is told is told once, though the other side did it and nobody heard so.
"""

from __future__ import annotations

import inspect
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.connect.registry import SHIPPED
from bot.connect.trackers import github
from bot.intent_kinds import KINDS
from bot.settings.pages import PAGE_HOSTS
from bot.settings.status_pages import STATUS_PAGES
from bot.settings.trackers import TRACKERS
from bot.slack.reconcile import Reconciled
from sandbox.faults import Fault
from sandbox.trackers.tracker import Fault as TrackerFault
from storage.vocabulary import IntentName
from tests import status_pages, trackers, wikis
from tests.e2e.conftest import World
from tests.e2e.storm.record import read_record
from tests.e2e.storm.shown import faults_of, key_of, posts
from tests.e2e.tooled import told, tooled, tools_of

ROOT = Path(__file__).parents[2]
CREATING = ("canvases.create", "conversations.create", "bookmarks.add")
"""Calls that done twice would be seen twice, and so would every post."""
LOST = {
    "cut": (Fault("cut", is_cut=True, is_performed=True), TrackerFault(is_cut=True, is_performed=True)),
    "503": (Fault("unavailable", 503, is_performed=True), TrackerFault(502, None, is_performed=True)),
}
"""What was done and nobody heard of: of Slack, and of a tracker."""


HERE = frozenset(
    {
        IntentName.ANNOUNCE,
        IntentName.ANNOUNCE_NEWS,
        IntentName.ASK_REVIEW,
        IntentName.DELIVER_DRAFT,
        IntentName.FILE_TICKET,
        IntentName.KEEP_BOOKMARK,
        IntentName.MOVE_TICKET,
        IntentName.OPEN_CHANNEL,
        IntentName.POST_UPDATE,
        IntentName.PUBLISH,
        IntentName.REFRESH_SUMMARY,
        IntentName.SUGGEST_MILESTONE,
        IntentName.TELL_ALERT,
        IntentName.TELL_CHANGES,
        IntentName.TELL_TICKET,
        IntentName.TELL_UPDATE,
        IntentName.WELCOME,
    }
)
"""Kinds of an incident's life, every answer to which is lost here."""
ELSEWHERE = {
    IntentName.CONFIRM_MARK: "tests/bot/slack/test_outbox_worker.py::"
    "test_a_confirmation_slack_took_but_did_not_answer_is_not_an_error",
    IntentName.EDIT_TICKET: "tests/e2e/test_edited_items.py::test_a_new_owner_is_given_the_ticket",
    IntentName.INVITE_RESPONDERS: "tests/e2e/test_invitations.py::"
    "test_a_lost_answer_invites_nobody_twice_and_says_it_once",
    IntentName.LIVE_TIMELINE: "tests/e2e/test_live_timeline.py::test_a_lost_answer_makes_no_second_canvas",
    IntentName.REFRESH_DRAFT: "tests/e2e/test_redraft_killed.py::"
    "test_a_kill_in_a_refresh_doubles_and_loses_nothing",
    IntentName.UPDATE_THREAD: "tests/e2e/test_update_thread.py::test_an_update_that_is_interrupted_goes_on",
    IntentName.REMIND: "tests/e2e/test_task_reminders.py::test_a_restart_neither_forgets_nor_repeats",
    IntentName.POST_PUBLIC_UPDATE: "tests/e2e/test_public_posts.py::test_trouble_posts_it_once",
    IntentName.PUBLISH_PAGE: "tests/e2e/test_pages_git.py::test_killed_around_the_push_it_is_committed_once",
    IntentName.REPLY: "tests/e2e/test_refused.py::"
    "test_a_reply_whose_fate_is_unclear_is_held_and_not_repeated",
    IntentName.SEND_MEETING: "tests/e2e/test_review_meeting.py::test_a_lost_answer_shares_it_once",
}
"""Kinds with a test of their own whose answer is lost, or which are killed."""
POSTED = frozenset(
    {
        IntentName.LINK_SOURCE,
        IntentName.NOTE_IN_SOURCE,
        IntentName.OFFER_CLOSING_POST,
        IntentName.POINT_OUT_DELETION,
        IntentName.POST_POINTER,
        IntentName.TELL_DEPLOYS,
        IntentName.TELL_PAGE,
        IntentName.TELL_PRIVACY,
        IntentName.TELL_PUBLIC_POST,
        IntentName.TELL_TROUBLE,
    }
)
"""Kinds that are one post each, by the function whose lost answers are those of the life."""
TWICE_IS_ONCE = frozenset(
    {
        IntentName.ASK_AUDIENCE,
        IntentName.ASK_TOPIC,
        IntentName.CATCH_UP,
        IntentName.END_LIVE_TIMELINE,
        IntentName.FETCH_MESSAGE,
        IntentName.INVITE,
        IntentName.JOIN_CHANNEL,
        IntentName.KEEP_TOPIC,
        IntentName.LINK_PAGES,
        IntentName.OFFER_BRIEFING,
        IntentName.PIN_SUMMARY,
        IntentName.PUBLISH_HOME,
        IntentName.SHOW_TIMELINE,
        IntentName.UPDATE_COPIES,
        IntentName.WITHDRAW_ANNOUNCEMENT,
    }
)
"""Kinds that declare that twice is as once: Slack refuses it, it says the same again, or it looks first."""
HELD = frozenset(
    {IntentName.ANSWER, IntentName.EDITOR_NOTES, IntentName.SHOW_CHECKPOINT, IntentName.TELL_UNREACHABLE}
)
"""What one person alone was shown: nobody can look it up, so in doubt it is never said again."""
EACH = {
    "tests/e2e/test_tickets.py::test_trouble_makes_it_once": {"github"},
    "tests/e2e/test_tickets_each.py::test_it_is_one_ticket_whatever_is_lost": {
        one.name for name, one in trackers.KINDS.items() if name != "github"
    },
    "tests/e2e/test_edited_items.py::test_a_new_owner_is_given_the_ticket": {
        one.name for one in trackers.KINDS.values()
    },
    "tests/e2e/test_pages_git.py::test_killed_around_the_push_it_is_committed_once": {"git"},
    "tests/e2e/test_pages_wikis.py::test_its_picture_is_there_once_whatever_is_lost": {"notion"},
    "tests/e2e/test_pages_webhook.py::test_each_publication_is_taken_once": {"webhook"},
    "tests/e2e/test_pages_wikis.py::test_it_is_one_page_whatever_is_lost": {
        one.name for one in wikis.KINDS.values()
    },
    "tests/e2e/test_public_posts_each.py::test_an_incident_is_told_once_from_its_first_post_to_its_last": {
        one.name for one in status_pages.KINDS.values()
    },
    "tests/e2e/test_told_again.py::test_it_declares_one_incident_with_one_line": set(SHIPPED),
}
"""Tests of each of a team's tools, with those that they go through."""


@pytest.fixture
async def world(database_url: str, is_patient: bool, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(github.GitHub, "settles_within", timedelta())
    async with tooled(database_url, announce_channel="incidents") as made:
        yield made


async def an_incidents_life(world: World, slack: Fault, tracker: TrackerFault) -> None:
    """From its alert to its post-mortem, while nobody hears of anything that is made."""
    workspace, tools = world.workspace, tools_of(world)
    workspace.add_channel("incidents", members=[world.ana.id])
    workspace.faults.stand("chat.postMessage", slack)
    for method in CREATING:
        workspace.faults.add(method, slack, 1)
    tools.alerts.fire()
    await told(world)
    own = next(one for one in workspace.channels.values() if one.name.startswith("inc-"))
    workspace.invite(world.ana.id, own.id)

    async def say(command: str, at: str) -> None:
        await world.command(world.ana, command, at=at, channel=own.id)
        await told(world)

    await say("/incident task add Write a runbook", "14:12")
    await say("/incident task add Add an index", "14:13")
    for number in (1, 2):
        tools.tracker.faults.append(tracker)
        await say(f"/incident task ticket {number}", "14:14")
    tools.tracker.faults.append(tracker)
    await say("/incident task done 1", "14:20")
    world.at("14:30")
    tools.tracker.set_state(tools.tracker.issues[1], "closed", "not_planned", by="ben")
    await told(world)
    await say("/incident update Checkout answers again", "14:32")
    await say("/incident severity sev1", "14:33")
    tools.alerts.resolve("checkout")
    await told(world)
    await say("/resolve Rolled back", "14:40")
    await say(f"/postmortem review <@{world.ben.id}>", "14:45")
    await world.publish(world.ana, at="14:50", channel=own.id)
    await told(world)


@pytest.mark.parametrize("how", LOST)
async def test_what_was_done_and_nobody_heard_of_is_not_done_again(world: World, how: str) -> None:
    await an_incidents_life(world, *LOST[how])

    record = await read_record(world.running.scribe.database)
    assert faults_of(world.workspace, record) == []
    said = Counter(key_of(one) for place in world.workspace.channels for one in posts(world.workspace, place))
    assert max(said.values()) == 1
    tracker = tools_of(world).tracker
    assert sorted(one["title"] for one in tracker.issues) == ["Add an index", "Write a runbook"]
    assert [one["state_reason"] for one in tracker.issues] == ["completed", "not_planned"]
    told_of = Counter(one.what for one in tools_of(world).webhook.told)
    assert told_of["acme/shop#1 was closed by scribe"] == 1
    # and each of them was tried again, or posted where every answer is lost
    tried_again = {one.kind for one in record.intents if one.attempts}
    assert tried_again | {key.partition(":")[0] for key in said} >= HERE


def test_every_kind_has_its_place() -> None:
    """Whoever adds a kind says where it is shown that it happens once."""
    places = Counter([*HERE, *ELSEWHERE, *POSTED, *TWICE_IS_ONCE, *HELD])

    assert [kind for kind, count in places.items() if count > 1] == []
    assert set(places) == set(IntentName)


def test_the_places_are_as_the_kinds_declare() -> None:
    declared = {kind: KINDS[kind].reconcile for kind in IntentName}

    harmless = {Reconciled.BY_SLACK, Reconciled.AGAIN, Reconciled.READS, Reconciled.BY_TEXT}
    assert {declared[kind] for kind in TWICE_IS_ONCE} <= harmless
    assert {declared[kind] for kind in HELD} == {Reconciled.NEVER}
    assert {declared[kind] for kind in POSTED} == {Reconciled.BY_METADATA}
    for kind in POSTED:
        module = sys.modules[KINDS[kind].send.__module__]
        assert "await post_once(" in inspect.getsource(module), kind


def test_every_tool_of_a_team_s_has_its_place() -> None:
    """Whoever adds an adapter shows that it makes or takes everything once."""
    assert set().union(*EACH.values()) == {*TRACKERS, *PAGE_HOSTS, *STATUS_PAGES, *SHIPPED}


@pytest.mark.parametrize("place", [*ELSEWHERE.values(), *EACH])
def test_the_places_elsewhere_are_there(place: str) -> None:
    path, _, name = place.partition("::")

    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")
