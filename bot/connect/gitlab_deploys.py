"""GitLab's deployments, releases and deploying jobs, as deploys.

Source: docs.gitlab.com/user/project/integrations/webhook_events, of deployment, release, job and pipeline
events. A deployment names the job that carried it out, so that a project may send events of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.connect.adapter import Dropped, Unreadable
from bot.connect.deploy_words import STATES, named, version_of
from bot.connect.fields import first, moment, table, tables, text
from bot.incidents.deploys import ENDED, IncomingDeploy
from bot.settings.trackers import GITLAB
from bot.text.of_programs import short_id, web_address
from storage.vocabulary import DeployState

KINDS = ("deployment", "release", "build", "pipeline")
MOST_JOBS = 500
"""Of one pipeline."""


def read_deploys(told: Mapping[str, Any]) -> list[IncomingDeploy]:
    """The deploys that an event tells of.

    Raises:
        Unreadable: it is no event of GitLab's.
        Dropped: it tells of nothing that changed what runs.
    """
    project = table(told.get("project"))
    path = text(project.get("path_with_namespace")) or text(told.get("project_name")).replace(" ", "")
    if not path:
        raise Unreadable("There is no project in it.")
    match text(told.get("object_kind")):
        case "deployment":
            return [_deployment(told, path)]
        case "release":
            return [_release(told, path)]
        case "build":
            found = [_job(_of_event(told), told, path)]
        case _:
            jobs = tables(told.get("builds"))[:MOST_JOBS]
            found = [_job(job, told, path) for job in jobs if table(job.get("environment"))]
    deploys = [one for one in found if one]
    if not deploys:
        raise Dropped("Nothing is kept of a job that deploys nothing.")
    return deploys


def _deployment(told: Mapping[str, Any], path: str) -> IncomingDeploy:
    number = told.get("deployment_id")
    if not isinstance(number, int):
        raise Unreadable("There is no deployment in it.")
    state = STATES.get(text(told.get("status")))
    if state is None:
        raise Dropped("Nothing is kept of such a status.")
    job, at = told.get("deployable_id"), read_moment(told.get("status_changed_at"))
    page = text(table(told.get("project")).get("web_url"))
    return _made(
        path,
        f"deployments/{number}",
        state,
        at,
        ended=at,
        changed=at,
        version=version_of(text(told.get("ref")), text(told.get("short_sha"))),
        environment=named(text(told.get("environment"))),
        who=_person(told.get("user")),
        link=web_address(text(told.get("deployable_url"))) or web_address(f"{page}/-/environments"),
        part_of=short_id(f"{path}/jobs/{job}") if isinstance(job, int) else None,
    )


def _release(told: Mapping[str, Any], path: str) -> IncomingDeploy:
    tag = text(told.get("tag"))
    if text(told.get("action")) != "create" or not tag:
        raise Dropped("Nothing is kept of a release that is not made.")
    at = read_moment(told.get("released_at")) or read_moment(told.get("created_at"))
    return _made(
        path,
        f"releases/{tag}",
        DeployState.SUCCEEDED,
        at,
        ended=at,
        changed=at,
        version=version_of(tag, text(table(told.get("commit")).get("id"))),
        link=web_address(text(told.get("url"))),
        is_release=True,
    )


def _of_event(told: Mapping[str, Any]) -> dict[str, Any]:
    """The job of a job event, as a pipeline's event has it."""
    names = ("id", "name", "stage", "status", "started_at", "finished_at")
    return {name: told.get(f"build_{name}") for name in names} | {
        "environment": told.get("environment"),
        "user": told.get("user"),
    }


def _job(job: Mapping[str, Any], told: Mapping[str, Any], path: str) -> IncomingDeploy | None:
    """The deploy that a job is; None of one that has not run, or that takes an environment down."""
    number, state = job.get("id"), STATES.get(text(job.get("status")))
    environment, began = table(job.get("environment")), read_moment(job.get("started_at"))
    if not isinstance(number, int):
        raise Unreadable("There is no job in it.")
    if state is None or began is None or text(environment.get("action")) not in ("", "start"):
        return None
    ended = read_moment(job.get("finished_at"))
    of_pipeline = {**told, **table(told.get("object_attributes"))}
    page = text(table(told.get("project")).get("web_url")) or text(
        table(told.get("repository")).get("homepage")
    )
    return _made(
        path,
        f"jobs/{number}",
        state,
        began,
        ended=ended,
        changed=ended or began,
        version=version_of(text(of_pipeline.get("ref")), text(of_pipeline.get("sha"))),
        environment=named(text(environment.get("name"))),
        who=_person(job.get("user")),
        link=web_address(f"{page}/-/jobs/{number}"),
        workflow=None if environment else f"{text(job.get('name'))} {text(job.get('stage'))}",
    )


def _made(
    path: str,
    place: str,
    state: DeployState,
    began: datetime | None,
    *,
    ended: datetime | None,
    changed: datetime | None,
    **facts: Any,
) -> IncomingDeploy:
    return IncomingDeploy(
        source=GITLAB,
        deploy_id=short_id(f"{path}/{place}"),
        service=named(path.rpartition("/")[2]) or "?",
        state=state,
        started_at=began,
        ended_at=ended if state in ENDED else None,
        changed_at=changed,
        repository=named(path),
        **facts,
    )


def _person(value: object) -> str | None:
    return named(first(table(value), "username", "name"))


def read_moment(value: object) -> datetime | None:
    """GitLab writes `2026-11-28 15:02:00 UTC` in some events, and older ones in all."""
    return moment(text(value).removesuffix(" UTC"))
