"""`deploy/kubernetes/`: what the schemas of Kubernetes do not know."""

from __future__ import annotations

import tomllib
from typing import Any

import yaml

from bot.stopping import ANSWERED_WITHIN, CALLS_WITHIN, CLOSED_WITHIN, LAST_ANSWERS_WITHIN
from tests.deploy.files import DEPLOY, ROOT, SETTINGS, environment, stages

OBJECTS: dict[str, dict[str, Any]] = {
    found["kind"]: found
    for found in yaml.safe_load_all((DEPLOY / "kubernetes" / "scribe.yaml").read_text("utf-8"))
}
SECRET = yaml.safe_load((DEPLOY / "kubernetes" / "secret.example.yaml").read_text("utf-8"))
POD = OBJECTS["Deployment"]["spec"]["template"]
(CONTAINER,) = POD["spec"]["containers"]


def test_everything_selects_the_pods() -> None:
    labels = POD["metadata"]["labels"]
    assert OBJECTS["Deployment"]["spec"]["selector"]["matchLabels"] == labels
    assert OBJECTS["Service"]["spec"]["selector"] == labels
    assert OBJECTS["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    (spread,) = POD["spec"]["topologySpreadConstraints"]
    assert spread["labelSelector"]["matchLabels"] == labels


def test_what_it_sets_are_settings() -> None:
    own = {pair["name"] for pair in CONTAINER["env"]}
    assert own | OBJECTS["ConfigMap"]["data"].keys() | SECRET["stringData"].keys() <= SETTINGS


def test_secrets_are_in_the_secret_and_made_up() -> None:
    assert not [name for name in OBJECTS["ConfigMap"]["data"] if "TOKEN" in name or "SECRET" in name]
    assert all("…" in value for value in SECRET["stringData"].values())
    assert CONTAINER["envFrom"] == [
        {"configMapRef": {"name": OBJECTS["ConfigMap"]["metadata"]["name"]}},
        {"secretRef": {"name": SECRET["metadata"]["name"]}},
    ]


def test_the_port_and_the_folders_are_those_of_the_image() -> None:
    port = environment()["PORT"]
    assert [pair["value"] for pair in CONTAINER["env"] if pair["name"] == "PORT"] == [port]
    assert [str(found["containerPort"]) for found in CONTAINER["ports"]] == [port]
    assert POD["metadata"]["annotations"]["prometheus.io/port"] == port
    (written,) = (step.rest for step in stages()[-1] if step.word == "WORKDIR")
    assert {mount["mountPath"] for mount in CONTAINER["volumeMounts"]} == {written, "/tmp"}
    (user,) = (step.rest for step in stages()[-1] if step.word == "USER")
    secure = POD["spec"]["securityContext"]
    assert f"{secure['runAsUser']}:{secure['runAsGroup']}" == user


def test_the_image_is_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert CONTAINER["image"].rpartition(":")[2] == version


def test_a_stop_has_the_time_it_takes() -> None:
    waits = CONTAINER["lifecycle"]["preStop"]["sleep"]["seconds"]
    stop = max(ANSWERED_WITHIN, CALLS_WITHIN) + LAST_ANSWERS_WITHIN + 2 * CLOSED_WITHIN
    assert POD["spec"]["terminationGracePeriodSeconds"] > waits + stop


def test_a_rolling_update_keeps_as_many_as_there_are() -> None:
    assert OBJECTS["Deployment"]["spec"]["replicas"] >= 2
    assert OBJECTS["Deployment"]["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_from_outside_only_slack_s_requests_come_in() -> None:
    (rule,) = OBJECTS["Ingress"]["spec"]["rules"]
    assert [(path["path"], path["pathType"]) for path in rule["http"]["paths"]] == [
        ("/slack/events", "Exact")
    ]


def test_it_may_do_no_more_than_it_needs() -> None:
    may = CONTAINER["securityContext"]
    assert may["readOnlyRootFilesystem"]
    assert not may["allowPrivilegeEscalation"]
    assert may["capabilities"] == {"drop": ["ALL"]}
    assert POD["spec"]["securityContext"]["runAsNonRoot"]
    assert not POD["spec"]["automountServiceAccountToken"]
