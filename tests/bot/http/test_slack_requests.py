"""What gets through to Scribe over HTTP, and what is answered to the rest."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_bolt.response import BoltResponse
from structlog.testing import capture_logs

from bot.http import slack_requests
from bot.slack.transport import SlackRequest
from tests.bot.http.conftest import FORM, JSON, Slack

EVENT = {"type": "event_callback", "event_id": "Ev1", "event": {"type": "message", "text": "👍 \ud83d"}}
COMMAND = {"command": "/timeline", "text": "add 14:05 the payload was {broken}", "user_id": "U1"}
PRESS = {"type": "block_actions", "user": {"id": "U1"}, "actions": [{"value": "é & ="}]}


async def test_an_event_a_command_and_a_press_come_as_socket_mode_brings_them(slack: Slack) -> None:
    await slack.send(json.dumps(EVENT).encode(), "application/json; charset=utf-8")
    await slack.send(urlencode(COMMAND).encode())
    await slack.send(urlencode({"payload": json.dumps(PRESS)}).encode())

    assert slack.taken == [
        SlackRequest("events_api", EVENT),
        SlackRequest("slash_commands", COMMAND),
        SlackRequest("interactive", PRESS),
    ]


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (BoltResponse(status=200), 200, b""),
        (BoltResponse(status=200, body="Noted."), 200, b'{"text": "Noted."}'),
        (BoltResponse(status=200, body="{no JSON"), 200, b'{"text": "{no JSON"}'),
        (BoltResponse(status=200, body={"text": "é \ud83d"}), 200, b'{"text": "\\u00e9 \\ud83d"}'),
        (BoltResponse(status=500), 500, b""),
        (None, 503, b""),
        (RuntimeError("a fault of ours"), 500, b""),
    ],
)
async def test_the_answer_is_told(
    slack: Slack, answer: BoltResponse | Exception | None, status: int, body: bytes
) -> None:
    slack.answer = answer

    told = await slack.send(urlencode(COMMAND).encode())

    assert (told.status, told.body) == (status, body)
    assert not body or told.headers["Content-Type"] == "application/json"


async def test_nothing_that_is_not_signed_gets_through(slack: Slack) -> None:
    body = urlencode(COMMAND).encode()
    with capture_logs() as logs:
        answers = [
            await slack.send(body, X_Slack_Signature="v0=" + 64 * "0"),
            await slack.send(body, X_Slack_Request_Timestamp="1531420618"),
            await slack.ask("POST", body),
            await slack.ask("POST", 10_000 * b"x"),
        ]

    assert [answer.status for answer in answers] == [401, 401, 401, 401]
    assert slack.taken == []
    assert [line["event"] for line in logs] == ["request.not_signed"]  # anybody can send many


async def test_the_url_is_verified_only_for_slack(slack: Slack) -> None:
    asked = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a", "token": "x"}).encode()

    assert json.loads((await slack.send(asked, JSON)).body) == {"challenge": "3eZbrw1a"}
    assert (await slack.send(asked, JSON, X_Slack_Signature="v0=1")).status == 401
    assert slack.taken == []


async def test_the_certificate_is_checked_without_a_signature(slack: Slack) -> None:
    posted = await slack.ask("POST", b"ssl_check=1&token=x", {"Content-Type": FORM})
    slack.url += "?ssl_check=1"
    got = await slack.ask("GET")

    assert (posted.status, got.status) == (200, 200)
    assert slack.taken == []


async def test_that_deliveries_are_limited_is_noted(slack: Slack) -> None:
    with capture_logs() as logs:
        answer = await slack.send(b'{"type": "app_rate_limited", "minute_rate_limited": 1518467820}', JSON)

    assert answer.status == 200
    assert [(line["event"], line["minute"]) for line in logs] == [("slack.deliveries_limited", 1518467820)]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", JSON),
        (b"null", JSON),
        (b"[]", JSON),
        (b"{", JSON),
        (b"\xff", JSON),
        (100_000 * b"[", JSON),
        (b"\xff=1", FORM),
        (b"text=hello", FORM),
        (b"payload=", FORM),
        (b"payload=[]", FORM),
        (b"payload=%ff", FORM),
        (b"&".join([b"a=1"] * 1000), FORM),
        (b"hello", "text/plain"),
    ],
)
async def test_what_nobody_can_read_does_not_come_again(slack: Slack, body: bytes, content_type: str) -> None:
    answer = await slack.send(body, content_type)

    assert answer.status == 400
    assert answer.headers["X-Slack-No-Retry"] == "1"
    assert slack.taken == []


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200), content_type=st.sampled_from([JSON, FORM, ""]))
def test_no_body_is_too_strange(body: bytes, content_type: str) -> None:
    try:
        found = slack_requests._request_in(body, content_type)
    except slack_requests.Unreadable as problem:
        assert str(problem).endswith(".")
    else:
        assert found is not None


async def test_a_body_has_an_end_whatever_it_claims(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_requests, "MOST_BYTES", 1000)

    assert (await slack.send(b"x" * 1000)).status == 400
    assert (await slack.send(b"x" * 1001)).status == 413
    assert slack.taken == []


async def test_all_bodies_together_have_an_end(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_requests, "MOST_BYTES_AT_ONCE", 1000)

    refused = await slack.send(urlencode(COMMAND | {"text": 1000 * "x"}).encode())
    monkeypatch.undo()
    served = [await slack.send(urlencode(COMMAND).encode()) for _ in range(3)]

    assert refused.status == 503
    assert [answer.status for answer in served] == [200, 200, 200]  # what was held is let go


async def test_nobody_waits_for_a_body_that_does_not_come(
    slack: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_requests, "BODY_WITHIN", 0.05)

    async def slowly() -> asyncio.StreamReader:
        while True:
            yield b"x"
            await asyncio.sleep(0.02)

    async with slack.http.post(
        slack.url, data=slowly(), headers={"X-Slack-Request-Timestamp": "1", "Content-Length": "9"}
    ) as answer:
        assert answer.status == 408


async def test_a_sandbox_tells_the_time(slack: Slack) -> None:
    await slack.send(urlencode(COMMAND).encode(), X_Sandbox_Time="1694355000.000001")

    assert slack.saw == [{"sandbox_time": "1694355000.000001"}]


async def test_other_methods_are_not_served(slack: Slack) -> None:
    assert [(await slack.ask(method)).status for method in ("GET", "PUT", "DELETE")] == [405, 405, 405]
