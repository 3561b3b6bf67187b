"""What tools send of deploys, as their vendors document it, and what Scribe makes of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.connect.adapter import Delivery, DeploysTold, Dropped, Unreadable
from bot.connect.deploy_words import version_of
from bot.connect.mapping import BadMapping, adapter_of, parse_any
from bot.connect.registry import OF_TRACKERS, SHIPPED
from bot.incidents.deploys import IncomingDeploy, is_deploy
from bot.settings import Settings
from storage.vocabulary import DeployState

EXAMPLES = Path(__file__).parent / "examples"
SLACK = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1", "port": "3000"}
WORDS = Settings(_env_file=None, **SLACK).deploy_workflow_words


def read(name: str, **changes: Any) -> list[IncomingDeploy]:
    """The deploys that a documented delivery tells of, some of its fields changed."""
    example = json.loads((EXAMPLES / f"{name}.json").read_text("utf-8"))
    headers = {key.lower(): value for key, value in example["headers"].items()}
    body = {**example["body"], **changes} if changes else example["body"]
    adapter = {**OF_TRACKERS, **SHIPPED}[name.partition("-")[0]]
    found = adapter.read(Delivery(headers, json.dumps(body).encode()))
    assert isinstance(found, DeploysTold)
    return list(found.deploys)


def changed(example: str, part: str, **changes: Any) -> dict[str, Any]:
    """One part of an example, some of its fields changed."""
    body = json.loads((EXAMPLES / f"{example}.json").read_text("utf-8"))["body"]
    return {part: {**body[part], **changes}}


def test_githubs_deployment_and_its_status_are_one() -> None:
    (begun,), (done,) = read("github-deployment"), read("github-deployment-status")

    assert begun.deploy_id == done.deploy_id == "octocat/hello-world/deployments/145988746"
    assert (begun.state, done.state) == (DeployState.STARTED, DeployState.SUCCEEDED)
    assert (done.service, done.repository) == ("hello-world", "octocat/hello-world")
    assert (done.version, done.environment, done.who) == ("master (f95f852)", "production", "octocat")
    assert begun.started_at == done.started_at == datetime(2019, 5, 15, 15, 20, 53, tzinfo=UTC)
    assert done.ended_at == datetime(2019, 5, 15, 15, 20, 55, tzinfo=UTC)
    assert done.link == "https://github.com/octocat/hello-world/deployments"


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("in_progress", DeployState.STARTED),
        ("queued", DeployState.STARTED),
        ("pending", DeployState.STARTED),
        ("waiting", DeployState.STARTED),
        ("success", DeployState.SUCCEEDED),
        ("failure", DeployState.FAILED),
        ("error", DeployState.FAILED),
    ],
)
def test_every_state_of_github_is_known(said: str, state: DeployState) -> None:
    name = "github-deployment-status"
    (found,) = read(
        name, **changed(name, "deployment_status", state=said, log_url="https://ci.example.com/1")
    )

    assert (found.state, found.ended_at is None) == (state, state is DeployState.STARTED)
    assert found.link == "https://ci.example.com/1"


def test_what_changes_nothing_that_runs_is_dropped() -> None:
    name = "github-deployment-status"
    for part in (
        changed(name, "deployment_status", state="inactive"),
        changed(name, "deployment", transient_environment=True),
    ):
        with pytest.raises(Dropped):
            read(name, **part)
    with pytest.raises(Dropped):
        read("github-release-published", action="edited")
    name = "github-workflow-run-completed"
    for part in (
        changed(name, "workflow_run", conclusion="skipped"),
        changed(name, "workflow_run", event="pull_request"),
    ):
        with pytest.raises(Dropped):
            read(name, **part)


def test_githubs_release_is_one_that_is_done() -> None:
    (found,) = read("github-release-published")

    assert (found.is_release, found.state, found.version) == (True, DeployState.SUCCEEDED, "0.0.1")
    assert found.started_at == found.ended_at == datetime(2019, 5, 15, 15, 20, 53, tzinfo=UTC)


def test_of_githubs_runs_those_count_whose_name_says_that_they_deploy() -> None:
    name = "github-workflow-run-completed"
    (of_tests,) = read(name)
    (deploys,) = read(name, **changed(name, "workflow", name="Deploy to production"))

    assert not is_deploy(of_tests, WORDS) and is_deploy(deploys, WORDS)
    assert deploys.deploy_id == "octo-org/octo-repo/runs/289782451/1"
    assert (deploys.version, deploys.who) == ("master (3484a3f)", "octocat")
    (again,) = read(name, **changed(name, "workflow_run", run_attempt=2, conclusion="failure"))
    assert (again.deploy_id, again.state) == ("octo-org/octo-repo/runs/289782451/2", DeployState.FAILED)
    (begun,) = read(name, action="requested")
    assert (begun.state, begun.ended_at) == (DeployState.STARTED, None)


def test_a_deployment_names_the_run_that_made_it() -> None:
    (run,) = read("github-workflow-run-completed")
    of_run = json.loads((EXAMPLES / "github-workflow-run-completed.json").read_text("utf-8"))["body"]
    parts = {key: of_run[key] for key in ("workflow_run", "repository")}
    (made,) = read("github-deployment", **parts)

    assert made.part_of == run.deploy_id
    assert made.link == of_run["workflow_run"]["html_url"]


def test_gitlabs_deployment_is_told_by_its_job_and_its_pipeline_too() -> None:
    (deployment,) = read("gitlab-deployment-success")
    (job,) = read("gitlab-job-success")
    (of_pipeline,) = read("gitlab-pipeline-success")

    assert deployment.deploy_id == "shop/checkout/deployments/15"
    assert deployment.part_of == job.deploy_id == of_pipeline.deploy_id == "shop/checkout/jobs/796"
    assert (deployment.service, deployment.who) == ("checkout", "ana")
    assert deployment.version == "main (279484c)"
    assert deployment.changed_at == job.ended_at == datetime(2026, 10, 7, 7, 58, tzinfo=UTC)
    assert job == of_pipeline
    assert (job.environment, job.started_at) == ("production", datetime(2026, 10, 7, 7, 55, tzinfo=UTC))
    assert is_deploy(job, WORDS)


def test_gitlabs_other_jobs_count_by_their_name_and_releases_when_they_are_made() -> None:
    (named,) = read("gitlab-job-success", environment=None)
    (other,) = read("gitlab-job-success", environment=None, build_stage="test", build_name="unit")
    (release,) = read("gitlab-release-create")

    assert is_deploy(named, WORDS) and not is_deploy(other, WORDS)
    assert (release.is_release, release.version) == (True, "v1.1 (ee0a3fb)")
    for name, changes in (
        ("gitlab-release-create", {"action": "update"}),
        ("gitlab-job-success", {"build_status": "created", "build_started_at": None}),
        ("gitlab-job-success", {"environment": {"name": "review", "action": "stop"}}),
        ("gitlab-deployment-success", {"status": "blocked"}),
        ("gitlab-pipeline-success", {"builds": []}),
    ):
        with pytest.raises(Dropped):
            read(name, **changes)
    (stopped,) = read("gitlab-deployment-success", status="canceled")
    assert stopped.state is DeployState.FAILED


@pytest.mark.parametrize("name", ["cloudevents-structured", "cloudevents-batch", "cloudevents-binary"])
def test_an_event_whose_type_says_that_it_is_one_is_a_deploy(name: str) -> None:
    found = read(name)

    assert {(one.service, one.version, one.environment, one.state) for one in found} == {
        ("checkout", "4.2.2", "prod", DeployState.SUCCEEDED)
    }
    assert len({one.deploy_id for one in found}) == len(found)


@pytest.mark.parametrize(
    ("type_", "data", "state"),
    [
        ("dev.cdevents.service.deployed.0.2.0", {}, DeployState.SUCCEEDED),
        ("com.example.deployment.started.v1", {}, DeployState.STARTED),
        ("com.example.deployment.failed.v1", {}, DeployState.FAILED),
        ("com.example.anything", {"kind": "deploy", "status": "failed"}, DeployState.FAILED),
        ("com.example.anything", {"kind": "deploy"}, DeployState.SUCCEEDED),
    ],
)
def test_its_type_or_its_kind_says_so(type_: str, data: dict[str, Any], state: DeployState) -> None:
    (found,) = read("cloudevents-structured", type=type_, data={"service": "checkout", **data})

    assert (found.state, found.service) == (state, "checkout")


@pytest.mark.parametrize("type_", ["com.example.deployable", "com.example.undeployed", "com.redeploys"])
def test_another_word_is_no_deploy(type_: str) -> None:
    with pytest.raises(Dropped):
        read("cloudevents-structured", type=type_)
    with pytest.raises(Dropped):
        read("cloudevents-structured", data={"kind": "build"})


def test_what_tells_of_one_deploy_twice_names_it() -> None:
    ids = {
        read("cloudevents-structured", id=one, data={"kind": "deploy", "deploy_id": 7})[0].deploy_id
        for one in ("a", "b")
    }
    assert ids == {"https://deploy.example.com/pipelines/checkout/7"}


MAPPING = """
kind = "deploy"
sender = "Jenkins"
deploys = "runs"

