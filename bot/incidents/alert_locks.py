"""The timelines that alerts are put on are locked before the first of them is written, in one order."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import routing
from bot.incidents.alerts import Incoming, told_once
from bot.settings.routes import Routes
from bot.settings.routes.model import ATTACH
from storage import alerts, incidents, timeline
from storage.tables import Incident


async def take_timelines(
    session: AsyncSession, team_id: str, told: Sequence[Incoming], routes: Routes, *, declared_by: str
) -> None:
    """Lock the timelines of the incidents that these deliveries may concern.

    Deliveries come in any order, and timelines that two transactions lock in different orders make them wait
    for each other. Those of incidents that are declared meanwhile are nobody else's yet.
    """
    ids: set[int] = set()
    found: dict[int, Incident] = {}
    for incoming in told:
        about = {one.alert_id for one in incoming.alerts} | {one.alert_id for one in incoming.notes}
        known = await alerts.known(session, team_id, incoming.source, about)
        ids |= {one.incident_id for one in known.values() if one.incident_id is not None}
        group = await alerts.group(session, team_id, incoming.source, incoming.group_key)
        if group and group.incident_id is not None:
            ids.add(group.incident_id)
        for alert in told_once(incoming).values():
            route = routes.route_of(incoming.source, alert)
            if route and route.then == ATTACH:
                attached = await routing.open_incident(session, team_id, route, alert)
                found.update({attached.pk: attached} if attached else {})
    for source in {one.source for one in told}:
        fed = await alerts.newest_fed(session, team_id, source, declared_by=declared_by)
        found.update({fed.pk: fed} if fed else {})
    for one in ids - found.keys():
        found[one] = await incidents.by_id(session, one)
    await timeline.take_all(session, found.values())
