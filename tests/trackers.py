"""Every tracker there is, on this machine: how it is made and set, and what its vendor says of itself."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

from graphql import build_schema, parse, validate

from bot.connect.trackers import trackers_of
from bot.incidents.tickets.contract import Fact, NewTicket, Tracker
from bot.settings import Settings
from sandbox.trackers.github import SECONDARY, GitHubServer
from sandbox.trackers.gitlab import GitLabServer
from sandbox.trackers.jira import JiraServer
from sandbox.trackers.linear import LIMITED, LinearServer
from sandbox.trackers.tracker import Fault, TrackerServer
from storage.vocabulary import ActionItemPriority
from tests.contract import FILES, Contract

SLACK = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1"}
SCHEMA = build_schema((FILES / "linear.graphql").read_text("utf-8"), assume_valid=True)


class People(Protocol):
    """How people are in one tracker."""

    def join(self, server: Any, address: str, *, is_assignable: bool = True) -> str:
        """Somebody who is found by this address; what the tracker knows them by."""

    def given(self, issue: Any) -> list[str]:
        """Who an issue is given to."""

    def turn_away(self, server: Any, remote_id: str) -> None:
        """From now on they may not be given what they were found for."""

    def give(self, server: Any, issue: Any, remote_id: str | None) -> None:
        """Somebody gives an issue to them, or to nobody."""

    def describe(self, server: Any, issue: Any, text: str) -> None:
        """Somebody adds a line to the text of an issue."""


class OfGitHub:
    def join(self, server: GitHubServer, address: str, *, is_assignable: bool = True) -> str:
        login = f"octo-{len(server.people)}"
        server.people[login] = address
        if is_assignable:
            server.assignable.add(login)
        return login

    def given(self, issue: Any) -> list[str]:
        return [one["login"] for one in issue["assignees"]]

    def turn_away(self, server: GitHubServer, remote_id: str) -> None:
        server.refuses_assignees = True

    def give(self, server: GitHubServer, issue: Any, remote_id: str | None) -> None:
        server.edit(issue, assignees=[remote_id] if remote_id else [])

    def describe(self, server: GitHubServer, issue: Any, text: str) -> None:
        server.edit(issue, body=f"{issue['body']}\n\n{text}")


class OfGitLab:
    def join(self, server: GitLabServer, address: str, *, is_assignable: bool = True) -> str:
        name = f"Person {len(server.people)}"
        return str(server.add_person(name.replace(" ", "-"), name, address, is_member=is_assignable)["id"])

    def given(self, issue: Any) -> list[str]:
        return [str(one["id"]) for one in issue["assignees"]]

    def turn_away(self, server: GitLabServer, remote_id: str) -> None:
        """It leaves out whom it may not give something, and refuses nothing."""

    def give(self, server: GitLabServer, issue: Any, remote_id: str | None) -> None:
        server.edit(issue, assignee_ids=[int(remote_id or 0)])

    def describe(self, server: GitLabServer, issue: Any, text: str) -> None:
        server.edit(issue, description=f"{issue['description']}\n\n{text}")


class OfJira:
    def join(self, server: JiraServer, address: str, *, is_assignable: bool = True) -> str:
        remote_id = f"5b10-{len(server.people)}"
        server.add_person(remote_id, f"Person {len(server.people)}", address)
        if not is_assignable:
            server.assignable.remove(remote_id)
        return remote_id

    def given(self, issue: Any) -> list[str]:
        return [str(one) for one in issue["made"].get("assignee", {}).values()]

    def turn_away(self, server: JiraServer, remote_id: str) -> None:
        server.screen.remove("assignee")

    def give(self, server: JiraServer, issue: Any, remote_id: str | None) -> None:
        known_by = "id" if server.is_cloud else "name"
        server.edit(issue, assignee={known_by: remote_id} if remote_id else None)

    def describe(self, server: JiraServer, issue: Any, text: str) -> None:
        held = issue["made"]["description"]
        if isinstance(held, str):
            server.edit(issue, description=f"{held}\n\n{text}")
            return
        line = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
        server.edit(issue, description={**held, "content": [*held["content"], line]})


class OfLinear:
    def join(self, server: LinearServer, address: str, *, is_assignable: bool = True) -> str:
        person = server.add_person(f"Person {len(server.people)}", address)
        person["active"] = is_assignable
        return str(person["id"])

    def given(self, issue: Any) -> list[str]:
        return [issue["assignee"]["id"]] if issue["assignee"] else []

    def turn_away(self, server: LinearServer, remote_id: str) -> None:
        server.outside.add(remote_id)

    def give(self, server: LinearServer, issue: Any, remote_id: str | None) -> None:
        server.edit(issue, assigneeId=remote_id)

    def describe(self, server: LinearServer, issue: Any, text: str) -> None:
        server.edit(issue, description=f"{issue['description']}\n\n{text}")


@dataclass
class Kind:
    """A tracker on this machine, and the settings that lead to it; `contract` is its vendor's file."""

    name: str
    make: Callable[[], Any]
    project: str
    settings: Callable[[Any], dict[str, str]]
    close: Callable[[Any, Any], None]
    people: People
    contract: Contract | None = None
    limit: Fault = field(default=Fault(429, {"message": "slow down"}, {"retry-after": "7"}))


