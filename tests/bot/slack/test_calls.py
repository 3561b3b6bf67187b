"""Calling Slack: at its pace, and with every failure sorted into what can be done about it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.slack.calls import Refused, Slack, TryLater
from bot.slack.limits import read_limits
from bot.slack.members import Members
from bot.slack.pacing import MOST_UNHURRIED_IN_FLIGHT, urgency
from sandbox.faults import Fault
from sandbox.json_types import JsonObject
from sandbox.records import Channel
from sandbox.server import Sandbox
from sandbox.web_api import METHODS
from sandbox.web_api.asked import Asked, Method
from sandbox.workspace import Workspace
from storage.outbox import LEISURELY
from tests.until import PATIENCE, until

BOT = Path(__file__).parents[3] / "bot"
METHOD = re.compile(r'"([a-z]+(?:_[a-zA-Z]+)+)"')


@dataclass
class Line:
    """Slack at its real pace, and a channel to post to."""

    sandbox: Sandbox
    slack: Slack
    channel: Channel

    @property
    def workspace(self) -> Workspace:
        return self.sandbox.workspace

    async def post(self, text: str = "Rolled back.") -> None:
        await self.slack.call("chat_postMessage", channel=self.channel.id, text=text)


def slack_at(api_url: str, token: str, http: aiohttp.ClientSession) -> Slack:
    client = AsyncWebClient(token=token, base_url=api_url, session=http, retry_handlers=[])
    return Slack(client, Clock())


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with Sandbox() as sandbox, aiohttp.ClientSession() as http:
        channel = sandbox.workspace.add_channel("ops", members=[sandbox.workspace.bot_user_id])
        yield Line(sandbox, slack_at(sandbox.api_url, sandbox.bot_token, http), channel)


def test_the_table_names_every_method_that_is_called() -> None:
    found = {name for file in BOT.rglob("*.py") for name in METHOD.findall(file.read_text(encoding="utf-8"))}
    called = {name.replace("_", ".") for name in found if hasattr(AsyncWebClient, name)}
    assert {"chat.postMessage", "reactions.add", "views.open"} <= called
    assert called <= set(read_limits().by_method)


async def test_posts_to_one_channel_are_a_second_apart(line: Line) -> None:
    await asyncio.gather(line.post("one"), line.post("two"))
    assert line.workspace.limited == {}  # which a call within the same second would be
    assert len(line.workspace.messages(line.channel.id)) == 2


async def test_a_turn_is_waited_for_before_what_is_sent_is_read(line: Line) -> None:
    await line.post("one")
    said = "two, as it was"

    async def change() -> None:
        nonlocal said
        await asyncio.sleep(0.2)
        said = "two, as it is"

    changing = asyncio.create_task(change())
    async with line.slack.turn("chat_postMessage", line.channel.id) as turn:
        assert turn.has_waited
        await line.post(said)
    await changing

    assert [message.text for message in line.workspace.messages(line.channel.id)] == ["one", "two, as it is"]


async def test_what_was_surely_not_done_is_told_from_what_may_have_been(line: Line) -> None:
    async def problem(method: str = "auth_test") -> TryLater:
        with pytest.raises(TryLater) as raised:
            await line.slack.call(method)
        return raised.value

    line.workspace.refuse("auth.test", "internal_error", status=500)
    assert not (await problem()).is_undone
    line.workspace.lose_answer("auth.test")
    assert not (await problem()).is_undone
    line.workspace.faults.add("auth.test", Fault("cut", is_performed=True, is_cut=True), 1)
    assert not (await problem()).is_undone
    line.workspace.refuse("auth.test", "ratelimited", retry_after=7)
    limited = await problem()
    assert limited.is_undone
    assert limited.after == 7.0


@pytest.mark.parametrize(
    "error",
    ["fatal_error", "team_added_to_org", "org_login_required", "external_channel_migrating"],
)
async def test_what_is_over_by_itself_is_asked_again(line: Line, error: str) -> None:
    line.workspace.refuse("auth.test", error)
    with pytest.raises(TryLater, match=error):
        await line.slack.call("auth_test")


async def test_members_that_slack_failed_to_fetch_are_not_said_to_be_none(line: Line) -> None:
    line.workspace.refuse("conversations.members", "fetch_members_failed")
    with pytest.raises(TryLater):
        await line.slack.call("conversations_members", channel=line.channel.id)


async def test_a_slack_that_cannot_be_reached_was_told_nothing(line: Line) -> None:
    nobody = "http://127.0.0.1:1/api/"
    async with aiohttp.ClientSession() as http:
        away = slack_at(nobody, "xoxb-1", http)
        for _ in range(2 * 20):  # and what never arrived does not use up the minute
            with pytest.raises(TryLater) as raised:
                await away.call("conversations_list")
            assert raised.value.is_undone


async def test_a_refusal_says_which(line: Line) -> None:
    with pytest.raises(Refused) as refused:
        await line.slack.call("conversations_info", channel="C0NOWHERE")
    assert refused.value.error == "channel_not_found"


async def test_slow_confirmations_hold_up_nobody_who_waits(line: Line) -> None:
    async def confirm() -> None:
        urgency.set(LEISURELY)
        with pytest.raises(Refused):
            await line.slack.call("reactions_add", channel=line.channel.id, timestamp="1.2", name="eyes")

    line.workspace.slow("reactions.add", 20.0)
    confirming = [asyncio.create_task(confirm()) for _ in range(30)]
    await until(lambda: line.sandbox.web_api.in_flight == MOST_UNHURRIED_IN_FLIGHT)
    await line.post()
    assert line.sandbox.web_api.in_flight == MOST_UNHURRIED_IN_FLIGHT
    assert not any(one.done() for one in confirming)
    for one in confirming:
        one.cancel()


async def test_whoever_waits_is_turned_away_when_the_process_ends(line: Line) -> None:
    await line.post("one")
    waiting = asyncio.create_task(line.post("two"))
    await asyncio.sleep(0.05)
    line.slack.turn_away()
    with pytest.raises(TryLater) as raised:
        await waiting
    assert raised.value.is_undone


async def test_members_whose_pages_do_not_end_are_those_that_were_shown(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never_ending(asked: Asked) -> JsonObject:
        return {"members": ["U0ANA"], "response_metadata": {"next_cursor": "again"}}

    monkeypatch.setitem(METHODS, "conversations.members", Method("conversations.members", never_ending))

    async with asyncio.timeout(PATIENCE):
        assert await Members(line.slack).of(line.channel.id) == {"U0ANA"}
