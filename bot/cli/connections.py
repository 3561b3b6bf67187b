"""What `scribe connect` looks at and shows: hooks, trackers, places for post-mortems, status pages."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from rich.markup import escape
from rich.table import Table

from bot.cli.connect_page import check_page_host
from bot.cli.connect_routes import ROUTES, check_routes, show_outcome, show_routes
from bot.cli.connect_tracker import check_status_page, check_tracker
from bot.cli.shared import console, fail, offline, online
from bot.connect import cloudevents, datadog
from bot.connect.adapter import Adapter, Delivery, DeploysTold, Dropped, TicketsTold, Unreadable
from bot.connect.errors import CannotConnect
from bot.connect.mapping import BadMapping, adapter_in
from bot.connect.registry import OF_TRACKERS, checked_adapters
from bot.incidents.alerts import Incoming
from bot.incidents.deploys import IncomingDeploy, is_deploy
from bot.settings import OfflineSettings
from bot.settings.hooks import SIGNED
from bot.settings.pages import PAGE_HOSTS
from bot.settings.status_pages import STATUS_PAGES
from bot.settings.trackers import TRACKERS
from bot.transports import HTTP_PORT

S = TypeVar("S", bound=OfflineSettings)
WITHIN = 5.0
"""Seconds to wait for the Scribe that runs."""


def show_all(workspace: str | None) -> None:
    """Which tools can tell Scribe of alerts and deploys, and at which address."""
    settings = _settings(offline(), workspace)
    table = Table("hook", "tool", "address", "state")
    for name, adapter in _adapters(settings).items():
        table.add_row(name, escape(adapter.sender), f"POST {_path(name, workspace)}", _state(settings, name))
    for one in settings.trackers:
        table.add_row(one.name, one.title, escape(one.project), "on: files tickets")
    for host in settings.page_hosts:
        table.add_row(host.name, host.title, escape(host.place), "on: takes published post-mortems")
    for page in settings.status_pages:
        table.add_row(page.name, page.title, escape(page.place), "on: posts what somebody presses for")
    console.print(table)
    show_routes(settings)


def check_one(name: str, workspace: str | None) -> None:
    """Ask whether a token works, or whether the Scribe that runs here takes what a tool sends."""
    if name in STATUS_PAGES:
        check_status_page(name, _settings(offline(), workspace))
        return
    if name in TRACKERS:
        known = _settings(offline(), workspace)
        if not _tells_only(known, name):
            check_tracker(name, known)
            return
    if name in PAGE_HOSTS:
        check_page_host(name, _settings(offline(), workspace))
        return
    if name == ROUTES:
        known = _settings(offline(), workspace)
        _adapters(known)
        check_routes(known)
        return
    settings = _settings(online(), workspace)
    _named(name, settings)
    if not _is_open(settings, name):
        fail(
            f"{name} is off: HOOKS_TOKEN is not set"
            + (f", and {SIGNED[name].upper()} neither." if name in SIGNED else ".")
        )
    port = HTTP_PORT if settings.port is None else settings.port
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.listen_on, settings.listen_on)
    status = _ask(host, port, _path(name, workspace), settings.hooks_token)
    if status is None:
        fail(f"Nothing answers on {host} port {port}: is `scribe run` running with these settings?")
    if _is_signed(settings, name):
        is_well, told = status == 401, f"refuses what is not signed by the secret in {SIGNED[name].upper()}"
    else:
        is_well, told = status in (200, 400), "takes the token of HOOKS_TOKEN"
    if not is_well:
        fail(f"Scribe on {host} port {port} answered {status}: does it run with this HOOKS_TOKEN?")
    console.print(f"[green]ok[/green]    {name}: Scribe on {host} port {port} {told}.", soft_wrap=True)
    if not settings.announce_channel and not settings.invite.get("alert"):
        console.print(
            "note  Nobody is told of what an alert declares: set INVITE_ALERT or ANNOUNCE_CHANNEL.",
            soft_wrap=True,
        )


def try_one(what: str, payload: Path | None, workspace: str | None) -> None:
    """What would come of a delivery; without a `payload`, of the example that the adapter has."""
    settings = _settings(offline(), workspace)
    try:
        adapter = adapter_in(Path(what)) if what.endswith(".toml") else _named(what, settings)
    except BadMapping as problem:
        fail(str(problem))
    try:
        body = payload.read_bytes() if payload else json.dumps(adapter.example).encode()
    except OSError as problem:
        fail(f"{payload} cannot be read ({problem.strerror}).")
    if payload is None and not adapter.example:
        fail(f"Say what it sends, for example: scribe connect try {what} payload.json")
    kind = (
        {"content-type": cloudevents.STRUCTURED} if adapter.name == "cloudevents" and payload is None else {}
    )
    try:
        told = adapter.read(Delivery(kind, body))
    except Dropped as why:
        console.print(escape(str(why)), soft_wrap=True)
        return
    except Unreadable as why:
        fail(str(why))
    if isinstance(told, TicketsTold):
        for seen in told.seen:
            console.print(f"{escape(seen.key)} is {seen.state}: its action item, if it has one, follows.")
        return
    if isinstance(told, DeploysTold):
        _show_deploys(told.deploys, settings)
        told = told.alerts
    _show(told, settings)
    if adapter.name == "datadog" and payload is None:
        console.print("The payload to paste into Datadog's webhook:")
        console.print_json(json.dumps(datadog.TEMPLATE))


def _show(told: Sequence[Incoming], settings: OfflineSettings) -> None:
    for incoming in told:
        if not incoming.alerts:
            console.print(f"[bold]{escape(incoming.title)}[/bold]: what was done about it", soft_wrap=True)
            _show_notes(incoming)
            continue
        show_outcome(incoming, settings)
        console.print(f"group {escape(incoming.group_key)}", soft_wrap=True)
        table = Table("id", "state", "severity", "service", "labels", "began", "title", "link")
        for one in incoming.alerts:
            table.add_row(
                *(
                    escape(cell)
                    for cell in (
                        one.alert_id,
                        "fires" if one.is_firing else "ended",
                        one.severity or "",
                        one.service or "",
                        ", ".join(f"{name}={value}" for name, value in one.labels.items()),
                        f"{one.started_at:%Y-%m-%d %H:%M:%S}" if one.started_at else "when it comes",
                        one.title,
                        one.link or "",
                    )
                )
            )
        console.print(table)
        _show_notes(incoming)


def _show_notes(incoming: Incoming) -> None:
    for note in incoming.notes:
        console.print(f"on the timeline of the incident that it feeds: {escape(note.text)}", soft_wrap=True)


def _show_deploys(told: Sequence[IncomingDeploy], settings: OfflineSettings) -> None:
    table = Table("id", "what", "version", "environment", "state", "by", "link")
    for one in told:
        cells = (one.deploy_id, one.service, one.version, one.environment, one.state, one.who, one.link)
        table.add_row(*(escape(cell or "") for cell in cells))
    console.print("[bold]Remembered as deployed[/bold]", soft_wrap=True)
    console.print(table)
    if not all(is_deploy(one, settings.deploy_workflow_words) for one in told):
        console.print(
            "note  Passed over are runs whose names hold no word of DEPLOY_WORKFLOWS: "
            f"{escape(', '.join(sorted(settings.deploy_workflow_words)))}.",
            soft_wrap=True,
        )


def _settings(settings: S, workspace: str | None) -> S:
    """Those of a workspace, where one is named."""
    if workspace is None:
        return settings
    if workspace not in settings.own:
        known = ", ".join(settings.own) or "none"
        fail(f"WORKSPACES_FILE has no table of {workspace!r}. There are: {known}.")
    return settings.own[workspace]


def _path(name: str, workspace: str | None) -> str:
    return f"/hooks/{workspace}/{name}" if workspace else f"/hooks/{name}"


def _adapters(settings: OfflineSettings) -> Mapping[str, Adapter]:
    try:
        return checked_adapters(settings)
    except CannotConnect as problem:
        fail(*problem.lines)


def _named(name: str, settings: OfflineSettings) -> Adapter:
    known = _adapters(settings)
    if name not in known:
        fail(
            f"{name!r} is no hook. There are {', '.join(known)}. For example: scribe connect try alertmanager"
        )
    return known[name]


def _is_open(settings: OfflineSettings, name: str) -> bool:
    if name in OF_TRACKERS:
        return _is_signed(settings, name)
    return bool(settings.hooks_token) or _is_signed(settings, name)


def _tells_only(settings: OfflineSettings, name: str) -> bool:
    """Whether a tracker takes no tickets here, and tells of deploys by its webhook."""
    return _is_open(settings, name) and name not in {one.name for one in settings.trackers}


def _is_signed(settings: OfflineSettings, name: str) -> bool:
    return name in SIGNED and bool(getattr(settings, SIGNED[name]))


def _state(settings: OfflineSettings, name: str) -> str:
    if _is_open(settings, name):
        return "open, signed" if _is_signed(settings, name) else "open, by the token"
    return f"{SIGNED[name].upper() if name in OF_TRACKERS else 'HOOKS_TOKEN'} is not set"


def _ask(host: str, port: int, path: str, token: str) -> int | None:
    """The status that is answered to a delivery without an alert; None where nothing answers."""
    connection = http.client.HTTPConnection(host, port, timeout=WITHIN)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    empty: Any = {"version": "4", "groupKey": "check", "alerts": []}
    try:
        connection.request("POST", path, json.dumps(empty), headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
