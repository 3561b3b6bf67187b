"""Every adapter there is, by the name of its hook."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.connect import (
    alertmanager,
    cloudevents,
    datadog,
    github,
    gitlab,
    grafana,
    jira,
    linear,
    opsgenie,
    pagerduty,
    sentry,
)
from bot.connect.adapter import Adapter
from bot.connect.errors import CannotConnect
from bot.connect.mapping import BadMapping, adapter_in
from bot.settings import OfflineSettings
from bot.settings.hooks import HookSettings
from bot.settings.routing import RoutingSettings
from bot.templates.parse import nearest
from bot.text.wildcard import is_like

SHIPPED: Mapping[str, Adapter] = {
    one.name: one
    for one in (
        alertmanager.ADAPTER,
        grafana.ADAPTER,
        datadog.ADAPTER,
        pagerduty.ADAPTER,
        opsgenie.OPSGENIE,
        opsgenie.JSM,
        sentry.ADAPTER,
        cloudevents.ADAPTER,
    )
}
"""Those that tell of alerts."""
OF_TRACKERS: Mapping[str, Adapter] = {
    one.name: one for one in (github.ADAPTER, jira.ADAPTER, linear.ADAPTER, gitlab.ADAPTER)
}
"""Those that tell of tickets, and some of them of deploys."""


def adapters(settings: HookSettings) -> Mapping[str, Adapter]:
    """The hooks there are, those of the team's own mappings among them.

    Raises:
        CannotConnect: some mappings cannot be used.
    """
    found, problems = {**SHIPPED, **OF_TRACKERS}, []
    for file in sorted(settings.hooks_folder.glob("*.toml")) if settings.hooks_folder else []:
        try:
            made = adapter_in(file)
        except BadMapping as problem:
            problems.append(f"HOOKS_DIR: {problem}")
            continue
        if made.name in SHIPPED or made.name in OF_TRACKERS:
            problems.append(
                f"HOOKS_DIR: {file} has the name of a hook that Scribe has itself; name it otherwise."
            )
        found[made.name] = made
    if problems:
        raise CannotConnect(problems)
    return found


def checked_adapters(settings: OfflineSettings) -> Mapping[str, Adapter]:
    """The hooks there are, if the routes ask for no others.

    Raises:
        CannotConnect: some mappings cannot be used, or routes name hooks that there are not.
    """
    found = adapters(settings)
    check_sources(settings, found)
    return found


def check_sources(settings: RoutingSettings, known: Mapping[str, Adapter]) -> None:
    """Whether each route asks for hooks that there are.

    Raises:
        CannotConnect: some do not, so that they would never take anything.
    """
    file = Path(settings.routes_file).name
    problems = [
        f"ROUTES_FILE: {file}, {route.name}: there is no hook {source!r}{nearest(source, known)}."
        for route in settings.routes.routes
        for source in route.source
        if not any(is_like(name, source) for name in known)
    ]
    if problems:
        raise CannotConnect([one.replace("?.", "?") for one in problems])
