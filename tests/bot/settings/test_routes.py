"""A file of routes: what it says, and every mistake in it at once, with its line, its key and what works."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connect.errors import CannotConnect
from bot.connect.registry import adapters, check_sources
from bot.settings import OfflineSettings, SettingsError, load_settings
from bot.settings.routes import Known, RoutesError, load, parse
from bot.text.of_programs import inert_words

KNOWN = Known(("sev1", "sev2"), {"sre": False, "customer": True})
FILE = """
# The first route that takes an alert says what comes of it.
[[route]]
when.labels.env = "staging*"
then = "remember"

[[route]]
name = "Checkout pages"
when.source = ["alertmanager", "grafana"]
when.severity = ["critical", "page"]
when.service = "checkout*"
when.labels.team = ["pay", "shop-*"]
then = "declare"
severity = "SEV1"
title = "{service} in {labels.region}: {title}"
invite = ["@oncall", "#ops-leads", "U0123456789"]
template = "sre"

[[route]]
when.service = "*"
then = "attach"
otherwise = "declare"
severity = "sev2"

[[route]]
then = "attach"
to = "#web-alerts"

[[message]]
name = "Deploys"
when.bot = "Deploy Bot"
when.channel = "#inc-*"
when.text = ["deployed * to production", "rolled back"]
then = "deploy"
"""
WRONG = """
[[route]]
when.sorce = "alertmanager"
when.severity = []
then = "declair"
title = "{nope} {"

[[route]]
when.service = 7
then = "remember"
template = "customer"

[[route]]
then = "attach"
to = "two words"
severity = "sev9"
otherwise = "declare"
invite = ["nobody at all"]

[[route]]
then = "declare"

[[message]]
when.channel = "#inc-*"

