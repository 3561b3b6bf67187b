"""Where new alerts go by the team's routes: with their group, to an open incident, or only to memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.alerts import STORM_TITLE, Incoming, IncomingAlert, News, told_once
from bot.settings.routes import Route, Routes
from bot.settings.routes.model import ATTACH, REMEMBER, SERVICE
from storage import alerts
from storage.alert_tables import Alert, AlertGroup
from storage.tables import Incident

ATTACHED, REMEMBERED, MANY = "\x1fattached:", "\x1fremembered", "\x1fmany:"
"""What marks the keys of parts of groups that go elsewhere; no sender's key holds their first character."""
MOST_LINES = 10
"""Groups of one tool that attach to an incident, each with its line; further ones are counted together."""
MOST_SERVICES = 20
"""Services that one incident is noted to be about."""


@dataclass(frozen=True)
class Calling:
    """An alert that is to declare an incident, and by which route; None: by today's rule of all."""

    alert: IncomingAlert
    route: Route | None


@dataclass
class Parts:
    """What is new of a delivery, by where it goes.

    `own` is what goes the way of its group, `calling` those of it that may declare, `attached` what feeds
    open incidents, by their keys, and `remembered` what feeds none whatever its group does.
    """

    own: News = field(default_factory=lambda: News([], [], []))
    calling: list[Calling] = field(default_factory=list)
    attached: dict[int, tuple[Incident, News]] = field(default_factory=dict)
    remembered: News = field(default_factory=lambda: News([], [], []))


async def parts_of(
    session: AsyncSession,
    team_id: str,
    incoming: Incoming,
    news: News,
    routes: Routes,
    calls: frozenset[str],
) -> Parts:
    """The parts of what is new; `calls` are the severities that declare where no route says anything.

    What an alert asks for that fires again, it asks for as it is told now.
    """
    found = Parts()
    told = told_once(incoming)
    open_in: dict[str, Incident | None] = {}
    graded = {one.alert_id for one in news.graded}
    heard: list[IncomingAlert | Alert] = [*news.new, *news.again]
    heard += [one for one in news.graded if one.incident_id is None]
    for one in heard:
        alert = told[one.alert_id]
        route = routes.route_of(incoming.source, alert)
        is_graded = one.alert_id in graded
        if route and route.then == REMEMBER:
            if not is_graded:
                _put(found.remembered, one)
            continue
        if route and route.then == ATTACH:
            place = f"#{alert.service or ''}" if route.to == SERVICE else route.to
            if place not in open_in:
                open_in[place] = await open_incident(session, team_id, route, alert)
            if incident := open_in[place]:
                part = found.attached.setdefault(incident.pk, (incident, News([], [], [])))[1]
                _put(part, one, is_graded=is_graded)
                continue
        is_grave = route.declares if route else (alert.severity or "") in calls
        if alert.is_firing and is_grave:
            found.calling.append(Calling(alert, route))
        elif is_graded:
            continue  # it stays where it is counted
        _put(found.own, one, is_graded=is_graded)
    return found


def _put(news: News, one: IncomingAlert | Alert, *, is_graded: bool = False) -> None:
    if isinstance(one, Alert) and is_graded:
        news.graded.append(one)
    elif isinstance(one, Alert):
        news.again.append(one)
    else:
        news.new.append(one)


async def bring(session: AsyncSession, group: AlertGroup, part: News) -> None:
    """Have alerts that got another severity, and are counted elsewhere so far, counted in this group."""
    away = [one for one in part.graded if one.group_id != group.pk]
    for old in (await alerts.groups_by_id(session, {one.group_id for one in away})).values():
        count = sum(one.group_id == old.pk for one in away)
        old.fired, old.firing = max(old.fired - count, 0), max(old.firing - count, 0)
        session.add(old)
    part.again.extend(away)


async def open_incident(
    session: AsyncSession, team_id: str, route: Route, alert: IncomingAlert
) -> Incident | None:
    """The one that a route attaches an alert to, if it is open."""
    if route.to != SERVICE:
        return await alerts.open_at(session, team_id, route.to)
    return await alerts.open_about(session, team_id, alert.service) if alert.service else None


def services_of(calling: Sequence[Calling]) -> list[str]:
    """The services that an incident is about which these alerts declare."""
    return list(dict.fromkeys(one.alert.service for one in calling if one.alert.service))[:MOST_SERVICES]


async def attached_group(
    session: AsyncSession, team_id: str, incoming: Incoming, incident: Incident, *, now: datetime
) -> tuple[AlertGroup, bool]:
    """The row that counts what attaches to an incident, and whether it is a new line there."""
    whole = await alerts.group(session, team_id, incoming.source, incoming.group_key)
    if whole and whole.incident_id == incident.pk:
        return whole, False
    key = f"{incoming.group_key}{ATTACHED}{incident.pk}"
    if found := await alerts.group(session, team_id, incoming.source, key):
        return found, False
    of_many = await alerts.lines_of(session, incident.pk, incoming.source) >= MOST_LINES
    if of_many:
        key = f"{MANY}{incident.pk}"
        if found := await alerts.group(session, team_id, incoming.source, key):
            return found, False
    title = STORM_TITLE if of_many else incoming.title
    link = None if of_many else incoming.link
    return await _make(session, team_id, incoming, key, title, link, incident_id=incident.pk, now=now), True


async def remembered_group(
    session: AsyncSession, team_id: str, incoming: Incoming, *, now: datetime
) -> AlertGroup:
    """The row of those that feed nothing."""
    key = f"{incoming.group_key}{REMEMBERED}"
    found = await alerts.group(session, team_id, incoming.source, key)
    return found or await _make(
        session, team_id, incoming, key, incoming.title, incoming.link, incident_id=None, now=now
    )


async def _make(
    session: AsyncSession,
    team_id: str,
    incoming: Incoming,
    key: str,
    title: str,
    link: str | None,
    *,
    incident_id: int | None,
    now: datetime,
) -> AlertGroup:
    made = AlertGroup(
        team_id=team_id,
        source=incoming.source,
        group_key=key,
        incident_id=incident_id,
        title=title,
        link=link,
        heard_at=now,
    )
    session.add(made)
    await session.flush()
    return made


def without_hidden(incoming: Incoming) -> Incoming:
    """The same for a further part of it: what the sender left out is counted once."""
    return replace(incoming, hidden=0)
