"""What happens to an incident's channel: renamed, archived, brought back, given another id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import audiences, homes, intents, live_timeline
from storage import channels, drafts, outbox
from storage.changes import note, of_incident, take
from storage.outbox import NewIntent
from storage.tables import Absence, Incident
from storage.vocabulary import ChangeKind, IncidentStatus, IntentName, Unreachable


@dataclass(frozen=True)
class Shown:
    """What Slack shows of a channel, as far as it says; `by` is who changed it, or Scribe, which read it."""

    by: str
    is_private: bool | None = None
    is_ext_shared: bool | None = None


def shown_in(channel: Mapping[str, Any], *, by: str) -> Shown:
    """What a conversation object says (docs.slack.dev/reference/objects/conversation-object).

    A channel that another company is only invited to counts as shared: they may be in it the next moment.
    What Slack leaves out it does not say: nothing private becomes public by an answer without the word.
    """
    is_private = channel.get("is_private")
    if any(channel.get(name) is True for name in ("is_group", "is_mpim", "is_im")):
        is_private = True
    shared = [channel.get(name) for name in ("is_ext_shared", "is_pending_ext_shared")]
    is_shared = True if True in shared else False if False in shared else None
    return Shown(by, is_private if isinstance(is_private, bool) else None, is_shared)


async def renamed(session: AsyncSession, team_id: str, channel_id: str, name: str) -> None:
    """The record calls the channel what people call it."""
    for incident in await channels.incidents_of(session, team_id, channel_id):
        incident.channel_name = name
        session.add(incident)


async def archived(session: AsyncSession, team_id: str, channel_id: str, *, now: datetime) -> None:
    """Nothing can be posted there any more, and nothing happens that could be missed."""
    for incident in await channels.incidents_of(session, team_id, channel_id):
        if not incident.is_archived and incident.status == IncidentStatus.OPEN:
            await outbox.ask(
                session, [intents.tell_unreachable(incident.pk, Unreachable.ARCHIVED, now)], asked_at=now
            )
        incident.is_archived = True
        session.add(incident)


async def lost(
    session: AsyncSession, team_id: str, channel_id: str, because: Unreachable, *, now: datetime
) -> None:
    """Scribe hears nothing of the channel from now on; whoever leads an open incident there is told."""
    for incident in await channels.incidents_of(session, team_id, channel_id):
        if incident.unreachable_because in (because, Unreachable.DELETED):
            continue
        is_news = incident.unreachable_since is None or because == Unreachable.DELETED
        incident.unreachable_since = incident.unreachable_since or now
        incident.unreachable_because = because if is_news else incident.unreachable_because
        session.add(incident)
        if is_news and incident.status == IncidentStatus.OPEN:
            await outbox.ask(session, [intents.tell_unreachable(incident.pk, because, now)], asked_at=now)


async def reached(session: AsyncSession, team_id: str, channel_id: str, *, now: datetime) -> None:
    """Scribe hears of the channel again; that it did not until now is kept as an absence."""
    since = []
    for incident in await channels.incidents_of(session, team_id, channel_id):
        if incident.unreachable_since:
            since.append(incident.unreachable_since)
            incident.unreachable_since = incident.unreachable_because = None
            session.add(incident)
    if since:
        session.add(Absence(team_id=team_id, channel_id=channel_id, since=min(since), until=now))


@dataclass(frozen=True)
class Place:
    """An incident's channel as an answer calls it, and whether Scribe can write there."""

    called: str
    is_reachable: bool = True


def place_of(incident: Incident, said_in: str) -> Place:
    """The incident's channel, for an answer that is read in the channel `said_in`."""
    because = unreachable_because(incident)
    called = "this channel" if incident.channel_id == said_in else f"<#{incident.channel_id}>"
    if incident.channel_id is None or because == Unreachable.DELETED:
        called = "its channel"
    return Place(called, because is None)