def _jira(server: JiraServer) -> dict[str, str]:
    return {
        "jira_url": server.url,
        "jira_email": server.email,
        "jira_token": server.token,
        "jira_project": server.project,
    }


KINDS = {
    "github": Kind(
        "github",
        GitHubServer,
        "acme/shop",
        lambda one: {"github_url": one.url, "github_token": one.token, "github_repository": "acme/shop"},
        lambda server, issue: server.set_state(issue, "closed"),
        OfGitHub(),
        Contract("github-issues.yaml"),
        Fault(403, SECONDARY, {"retry-after": "7"}),
    ),
    "jira cloud": Kind(
        "jira",
        JiraServer,
        "OPS",
        _jira,
        lambda server, issue: server.set_status(issue, "Done"),
        OfJira(),
        Contract("jira-cloud-v3.yaml"),
    ),
    "jira data center": Kind(
        "jira",
        lambda: JiraServer(email=""),
        "OPS",
        _jira,
        lambda server, issue: server.set_status(issue, "Done"),
        OfJira(),
    ),
    "gitlab": Kind(
        "gitlab",
        GitLabServer,
        "acme/shop",
        lambda one: {"gitlab_url": one.url, "gitlab_token": one.token, "gitlab_project": "acme/shop"},
        lambda server, issue: server.set_state(issue, "closed"),
        OfGitLab(),
        Contract("gitlab-issues.yaml"),
    ),
    "linear": Kind(
        "linear",
        LinearServer,
        "OPS",
        lambda one: {"linear_url": one.url, "linear_token": one.token, "linear_team": "OPS"},
        lambda server, issue: server.set_state(issue, "Done"),
        OfLinear(),
        limit=Fault(400, LIMITED, {"retry-after": "7"}),
    ),
}


def held(kind: Kind, server: TrackerServer) -> None:
    """What was sent and answered is what the vendor's file says; what it refused, its fake alone knows."""
    for call in server.calls:
        if kind.contract and call.status < 300:
            assert kind.contract.problems(call) == [], call
        if kind.name == "linear":
            assert validate(SCHEMA, parse(call.body["query"])) == []


@asynccontextmanager
async def connected(kind: Kind, server: TrackerServer, **changes: str) -> AsyncIterator[Tracker]:
    """Scribe's adapter, set to lead to that server."""
    settings = Settings(_env_file=None, **SLACK, **{**kind.settings(server), **changes})
    tracker = trackers_of(settings)[kind.name]
    yield tracker
    await tracker.close()


def new_ticket(project: str, **changes: Any) -> NewTicket:
    """A ticket of a moment ago, as Scribe asks for it."""
    new = NewTicket(
        marker=uuid.uuid4().hex,
        project=project,
        since=datetime.now(UTC) - timedelta(minutes=10),
        title="Add an index",
        text="Add an index\nto *orders*, @ana",
        facts=[
            Fact("Owner", "Ana"),
            Fact("Incident", "INC-7: [x] is down", "https://acme.slack.com/archives/C1"),
        ],
        owner="Ana",
        due_on=date(2026, 12, 1),
        priority=ActionItemPriority.P2,
    )
    return replace(new, **changes)
