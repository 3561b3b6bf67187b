"""What must stand after a storm of alerts and tickets, and how it differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlmodel import col, select

from storage.alert_tables import Alert, AlertGroup
from storage.database import Database
from storage.postmortem_tables import ActionItem
from storage.tables import Incident
from storage.ticket_tables import Ticket
from storage.vocabulary import ActionItemState
from tests.e2e.storm.record import Record
from tests.e2e.storm.shown import key_of, posts
from tests.e2e.storm.told import Outcome
from tests.e2e.storm.tools import DROPPED, GROUPS, HERE, Item, Tools

CLOSED_AS = {ActionItemState.DONE: "completed", ActionItemState.DROPPED: "not_planned"}


@dataclass(frozen=True)
class ToolsRecord:
    """What the record holds of tools."""

    incidents: list[Incident]
    groups: list[AlertGroup]
    alerts: list[Alert]
    tickets: list[Ticket]
    items: dict[tuple[int, int], ActionItem]
    """By incident and number."""


async def read_tools(database: Database) -> ToolsRecord:
    """As it stands at this moment."""
    async with database.read() as session:
        items = list(await session.exec(select(ActionItem)))
        return ToolsRecord(
            list(await session.exec(select(Incident).order_by(col(Incident.id)))),
            list(await session.exec(select(AlertGroup))),
            list(await session.exec(select(Alert))),
            list(await session.exec(select(Ticket))),
            {(one.incident_id, one.number): one for one in items},
        )


def of_people(record: Record, bot: str) -> Record:
    """The record without the incidents that alerts declared, whose channels nobody speaks in."""
    incidents = [one for one in record.incidents if one.declared_by != bot]
    ids, channels = {one.id for one in incidents}, {one.channel_id for one in incidents}
    return replace(
        record,
        incidents=incidents,
        events=[one for one in record.events if one.channel_id in channels],
        messages={place: one for place, one in record.messages.items() if place[0] in channels},
        drafts=[one for one in record.drafts if one.incident_id in ids],
    )


def faults_of_tools(tools: Tools, record: ToolsRecord) -> list[str]:
    """Everything that is lost, doubled or contradicts itself, a line each."""
    return [*tools.faults, *_of_alerts(tools, record), *_of_tickets(tools, record)]


def _of_alerts(tools: Tools, record: ToolsRecord) -> Iterator[str]:
    workspace = tools.sandbox.workspace
    kept = Counter(one.alert_id for one in record.alerts)
    by_id = {one.alert_id: one for one in record.alerts}
    for name in GROUPS:
        for alert in tools.alerts[name]:
            if alert.is_firing is None:
                kept.pop(alert.name, None)
                continue
            if kept.pop(alert.name, 0) != 1:
                yield f"lost or doubled: alert {alert.name}, which was acknowledged"
            elif by_id[alert.name].is_firing != alert.is_firing:
                yield f"differs: alert {alert.name} is {'firing' if alert.is_firing else 'over'}, not so here"
    yield from (f"invented: alert {name}" for name in kept)
    declared = [one for one in record.incidents if one.declared_by == workspace.bot_user_id]
    fed = Counter(one.incident_id for one in record.groups)
    titles = Counter(one.title for one in declared)
    for name in GROUPS:
        if tools.alerts[name] and titles.pop(f"{name} is out of order", 0) != 1:
            yield f"lost or doubled: the incident of the alerts of {name}"
    yield from (f"invented: the incident {title!r}" for title in titles)
    for incident in declared:
        if fed[incident.id] != 1:
            yield f"differs: INC-{incident.number} is fed by {fed[incident.id]} groups"
        group = next((one for one in record.groups if one.incident_id == incident.id), None)
        told = [one for one in posts(workspace, incident.channel_id or "") if _tells(key_of(one))]
        if len(told) != 1:
            yield f"lost or doubled: INC-{incident.number} was told of its alert {len(told)} times"
        ids = [one for one in record.alerts if group and one.group_id == group.id]
        if group and (group.fired, group.firing) != (len(ids), sum(one.is_firing for one in ids)):
            yield f"differs: INC-{incident.number} counts {group.fired} alerts, {group.firing} of them firing"


def _tells(key: str) -> bool:
    return key.startswith("tell_alert:")


def _of_tickets(tools: Tools, record: ToolsRecord) -> Iterator[str]:
    kept = {one.number: one for one in record.tickets}
    remote = Counter(one.remote_id for one in record.tickets)
    for issue in tools.tracker.issues:
        if remote.pop(str(issue["number"]), 0) != 1:
            yield f"nobody's: the ticket {issue['number']} {issue['title']!r}"
    yield from (f"lost: the ticket {number}" for number in remote)
    for item in tools.items:
        made = [one for one in tools.tracker.issues if item.tag in one["title"]]
        ticket = kept.get(item.number)
        if len(made) > 1 or (item.asked is Outcome.DONE and not made):
            yield f"lost or doubled: {item} has {len(made)} tickets"
        if ticket and made:
            standing = record.items[ticket.incident_id, item.number]
            yield from _of_state(tools, item, standing, made[0]["state"], made[0]["state_reason"])
            yield from _of_text(item, standing, made[0]["title"], made[0]["body"])


def _of_text(item: Item, standing: ActionItem, title: str, body: str) -> Iterator[str]:
    """What it was changed to last stands in both places, and nothing else."""
    last = max(at for at, (_, outcome) in enumerate(item.said) if outcome is Outcome.DONE)
    able = [text for text, outcome in item.said[last:] if outcome is not Outcome.REFUSED]
    if standing.text not in able:
        yield f"lost: {item} reads {standing.text!r}"
    if title != standing.text or str(standing.text) not in body.replace("\\", ""):
        yield f"differs: {item} reads {standing.text!r}, its ticket {title!r} with {body!r}"


def _of_state(
    tools: Tools, item: Item, standing: ActionItem, state: str, reason: str | None
) -> Iterator[str]:
    """Who closes it in either place closes it in both."""
    there = {"open": ActionItemState.OPEN}.get(state)
    if there is None:
        there = next(one for one, said in CLOSED_AS.items() if said == reason)
    if standing.state != there:
        yield f"differs: {item} is {standing.state}, its ticket {state} as {reason}"
    wanted = ActionItemState(item.way.state) if item.way else ActionItemState.OPEN
    is_sure = item.way is None or item.closed is Outcome.DONE
    if is_sure and standing.state != wanted:
        yield f"differs: {item} is {standing.state}, and was to be {wanted}"
    said = f"Action item {item.number} of INC-"
    told = [
        one.text
        for one in posts(tools.sandbox.workspace, tools.channel)
        if key_of(one).startswith("tell_ticket:") and one.text.startswith(said)
    ]
    if len(told) != int(item.way is DROPPED):
        yield f"lost or doubled: the channel was told of {item}: {told}"
    if item.way is HERE and item.closed is Outcome.REFUSED and standing.state is not ActionItemState.OPEN:
        yield f"invented: {item} is {standing.state}"
