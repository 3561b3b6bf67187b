"""Reading what the record says about an incident, in one consistent snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import ts_of
from bot.incidents import intents
from bot.postmortem.gather.links import Address, addresses
from bot.text.rich_text import FORMATTED, SentText, may_be_rich
from storage import (
    action_items,
    alerts,
    changes,
    dismissals,
    history,
    imports,
    incidents,
    outbox,
    participation,
    postmortems,
    presence,
    readings,
    timeline,
    unread,
)
from storage.action_items import Found
from storage.alert_tables import AlertGroup
from storage.participation import Pause, ShownMessage, Speaker, Stretch
from storage.tables import (
    Absence,
    Incident,
    IncidentChange,
    Mark,
    Message,
    MessageVersion,
    Milestone,
    RoleHeld,
    StatedDuration,
    UnreadItem,
)
from storage.timeline import EventMessage, ShownLine
from storage.vocabulary import EventKind, IncidentStatus, MarkSection, MilestoneKind, Origin

MOST_ALERTS = 200
"""Messages of bots that are listed as alerts; further ones are only counted."""
DEPLOY_WORDS = ("deploy", "releas", "roll")
"""What every message about a deploy holds, and others too."""
MOST_DETECTIONS = 20
"""Messages of one kind that may be suggested as the detection, as those before are dismissed."""


@dataclass(frozen=True)
class Snapshot:
    """The rows a draft is made of, read in one transaction."""

    incident: Incident
    milestones: Mapping[MilestoneKind, Milestone]
    lines: Sequence[ShownLine]
    marked: Sequence[tuple[Mark, Message]]
    speakers: Sequence[Speaker] = ()
    """Who said something until the channel's next incident."""
    took_part: Sequence[Speaker] = ()
    """Who said something while the incident was open."""
    absences: Sequence[Absence] = ()
    recovered: Sequence[str] = ()
    is_unread: bool = False
    unread: Sequence[UnreadItem] = ()
    seen: int = 0
    deleted: int = 0
    silence: Pause | None = None
    marks_made: Mapping[str, int] = field(default_factory=dict)
    arrivals: Mapping[str, datetime] = field(default_factory=dict)
    addresses: Sequence[Address] = ()
    more_addresses: int = 0
    linking: Sequence[ShownMessage] = ()
    """The messages in which these addresses were first shared."""
    filing: Sequence[tuple[ShownMessage, Sequence[Mapping[str, object]]]] = ()
    of_bots: Sequence[ShownMessage] = ()
    bots_said: int = 0
    announced: Sequence[ShownMessage] = ()
    """What bots said that may be about a deploy."""
    earlier: Mapping[str, Sequence[MessageVersion]] = field(default_factory=dict)
    """What messages of apps said before, by their `ts`."""
    answers: Sequence[ShownMessage] = ()
    """What people said right after what may have been the detection."""
    changes: Sequence[IncidentChange] = ()
    roles: Sequence[RoleHeld] = ()
    stated: Sequence[StatedDuration] = ()
    dismissed: frozenset[str] = frozenset()
    items: Sequence[Found] = ()
    owner_id: str | None = None
    """Who owns the post-mortem."""
    alert_groups: Sequence[AlertGroup] = ()
    """The alerts that the team's tools told of it."""
    acknowledged_at: datetime | None = None
    """When somebody first acknowledged one of them in its tool."""
    origin: Origin | None = None
    """The tool that it was imported from."""
    threads: Mapping[str, str] = field(default_factory=dict)
    """The threads of the messages that milestones rest on, by the message's `ts`."""
    rich_texts: Mapping[int, SentText] = field(default_factory=dict)
    """How Slack showed messages, by the keys of their rows, as far as their text alone does not say."""

    def texts(self) -> list[str]:
        """Every Slack text that will be shown."""
        messages: list[Message | EventMessage] = [line.message for line in self.lines if line.message]
        messages += [message for _, message in self.marked]
        messages += [message for _, message in self.items if message]
        notes = [line.event.text or "" for line in self.lines]
        own = [self.incident.title, self.incident.conclusion or ""]
        items = [text or "" for item, _ in self.items for text in (item.text, item.done_when)]
        changed = [text or "" for change in self.changes for text in (change.old, change.new)]
        stated = [one.said for one in self.stated]
        bots = [one.text for one in (*self.of_bots, *self.announced)]
        bots += [one.text for texts in self.earlier.values() for one in texts]
        return [message.text for message in messages] + notes + own + items + changed + stated + bots

    def people(self) -> set[str]:
        """The ids of everybody who will be named."""
        ids = {self.incident.declared_by, self.incident.resolved_by, self.owner_id, *self.marks_made}
        ids |= {speaker.user_id for speaker in (*self.speakers, *self.took_part)}
        for line in self.lines:
            ids |= {line.event.author_id, line.message.user_id if line.message else None}
        ids |= {message.user_id for _, message in self.marked}
        ids |= {message.user_id for _, message in self.items if message}
        ids |= {milestone.stated_by for milestone in self.milestones.values()}
        ids |= {change.changed_by for change in self.changes}
        ids |= {user_id for role in self.roles for user_id in (role.user_id, role.given_by)}
        ids |= {stated.stated_by for stated in self.stated}
        for item, _ in self.items:
            ids |= {item.owner_id, item.added_by, item.closed_by}
        return {user_id for user_id in ids if user_id}


