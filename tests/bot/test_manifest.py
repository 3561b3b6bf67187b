"""The manifest says what the code does: its schema, its scopes both ways, its commands and events."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient
from typer.testing import CliRunner

from bot import cli
from bot.listeners.commands import COMMANDS
from bot.listeners.recorded_events import LISTENERS
from sandbox import events as sandbox_events
from sandbox.manifest import Manifest, read_manifest
from sandbox.web_api import METHODS

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "tests" / "data" / "slack-manifest.schema.json"

KINDS = {"channels": "public channels", "groups": "private channels"}
"""The scope families of the channels Scribe lives in; in direct messages it answers what it is told there."""

WITHOUT_A_METHOD = {"commands"}
"""Scopes that no method and no event asks for: `commands` is for slash commands."""


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    return read_manifest(ROOT / "manifest.yml")


@pytest.fixture(scope="module")
def raw() -> Mapping[str, Any]:
    found = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


# --- what the code says --------------------------------------------------------------------------------


def nodes() -> Iterator[ast.AST]:
    """Everything in the bot's source."""
    for file in sorted((ROOT / "bot").rglob("*.py")):
        yield from ast.walk(ast.parse(file.read_text("utf-8")))


def calls_of(attribute: str) -> Iterator[ast.Call]:
    """Calls like `app.command(…)`, by the name after the dot."""
    for node in nodes():
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == attribute
        ):
            yield node


def registered(attribute: str) -> set[str]:
    """The first arguments of `app.<attribute>("…")`."""
    return {
        call.args[0].value
        for call in calls_of(attribute)
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "app"
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def methods_used() -> set[str]:
    """The Web API methods that the bot's source names, as slack_sdk spells them.

    Any text that is a method's name counts, so none is missed where a name is chosen by a condition or
    the calling function is bound to another name.
    """
    texts = {node.value for node in nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if "_" in text and is_a_method(text)}


def is_a_method(name: str) -> bool:
    return not name.startswith("_") and callable(getattr(AsyncWebClient, name, None)) and name != "api_call"


def spelled_by_slack() -> Mapping[str, str]:
    """`chat_postMessage` to `chat.postMessage`, for every method the sandbox knows."""
    return {name.replace(".", "_"): name for name in METHODS}


def ways_in(method: str) -> list[set[str]]:
    """What a method asks for: of each set at least one scope.

    The sandbox's table names every scope that opens a method; for methods of channels one of each kind of
    channel is needed.
    """
    scopes = METHODS[method].scopes
    by_kind = {kind: {scope for scope in scopes if scope.startswith(f"{kind}:")} for kind in KINDS}
    if any(by_kind.values()):
        return [some for some in by_kind.values() if some]
    return [set(scopes)] if scopes else []


def scopes_of_event(event: str) -> set[str]:
    """What Slack asks for before it tells an event (the sandbox's tables)."""
    kind, _, where = event.partition(".")
    kinds = {f"{name}s" if name != "im" else name: name for name in ("channel", "group", "im")}
    if kind == "message":
        return {sandbox_events._HISTORY[kinds[where]]}
    if kind in sandbox_events._SCOPES:
        return {sandbox_events._SCOPES[kind]}
    return {sandbox_events._READ[kinds[family]] for family in KINDS}


def said(*words: str, code: int = 0) -> str:
    """What the terminal prints."""
    ended = CliRunner().invoke(cli.app, list(words))
    assert ended.exit_code == code, ended.output
    return ended.output


def problems_of(described: Mapping[str, Any]) -> list[str]:
    """What Slack's schema refuses in a manifest."""
    from jsonschema import Draft202012Validator  # a second, which collecting tests need not take

    schema = json.loads(SCHEMA.read_text("utf-8"))
    return [problem.message for problem in Draft202012Validator(schema).iter_errors(described)]


# --- the schema ----------------------------------------------------------------------------------------


def test_the_manifest_is_one_that_slack_takes(raw: Mapping[str, Any]) -> None:
    assert problems_of(raw) == []


def test_the_manifest_keeps_the_limits_the_schema_does_not_know(raw: Mapping[str, Any]) -> None:
    shown = raw["display_information"]

    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    assert len(raw["features"]["slash_commands"]) <= 50


def test_the_manifest_to_paste_is_what_scribe_prints(raw: Mapping[str, Any]) -> None:
    assert said("manifest") == (ROOT / "manifest.yml").read_text("utf-8")
    assert json.loads(said("manifest", "--json")) == raw


@pytest.mark.parametrize(
    "url",
    [
        "https://scribe.example.com",
        "https://scribe.example.com/",
        "https://scribe.example.com/slack/events",
        " https://scribe.example.com ",
    ],
)
def test_over_http_everything_goes_to_one_address(raw: Mapping[str, Any], url: str) -> None:
    reached = yaml.safe_load(said("manifest", "--mode", "http", "--url", url))

    address = "https://scribe.example.com/slack/events"
    assert problems_of(reached) == []
    assert reached["settings"]["socket_mode_enabled"] is False
    assert reached["settings"]["interactivity"] == {"is_enabled": True, "request_url": address}
    assert reached["settings"]["event_subscriptions"] == {
        "request_url": address,
        **raw["settings"]["event_subscriptions"],
    }
    assert {command.pop("url") for command in reached["features"]["slash_commands"]} == {address}
    assert reached["features"] == raw["features"]
    assert reached["oauth_config"] == raw["oauth_config"]


def test_a_path_in_front_is_kept() -> None:
    found = said("manifest", "--mode", "http", "--url", "https://example.com:8443/scribe/", "--json")

    assert json.loads(found)["settings"]["interactivity"]["request_url"] == (
        "https://example.com:8443/scribe/slack/events"
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--mode", "http"], "Slack must know where Scribe is: for example --url https://scribe.example.com"),
        (["--mode", "http", "--url", "http://scribe.example.com"], "is no address that Slack can send to"),
        (["--mode", "http", "--url", "https://"], "is no address that Slack can send to"),
        (["--mode", "http", "--url", "https://a:b@c"], "is no address that Slack can send to"),
        (
            ["--mode", "http", "--url", "https://scribe.example.com?x=1"],
            "is no address that Slack can send to",
        ),
        (["--mode", "http", "--url", "https://scribe.example.com:x"], "is no address that Slack can send to"),
        (["--url", "https://scribe.example.com"], "In Socket Mode Slack needs no address"),
    ],
)
def test_an_address_that_cannot_be_is_one_sentence(words: list[str], sentence: str) -> None:
    assert sentence in said("manifest", *words, code=1)


