"""What alerts do to incidents: they declare one, feed the one that is open, or are only remembered.

Alerts count once for each time they fire, by their sender's own id, and belong together as the sender has it:
a storm of a thousand in one group is one incident and one line on its timeline that says how many.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.text.of_programs import linked
from storage import alerts, incidents, outbox, timeline
from storage.alert_tables import Alert, AlertGroup
from storage.tables import Incident, TimelineEvent
from storage.vocabulary import EventKind, EventSource, IncidentStatus, MilestoneKind

MOST_EPISODES = 10
"""Lines that one group may have on a timeline: one that goes on flapping adds no more."""
STORM = "\x1fstorm:"
"""How the key of what is counted together begins in a storm; no sender's key holds this character."""
STORM_LASTS = timedelta(minutes=10)
"""Groups go on being counted together until none of them was heard of for so long."""
STORM_TITLE = "alerts of other groups, too many at once for an incident each"
AHEAD = timedelta(days=1)
"""By how much a sender's clock may be ahead, or its zone off; a time beyond that counts as none."""
AFRESH_AFTER = timedelta(minutes=1)
"""How long after its end was heard of an alert without a start fires again; before that it comes late."""


@dataclass(frozen=True)
class IncomingAlert:
    """One alert as its sender tells it now.

    `alert_id` names it, whenever it fires; what began after it had ended fires again, and without
    `started_at` what is told to fire some time after its end was. `title` is Slack text, `severity` a word
    of the sender's in lower case, `link` leads to its page. Without `started_at` it began when it was first
    heard of. `labels` and `service`, what is in trouble, are plain text and not stored as such; the service
    is in lower case. One that `is_moment` is told again and again and may never be told to have ended: what
    is told after the incident that it fed was over fires again.
    """

    alert_id: str
    title: str
    is_firing: bool
    started_at: datetime | None = None
    ended_at: datetime | None = None
    severity: str | None = None
    link: str | None = None
    service: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    is_moment: bool = False


@dataclass(frozen=True)
class IncomingNote:
    """What somebody did about an alert in the sender's tool: acknowledged it, wrote a note, gave it away.

    `note_id` names it, however often it is told; `text` is Slack text. Without `at` it happened when it was
    heard of.
    """

    note_id: str
    alert_id: str
    text: str
    kind: EventKind = EventKind.ALERT
    at: datetime | None = None
    is_acknowledgement: bool = False
    """Somebody says by it that they take care of the alert."""


@dataclass(frozen=True)
class Incoming:
    """What a tool told at once: alerts of one group, by the sender's own key of it.

    `source` names the hook, `sender` the tool as people know it. `hidden` are alerts that it counts and does
    not name. `notes` may be about alerts that are not told of here.
    """

    source: str
    sender: str
    group_key: str
    title: str
    alerts: Sequence[IncomingAlert]
    link: str | None = None
    hidden: int = 0
    notes: Sequence[IncomingNote] = ()


@dataclass(frozen=True)
class News:
    """What of a delivery was not known before."""

    new: list[IncomingAlert]
    again: list[Alert]
    """They had ended, and began anew after that."""
    ended: list[Alert]
    graded: list[Alert] = field(default_factory=list)
    """They go on firing, with another severity."""


def together(told: Sequence[Incoming]) -> list[Incoming]:
    """Deliveries of the same group as one, as long as none tells of an alert that one before it told of."""
    found: list[Incoming] = []
    places: dict[tuple[str, str], int] = {}
    ids: dict[int, set[str]] = {}
    for one in told:
        key, own = (one.source, one.group_key), {alert.alert_id for alert in one.alerts}
        place = places.get(key)
        if place is None or ids[place] & own:
            places[key] = len(found)
            ids[len(found)] = own
            found.append(one)
            continue
        ids[place] |= own
        before = found[place]
        found[place] = replace(
            before,
            alerts=[*before.alerts, *one.alerts],
            hidden=max(before.hidden, one.hidden),
            notes=[*before.notes, *one.notes],
        )
    return found


def without_times_ahead(incoming: Incoming, now: datetime) -> Incoming:
    """The same without times that no alert can have yet: its sender's clock is wrong.

    Kept, such an end would be later than whatever fires once the clock is right.
    """

    def known(at: datetime | None) -> datetime | None:
        return None if at and at > now + AHEAD else at

    return replace(
        incoming,
        alerts=[
            replace(one, started_at=known(one.started_at), ended_at=known(one.ended_at))
            for one in incoming.alerts
        ],
    )


def told_once(incoming: Incoming) -> Mapping[str, IncomingAlert]:
    """Each alert by its id; told to fire and to have ended at once, it has ended, unless it began again."""
    told: dict[str, IncomingAlert] = {}
    for one in incoming.alerts:
        before = told.get(one.alert_id)
        if before is None or (not one.is_firing and not _follows(before, one)) or _follows(one, before):
            told[one.alert_id] = one
    return told


