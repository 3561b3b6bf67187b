"""What trackers tell of tickets, as their vendors document it, and whether it is theirs: known answers."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.connect.adapter import Delivery, Dropped, TicketsTold, Unreadable
from bot.connect.registry import OF_TRACKERS
from bot.connect.verify import Verdict
from bot.incidents.tickets.contract import SeenTicket
from bot.settings import Settings
from storage.vocabulary import ActionItemState

EXAMPLES = Path(__file__).parent / "examples"
SLACK = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1", "port": "3000"}


def told(name: str, **changes: Any) -> SeenTicket:
    """The one ticket that a documented delivery tells of, some of its fields changed."""
    example = json.loads((EXAMPLES / f"{name}.json").read_text("utf-8"))
    headers = {key.lower(): value for key, value in example["headers"].items()}
    body = {**example["body"], **changes}
    found = OF_TRACKERS[name.partition("-")[0]].read(Delivery(headers, json.dumps(body).encode()))
    assert isinstance(found, TicketsTold)
    (seen,) = found.seen
    return seen


def verdict(name: str, headers: Mapping[str, str], body: str, now: float = 0, **secret: str) -> Verdict:
    check = OF_TRACKERS[name].check(Settings(_env_file=None, **SLACK, **secret))
    lower = {key.lower(): value for key, value in headers.items()}
    first = check(lower, None, now)
    return first if first is Verdict.NOT_OURS else check(lower, body.encode(), now)


def vector(provider: str) -> dict[str, Any]:
    every = json.loads((EXAMPLES / "tracker-signatures.json").read_text("utf-8"))["vectors"]
    return next(one for one in every if one["provider"] == provider)


def test_github_closes_an_issue() -> None:
    seen = told("github-issues-closed")

    assert (seen.remote_id, seen.state, seen.is_exact) == ("1", ActionItemState.DONE, True)
    assert seen.project and seen.key == f"{seen.project}#1"
    with pytest.raises(Dropped):
        told("github-issues-closed", action="edited")
    with pytest.raises(Unreadable):
        told("github-issues-closed", issue=None)


def test_githubs_published_signature() -> None:
    known = vector("github")
    secret = {"github_hook_secret": known["secret"].replace(" ", "-")}
    assert verdict("github", known["headers"], known["raw_body"], **secret) is Verdict.NOT_OURS
    check = OF_TRACKERS["github"].check
    settings = Settings(_env_file=None, **SLACK).model_copy(update={"github_hook_secret": known["secret"]})
    headers = {key.lower(): value for key, value in known["headers"].items()}
    assert check(settings)(headers, known["raw_body"].encode(), 0) is Verdict.OURS
    assert check(settings)(headers, b"Hello, World?", 0) is Verdict.NOT_OURS
    assert check(settings)({}, None, 0) is Verdict.NOT_OURS


def test_githubs_own_choice_of_a_content_type_tells_the_same() -> None:
    example = json.loads((EXAMPLES / "github-issues-closed.json").read_text("utf-8"))
    secret = "a-secret-of-the-tests"
    body = urlencode({"payload": json.dumps(example["body"])})
    signature = "sha256=" + hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-github-event": "issues",
        "x-hub-signature-256": signature,
    }

    found = OF_TRACKERS["github"].read(Delivery(headers, body.encode()))

    assert isinstance(found, TicketsTold)
    assert list(found.seen) == [told("github-issues-closed")]
    assert verdict("github", headers, body, github_hook_secret=secret) is Verdict.OURS


def test_jira_linear_and_gitlab_tell_of_one_that_is_done() -> None:
    jira, linear, gitlab = (
        told("jira-issue-updated"),
        told("linear-issue-updated"),
        told("gitlab-issue-closed"),
    )

    assert (jira.project, jira.remote_id, jira.key) == (None, "10042", "SRE-42")
    assert jira.url == "https://your-domain.atlassian.net/browse/SRE-42"
    assert (linear.project, linear.key) == (None, "SRE-42")
    assert (gitlab.project, gitlab.key) == ("shop/checkout", "shop/checkout#23")
    assert {one.state for one in (jira, linear, gitlab)} == {ActionItemState.DONE}
    assert all(one.is_exact and one.by for one in (jira, linear, gitlab))
    assert jira.changed_at == datetime(2026, 10, 8, 8, 0, 0, 123000, tzinfo=UTC)
    with pytest.raises(Dropped):
        told("jira-issue-updated", changelog={"items": [{"field": "summary"}]})
    with pytest.raises(Dropped):
        told("linear-issue-updated", updatedFrom={"title": "x"})


def test_jiras_linears_and_gitlabs_known_answers() -> None:
    for provider, name in (("jira-cloud", "jira"), ("linear", "linear")):
        known = vector(provider)
        settings = Settings(_env_file=None, **SLACK).model_copy(
            update={f"{name}_hook_secret": known["secret"]}
        )
        check = OF_TRACKERS[name].check(settings)
        headers = {key.lower(): value for key, value in known["headers"].items()}
        body, now = known["raw_body"].encode(), 1791446400.0
        assert check(headers, None, now) is Verdict.BODY_NEEDED
        assert check(headers, body, now) is Verdict.OURS
        assert check(headers, body + b" ", now) is Verdict.NOT_OURS
    assert check(headers, body, now + 61) is Verdict.NOT_OURS  # Linear says when it was sent
    secret = {"gitlab_hook_secret": "0123456789abcdef"}
    assert verdict("gitlab", {"X-Gitlab-Token": "0123456789abcdef"}, "", **secret) is Verdict.OURS
    assert verdict("gitlab", {"X-Gitlab-Token": "0123456789abcdeg"}, "", **secret) is Verdict.NOT_OURS


@pytest.mark.parametrize("name", OF_TRACKERS)
def test_without_its_secret_nobody_is_let_in(name: str) -> None:
    headers = {"X-Hub-Signature-256": "sha256=", "X-Hub-Signature": "sha256=", "Linear-Signature": "x"}
    assert verdict(name, headers, "") is Verdict.NOT_OURS


@pytest.mark.parametrize("name", OF_TRACKERS)
@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"issue": 1}', b"\xff"])
def test_what_is_nothing_is_dropped_or_refused(name: str, body: bytes) -> None:
    with pytest.raises((Dropped, Unreadable)):
        OF_TRACKERS[name].read(Delivery({}, body))


@pytest.mark.parametrize("name", OF_TRACKERS)
def test_its_own_example_is_read(name: str) -> None:
    found = OF_TRACKERS[name].read(Delivery({}, json.dumps(OF_TRACKERS[name].example).encode()))
    assert isinstance(found, TicketsTold)


@pytest.mark.parametrize(
    ("name", "field"),
    [("github", "X-GitHub-Event"), ("jira", "webhookEvent"), ("linear", "type"), ("gitlab", "object_kind")],
)
def test_an_event_of_an_endless_name_is_told_in_a_line(name: str, field: str) -> None:
    """What is dropped is logged: whoever may send fills no disk by it."""
    long = "an-event-" * 100_000
    with pytest.raises(Dropped) as why:
        OF_TRACKERS[name].read(Delivery({field.lower(): long}, json.dumps({field: long}).encode()))
    assert len(str(why.value)) < 100


@pytest.mark.parametrize("said", ["NaN", "Infinity", "1" + "0" * 400, "1" * 5000, '"1791446400000"', "[]"])
def test_a_time_of_linears_that_is_none_lets_nobody_in(said: str) -> None:
    secret = "0123456789abcdef"
    body = f'{{"webhookTimestamp": {said}}}'.encode()
    headers = {"Linear-Signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}
    assert verdict("linear", headers, body.decode(), linear_hook_secret=secret) is Verdict.NOT_OURS
