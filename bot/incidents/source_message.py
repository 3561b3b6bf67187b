"""A message that somebody takes onto a record by its menu, out of whichever channel it stands in.

A message of the incident's own channel goes onto its record like one that was marked. One of another public
channel does too, if Scribe is in that channel and so hears when it is edited or deleted: it then belongs to
the incident that took it. Of any other message, and wherever the incident is private or its channel is shared
with another company, nothing is copied, neither its text nor who said it: the record holds a link, which
Slack opens for those who may read it there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import said_at, ts_of
from bot.incidents import intents
from bot.incidents import timeline as rules
from bot.incidents.declare import is_private
from bot.incidents.errors import NoSuchMessage, ScribeError
from bot.incidents.message_events import ReactionChanged
from bot.incidents.record import CHOSEN, Recording
from bot.text.permalink import permalink
from bot.text.when import Moment
from storage import action_items, channels, outbox, taken, timeline
from storage.postmortem_tables import ActionItem
from storage.record import MessageKey, RecordState, load_span, load_state, write_changes
from storage.tables import Incident, Message, TimelineEvent
from storage.vocabulary import EventKind, MarkSection

PRIVATELY, GONE = "a private channel", "a channel that was deleted"
"""What a link calls the channel of a message that stands in none that everybody may read."""


class OwnMessage(ScribeError):
    """Scribe said it, so that it is nobody's evidence."""

    def __init__(self) -> None:
        super().__init__(
            "I said that myself, so it is no evidence of what happened. Choose the message it is about, or "
            "say for example `/timeline add 14:05 Rolled back`."
        )


class LinkAlone(ScribeError):
    """Of the message nothing may be copied, so that no section of a post-mortem can hold it."""

    def __init__(self) -> None:
        super().__init__(
            "A post-mortem can't quote this message: it stands in a private channel, or in one that I am not "
            "in, or the incident is private. *Add to timeline* puts a link to it on the record."
        )


@dataclass(frozen=True)
class SourceMessage:
    """Where the message is; `channel_name` is as Slack tells it with a command.

    `is_followed`: it is in a public channel in which Scribe hears of edits and deletions.
    """

    channel_id: str
    channel_name: str
    ts: str
    thread_ts: str | None = None
    is_bots: bool = False
    is_followed: bool = False

    @property
    def is_private(self) -> bool:
        """Whether not everybody may read it where it stands."""
        return self.channel_id.startswith("D") or is_private(self.channel_id, self.channel_name)

    def link(self, workspace_url: str) -> str:
        return permalink(workspace_url, self.channel_id, self.ts, self.thread_ts)

    def follow_up(self, workspace_url: str) -> str:
        """An action item that holds none of its words."""
        return f"Follow up on <{self.link(workspace_url)}|this message>"


@dataclass(frozen=True)
class Taken:
    """The event that stands for a message, and whether it did before."""

    event: TimelineEvent
    stood_before: bool


async def may_copy(session: AsyncSession, incident: Incident, source: SourceMessage) -> bool:
    """Whether the message itself may go onto the incident's record, and not a link to it alone.

    In a channel that keeps or kept an incident messages belong to that one.
    """
    if source.channel_id == incident.channel_id:
        return True
    if source.is_private or not source.is_followed or incident.is_private or incident.is_ext_shared:
        return False
    return not await channels.incidents_of(session, incident.team_id, source.channel_id)


async def take(
    session: AsyncSession,
    incident: Incident,
    source: SourceMessage,
    workspace_url: str,
    *,
    text: str | None = None,
    by: str,
    now: datetime,
) -> Taken:
    """Put the message on the timeline at the moment it was said, or a note that links to it.

    `text` are the words of a note; None: it says that there is a message.

    Raises:
        NoSuchMessage: it was deleted in Slack.
        StandsElsewhere: it is on the timeline of another incident of the channel.
    """
    await timeline.take(session, incident)
    if not await may_copy(session, incident, source):
        link = source.link(workspace_url)
        standing = await timeline.with_text(session, incident.pk, f"<{link}|")
        if standing:
            return Taken(standing, stood_before=True)
        event = await _note(session, incident, source, link, text, by=by, now=now)
        return Taken(event, stood_before=False)
    key = (incident.team_id, source.channel_id, source.ts)
    await ensure_known(session, key, source, now)
    before = await timeline.of_message(session, key)
    stood_before = before is not None and before.removed_at is None
    event = await rules.add_message(
        session, incident, source.ts, by=by, now=now, channel_id=source.channel_id, is_alert=source.is_bots
    )
    return Taken(event, stood_before)


