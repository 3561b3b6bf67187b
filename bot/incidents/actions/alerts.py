"""Taking what an alert manager told: in one transaction, each alert once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import alert_notes, intents, watch
from bot.incidents import alerts as rules
from bot.incidents.actor import Actor
from bot.incidents.alerts import Incoming, IncomingAlert
from bot.incidents.declare import Declaration, declare
from bot.incidents.errors import TooManyDeclared
from bot.incidents.severity import NoSuchSeverity, read_severity
from bot.incidents.unit_of_work import UnitOfWork
from bot.settings.team import ALERT
from storage import alerts, incidents, outbox
from storage.alert_tables import Alert, AlertGroup
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
        taken = [await _take(work, session, incoming) for incoming in rules.together(told)]
    return Taken(
        frozenset(one for each in taken for one in each.news),
        tuple(number for each in taken for number in each.declared),
    )


async def _take(work: UnitOfWork, session: AsyncSession, incoming: Incoming) -> Taken:
    now, team_id, by = work.clock.now(), work.workspace.team_id, work.workspace.bot_user_id
    news = await rules.news(session, team_id, incoming, now=now)
    touched: dict[int, tuple[AlertGroup, Incident | None]] = {}
    declared: tuple[int, ...] = ()
    graded = [one for one in news.graded if one.incident_id is None and _calls(work, one)]
    if news.new or news.again or graded:
        group, incident = await rules.group_for(session, team_id, incoming, now=now)
        heard: list[IncomingAlert | Alert] = [*news.new, *news.again, *graded]
        first = next((one for one in heard if _calls(work, one)), None)
        if incident is None and first:
            group, incident, is_declared = await _declare(work, session, incoming, first, group)
            declared = (incident.number,) if incident and is_declared else ()
        await rules.add(session, group, incoming, news, now=now)
        touched[group.pk] = group, incident
    if news.ended:
        groups = await alerts.groups_by_id(session, {one.group_id for one in news.ended})
        for group in groups.values():
            fed = await incidents.by_id(session, group.incident_id) if group.incident_id else None
            touched.setdefault(group.pk, (group, fed))
        await rules.end(session, news.ended, {key: group for key, (group, _) in touched.items()}, now=now)
    for group, fed in touched.values():
        if fed is not None:
            await rules.put_on_timeline(session, fed, group, incoming.sender, by=by, now=now)
    ids = {one.alert_id for one in news.new}
    ids |= {one.alert_id for one in (*news.again, *news.ended, *news.graded)}
    ids |= await alert_notes.take(session, team_id, incoming, by=by, now=now)
    return Taken(frozenset((incoming.source, one) for one in ids), declared)


def _calls(work: UnitOfWork, alert: IncomingAlert | Alert) -> bool:
    """Whether an alert is grave enough to declare an incident."""
    return alert.is_firing and (alert.severity or "") in work.settings.alert_severity_names


async def _declare(
    work: UnitOfWork,
    session: AsyncSession,
    incoming: Incoming,
    first: IncomingAlert | Alert,
    group: AlertGroup,
) -> tuple[AlertGroup, Incident | None, bool]:
    """Declare an incident that these alerts feed; in a storm of groups they feed the last one together."""
    now, team_id, by = work.clock.now(), work.workspace.team_id, work.workspace.bot_user_id
    storm = await rules.storm_of(session, team_id, incoming, declared_by=by, now=now, is_new=False)
    if storm:
        return *storm, False
    declaration = Declaration(
        team_id=team_id,
        channel_id="",
        channel_name="",
        user_id=by,
        title=incoming.title,
        is_here=False,
        severity=_severity(work, first),
        is_private=False,
        is_announced=bool(work.settings.announce_channel),
        is_by_person=False,
    )
    prefix = work.settings.incident_channel_prefix
    try:
        incident = await declare(session, declaration, now=now, prefix=prefix)
    except TooManyDeclared:
        storm = await rules.storm_of(session, team_id, incoming, declared_by=by, now=now, is_new=True)
        return (*storm, False) if storm else (group, None, False)
    await alerts.feed(session, group, incident.pk)
    asks = [intents.tell_alert(incident.pk, group.pk)]
    asks += [
        intents.invite_responders(incident.pk, why, now)
        for why in (ALERT, incident.severity)
        if why and work.settings.invited_for(why)
    ]
    await outbox.ask(session, asks, asked_at=now)
    await watch.begin(session, incident, work.settings, now=now)
    work.note(session, Actor(incoming.sender, team_id, "", door=Door.HOOK), "declare", incident)
    return group, incident, True


def _severity(work: UnitOfWork, alert: IncomingAlert | Alert) -> str | None:
    """The severity of the incident, where the team has one of the alert's name; else nobody gave one yet."""
    try:
        return read_severity(alert.severity or "", work.settings.severity_names)
    except NoSuchSeverity:
        return None
