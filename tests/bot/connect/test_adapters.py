"""What each tool sends, as it was recorded or as its vendor documents it, and what Scribe makes of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.connect.adapter import Delivery, Dropped, Unreadable
from bot.connect.registry import SHIPPED
from bot.incidents.alerts import Incoming

EXAMPLES = Path(__file__).parent / "examples"


def delivery(name: str, **changes: Any) -> Delivery:
    """A recorded delivery, some of its fields changed."""
    example = json.loads((EXAMPLES / f"{name}.json").read_text("utf-8"))
    headers = {key.lower(): value for key, value in example["headers"].items()}
    body = {**example["body"], **changes} if changes else example["body"]
    return Delivery(headers, json.dumps(body).encode())


def told(name: str, **changes: Any) -> Sequence[Incoming]:
    return SHIPPED[name.partition("-")[0]].read(delivery(name, **changes))


@pytest.mark.parametrize("name", ["alertmanager-firing", "alertmanager-0.34-fields"])
def test_alertmanager_tells_of_its_group(name: str) -> None:
    (incoming,) = told(name)

    assert incoming.group_key == 'scribe|{}:{alertname="HighErrorRate", service="checkout"}'
    assert incoming.title == "web-1 error rate above 5%"
    assert [one.title for one in incoming.alerts] == [
        "web-1 error rate above 5%",
        "web-2 error rate above 5%",
    ]
    first = incoming.alerts[0]
    assert first.alert_id == "015f6e4f4757ebb2"
    assert first.started_at == datetime(2026, 11, 28, 14, 50, 25, 895988, UTC)
    assert (first.is_firing, first.severity, first.ended_at) == (True, "critical", None)
    assert first.link and first.link.startswith("http://prometheus.example.com:9090/graph?")


def test_a_part_that_has_ended_is_told_with_what_goes_on() -> None:
    (incoming,) = told("alertmanager-partly-resolved")

    assert sorted(one.is_firing for one in incoming.alerts) == [False, True]
    ended = next(one for one in incoming.alerts if not one.is_firing)
    assert ended.ended_at is not None


def test_what_alertmanager_leaves_out_is_counted() -> None:
    (incoming,) = told("alertmanager-truncated")

    assert (len(incoming.alerts), incoming.hidden) == (1, 2)


@pytest.mark.parametrize("name", ["alertmanager-firing", "grafana-firing"])
def test_labels_come_along_and_name_the_service(name: str) -> None:
    (incoming,) = told(name)

    for sent, one in zip(json.loads(delivery(name).body)["alerts"], incoming.alerts, strict=True):
        assert one.labels == sent["labels"]
        assert one.service == "checkout"


@pytest.mark.parametrize("changes", [{"version": None}, {"version": "5"}, {"alerts": "many"}])
def test_a_payload_that_somebody_made_is_refused_with_what_to_do(changes: dict[str, Any]) -> None:
    with pytest.raises(Unreadable, match="take the custom payload out"):
        told("alertmanager-firing", **changes)


def test_grafana_tells_the_same_in_its_own_version() -> None:
    (firing,), (resolved,) = told("grafana-firing"), told("grafana-resolved")

    assert firing.title == "5xx above 5%"
    assert (firing.sender, firing.alerts[0].severity) == ("Grafana", "critical")
    assert [one.is_firing for one in resolved.alerts] == [False]
    assert firing.alerts[0].alert_id == resolved.alerts[0].alert_id


def test_datadogs_alert_and_its_end_are_one() -> None:
    (firing,), (recovered,) = told("datadog-triggered"), told("datadog-recovered")

    assert (firing.title, firing.alerts[0].severity) == ("checkout 5xx", "critical")
    assert firing.alerts[0].is_firing and not recovered.alerts[0].is_firing
    assert firing.alerts[0].alert_id == recovered.alerts[0].alert_id
    assert firing.group_key == recovered.group_key == "148275309"


def test_datadogs_warning_is_no_alarm_and_its_tag_says_the_severity() -> None:
    (warned,) = told("datadog-triggered", transition="Warn")
    (tagged,) = told("datadog-triggered", tags="env:prod,severity:page")

    assert warned.alerts[0].severity == "warning"
    assert tagged.alerts[0].severity == "page"


def test_datadogs_tags_are_labels() -> None:
    (incoming,) = told("datadog-triggered")

    assert incoming.alerts[0].labels == {"env": "prod", "monitor": "true", "service": "checkout"}
    assert incoming.alerts[0].service == "checkout"


def test_a_variable_that_datadog_left_is_nothing() -> None:
    (incoming,) = told("datadog-triggered", link="$LINK", alert_cycle_key="$ALERT_CYCLE_KEY")

    assert incoming.link is None
    assert incoming.alerts[0].alert_id == "9bd4ac313a4d1e8fae2482df7b77628"


def test_what_datadog_tells_of_no_monitor_is_dropped() -> None:
    with pytest.raises(Dropped):
        told("datadog-triggered", transition="$ALERT_TRANSITION")


def test_an_event_that_is_no_alert_is_dropped() -> None:
    with pytest.raises(Dropped):
        told("cloudevents-structured", type="com.example.backup.finished.v1")


@pytest.mark.parametrize("name", ["cloudevents-structured", "cloudevents-binary"])
def test_an_event_with_a_severity_is_an_alert_in_either_mode(name: str) -> None:
    given = delivery(name)
    data = {
        "severity": "Critical",
        "summary": "Checkout is down",
        "status": "firing",
        "labels": {"service": "Checkout", "env": "prod"},
    }
    body = json.loads(given.body)
    body = data if name.endswith("binary") else {**body, "data": data}

    (incoming,) = SHIPPED["cloudevents"].read(Delivery(given.headers, json.dumps(body).encode()))

    assert incoming.title == "Checkout is down"
    assert incoming.alerts[0].severity == "critical"
    assert (incoming.alerts[0].service, incoming.alerts[0].labels["env"]) == ("checkout", "prod")
    assert incoming.alerts[0].alert_id == "https://deploy.example.com/pipelines/checkout/checkout"
    assert incoming.alerts[0].started_at == datetime(2026, 10, 7, 7, 58, tzinfo=UTC)


@pytest.mark.parametrize("lacking", ["id", "source", "specversion", "type"])
def test_an_event_has_what_every_event_has(lacking: str) -> None:
    with pytest.raises(Unreadable, match=lacking):
        told("cloudevents-structured", **{lacking: ""})


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b"null", b'"x"', b"[" * 5000, b"\xff\xfe"])
def test_what_is_no_delivery_is_refused_in_a_sentence(name: str, body: bytes) -> None:
    with pytest.raises((Unreadable, Dropped)):
        SHIPPED[name].read(Delivery({}, body))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_tools_own_example_declares(name: str) -> None:
    headers = {"content-type": "application/cloudevents+json"} if name == "cloudevents" else {}
    (incoming,) = SHIPPED[name].read(Delivery(headers, json.dumps(SHIPPED[name].example).encode()))

    assert [(one.is_firing, one.severity) for one in incoming.alerts] == [(True, "critical")]
