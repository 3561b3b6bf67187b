"""What `scribe connect` says of routes: which there are, and which would take an alert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.markup import escape
from rich.table import Table

from bot.cli.shared import console, fail
from bot.incidents.alerts import Incoming, IncomingAlert
from bot.settings import OfflineSettings
from bot.settings.routes import MessageRule, Route
from bot.settings.routes.model import ATTACH, DECLARE, REMEMBER, SERVICE, Then, Words
from bot.text.of_programs import plain_words

ROUTES = "routes"
"""The word that stands for ROUTES_FILE where a hook is named."""
TODAYS = "no route"


def check_routes(settings: OfflineSettings) -> None:
    """Say that the file can be used; where it cannot, reading the settings has said why."""
    if not settings.routes_file:
        fail("There are no routes: ROUTES_FILE is not set. For example: ROUTES_FILE=/etc/scribe/routes.toml")
    found = settings.routes
    counts = f"{_counted(len(found.routes), 'route')}, {_counted(len(found.messages), 'rule')} of messages"
    console.print(f"[green]ok[/green]    {escape(settings.routes_file)}: {counts}.", soft_wrap=True)
    if any(route.invite for route in found.routes):
        console.print("note  `scribe doctor` asks Slack for those whom routes invite.", soft_wrap=True)


def show_routes(settings: OfflineSettings) -> None:
    """The routes in their order, after which today's rule of all comes."""
    if not settings.routes_file:
        return
    table = Table("line", "route", "takes", "then")
    for route in settings.routes.routes:
        table.add_row(str(route.line or ""), escape(route.name), escape(_takes(route)), escape(_does(route)))
    for rule in settings.routes.messages:
        does = f"an event of the timeline: {rule.becomes}"
        table.add_row(str(rule.line or ""), escape(rule.name), escape(_takes_of_message(rule)), does)
    grave = ", ".join(sorted(settings.alert_severity_names))
    table.add_row("", TODAYS, f"severity {escape(grave)}", "declares, or feeds the open one of its group")
    console.print(table)


def show_outcome(incoming: Incoming, settings: OfflineSettings) -> None:
    """Which route takes each alert of a delivery, and what it would do."""
    outcomes: dict[str, int] = {}
    for alert in incoming.alerts:
        route = settings.routes.route_of(incoming.source, alert)
        named = f"{_named(route)}: " if route else f"{TODAYS}: " if settings.routes_file else ""
        outcome = named + _outcome(incoming, alert, route, settings)
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    for outcome, count in outcomes.items():
        of_them = f" ({_counted(count, 'alert')})" if len(outcomes) > 1 else ""
        console.print(f"[bold]{escape(incoming.title)}[/bold]: {escape(outcome + of_them)}", soft_wrap=True)


def _outcome(incoming: Incoming, alert: IncomingAlert, route: Route | None, settings: OfflineSettings) -> str:
    if route is None:
        is_grave = alert.severity in settings.alert_severity_names
        return _own(alert.is_firing and is_grave, "")
    if route.then == REMEMBER:
        return "is only remembered"
    detail = _incident(route, route.title_for(incoming, alert))
    if route.then == DECLARE:
        return _own(alert.is_firing, detail)
    if route.to == SERVICE and not alert.service:
        where = "names no service, so"
        return f"{where} it {_own(alert.is_firing and route.declares, detail)}"
    place = f"service {alert.service}" if route.to == SERVICE else _channel(route.to)
    rest = _own(alert.is_firing and route.declares, detail)
    return f"feeds the open incident of {place}; where none is open, it {rest}"


def _own(declares: bool, detail: str) -> str:
    if declares:
        return f"declares an incident{detail}, or feeds the open one of its group"
    return "feeds the open incident of its group, else is remembered"


def _incident(route: Route, title: str | None) -> str:
    parts = [
        f"“{plain_words(title)}”" if title else "",
        f"of severity {route.as_severity}" if route.as_severity else "",
        f"inviting {', '.join(route.invite)}" if route.invite else "",
        f"drafted by {route.template}" if route.template else "",
    ]
    said = ", ".join(part for part in parts if part)
    return f" ({said})" if said else ""


def _does(route: Route) -> str:
    does: Mapping[Then, str] = {
        DECLARE: f"declares{_incident(route, route.title)}",
        ATTACH: f"attaches to {'its service' if route.to == SERVICE else _channel(route.to)}",
        REMEMBER: "only remembers",
    }
    rest = (
        f"; else declares{_incident(route, route.title)}" if route.then == ATTACH and route.declares else ""
    )
    return does[route.then] + rest


def _takes(route: Route) -> str:
    asked: list[tuple[str, Words]] = [
        ("source", route.source),
        ("severity", route.severity),
        ("service", route.service),
        *route.labels.items(),
    ]
    return _asked(asked) or "everything"


def _takes_of_message(rule: MessageRule) -> str:
    return _asked([("bot", rule.bot), ("channel", rule.channel), ("text", rule.text)])


def _asked(asked: Sequence[tuple[str, Words]]) -> str:
    return ", ".join(f"{name} {' | '.join(words)}" for name, words in asked if words)


def _named(route: Route) -> str:
    return f"{route.name}, line {route.line}" if route.line else route.name


def _channel(to: str) -> str:
    return to if to[:1] in "CG" and to.isupper() else f"#{to}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