def test_the_app_connects_by_socket_mode_and_names_no_url(raw: Mapping[str, Any]) -> None:
    assert raw["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in json.dumps(raw)
    assert all("url" not in command for command in raw["features"]["slash_commands"])


# --- scopes, both ways ---------------------------------------------------------------------------------


def test_the_bot_s_methods_are_found() -> None:
    """The proof below stands on this: an empty set would prove everything."""
    assert {"chat_postMessage", "reactions_add", "reactions_remove", "canvases_create"} <= methods_used()
    assert methods_used() <= spelled_by_slack().keys()


def test_no_scope_is_missing(manifest: Manifest) -> None:
    wanting = {
        method: sorted(some)
        for method in sorted(spelled_by_slack()[name] for name in methods_used())
        for some in ways_in(method)
        if not some & manifest.scopes
    }
    silent = {
        event: sorted(scopes_of_event(event) - manifest.scopes)
        for event in sorted(manifest.events)
        if scopes_of_event(event) - manifest.scopes
    }

    assert wanting == {}
    assert silent == {}
    assert manifest.scopes >= WITHOUT_A_METHOD


def test_no_scope_is_unused(manifest: Manifest) -> None:
    methods = {spelled_by_slack()[name] for name in methods_used()}
    used = set().union(*(some for method in methods for some in ways_in(method)))
    heard = set().union(*(scopes_of_event(event) for event in manifest.events))

    assert manifest.scopes - used - heard - WITHOUT_A_METHOD == set()


# --- commands, events, buttons -------------------------------------------------------------------------


def test_every_command_of_the_manifest_is_answered_and_every_answered_one_is_in_it(
    manifest: Manifest,
) -> None:
    assert COMMANDS.keys() == {command.command for command in manifest.commands}


def test_every_command_comes_with_mentions_as_ids_and_says_what_it_does(manifest: Manifest) -> None:
    for command in manifest.commands:
        assert command.should_escape, command.command
        assert command.description
        assert command.usage_hint


def test_every_event_that_is_subscribed_is_listened_to_and_the_other_way_round(manifest: Manifest) -> None:
    assert registered("event") | LISTENERS.keys() == {event.partition(".")[0] for event in manifest.events}


def test_messages_are_heard_wherever_scribe_may_read(manifest: Manifest) -> None:
    assert {event for event in manifest.events if event.startswith("message.")} == {
        *(f"message.{kind}" for kind in KINDS),
        "message.im",
    }


def test_shortcuts_of_the_manifest_are_those_the_bot_answers(raw: Mapping[str, Any]) -> None:
    declared = {shortcut["callback_id"] for shortcut in raw["features"].get("shortcuts") or ()}

    assert registered("shortcut") == declared


def test_buttons_and_forms_work_since_interactivity_is_on(raw: Mapping[str, Any]) -> None:
    has_interactions = any(next(calls_of(kind), None) for kind in ("action", "view", "shortcut"))

    assert raw["settings"]["interactivity"]["is_enabled"] is has_interactions