[rout]
"""


@dataclass
class Told:
    severity: str | None = None
    service: str | None = None
    labels: dict[str, str] = field(default_factory=dict)
    source: str = "alertmanager"
    sender: str = "Alertmanager"
    title: str = "Checkout fails"


PAGE = Told("page", "checkout-eu", {"team": "pay", "region": "eu"})


def name_of(told: Told) -> str | None:
    route = parse(FILE, "routes.toml", KNOWN).route_of(told.source, told)
    return route.name if route else None


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (PAGE, "Checkout pages"),
        (Told("page", "checkout-eu", {"team": "Shop-2"}), "Checkout pages"),
        (Told("page", "checkout", {"team": "pay", "env": "staging-1"}), "route 1"),
        (Told("page", "checkout", {"team": "search"}), "route 3"),
        (Told("page", "checkout", {"team": "pay"}, source="datadog"), "route 3"),
        (Told("warning", "checkout", {"team": "pay"}), "route 3"),
        (Told("page"), "route 4"),
    ],
)
def test_the_first_route_that_takes_an_alert_counts(told: Told, name: str) -> None:
    assert name_of(told) == name


def test_a_route_says_how_an_incident_is_declared() -> None:
    routes = parse(FILE, "routes.toml", KNOWN).routes
    route = routes[1]

    assert (route.line, route.then, route.as_severity, route.template) == (7, "declare", "sev1", "sre")
    assert route.invite == ("@oncall", "#ops-leads", "U0123456789")
    assert route.title_for(PAGE, PAGE) == "checkout-eu in eu: Checkout fails"
    assert [one.declares for one in routes] == [False, True, True, False]
    assert [one.to for one in routes[2:]] == ["service", "web-alerts"]


def test_a_title_that_names_what_is_not_there_is_none() -> None:
    route = parse(FILE, "routes.toml", KNOWN).routes[1]

    assert route.title_for(PAGE, Told("page", "checkout")) is None


@given(st.text(max_size=60), st.text(max_size=300))
def test_a_title_is_inert_whatever_labels_and_alerts_say(label: str, title: str) -> None:
    (route,) = parse(
        '[[route]]\nthen="declare"\ntitle="*{labels.x}* <!here> {title}"', "routes.toml", KNOWN
    ).routes
    made = route.title_for(Told(title=inert_words(title, 200)), Told(labels={"x": label}))

    assert made is None or not set("<>\n") & set(made)
    assert made is None or len(html.unescape(made).replace("\u200b", "")) <= 200


def test_a_rule_of_messages_asks_for_app_channel_and_words() -> None:
    (rule,) = parse(FILE, "routes.toml", KNOWN).messages

    assert (rule.name, rule.becomes) == ("Deploys", "deploy")
    assert rule.takes(["deploy bot", "B1"], ["C1", "inc-7"], "Deployed checkout to production.")
    assert rule.takes(["Deploy Bot"], ["INC-8"], "We rolled back")
    assert not rule.takes(["Other"], ["inc-7"], "rolled back")
    assert not rule.takes(["Deploy Bot"], ["ops"], "rolled back")
    assert not rule.takes(["Deploy Bot"], ["inc-7"], "Deploying checkout to production")


def test_every_mistake_is_told_at_once_with_its_line_and_key() -> None:
    with pytest.raises(RoutesError) as refused:
        parse(WRONG, "routes.toml", KNOWN)

    told = refused.value.problems
    assert [one.partition(":")[0] for one in told] == [
        "routes.toml, line 3, `route[0].when.sorce`",
        "routes.toml, line 4, `route[0].when.severity`",
        "routes.toml, line 5, `route[0].then`",
        "routes.toml, line 6, `route[0].title`",
        "routes.toml, line 6, `route[0].title`",
        "routes.toml, line 9, `route[1].when.service`",
        "routes.toml, line 11, `route[1].template`",
        "routes.toml, line 11, `route[1].template`",
        "routes.toml, line 13, `route[2]`",
        "routes.toml, line 15, `route[2].to`",
        "routes.toml, line 16, `route[2].severity`",
        "routes.toml, line 18, `route[2].invite`",
        "routes.toml, line 23, `message[0].then`",
        "routes.toml, line 24, `message[0].when`",
        "routes.toml, line 26, `rout`",
    ]
    assert all("\n" not in one for one in told)
    assert "did you mean 'source'?" in told[0]
    assert 'for example then = "declare"' in told[2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no route in it"),
        ("[[route]", "line 1: not valid TOML"),
        ("route = 1", "begun by"),
        ("x = " + "[" * 5000, "not valid TOML|nested too deeply"),
        ("[[route]]\nthen='declare'\n" * 501, "at most 500"),
    ],
)
def test_what_is_no_file_of_routes_is_refused_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(RoutesError, match=said):
        parse(text, "routes.toml", KNOWN)


def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "large.toml").write_text("#" * 200_000)

    for name, said in (("odd", "UTF-8"), ("large", "128 KiB"), ("missing", "cannot be read")):
        with pytest.raises(RoutesError, match=said):
            load(tmp_path / f"{name}.toml", KNOWN)


def test_the_start_ends_with_every_mistake_on_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "routes.toml").write_text(WRONG)
    monkeypatch.setenv("ROUTES_FILE", str(tmp_path / "routes.toml"))
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")

    with pytest.raises(SettingsError) as refused:
        load_settings()

    assert len(refused.value.lines) == 15
    assert all(line.startswith("ROUTES_FILE: routes.toml, line ") for line in refused.value.lines)


def test_routes_are_for_one_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "routes.toml").write_text(FILE)
    for name, value in {
        "ROUTES_FILE": str(tmp_path / "routes.toml"),
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "0123456789abcdef0",
        "SLACK_SIGNING_SECRET": "0123456789abcdef0",
        "TOKENS_KEY": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    }.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match="ROUTES_FILE is for one workspace"):
        load_settings()


def test_a_hook_that_there_is_not_is_named_before_anything_comes(tmp_path: Path) -> None:
    file = tmp_path / "routes.toml"
    settings = OfflineSettings(_env_file=None)
    file.write_text('[[route]]\nwhen.source = ["alertmanger", "graf*"]\nthen = "remember"')
    routed = OfflineSettings(_env_file=None, routes_file=str(file))

    check_sources(settings, adapters(settings))
    with pytest.raises(CannotConnect) as refused:
        check_sources(routed, adapters(routed))
    assert refused.value.lines == [
        "ROUTES_FILE: routes.toml, route 1: there is no hook 'alertmanger'; did you mean 'alertmanager'?"
    ]


def test_the_examples_of_the_docs_work() -> None:
    page = (Path(__file__).parents[3] / "docs/how-to/route-alerts.md").read_text("utf-8")
    examples = "\n".join(part.partition("```")[0] for part in page.split("```toml\n")[1:])
    found = parse(examples, "routes.toml", KNOWN)

    assert [one.name for one in found.routes] == ["Staging", "Checkout pages", "Warnings"]
    assert found.messages[0].takes(["Deploy Bot"], ["inc-7"], "Deployed checkout v42 to production.")
