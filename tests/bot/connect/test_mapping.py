"""A small file says where the parts of an alert stand in any JSON; a mistake in it is one sentence."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.connect.adapter import DeploysTold, Dropped, Unreadable
from bot.connect.errors import CannotConnect
from bot.connect.mapping import BadMapping, adapter_in, parse, parse_any
from bot.connect.paths import BadPath, path_in
from bot.connect.registry import adapters
from bot.settings.hooks import HookSettings

UPTIME = """
sender = "Uptime"
alerts = "$.checks"

[only]
path = "$.kind"
words = ["alert"]

[alert]
id = ["name", "since"]
group = "$.site"
title = ["text", "name"]
severity = "$.checks[0]['how bad']"
state = "state"
started = "since"
link = "page.url"

[states]
firing = "down"
resolved = ["up", "paused"]

[severities]
P1 = "critical"
"""
BODY = {
    "kind": "Alert",
    "site": "shop",
    "checks": [
        {
            "name": "login",
            "since": 1791360060,
            "state": "DOWN",
            "how bad": "p1",
            "page": {"url": "https://up.example.com/login"},
        },
        {"name": "cart", "text": "The cart", "since": "2026-10-07T08:00:00+02:00", "state": "up"},
        {"name": "mail", "since": 1, "state": "unknown"},
    ],
}


def test_every_part_is_read_from_where_the_mapping_says() -> None:
    (incoming,) = parse(UPTIME).read(BODY, "uptime")

    login, cart = incoming.alerts
    assert (incoming.source, incoming.sender, incoming.group_key) == ("uptime", "Uptime", "shop")
    assert (login.alert_id, login.title, login.severity, login.is_firing) == (
        "login/1791360060",
        "login",
        "critical",
        True,
    )
    assert login.started_at == datetime.fromtimestamp(1791360060, UTC)
    assert login.link == incoming.link == "https://up.example.com/login"
    assert (cart.title, cart.is_firing, cart.started_at) == (
        "The cart",
        False,
        datetime(2026, 10, 7, 6, tzinfo=UTC),
    )


def test_what_the_mapping_does_not_keep_is_dropped() -> None:
    with pytest.raises(Dropped):
        parse(UPTIME).read({**BODY, "kind": "report"}, "uptime")
    with pytest.raises(Dropped):
        parse(UPTIME).read({**BODY, "checks": []}, "uptime")


def test_one_item_that_cannot_be_read_costs_itself_alone() -> None:
    mapping = 'sender = "X"\nalerts = "$.all"\n[alert]\nid = "id"\ntitle = "id"\nseverity = "how"\n'
    deploys = (
        'kind = "deploy"\nsender = "X"\ndeploys = "$.all"\n[deploy]\nid = "id"\nservice = "of"\nstate = "s"\n'
    )
    wrong = {"all": [{"id": None, "of": "a"}, {"id": "2", "of": "a", "s": "skipped"}]}
    body = {"all": [*wrong["all"][:1], {"id": "3", "of": "a", "s": "failed"}, *wrong["all"][1:]]}

    assert len([one for each in parse(mapping).read(body, "x") for one in each.alerts]) == 2
    told = parse_any(deploys).read(body, "x")
    assert isinstance(told, DeploysTold)
    assert [one.deploy_id for one in told.deploys] == ["3"]
    with pytest.raises(Unreadable):
        parse_any(deploys).read(wrong, "x")


def test_without_an_id_nothing_could_count_once() -> None:
    with pytest.raises(Unreadable, match="id"):
        parse(UPTIME).read({**BODY, "checks": [{"state": "down"}]}, "uptime")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("sender", "sendr"), "sender is missing|sendr"),
        (('title = ["text", "name"]', ""), "alert.title is missing"),
        (('link = "page.url"', 'link = "page..url"'), "is no path"),
        (('link = "page.url"', 'lnk = "page.url"'), "alert.lnk is nothing that a mapping has"),
        (("[states]", "[states"), "is no TOML"),
        (('id = ["name", "since"]', "id = []"), "alert.id"),
    ],
)
def test_a_mistake_is_one_sentence(change: tuple[str, str], said: str) -> None:
    with pytest.raises(BadMapping, match=said) as refused:
        parse(UPTIME.replace(*change), "uptime.toml")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("path", ["", "a..b", "a.", "[x]", "a[1", "a b", "$.*", "a[?(@.b)]", "a" + ".b" * 30])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(BadPath):
        path_in(path)


def test_a_path_leads_through_objects_and_lists() -> None:
    body = {"a": [{"b c": 1}, {"b c": 2}]}

    assert path_in("a[-1]['b c']").value(body, None) == 2
    assert path_in('$.a[0]["b c"]').value(None, body) == 1
    assert path_in("a[7].b").value(body, None) is None
    assert path_in("$").value(None, body) == body


def test_files_of_the_folder_are_hooks_and_every_bad_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "uptime.toml").write_text(UPTIME)
    known = adapters(HookSettings(_env_file=None, hooks_dir=str(tmp_path)))
    (tmp_path / "broken.toml").write_text("sender =")
    (tmp_path / "grafana.toml").write_text(UPTIME)
    (tmp_path / "Bad Name.toml").write_text(UPTIME)

    assert known["uptime"].sender == "Uptime"
    with pytest.raises(CannotConnect) as refused:
        adapters(HookSettings(_env_file=None, hooks_dir=str(tmp_path)))
    assert len(refused.value.lines) == 3


def test_the_example_of_the_docs_works() -> None:
    page = (Path(__file__).parents[3] / "docs/how-to/connect-anything-by-json.md").read_text("utf-8")
    mapping = page.partition("```toml\n")[2].partition("```")[0]
    payload = page.partition("```json\n")[2].partition("```")[0]

    (incoming,) = parse(mapping).read(json.loads(payload), "uptime")
    (alert,) = incoming.alerts
    assert (alert.severity, alert.service) == ("critical", "eu")
    assert alert.labels == {"env": "prod", "public": "true", "team": "web"}


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadMapping, match="cannot be read"):
        adapter_in(tmp_path / "x.toml")
