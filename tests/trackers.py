"""Every tracker there is, on this machine: how it is made and set, and what its vendor says of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from graphql import build_schema, parse, validate

from sandbox.trackers.github import SECONDARY, GitHubServer
from sandbox.trackers.gitlab import GitLabServer
from sandbox.trackers.jira import JiraServer
from sandbox.trackers.linear import LIMITED, LinearServer
from sandbox.trackers.tracker import Fault, TrackerServer
from tests.contract import FILES, Contract

SCHEMA = build_schema((FILES / "linear.graphql").read_text("utf-8"), assume_valid=True)


@dataclass
class Kind:
    """A tracker on this machine, and the settings that lead to it; `contract` is its vendor's file."""

    name: str
    make: Callable[[], Any]
    project: str
    settings: Callable[[Any], dict[str, str]]
    close: Callable[[Any, Any], None]
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
        Contract("github-issues.yaml"),
        Fault(403, SECONDARY, {"retry-after": "7"}),
    ),
    "jira cloud": Kind(
        "jira",
        JiraServer,
        "OPS",
        _jira,
        lambda server, issue: server.set_status(issue, "Done"),
        Contract("jira-cloud-v3.yaml"),
    ),
    "jira data center": Kind(
        "jira",
        lambda: JiraServer(email=""),
        "OPS",
        _jira,
        lambda server, issue: server.set_status(issue, "Done"),
    ),
    "gitlab": Kind(
        "gitlab",
        GitLabServer,
        "acme/shop",
        lambda one: {"gitlab_url": one.url, "gitlab_token": one.token, "gitlab_project": "acme/shop"},
        lambda server, issue: server.set_state(issue, "closed"),
        Contract("gitlab-issues.yaml", "/api/v4"),
    ),
    "linear": Kind(
        "linear",
        LinearServer,
        "OPS",
        lambda one: {"linear_url": one.url, "linear_token": one.token, "linear_team": "OPS"},
        lambda server, issue: server.set_state(issue, "Done"),
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
