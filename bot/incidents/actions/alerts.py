"""Taking what an alert manager told: in one transaction, each alert once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import alert_notes, deploys, intents, routing, watch
from bot.incidents import alerts as rules
from bot.incidents.actor import Actor
from bot.incidents.alert_locks import take_timelines
from bot.incidents.alerts import Incoming, IncomingAlert
from bot.incidents.declare import Declaration, declare
from bot.incidents.errors import TooManyDeclared
from bot.incidents.routing import Calling
from bot.incidents.severity import NoSuchSeverity, read_severity
from bot.incidents.unit_of_work import UnitOfWork
from bot.settings.team import ALERT
from storage import alerts, incidents, outbox
from storage.alert_tables import AlertGroup
from storage.tables import Incident
from storage.vocabulary import Door


@dataclass(frozen=True)
class Taken:
    """What came of deliveries: the alerts and notes that were news, by source and id, and the incidents."""

    news: frozenset[tuple[str, str]] = frozenset()
    declared: tuple[int, ...] = ()

    def of(self, told: Sequence[Incoming]) -> Taken:
        """What of it came of some of these deliveries."""
        ids = {(one.source, alert.alert_id) for one in told for alert in one.alerts}
        ids |= {(one.source, note.note_id) for one in told for note in one.notes}
        return Taken(self.news & ids, self.declared)


async def take_alerts(work: UnitOfWork, told: Sequence[Incoming]) -> Taken:
    """Put alerts on the record in one transaction; what is told again changes nothing, whoever tells it."""
    async with work.database.write() as session:
        await alerts.take(session, work.workspace.team_id)
        deliveries = rules.together(told)
        await take_timelines(
            session,
            work.workspace.team_id,
            deliveries,
            work.settings.routes,
            declared_by=work.workspace.bot_user_id,
        )
        taken = [await _take(work, session, incoming) for incoming in deliveries]
    return Taken(
        frozenset(one for each in taken for one in each.news),
        tuple(number for each in taken for number in each.declared),
    )


async def _take(work: UnitOfWork, session: AsyncSession, incoming: Incoming) -> Taken:
    now, team_id, by = work.clock.now(), work.workspace.team_id, work.workspace.bot_user_id
    # whoever sends it knows no other time than the system's, also where an incident of the past is replayed
    incoming = rules.without_times_ahead(incoming, max(now, work.clock.system()))
    news = await rules.news(session, team_id, incoming, now=now)
    touched: dict[int, tuple[AlertGroup, Incident | None]] = {}
    declared: tuple[int, ...] = ()
    if news.new or news.again or news.graded:
        calls = work.settings.alert_severity_names
        parts = await routing.parts_of(session, team_id, incoming, news, work.settings.routes, calls)
        rest = incoming
        if parts.own.new or parts.own.again or parts.calling:
            group, incident = await rules.group_for(session, team_id, incoming, now=now)
            if incident is None and parts.calling:
                group, incident, is_declared = await _declare(work, session, incoming, parts.calling, group)
                declared = (incident.number,) if incident and is_declared else ()
            await routing.bring(session, group, parts.own)
            await rules.add(session, group, rest, parts.own, now=now)
            touched[group.pk] = group, incident
            rest = routing.without_hidden(incoming)
        for fed, part in parts.attached.values():
            group, is_new = await routing.attached_group(session, team_id, incoming, fed, now=now)
            await routing.bring(session, group, part)
            await rules.add(session, group, rest, part, now=now)
            touched[group.pk] = group, fed
            rest = routing.without_hidden(incoming)
            if is_new:
                await outbox.ask(
                    session, [intents.tell_alert(fed.pk, group.pk, is_attached=True)], asked_at=now
                )
        if parts.remembered.new or parts.remembered.again:
            group = await routing.remembered_group(session, team_id, incoming, now=now)
            await rules.add(session, group, rest, parts.remembered, now=now)
            touched[group.pk] = group, None
    if news.ended:
        groups = await alerts.groups_by_id(session, {one.group_id for one in news.ended})
        for group in groups.values():
            ending = await incidents.by_id(session, group.incident_id) if group.incident_id else None
            touched.setdefault(group.pk, (group, ending))
        await rules.end(session, news.ended, {key: group for key, (group, _) in touched.items()}, now=now)
    for group, told_to in touched.values():
        if told_to is not None:
            await rules.put_on_timeline(session, told_to, group, incoming.sender, by=by, now=now)
    ids = {one.alert_id for one in news.new}
    ids |= {one.alert_id for one in (*news.again, *news.ended, *news.graded)}
    ids |= await alert_notes.take(session, team_id, incoming, by=by, now=now)
    return Taken(frozenset((incoming.source, one) for one in ids), declared)


async def _declare(
    work: UnitOfWork,
    session: AsyncSession,
    incoming: Incoming,
    calling: Sequence[Calling],
    group: AlertGroup,
) -> tuple[AlertGroup, Incident, bool]:
    """Declare an incident that these alerts feed, as the first one's route says.

    In a storm of groups they feed the last one together.
    """
    now, team_id, by = work.clock.now(), work.workspace.team_id, work.workspace.bot_user_id
    storm = await rules.storm_of(session, team_id, incoming, declared_by=by, now=now, is_new=False)
    if storm:
        return *storm, False
    first, route = calling[0].alert, calling[0].route
    severity = route.as_severity if route and route.as_severity else _severity(work, first)
    title = route.title_for(incoming, first) if route else None
    declaration = Declaration(
        team_id=team_id,
        channel_id="",
        channel_name="",
        user_id=by,
        title=title or incoming.title,
        is_here=False,
        severity=severity,
        is_private=False,
        is_announced=bool(work.settings.announce_channel),
        is_by_person=False,
        template=route.template if route else None,
    )
    prefix = work.settings.incident_channel_prefix
    try:
        incident = await declare(session, declaration, now=now, prefix=prefix)
    except TooManyDeclared:
        storm = await rules.storm_of(session, team_id, incoming, declared_by=by, now=now, is_new=True)
        if storm:
            return *storm, False
        # no incident of this tool's is open that it could feed, and what is grave calls somebody all the same
        incident = await declare(session, replace(declaration, is_paced=False), now=now, prefix=prefix)
    await alerts.feed(session, group, incident.pk)
    await alerts.concern(session, incident.pk, routing.services_of(calling))
    asks = [intents.tell_alert(incident.pk, group.pk)]
    asks += [
        intents.invite_responders(incident.pk, why, now)
        for why in (ALERT, incident.severity)
        if why and work.settings.invited_for(why)
    ]
    if route and route.invite:
        asks.append(intents.invite_routed(incident.pk, route.name, route.invite, now))
    await outbox.ask(session, asks, asked_at=now)
    await watch.begin(session, incident, work.settings, now=now)
    await deploys.offer(session, incident, work.settings, now=now)
    work.note(session, Actor(incoming.sender, team_id, "", door=Door.HOOK), "declare", incident)
    return group, incident, True


def _severity(work: UnitOfWork, alert: IncomingAlert) -> str | None:
    """The severity of the incident, where the team has one of the alert's name; else nobody gave one yet."""
    try:
        return read_severity(alert.severity or "", work.settings.severity_names)
    except NoSuchSeverity:
        return None