def unreachable_because(incident: Incident) -> Unreachable | None:
    """Why nothing more of the incident's channel comes onto the record, if so."""
    return incident.unreachable_because or (Unreachable.ARCHIVED if incident.is_archived else None)


async def brought_back(session: AsyncSession, team_id: str, channel_id: str, *, now: datetime) -> None:
    """An archived channel is open again: what waited for that goes on."""
    for incident in await channels.incidents_of(session, team_id, channel_id):
        incident.is_archived = False
        session.add(incident)
        await outbox.ask(session, await overdue(session, incident), asked_at=now)


async def changed_id(session: AsyncSession, team_id: str, old: str, new: str, *, now: datetime) -> None:
    """Slack gave the channel another id, as it may when a channel is shared with another company.

    docs.slack.dev/reference/events/channel_id_changed. What happened under the new id before this was heard
    is caught up.
    """
    withdrawn = await channels.withdraw(session, team_id, old)
    asks: list[NewIntent] = []
    for incident in await channels.change_id(session, team_id, old, new):
        asks.append(intents.catch_up(incident.pk))
    for kind, (_, _, ts) in withdrawn:
        about = intents.confirm_mark if kind is IntentName.CONFIRM_MARK else intents.fetch_message
        asks.append(about((team_id, new, ts)))
    await outbox.ask(session, asks, asked_at=now)


async def seen(session: AsyncSession, team_id: str, channel_id: str, shown: Shown, *, now: datetime) -> None:
    """The record says of a channel what Slack shows of it now, and the channel is told what that changes.

    What the record shows elsewhere follows at once, since that is asked when something is shown; files and
    texts follow by `update_copies`.
    """
    found = await channels.incidents_of(session, team_id, channel_id)
    if shown.is_private is not None:
        await _follow_privacy(session, found, shown.is_private, shown.by, now)
    if shown.is_ext_shared is not None:
        for incident in found:
            if shown.is_ext_shared != incident.is_ext_shared:
                await take(session, incident)
            became_shared = shown.is_ext_shared and not incident.is_ext_shared
            incident.is_ext_shared, incident.channel_seen_at = shown.is_ext_shared, now
            session.add(incident)
            if became_shared:
                await live_timeline.end(session, incident.pk, now=now)
                await outbox.ask(session, await audiences.to_ask(session, incident), asked_at=now)


async def _follow_privacy(
    session: AsyncSession, found: Sequence[Incident], is_private: bool, by: str, now: datetime
) -> None:
    changed = [one for one in found if one.is_private != is_private]
    for incident in changed:
        await take(session, incident)
        old, new = _privacy(is_private=incident.is_private), _privacy(is_private=is_private)
        note(session, incident.pk, ChangeKind.PRIVACY, old, new, by=by, at=now)
        incident.is_private = is_private
        incident.is_announced = incident.is_announced and not is_private
        session.add(incident)
    if changed:
        newest = changed[-1].pk
        times = len(await of_incident(session, newest, ChangeKind.PRIVACY))
        asks = [intents.update_copies(newest), intents.tell_privacy(newest, times)]
        if is_private:
            asks += [intents.withdraw_announcement(incident.pk, times) for incident in changed]
        await outbox.ask(session, asks, asked_at=now)
        await homes.follow(session, changed[-1].team_id, now, is_secret=is_private)


def _privacy(*, is_private: bool) -> str:
    return "private" if is_private else "public"


async def overdue(session: AsyncSession, incident: Incident) -> list[NewIntent]:
    """What an incident's channel must be told or asked, now that Scribe can reach it (again)."""
    asks = [intents.catch_up(incident.pk)]
    if not incident.summary_ts:
        asks.append(intents.refresh_summary(incident.pk))
    asks += [
        intents.deliver_draft(incident.pk, draft.pk, None)
        for draft in await drafts.undelivered(session, incident.pk)
    ]
    asks += [
        intents.update_thread(incident.pk, draft.pk)
        for draft in await drafts.in_threads(session, incident.pk)
    ]
    return asks