async def snapshot(session: AsyncSession, incident: Incident) -> Snapshot:
    """Everything of an incident that its draft shows; the caller's transaction makes it consistent."""
    found = await hints(session, incident)
    whole, during = await _stretches(session, found)
    resolved = found.milestones.get(MilestoneKind.RESOLVED)
    seen, deleted = await participation.counts(session, during)
    shared, more = addresses(await participation.with_links(session, during))
    evidence = [
        (milestone.channel_id, milestone.message_ts)
        for milestone in found.milestones.values()
        if milestone.channel_id and milestone.message_ts
    ]
    announced = await participation.of_bots_with(session, during, DEPLOY_WORDS)
    postmortem = await postmortems.of_incident(session, incident.pk)
    imported = await imports.of_incident(session, incident.pk)
    items = await action_items.standing(session, incident)
    return replace(
        found,
        rich_texts=await _rich_texts(session, replace(found, items=items)),
        earlier=await _earlier(session, replace(found, announced=announced)),
        speakers=await participation.speakers(session, whole),
        took_part=await participation.speakers(session, during),
        absences=await presence.absences(
            session,
            incident.team_id,
            incident.channel_id,
            since=min([incident.declared_at, *_start(found.milestones, [])]),
            until=resolved.at if resolved else None,
        ),
        recovered=await readings.recovered(session, incident, until_ts=whole.until_ts),
        is_unread=await outbox.is_open(session, intents.catch_up(incident.pk).key),
        unread=await unread.of_stretch(session, whole),
        seen=seen,
        deleted=deleted,
        silence=await participation.longest_silence(session, during),
        marks_made=await participation.marks_made(session, incident.pk),
        arrivals=await participation.arrivals(session, incident.team_id, incident.channel_id or ""),
        addresses=shared,
        more_addresses=more,
        linking=await participation.said_then(session, during, {one.ts for one in shared}),
        filing=await participation.with_files(session, during),
        announced=announced,
        changes=await changes.of_incident(session, incident.pk),
        roles=await changes.roles(session, incident.pk),
        stated=await changes.stated_durations(session, incident.pk),
        items=items,
        owner_id=postmortem.owner_id if postmortem else None,
        origin=imported.origin if imported else None,
        threads=await participation.threads_of(session, incident.team_id, evidence),
    )


async def hints(session: AsyncSession, incident: Incident) -> Snapshot:
    """What the suggestions of milestones are made from, and nothing more."""
    found = Snapshot(
        incident=incident,
        milestones=await incidents.milestones(session, incident.pk),
        lines=await timeline.shown(session, incident.pk),
        marked=await timeline.marked(session, incident.pk, without=MarkSection.TIMELINE),
        dismissed=await dismissals.of_incident(session, incident.pk),
        alert_groups=await alerts.of_incident(session, incident.pk),
        acknowledged_at=await alerts.acknowledged_at(session, incident.pk),
    )
    _, during = await _stretches(session, found)
    of_bots, bots_said = await participation.of_bots(session, during, limit=MOST_ALERTS)
    moments = {*_detections(found), *(bot.ts for bot in of_bots[:MOST_DETECTIONS])}
    answers = await participation.answers(session, during, sorted(moments))
    found = replace(found, of_bots=of_bots, bots_said=bots_said, answers=answers)
    return replace(found, earlier=await _earlier(session, found))