def _follows(one: IncomingAlert, ended: IncomingAlert) -> bool:
    """Whether one alert began after another had ended."""
    if not one.is_firing or ended.is_firing or one.started_at is None or ended.ended_at is None:
        return False
    return one.started_at > ended.ended_at


async def news(session: AsyncSession, team_id: str, incoming: Incoming, *, now: datetime) -> News:
    """What is new of it.

    An alert that has ended fires no more, unless it began again after that: what comes late changes nothing,
    nor does the end of an earlier firing end the present one. Where nobody says when it began, what is told
    some time after its end is no longer late.
    """
    told = told_once(incoming)
    known = await alerts.known(session, team_id, incoming.source, told.keys())
    over = await _fed_what_is_over(session, told, known.values())
    ended, again, graded = [], [], []
    for alert in known.values():
        now_told = told[alert.alert_id]
        has_ended = alert.is_firing and not now_told.is_firing and not _is_late(alert, now_told)
        if has_ended:
            alert.is_firing = False
            alert.ended_at = now_told.ended_at or now
            ended.append(alert)
        began = now_told.started_at
        ended_at = over.get(alert.alert_id) if alert.is_firing else alert.ended_at
        if began is None and not alert.is_firing and now - alert.heard_at >= AFRESH_AFTER:
            began = max(now, (alert.ended_at or now) + timedelta.resolution)
        is_again = bool(now_told.is_firing and ended_at and began and began > ended_at)
        fires_since = alert.ended_at or alert.started_at
        is_later = bool(now_told.is_firing and alert.is_firing and began and began > fires_since)
        if is_again:
            assert began is not None
            alert.is_firing, alert.started_at = True, began
            again.append(alert)
        if is_again or is_later:
            alert.ended_at = began
        severity = now_told.severity
        is_graded = bool(now_told.is_firing and alert.is_firing and severity and severity != alert.severity)
        if is_graded:
            alert.severity = severity
            if not is_again:
                graded.append(alert)
        if has_ended or is_again or is_later or is_graded or now - alert.heard_at > alerts.HEARD_AGAIN_AFTER:
            alert.heard_at = now
            session.add(alert)
    return News([one for one in told.values() if one.alert_id not in known], again, ended, graded)


def _is_late(alert: Alert, ended: IncomingAlert) -> bool:
    """Whether the end that is told now is of an earlier firing than the present one."""
    at = ended.ended_at or ended.started_at
    return bool(alert.ended_at and at and at < alert.ended_at)


async def _fed_what_is_over(
    session: AsyncSession, told: Mapping[str, IncomingAlert], known: Iterable[Alert]
) -> Mapping[str, datetime]:
    """Those moments that still fire, as far as their sender says, and whose incident is over: since when."""
    known_alerts = list(known)
    fed = {
        one.alert_id: one.incident_id
        for one in known_alerts
        if told[one.alert_id].is_moment and one.is_firing and one.incident_id is not None
    }
    resolved: dict[int, datetime | None] = {}
    for one in set(fed.values()):
        if (await incidents.by_id(session, one)).status != IncidentStatus.OPEN:
            ended = (await incidents.milestones(session, one)).get(MilestoneKind.RESOLVED)
            resolved[one] = ended.at if ended else None
    began = {one.alert_id: one.started_at for one in known_alerts}
    return {
        alert_id: max(began[alert_id], resolved[one] or began[alert_id])
        for alert_id, one in fed.items()
        if one in resolved
    }


async def group_for(
    session: AsyncSession, team_id: str, incoming: Incoming, *, now: datetime
) -> tuple[AlertGroup, Incident | None]:
    """The group's row that new alerts go to, and the open incident that it feeds, if it does."""
    found = await alerts.group(session, team_id, incoming.source, incoming.group_key)
    incident = await incidents.by_id(session, found.incident_id) if found and found.incident_id else None
    if found and (incident is None or incident.status == IncidentStatus.OPEN):
        return found, incident
    made = AlertGroup(
        team_id=team_id,
        source=incoming.source,
        group_key=incoming.group_key,
        title=incoming.title,
        link=incoming.link,
        heard_at=now,
    )
    session.add(made)
    await session.flush()
    return made, None


async def storm_of(
    session: AsyncSession, team_id: str, incoming: Incoming, *, declared_by: str, now: datetime, is_new: bool
) -> tuple[AlertGroup, Incident] | None:
    """What counts the groups together that are too many for an incident each, while that goes on.

    `is_new`: it may begin now, in the incident that an alert declared last.
    """
    incident = await alerts.newest_fed(session, team_id, incoming.source, declared_by=declared_by)
    if incident is None:
        return None
    found = await alerts.group(session, team_id, incoming.source, f"{STORM}{incident.pk}")
    if found is not None and (is_new or now - found.heard_at <= STORM_LASTS):
        return found, incident
    if not is_new:
        return None
    made = AlertGroup(
        team_id=team_id,
        source=incoming.source,
        group_key=f"{STORM}{incident.pk}",
        incident_id=incident.pk,
        title=STORM_TITLE,
        heard_at=now,
    )
    session.add(made)
    await session.flush()
    return made, incident