[deploy]
id = ["$.job", "number"]
service = "$.job"
version = "commit"
state = "result"
started = "begun"
ended = "over"
link = "url"
who = "by"

[states]
failed = ["UNSTABLE"]
"""


def test_a_mapping_reads_any_ci() -> None:
    adapter = adapter_of("jenkins", parse_any(MAPPING))
    runs = [
        {"number": 7, "commit": "4f2a", "result": "SUCCESS", "begun": 1791446400, "over": 1791446460},
        {"number": 8, "result": "unstable", "by": "<!channel> *ana*", "url": "javascript:alert(1)"},
        {"number": 9, "result": "RUNNING"},
    ]
    told = adapter.read(Delivery({}, json.dumps({"job": "checkout", "runs": runs}).encode()))

    assert isinstance(told, DeploysTold)
    first, second, third = told.deploys
    assert (first.source, first.deploy_id, first.service) == ("jenkins", "checkout/7", "checkout")
    assert first.started_at and first.ended_at and (first.ended_at - first.started_at).seconds == 60
    assert [one.state for one in told.deploys] == ["succeeded", "failed", "started"]
    assert second.link is None and second.who == "<!channel> *ana*"
    assert third.ended_at is None


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"job": "checkout", "runs": 7}, "no list of deploys"),
        ({"job": "", "runs": [{"number": None}]}, "deploy's id"),
        ({"job": "", "runs": [{"number": 1}]}, "deploy's service"),
        ({"job": "checkout", "runs": [{"number": 1, "result": "PURPLE"}]}, "started, succeeded or failed"),
    ],
)
def test_what_a_mapping_does_not_find_is_said(body: dict[str, Any], why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        adapter_of("jenkins", parse_any(MAPPING)).read(Delivery({}, json.dumps(body).encode()))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ('kind = "deploi"', "kind"),
        ("", "deploys is nothing that a mapping has|alert is missing"),
    ],
)
def test_a_mapping_says_what_it_is_of(change: str, why: str) -> None:
    with pytest.raises(BadMapping, match=why):
        parse_any(MAPPING.replace('kind = "deploy"', change))


@pytest.mark.parametrize(
    ("ref", "sha", "said"),
    [
        ("refs/tags/v1", "f95f852bd8fca8fcc58a9a2d6c842781e32a215e", "v1 (f95f852)"),
        ("main", "", "main"),
        ("f95f852bd8fca8fcc58a9a2d6c842781e32a215e", "f95f852bd8fca8fcc58a9a2d6c842781e32a215e", "f95f852"),
        ("", "r1234", "r1234"),
        ("", "", None),
        ("<!here>\n", "", "<!here>"),
    ],
)
def test_a_version_is_short(ref: str, sha: str, said: str | None) -> None:
    assert version_of(ref, sha) == said


@pytest.mark.parametrize("event", ["deployment", "deployment_status", "release", "workflow_run"])
@pytest.mark.parametrize(
    "body", [{}, {"repository": {"full_name": "a/b"}}, {"repository": 1, "deployment": []}]
)
def test_what_is_none_of_githubs_is_refused_in_a_sentence(event: str, body: dict[str, Any]) -> None:
    with pytest.raises((Dropped, Unreadable)):
        OF_TRACKERS["github"].read(Delivery({"x-github-event": event}, json.dumps(body).encode()))