async def mark(
    session: AsyncSession,
    incident: Incident,
    source: SourceMessage,
    section: MarkSection,
    recording: Recording,
    *,
    by: str,
    now: datetime,
) -> None:
    """Put the message into a section, as a reaction of this person does; a second time changes nothing.

    Raises:
        NoSuchMessage: it was deleted in Slack.
        LinkAlone: nothing of it may be copied.
    """
    if not await may_copy(session, incident, source):
        raise LinkAlone
    key = (incident.team_id, source.channel_id, source.ts)
    await ensure_known(session, key, source, now)
    connection = await session.connection()
    state: RecordState = await connection.run_sync(load_state, [key])
    if key[:2] not in state.incidents:
        state.taken[key] = await connection.run_sync(load_span, incident.pk)
    chosen = ReactionChanged(key, by, f"{CHOSEN}{section}", ts_of(now), is_set=True)
    await connection.run_sync(write_changes, recording.decide(state, [chosen]), now)


async def make_item(
    session: AsyncSession,
    incident: Incident,
    source: SourceMessage,
    item: ActionItem,
    recording: Recording,
    workspace_url: str,
    *,
    is_as_said: bool,
    by: str,
    now: datetime,
) -> None:
    """Have an action item stand on the message, if that may go onto the record; then its words may follow.

    The message is marked as one, so that it stays on the record and is followed. Where it may not be copied,
    or another item stands on it already, this one says what somebody wrote, else links to it alone: nothing
    would follow the message's words.

    Raises:
        NoSuchMessage: it was deleted in Slack.
    """
    is_taken = await action_items.of_message(session, incident.pk, source.channel_id, source.ts)
    if is_taken or not await may_copy(session, incident, source):
        item.text = source.follow_up(workspace_url) if is_as_said else item.text
        session.add(item)
        return
    await mark(session, incident, source, MarkSection.ACTION_ITEM, recording, by=by, now=now)
    item.channel_id, item.message_ts = source.channel_id, source.ts
    item.text = None if is_as_said else item.text
    session.add(item)
    await session.flush()


async def withdraw(
    session: AsyncSession, team_id: str, channel_id: str, where: str, workspace_url: str, *, now: datetime
) -> None:
    """Of a channel's messages that incidents elsewhere took, a link alone stays.

    It became private, or Scribe hears of it no more, and so not of what is edited and deleted there either.
    `where` is what the link calls it.
    """
    for message in await taken.of_channel(session, team_id, channel_id):
        link = permalink(workspace_url, channel_id, message.ts, message.thread_ts)
        text = f"See the <{link}|message> in {where}"
        touched = await taken.leave_link(session, message, text)
        asks = [intents.update_copies(incident_id) for incident_id in sorted(touched)]
        await outbox.ask(session, asks, asked_at=now)


async def ensure_known(session: AsyncSession, key: MessageKey, source: SourceMessage, now: datetime) -> None:
    """Have the message read from Slack, unless it is on the record.

    Raises:
        NoSuchMessage: it was deleted in Slack.
    """
    known = await timeline.message(session, key)
    if known and known.deleted_ts:
        raise NoSuchMessage
    if known is None:
        team_id, channel_id, ts = key
        session.add(
            Message(
                team_id=team_id,
                channel_id=channel_id,
                ts=ts,
                thread_ts=source.thread_ts,
                version_ts=ts,
                is_known=False,
            )
        )
        await session.flush()
    if known is None or not known.is_known:
        await outbox.ask(session, [intents.fetch_message(key)], asked_at=now)


async def _note(
    session: AsyncSession,
    incident: Incident,
    source: SourceMessage,
    link: str,
    text: str | None,
    *,
    by: str,
    now: datetime,
) -> TimelineEvent:
    where = PRIVATELY if source.is_private else f"<#{source.channel_id}>"
    said = f"{text} (<{link}|message>)" if text else f"See the <{link}|message> in {where}"
    event = await rules.add(session, incident, Moment(said_at(source.ts)), said, by=by, now=now)
    if source.is_bots:
        event.kind = EventKind.ALERT
        session.add(event)
    return event