async def add(
    session: AsyncSession, group: AlertGroup, incoming: Incoming, found: News, *, now: datetime
) -> None:
    """Count in their group alerts that are new or began again."""
    new, again = found.new, found.again
    firing = sum(one.is_firing for one in new) + len(again)
    if firing and group.resolved_number is not None and group.firing == 0:
        group.episodes += 1
        if group.episodes < MOST_EPISODES:
            group.event_number = group.resolved_number = group.told = None
            group.fired = 0
    group.fired += len(new) + len(again)
    group.firing += firing
    group.hidden = max(group.hidden, incoming.hidden)
    group.heard_at = now
    session.add(group)
    for alert in again:
        alert.group_id, alert.incident_id = group.pk, group.incident_id
        session.add(alert)
    session.add_all(
        Alert(
            team_id=group.team_id,
            source=group.source,
            alert_id=one.alert_id,
            group_id=group.pk,
            incident_id=group.incident_id,
            title=one.title,
            severity=one.severity,
            link=one.link,
            started_at=one.started_at or now,
            ended_at=None if one.is_firing else one.ended_at or now,
            is_firing=one.is_firing,
            heard_at=now,
        )
        for one in new
    )
    await session.flush()


async def end(
    session: AsyncSession, ended: Sequence[Alert], groups: Mapping[int, AlertGroup], *, now: datetime
) -> None:
    """Count alerts that have ended in the groups that they were counted in."""
    for alert in ended:
        group = groups[alert.group_id]
        group.firing = max(group.firing - 1, 0)
        group.heard_at = now
        if group.firing == 0:
            group.resolved_at = min(
                max(alert.ended_at or now, group.resolved_at or alert.ended_at or now), now
            )
        session.add(group)


async def put_on_timeline(
    session: AsyncSession, incident: Incident, group: AlertGroup, sender: str, *, by: str, now: datetime
) -> None:
    """Have the incident's timeline say how many alerts of a group fire, and when all of them have ended."""
    if incident.status == IncidentStatus.CANCELLED:
        return
    text = firing_line(group, sender)
    if group.event_number is None:
        began = await alerts.earliest(session, group.pk) or now
        group.event_number = await event(session, incident, text, min(began, now), by=by, now=now)
        group.told = text
    elif group.told != text:
        line = await timeline.by_number(session, incident.pk, group.event_number)
        if line and line.event.text == group.told:  # what people made of it is theirs
            line.event.text = text
            session.add(line.event)
            group.told = text
    if group.firing == 0 and group.resolved_number is None:
        at = min(group.resolved_at or now, now)
        said = resolved_line(group, sender)
        group.resolved_number = await event(session, incident, said, at, by=by, now=now)
        asks = [intents.suggest_milestone(incident.pk, MilestoneKind.MITIGATED)]
        await outbox.ask(session, asks, asked_at=now)
    session.add(group)


async def event(
    session: AsyncSession,
    incident: Incident,
    text: str,
    at: datetime,
    *,
    by: str,
    now: datetime,
    kind: EventKind = EventKind.ALERT,
) -> int:
    """Put what a tool told onto the timeline; returns the number of the event."""
    number = await timeline.next_number(session, incident)
    session.add(
        TimelineEvent(
            incident_id=incident.pk,
            team_id=incident.team_id,
            number=number,
            kind=kind,
            source=EventSource.HOOK,
            occurred_at=at,
            recorded_at=now,
            text=text,
            added_by=by,
            is_explicit=True,
        )
    )
    await session.flush()
    return number


def firing_line(group: AlertGroup, sender: str) -> str:
    """`12 alerts from Alertmanager: Checkout fails (the first)`, as Slack text."""
    parts = [f"{_count(group.fired)} from {sender}: {group.title}"]
    if group.link:
        parts.append(f"({linked('its page' if group.fired == 1 else 'the first one’s page', group.link)})")
    if group.hidden:
        parts.append(f"and {group.hidden} more that it left out")
    if group.episodes >= MOST_EPISODES:
        parts.append(f"(it fired again {group.episodes - MOST_EPISODES + 1} times since)")
    return " ".join(parts)


def resolved_line(group: AlertGroup, sender: str) -> str:
    """What stands on the timeline when the last one has ended."""
    what = "The alert" if group.fired == 1 else f"All {_count(group.fired)}"
    return f"{what} from {sender} resolved: {group.title}"


def _count(many: int) -> str:
    return "1 alert" if many == 1 else f"{many:,} alerts"


def ended_at(groups: Sequence[AlertGroup]) -> datetime | None:
    """When the last alert of an incident ended; None while one of them fires."""
    if not groups or any(group.firing for group in groups):
        return None
    return max((group.resolved_at for group in groups if group.resolved_at), default=None)
