"""The app's manifest as Slack takes it (docs.slack.dev/reference/app-manifest), for Socket Mode and HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

MANIFEST = Path(__file__).with_name("manifest.yml")
"""The manifest for Socket Mode; `manifest.yml` of a checkout is the same text, for people to copy."""
SLACK_PATH = "/slack/events"
"""Where Scribe listens for whatever Slack sends over HTTP."""
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
"""Where somebody begins to install Scribe, and where Slack leads them back to."""
UNINSTALLED = ("app_uninstalled", "tokens_revoked")
OF_ORGANIZATIONS = ("team_access_granted", "team_access_revoked")
"""The events by which Slack says that an installation has ended."""


class Mode(StrEnum):
    """How Slack reaches Scribe."""

    SOCKET = "socket"
    HTTP = "http"


class BadAddress(Exception):
    """Slack cannot send to this address; the text is one sentence with an example."""


@cache
def scopes() -> Mapping[str, tuple[str, ...]]:
    """The scopes Scribe asks for: `bot`, which it needs, and `bot_optional`."""
    import yaml  # which few starts need

    asked = yaml.safe_load(MANIFEST.read_text("utf-8"))["oauth_config"]["scopes"]
    return {kind: tuple(asked[kind]) for kind in ("bot", "bot_optional")}


def manifest(
    mode: Mode,
    url: str | None,
    *,
    as_json: bool = False,
    is_for_many: bool = False,
    is_for_organizations: bool = False,
) -> str:
    """The manifest as text: YAML, or JSON.

    Args:
        mode: how Slack reaches Scribe.
        url: the public address of a Scribe that is reached over HTTP, without Scribe's own paths.
        as_json: as the Slack CLI wants it.
        is_for_many: any workspace may install the app, over HTTP; Slack then rotates its tokens.
        is_for_organizations: of `is_for_many`, also a whole organization of Enterprise Grid.

    Raises:
        BadAddress: HTTP without an address, or with one that Slack cannot send to.
    """
    text = MANIFEST.read_text("utf-8")
    if mode is Mode.SOCKET and not as_json:
        return text
    import yaml

    described = yaml.safe_load(text)
    if mode is Mode.HTTP:
        address = _checked(url)
        _reach(described, f"{address}{SLACK_PATH}")
        if is_for_many:
            _distribute(described, f"{address}{REDIRECT_PATH}")
        if is_for_many and is_for_organizations:
            described["settings"]["org_deploy_enabled"] = True
            described["settings"]["event_subscriptions"]["bot_events"] += OF_ORGANIZATIONS
    if as_json:
        return json.dumps(described, indent=2, ensure_ascii=False) + "\n"
    return yaml.safe_dump(described, sort_keys=False, allow_unicode=True, width=110)


def _reach(described: dict[str, Any], address: str) -> None:
    """Have Slack send everything to this address."""
    settings = described["settings"]
    settings["socket_mode_enabled"] = False
    settings["event_subscriptions"] = {"request_url": address, **settings["event_subscriptions"]}
    settings["interactivity"]["request_url"] = address
    for command in described["features"]["slash_commands"]:
        command["url"] = address


def _distribute(described: dict[str, Any], redirect_url: str) -> None:
    """Have Slack lead whoever installs the app to this address, and say when an installation ends."""
    described["oauth_config"] = {"redirect_urls": [redirect_url], **described["oauth_config"]}
    described["settings"]["event_subscriptions"]["bot_events"] += UNINSTALLED
    described["settings"]["token_rotation_enabled"] = True


def _checked(url: str | None) -> str:
    """The address without a slash at its end."""
    example = "for example --url https://scribe.example.com"
    if not url:
        raise BadAddress(f"In HTTP mode Slack must know where Scribe is: {example}")
    try:
        parts = urlsplit(url.strip())
        is_address = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, or a host that is no name
        is_address = False
    if (
        not is_address
        or parts.query
        or parts.fragment
        or parts.username
        or any(c.isspace() for c in url.strip())
    ):
        raise BadAddress(f"{url} is no address that Slack can send to; it begins with https://, {example}")
    return url.strip().rstrip("/").removesuffix(SLACK_PATH)
