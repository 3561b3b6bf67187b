"""Whoever calls more often than Slack allows gets a 429 (docs.slack.dev/apis/web-api/rate-limits)."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from sandbox.errors import SandboxError
from sandbox.limits import RateLimits
from sandbox.server import Sandbox
from sandbox.web_api import METHODS
from tests.sandbox.conftest import RATE_SCALE, Room


class Watch:
    """Monotonic seconds that a test moves on."""

    def __init__(self) -> None:
        self.seconds = 500.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


# --- counting -------------------------------------------------------------------------------------------


def test_fifty_calls_of_a_tier_3_method_in_any_minute(watch: Watch) -> None:
    limits = RateLimits(now=watch)
    for _ in range(50):
        assert limits.take("reactions.add", {}) == 0
        watch.seconds += 1.0
    # the first of them was 50 s ago
    assert limits.take("reactions.add", {}) == 10
    watch.seconds += 9.5
    assert limits.take("reactions.add", {}) == 1
    watch.seconds += 0.5
    assert limits.take("reactions.add", {}) == 0
    # and the second 59 s ago: what was refused did not count, what was let through did
    assert limits.take("reactions.add", {}) == 1
    watch.seconds += 1.0
    assert limits.take("reactions.add", {}) == 0


def test_methods_are_counted_apart(watch: Watch) -> None:
    limits = RateLimits(now=watch)
    assert [limits.take("conversations.create", {}) for _ in range(21)] == [0] * 20 + [60]
    assert limits.take("conversations.list", {}) == 0


def test_a_channel_is_posted_to_once_a_second_and_a_workspace_300_times_a_minute(watch: Watch) -> None:
    limits = RateLimits(now=watch)
    post = "chat.postMessage"
    assert limits.take(post, {"channel": "C1"}) == 0
    assert limits.take(post, {"channel": "C1"}) == 1
    assert limits.take(post, {"channel": "C2"}) == 0
    watch.seconds += 1.0
    assert limits.take(post, {"channel": "C1"}) == 0
    assert [limits.take(post, {"channel": f"C{n}"}) for n in range(10, 307)] == [0] * 297
    assert limits.take(post, {"channel": "C999"}) == 59


def test_a_scale_shortens_the_windows_and_the_wait_is_real(watch: Watch) -> None:
    limits = RateLimits(10.0, now=watch)
    assert [limits.take("conversations.create", {}) for _ in range(21)] == [0] * 20 + [6]
    limits.scale = 60.0
    assert limits.take("conversations.create", {}) == 1
    watch.seconds += 1.0
    assert limits.take("conversations.create", {}) == 0


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan")])
def test_a_scale_is_above_zero(scale: float) -> None:
    with pytest.raises(SandboxError, match="above 0"):
        RateLimits(scale)


def test_the_table_names_every_method_the_sandbox_offers() -> None:
    limits = RateLimits()
    assert [method for method in METHODS if not limits.names(method)] == []


# --- over the wire --------------------------------------------------------------------------------------


async def test_too_many_calls_are_answered_with_429_and_when_to_come_back() -> None:
    # a sandbox is strict unless it is told otherwise
    async with Sandbox() as box, aiohttp.ClientSession() as session:
        workspace = box.workspace
        ana = workspace.add_person("ana")
        ops = workspace.add_channel("ops", members=[ana.id, workspace.bot_user_id])

        async def post(text: str) -> tuple[int, str | None, object]:
            headers = {"authorization": f"Bearer {box.bot_token}"}
            body = {"channel": ops.id, "text": text}
            async with session.post(f"{box.api_url}chat.postMessage", json=body, headers=headers) as response:
                return response.status, response.headers.get("retry-after"), await response.json()

        assert (await post("one"))[0] == 200
        assert await post("two") == (429, "1", {"ok": False, "error": "ratelimited"})
        assert [message.text for message in workspace.messages(ops.id)] == ["one"]
        assert workspace.limited == {"chat.postMessage": 1}
        assert [call.status for call in workspace.calls("chat.postMessage")] == [200, 429]


async def test_a_fault_on_demand_waits_for_a_call_that_is_let_through(room: Room) -> None:
    room.workspace.limits.scale = 1.0
    await room.client.chat_postMessage(channel=room.ops.id, text="one")
    room.workspace.refuse("chat.postMessage", "is_archived")
    for error in ("ratelimited", "ratelimited"):
        with pytest.raises(SlackApiError, match=error):
            await room.client.chat_postMessage(channel=room.ops.id, text="two")
    room.workspace.limits.scale = RATE_SCALE
    with pytest.raises(SlackApiError, match="is_archived"):
        await room.client.chat_postMessage(channel=room.ops.id, text="two")


async def test_the_pace_can_be_set_from_outside(room: Room) -> None:
    async with aiohttp.ClientSession(f"{room.box.url}sandbox/") as session:
        async with session.post("limits", json={"rate_scale": 2}) as response:
            assert await response.json() == {"ok": True, "rate_scale": 2.0}
        assert room.workspace.limits.scale == 2.0
        for wrong in (0, -1, "fast", True, None):
            async with session.post("limits", json={"rate_scale": wrong}) as response:
                assert response.status == 400
                assert "such as 1 or 60" in (await response.json())["error"]
    assert room.workspace.limits.scale == 2.0