async def latest(session: AsyncSession, incident: Incident, most: int) -> Snapshot:
    """The last events of the timeline, with what their texts need to be shown, and nothing more."""
    lines = await timeline.shown(session, incident.pk, newest=most)
    found = Snapshot(incident=incident, milestones={}, lines=lines, marked=())
    return replace(
        found,
        rich_texts=await _rich_texts(session, found),
        earlier=await _earlier(session, found),
    )


async def _rich_texts(session: AsyncSession, found: Snapshot) -> dict[int, SentText]:
    """How Slack showed what stands in the draft, as far as something in it may have been formatted."""
    messages: list[Message | EventMessage] = [
        line.message for line in found.lines if line.message and line.event.text is None
    ]
    messages += [message for _, message in found.marked]
    messages += [message for item, message in found.items if message and item.text is None]
    texts = {one.pk: one.text for one in messages if FORMATTED.search(one.text)}
    sent = await timeline.payloads(session, texts)
    return {key: SentText(texts[key], message) for key, message in sent.items() if may_be_rich(message)}


async def _earlier(session: AsyncSession, found: Snapshot) -> dict[str, list[MessageVersion]]:
    """The earlier texts of what apps said."""
    incident = found.incident
    said: list[Message | EventMessage | ShownMessage] = [*found.of_bots, *found.announced]
    said += [line.message for line in found.lines if line.message]
    said += [message for _, message in found.marked]
    of_apps = {one.ts for one in said if one.bot_name}
    return await history.earlier_texts(session, incident.team_id, incident.channel_id or "", of_apps)


async def _stretches(session: AsyncSession, found: Snapshot) -> tuple[Stretch, Stretch]:
    """What was said until the channel's next incident, and what of it while the incident was open."""
    incident, resolved = found.incident, found.milestones.get(MilestoneKind.RESOLVED)
    over_at = resolved.at if resolved and incident.status != IncidentStatus.OPEN else None
    after = max(over_at, incident.declared_at) if over_at else None
    following = await incidents.next_in_channel(session, incident, after=after) if after else None
    heard = [line.message.ts for line in found.lines if line.message]
    heard += [message.ts for _, message in found.marked]
    whole = Stretch(
        incident.team_id,
        incident.channel_id or "",
        since_ts=min([*heard, ts_of(incident.declared_at)]),
        until_ts=ts_of(following.declared_at) if following else None,
    )
    started_at = min([incident.declared_at, *_start(found.milestones, found.lines)])
    # including a message that was said at the very moment of the resolution
    until_ts = ts_of(over_at) + "~" if over_at else whole.until_ts
    return whole, replace(whole, since_ts=ts_of(started_at), until_ts=until_ts)


def _start(milestones: Mapping[MilestoneKind, Milestone], lines: Sequence[ShownLine]) -> list[datetime]:
    """When the impact started: as stated, else the first event of the timeline."""
    stated = milestones.get(MilestoneKind.IMPACT_STARTED)
    return [stated.at] if stated else [line.event.occurred_at for line in lines[:1]]


def _detections(found: Snapshot) -> Iterator[str]:
    """The times of what may be the detection, as `ts`, without those of what bots said in the channel."""
    if MilestoneKind.DETECTED in found.milestones:
        yield ts_of(found.milestones[MilestoneKind.DETECTED].at)
    happened = {line.event.message_ts: line.event.occurred_at for line in found.lines}
    detecting = [message.ts for mark, message in found.marked if mark.section == MarkSection.DETECTED]
    for ts in detecting[:MOST_DETECTIONS]:
        yield ts_of(happened[ts]) if ts in happened else ts
    alerts = [line.event.occurred_at for line in found.lines if line.event.kind == EventKind.ALERT]
    yield from map(ts_of, alerts[:MOST_DETECTIONS])
