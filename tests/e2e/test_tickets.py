"""Action items become tickets of GitHub, once, and what becomes of them there comes back."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.connect.trackers import github as github_adapter
from bot.jobs.tickets import read_tickets
from sandbox.trackers.github import SECONDARY, GitHubServer
from sandbox.trackers.tracker import Fault
from storage import outbox_upkeep
from storage.ticket_tables import Ticket
from tests.contract import Contract
from tests.e2e.conftest import RATE_SCALE, TEN_PAST_TWO, World, connected
from tests.quiet import Sandbox
from tests.until import until

TOKEN = "github_pat_e2e"
CONTRACT = Contract("github-issues.yaml")


@pytest.fixture
async def github() -> AsyncIterator[GitHubServer]:
    async with GitHubServer(TOKEN) as server:
        yield server
    for call in server.calls:
        if call.status < 400 or call.status == 422:
            assert CONTRACT.problems(call) == [], call


@pytest.fixture
def more_settings() -> dict[str, str]:
    return {}


@pytest.fixture
async def world(
    database_url: str,
    is_patient: bool,
    github: GitHubServer,
    more_settings: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[World]:
    monkeypatch.setattr(github_adapter.GitHub, "settles_within", timedelta())
    async with Sandbox(now=TEN_PAST_TWO, rate_scale=RATE_SCALE) as sandbox:
        workspace = sandbox.workspace
        ana = workspace.add_person("ana", real_name="Ana Ferreira", tz="UTC")
        ben = workspace.add_person("ben", real_name="Ben Okafor", tz="America/New_York")
        channel = workspace.add_channel("web-release", members=[ana.id, ben.id, workspace.bot_user_id])
        settings = {"github_url": github.url, "github_token": TOKEN, "github_repository": "acme/shop"}
        running = await connected(sandbox, database_url, **settings, **more_settings)
        made = World(sandbox, running, ana, ben, channel)
        github.now = TEN_PAST_TWO
        try:
            yield made
        finally:
            await made.running.stop()


async def _with_item(world: World, text: str = "Add an index") -> None:
    await world.open_here()
    await world.command(world.ana, f"/incident task add <@{world.ben.id}> by 2023-09-15 p1 prevent: {text}")


async def _failures(world: World) -> list[str]:
    async with world.running.scribe.database.read() as session:
        return [one.failure or "" for one in await outbox_upkeep.unsent(session, limit=9)]


@pytest.mark.on_each_database
async def test_an_item_is_filed_by_command_and_its_link_is_shown_everywhere(
    world: World, github: GitHubServer
) -> None:
    await _with_item(world)

    answer = await world.command(world.ana, "/incident task ticket 1")

    assert "Action item 1 of INC-1 is being filed in GitHub (acme/shop)" in answer
    (issue,) = github.issues
    assert issue["title"] == "Add an index"
    assert "**Owner:** Ben Okafor" in issue["body"]
    assert "**Due:** 2023\\-09\\-15" in issue["body"]
    assert "**Priority:** p1" in issue["body"]
    assert f"/archives/{world.channel.id}>)" in issue["body"]
    told = [one.text for one in world.workspace.ephemerals(world.ana.id, world.channel.id)]
    assert any("filed as <https://github.com/acme/shop/issues/1|acme/shop#1>" in text for text in told)
    assert "https://github.com/acme/shop/issues/1|acme/shop#1" in await world.command(
        world.ana, "/incident task"
    )
    assert "acme/shop#1" in str((await world.home(world.ben)).blocks)
    await world.command(world.ana, "/resolve")
    assert "https://github.com/acme/shop/issues/1" in world.canvas()
    again = await world.command(world.ana, "/incident task ticket 1")
    assert "has a ticket already" in again
    assert len(github.issues) == 1


async def test_the_lists_button_files_it(world: World, github: GitHubServer) -> None:
    await _with_item(world)
    await world.command(world.ana, "/incident task")

    told = await world.press(world.ana, "task_ticket")

    assert "being filed in GitHub" in told
    await world.settled()
    assert len(github.issues) == 1


async def test_the_form_files_a_new_one_and_one_that_stands(world: World, github: GitHubServer) -> None:
    await world.open_here()
    chosen = ["filed"]

    await world.command(world.ana, "/incident task add")
    view = world.workspace.modals[world.ana.id][-1]
    filled = {"text": {"value": "Add an index"}, "filing": {"value": chosen}}
    assert not (await world.workspace.submit_view(world.ana.id, view.id, filled)).errors
    await world.settled()
    assert [one["title"] for one in github.issues] == ["Add an index"]

    await world.command(world.ana, "/incident task add Write a runbook")
    await world.command(world.ana, "/incident task edit 2")
    view = world.workspace.modals[world.ana.id][-1]
    assert not (
        await world.workspace.submit_view(world.ana.id, view.id, {"filing": {"value": chosen}})
    ).errors
    await world.settled()
    assert [one["title"] for one in github.issues] == ["Add an index", "Write a runbook"]
    await world.command(world.ana, "/incident task edit 2")
    assert "File it in GitHub" not in str(world.workspace.modals[world.ana.id][-1].blocks)


async def test_a_message_keeps_its_words_inert_and_its_link_as_evidence(
    world: World, github: GitHubServer
) -> None:
    await world.open_here()
    ts = await world.say(world.ana, "Ask @octocat about #12 and <!channel> *now*", at="14:30")
    await world.mark(world.ben, ts, "dart")

    await world.command(world.ana, "/incident task")
    await world.command(world.ana, "/incident task ticket 1")

    (issue,) = github.issues
    assert "@octocat" not in issue["title"] + issue["body"]
    assert "#12" not in issue["title"] + issue["body"]
    assert f"p{ts.replace('.', '')}" in issue["body"]


LOST = [
    Fault(500, {"message": "Server Error"}),
    Fault(502, None, is_performed=True),
    Fault(is_cut=True, is_performed=True),
    Fault(429, {"message": "slow down"}, {"retry-after": "1"}),
    Fault(403, SECONDARY, {"retry-after": "1"}),
]


@pytest.mark.parametrize("fault", LOST, ids=["500", "502 after it", "cut", "429", "secondary"])
async def test_trouble_makes_it_once(world: World, github: GitHubServer, fault: Fault) -> None:
    await _with_item(world)
    github.faults += [fault, fault]

    await world.command(world.ana, "/incident task ticket 1")
    await until(lambda: not github.faults or fault.is_performed)
    await world.settled()

    assert len(github.issues) == 1
    assert "acme/shop#1" in await world.command(world.ana, "/incident task")
    assert await _failures(world) == []


async def test_killed_before_the_answer_is_noted_it_is_found_again(
    world: World, github: GitHubServer
) -> None:
    await _with_item(world)
    github.faults.append(Fault(is_cut=True, is_performed=True))
    github.read_faults += [Fault(503)] * 3
    await world.workspace.command(world.ana.id, world.channel.id, "/incident", "task ticket 1")
    await until(lambda: bool(github.issues))

    await world.running.stop()
    github.read_faults.clear()
    world.running = await connected(
        world.sandbox,
        world.running.scribe.settings.database_url,
        github_url=github.url,
        github_token=TOKEN,
        github_repository="acme/shop",
    )
    await world.settled()

    assert len(github.issues) == 1
    assert "acme/shop#1" in await world.command(world.ana, "/incident task")


async def test_a_refusal_is_told_once_in_githubs_own_words_and_can_be_repeated(
    world: World, github: GitHubServer
) -> None:
    await _with_item(world)
    github.writable.clear()

    await world.command(world.ana, "/incident task ticket 1")
    await world.command(world.ana, "/incident task ticket 1")

    said = [one.text for one in world.messages_of_scribe() if "could not file a ticket" in one.text]
    assert said == [
        "INC-1: Scribe could not file a ticket (action item 1). GitHub answered `HTTP 403`: Resource not "
        "accessible by personal access token. Once that is fixed, `scribe outbox retry` tries again."
    ]
    github.writable.add("acme/shop")
    async with world.running.scribe.database.write() as session:
        assert await outbox_upkeep.retry(session, None, decided_kinds=frozenset()) == 1
    world.running.worker.wake()
    await world.settled()
    assert len(github.issues) == 1


async def test_one_that_became_private_before_it_was_filed_is_not_unless_somebody_says_so(
    world: World, github: GitHubServer
) -> None:
    await _with_item(world)
    github.writable.clear()
    await world.command(world.ana, "/incident task ticket 1")
    world.workspace.convert(world.ana.id, world.channel.id, is_private=True)
    await world.settled()
    github.writable.add("acme/shop")

    async with world.running.scribe.database.write() as session:
        assert await outbox_upkeep.retry(session, None, decided_kinds=frozenset()) == 1
    world.running.worker.wake()
    await world.settled()

    assert github.issues == []
    assert "not filed in GitHub, since this channel became private" in world.messages_of_scribe()[-1].text
    await world.command(world.ana, "/incident task ticket 1")
    assert len(github.issues) == 1


@pytest.mark.on_each_database
async def test_closing_in_either_place_closes_it_in_both(world: World, github: GitHubServer) -> None:
    await _with_item(world)
    await world.command(world.ana, "/incident task ticket 1")
    (issue,) = github.issues

    await world.command(world.ana, "/incident task done 1", at="14:30")
    assert (issue["state"], issue["state_reason"]) == ("closed", "completed")
    await world.command(world.ana, "/incident task reopen 1", at="14:31")
    assert issue["state"] == "open"

    world.at("14:40")
    github.now = TEN_PAST_TWO.replace(minute=40)
    github.set_state(issue, "closed", "not_planned", by="octocat")
    await _read(world)

    listed = await world.command(world.ana, "/incident task")
    assert "0 of 1 action items open" in listed
    assert ":no_entry_sign:" in listed
    said = world.messages_of_scribe()[-1].text
    assert "octocat closed its ticket <https://github.com/acme/shop/issues/1|acme/shop#1> in GitHub" in said


async def test_the_later_change_stands_and_is_told(world: World, github: GitHubServer) -> None:
    await _with_item(world)
    await world.command(world.ana, "/incident task ticket 1")
    (issue,) = github.issues
    await world.command(world.ana, "/incident task done 1", at="14:30")
    await world.command(world.ana, "/incident task reopen 1", at="14:50")
    github.now = TEN_PAST_TWO.replace(minute=40)
    github.set_state(issue, "closed", by="octocat")  # it comes to Scribe late

    await _read(world)
    await world.settled()

    assert issue["state"] == "open"
    assert "1 of 1 action items open" in await world.command(world.ana, "/incident task")
    assert "The later change stands: it is open, and the ticket follows." in (
        world.messages_of_scribe()[-1].text
    )


HOOK_SECRET = "0123456789abcdef-hook"


class TestByHook:
    @pytest.fixture
    def more_settings(self) -> dict[str, str]:
        return {"github_hook_secret": HOOK_SECRET, "port": "0"}

    async def test_what_is_closed_there_comes_back_at_once_and_once(
        self, world: World, github: GitHubServer
    ) -> None:
        await _with_item(world)
        await world.command(world.ana, "/incident task ticket 1")
        (issue,) = github.issues
        github.now = TEN_PAST_TWO.replace(minute=40)
        world.at("14:41")
        github.set_state(issue, "closed")
        event = {"issue": issue, "repository": {"full_name": "acme/shop"}, "sender": {"login": "octocat"}}

        assert await self._told(world, {**event, "action": "closed"}, secret="not the secret") == 401
        assert "1 of 1 action items open" in await world.command(world.ana, "/incident task")
        assert await self._told(world, {**event, "action": "closed"}) == 200
        assert "0 of 1 action items open" in await world.command(world.ana, "/incident task")

        await world.command(world.ana, "/incident task reopen 1", at="14:50")
        assert issue["state"] == "open"
        closed_before = {**issue, "state": "closed", "closed_at": "2023-09-10T14:40:00Z"}
        assert await self._told(world, {**event, "issue": closed_before, "action": "closed"}) == 200
        assert "1 of 1 action items open" in await world.command(world.ana, "/incident task")
        assert await self._told(world, {**event, "action": "labeled"}) == 200

    async def _told(self, world: World, event: dict[str, Any], *, secret: str = HOOK_SECRET) -> int:
        body = json.dumps(event).encode()
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-GitHub-Event": "issues", "X-Hub-Signature-256": f"sha256={signature}"}
        server = world.running.transports.server
        assert server
        async with aiohttp.ClientSession() as http:
            answer = await http.post(f"{server.url}hooks/github", data=body, headers=headers)
        await world.settled()
        return answer.status


async def _read(world: World) -> None:
    async with world.running.scribe.database.write() as session:
        ticket = await session.get(Ticket, 1)
        assert ticket
        ticket.read_at = TEN_PAST_TWO - timedelta(hours=1)
        session.add(ticket)
    await read_tickets(world.running.scribe)
    await world.settled()


class TestOnResolve:
    @pytest.fixture
    def more_settings(self) -> dict[str, str]:
        return {"tickets": "on"}

    async def test_what_is_open_is_filed_with_the_link_of_the_draft(
        self, world: World, github: GitHubServer
    ) -> None:
        await _with_item(world)
        await world.command(world.ana, "/incident task add Write a runbook")
        await world.command(world.ana, "/incident task add Done already")
        await world.command(world.ana, "/incident task done 3")

        await world.command(world.ana, "/resolve")
        await until(lambda: len(github.issues) == 2)
        await world.settled()

        assert sorted(one["title"] for one in github.issues) == ["Add an index", "Write a runbook"]
        assert all("[the draft](<" in one["body"] for one in github.issues)

    @pytest.mark.parametrize("words", ["private", "drill:"])
    async def test_private_ones_and_drills_are_not(
        self, world: World, github: GitHubServer, words: str
    ) -> None:
        await world.command(world.ana, f"/incident start {words} Checkout is down")
        opened = list(world.workspace.channels.values())[-1]
        await world.command(world.ana, "/incident task add Write a runbook", channel=opened.id)

        await world.command(world.ana, "/resolve", channel=opened.id)
        await world.settled()
        assert github.issues == []

        await world.command(world.ana, "/incident task ticket 1", channel=opened.id)
        assert len(github.issues) == 1
