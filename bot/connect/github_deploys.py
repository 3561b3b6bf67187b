"""GitHub's deployments, releases and runs of Actions, as deploys.

Source: docs.github.com/webhooks/webhook-events-and-payloads, of deployment, deployment_status, release and
workflow_run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.connect.adapter import Dropped, Unreadable
from bot.connect.deploy_words import STATES, named, version_of
from bot.connect.fields import first, moment, table, text
from bot.incidents.deploys import ENDED, IncomingDeploy
from bot.settings.trackers import GITHUB
from bot.text.of_programs import short_id, web_address
from storage.vocabulary import DeployState

EVENTS = ("deployment_status", "deployment", "release", "workflow_run")
"""In the order in which a body is looked into that no header names: a status holds its deployment too."""


def read_deploy(event: str, told: Mapping[str, Any]) -> IncomingDeploy:
    """The deploy that an event tells of.

    Raises:
        Unreadable: it is no event of GitHub's.
        Dropped: it tells of nothing that changed what runs.
    """
    repository = table(told.get("repository"))
    full_name = text(repository.get("full_name"))
    if not full_name:
        raise Unreadable("There is no repository in it.")
    found = _READ[event](told, full_name)
    return replace(
        found,
        deploy_id=short_id(found.deploy_id),
        service=named(text(repository.get("name")) or full_name.rpartition("/")[2]) or "?",
        repository=named(full_name),
    )


def _deployment(told: Mapping[str, Any], repository: str) -> IncomingDeploy:
    deployment, run = table(told.get("deployment")), table(told.get("workflow_run"))
    if not isinstance(deployment.get("id"), int):
        raise Unreadable("There is no deployment in it.")
    if deployment.get("transient_environment") is True:
        raise Dropped("Nothing is kept of an environment that is there for a while alone.")
    began = moment(deployment.get("created_at"))
    page = text(table(told.get("repository")).get("html_url"))
    link = web_address(text(run.get("html_url"))) or web_address(f"{page}/deployments")
    return IncomingDeploy(
        source=GITHUB,
        deploy_id=f"{repository}/deployments/{deployment['id']}",
        service="",
        state=DeployState.STARTED,
        started_at=began,
        changed_at=began,
        version=version_of(text(deployment.get("ref")), text(deployment.get("sha"))),
        environment=named(text(deployment.get("environment"))),
        who=named(text(table(deployment.get("creator")).get("login"))),
        link=link,
        part_of=short_id(_run_id(repository, run)) if isinstance(run.get("id"), int) else None,
    )


def _deployment_status(told: Mapping[str, Any], repository: str) -> IncomingDeploy:
    deployment, status = _deployment(told, repository), table(told.get("deployment_status"))
    state = STATES.get(text(status.get("state")))
    if state is None:  # inactive: a later one took its place, which it tells of itself
        raise Dropped("Nothing is kept of such a status.")
    at = moment(status.get("created_at"))
    return replace(
        deployment,
        state=state,
        changed_at=at,
        ended_at=at if state in ENDED else None,
        environment=named(text(status.get("environment"))) or deployment.environment,
        link=web_address(first(status, "log_url", "target_url")) or deployment.link,
    )


def _release(told: Mapping[str, Any], repository: str) -> IncomingDeploy:
    release = table(told.get("release"))
    if text(told.get("action")) not in ("published", "released") or release.get("draft") is True:
        raise Dropped("Nothing is kept of a release that is not published.")
    if not isinstance(release.get("id"), int):
        raise Unreadable("There is no release in it.")
    at = moment(release.get("published_at"))
    return IncomingDeploy(
        source=GITHUB,
        deploy_id=f"{repository}/releases/{release['id']}",
        service="",
        state=DeployState.SUCCEEDED,
        started_at=at,
        ended_at=at,
        changed_at=at,
        version=version_of(text(release.get("tag_name")), ""),
        who=named(text(table(release.get("author")).get("login"))),
        link=web_address(text(release.get("html_url"))),
        is_release=True,
    )


def _workflow_run(told: Mapping[str, Any], repository: str) -> IncomingDeploy:
    run, workflow = table(told.get("workflow_run")), table(told.get("workflow"))
    if not isinstance(run.get("id"), int):
        raise Unreadable("There is no run of a workflow in it.")
    if text(run.get("event")) in ("pull_request", "pull_request_target"):
        raise Dropped("Nothing is kept of what runs for a pull request.")
    is_over = text(told.get("action")) == "completed"
    state = STATES.get(text(run.get("conclusion"))) if is_over else DeployState.STARTED
    if state is None:
        raise Dropped("Nothing is kept of a run that did nothing.")
    began = moment(run.get("run_started_at")) or moment(run.get("created_at"))
    ended: datetime | None = moment(run.get("updated_at")) if is_over else None
    names = (workflow.get("name"), run.get("name"), run.get("path"), workflow.get("path"))
    return IncomingDeploy(
        source=GITHUB,
        deploy_id=_run_id(repository, run),
        service="",
        state=state,
        started_at=began,
        ended_at=ended,
        changed_at=ended or began,
        version=version_of(text(run.get("head_branch")), text(run.get("head_sha"))),
        who=named(
            text(table(run.get("triggering_actor")).get("login"))
            or text(table(run.get("actor")).get("login"))
        ),
        link=web_address(text(run.get("html_url"))),
        workflow=" ".join(text(name) for name in names),
    )


def _run_id(repository: str, run: Mapping[str, Any]) -> str:
    """One that is run again is another deploy."""
    attempt = run.get("run_attempt")
    return f"{repository}/runs/{run['id']}/{attempt if isinstance(attempt, int) else 1}"


_READ = {
    "deployment": _deployment,
    "deployment_status": _deployment_status,
    "release": _release,
    "workflow_run": _workflow_run,
}
