"""Reading an incident's channel again: what was missed, and what became of what was heard.

Events are best effort: Slack gives up on one after a while, and nobody hears them while Scribe is away. So
the record is compared with what Slack shows now. What is new is written at once; where the two differ, the
message is read again by itself before the record changes (docs/decisions/0015).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy import Connection
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import ts_of
from bot.incidents import channels, topics
from bot.incidents.message_events import MessageEvent, MessageReread
from bot.metrics import CAUGHT_UP
from bot.slack.calls import Refused
from bot.slack.catch_up.comparing import Known, Place, compare, has_changed
from bot.slack.catch_up.elsewhere import follow_elsewhere
from bot.slack.catch_up.reading import MessageNotShown, Page, Reader, Unread, just_before
from bot.slack.intents import subject
from bot.slack.message_events import is_unreadable, spoken_in
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from bot.text.well_formed import table, text
from storage import incidents, readings, unread
from storage import timeline as stored
from storage.outbox import PendingIntent
from storage.record import load_state, write_changes
from storage.tables import Incident, Mark, UnreadItem
from storage.vocabulary import IncidentStatus, IntentName, MilestoneKind, Unreachable

log = structlog.get_logger()

UNSTATED = timedelta(hours=1)
"""How far before the declaration to look for marks when nobody said since when."""

NOT_READABLE = {"not_in_channel": Unreachable.REMOVED, "channel_not_found": Unreachable.HIDDEN}
"""What the refusal of a channel that could be read before says of it."""

FIRST_TS = "0000000000.000000"


async def catch_up(services: Services, intent: PendingIntent) -> OnSent | None:
    """Bring the record of the incident's channel up to what Slack shows, from the start of the impact on.

    A mark put on an old reply shows nowhere but in its thread, so a thorough reading reads every thread; any
    other those alone that have changed as far as the channel shows, and those that are on the record. A
    channel that Scribe may not read leaves the intent refused; a draft says so. What cannot be read of a
    channel is passed over, and named there too.
    """
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        started = (await incidents.milestones(session, incident.pk)).get(MilestoneKind.IMPACT_STARTED)
        earliest = await readings.earliest_on_record(session, incident)
    await follow_elsewhere(services, incident)
    if not incident.channel_id or incident.is_archived or incident.status == IncidentStatus.CANCELLED:
        return None
    stated = started.at if started else incident.declared_at - UNSTATED
    since = ts_of(min(stated, incident.declared_at, incident.read_since or stated))
    if earliest and earliest <= since:
        since = just_before(earliest)
    days = services.settings.retention_days
    kept_since = ts_of(services.clock.now() - timedelta(days=days)) if days else FIRST_TS
    is_thorough = bool(intent.subject.get("is_thorough", True))
    if is_thorough:
        await _look_at_channel(services, incident, incident.channel_id)
    reading = _Catching(services, incident, incident.channel_id, kept_since, is_thorough=is_thorough)
    try:
        await reading.everything(max(since, kept_since))
    except Refused as refusal:
        because = NOT_READABLE.get(refusal.error)
        if because and incident.summary_ts:  # Scribe was a member before, and no event said it was removed
            now = services.clock.now()
            async with services.database.write() as session:
                await channels.lost(session, incident.team_id, incident.channel_id, because, now=now)
        raise
    return _read_again(services, incident, incident.channel_id, reading.note())


def _read_again(
    services: Services, incident: Incident, channel_id: str, note: OnSent | None
) -> OnSent | None:
    """The note of a reading, and that the channel can be read, where it could not be."""
    if incident.unreachable_since is None:
        return note

    async def reached(session: AsyncSession) -> None:
        await channels.reached(session, incident.team_id, channel_id, now=services.clock.now())
        if note:
            await note(session)

    return reached


async def _look_at_channel(services: Services, incident: Incident, channel_id: str) -> None:
    """See what became of the channel while Scribe was away: private, public, with another topic."""
    try:
        channel = (await services.slack.call("conversations_info", channel=channel_id))["channel"]
    except Refused:
        return  # reading its history is refused as well, and says why
    shown = channels.shown_in(channel, by=services.workspace.bot_user_id)
    async with services.database.write() as session:
        now = services.clock.now()
        await channels.seen(session, incident.team_id, channel_id, shown, now=now)
        topic = table(table(channel).get("topic"))
        by = text(topic.get("creator"))
        if by and by != services.workspace.bot_user_id:
            said = text(topic.get("value"))
            await topics.set_by_people(session, incident.team_id, channel_id, said, by, now=now)


class _Catching:
    """One channel being compared with the record, page by page."""

    def __init__(
        self, services: Services, incident: Incident, channel_id: str, kept_since: str, *, is_thorough: bool
    ) -> None:
        self._services = services
        self._is_thorough = is_thorough
        self._unread: list[Unread] = []
        self._reader = Reader(services, channel_id)
        self._place = Place(
            team_id=incident.team_id,
            channel_id=channel_id,
            bot_user_id=services.workspace.bot_user_id,
            bot_id=services.workspace.bot_id,
            heard_since=ts_of(incident.declared_at),
            kept_since=kept_since,
            section_of=services.recording.section_of,
        )

    async def everything(self, since: str) -> None:
        """The channel since then, its threads, and older threads that the record knows replies of."""
        async for page in self._reader.history(since):
            await self._take(page)
            for root_ts in await self._threads_of(page):
                await self._take_thread(root_ts)
        for root_ts in await self._older_threads(since):
            await self._take_thread(root_ts)

    def note(self) -> OnSent | None:
        """What could not be read: all of it after a thorough reading, what is new after any other."""
        place, found = self._place, list(dict.fromkeys(self._unread))
        if found:
            log.warning(
                "catch_up.unreadable",
                channel=place.channel_id,
                count=len(found),
                items=[(item.ts, item.why) for item in found],
            )
        elif not self._is_thorough:
            return None
        now = self._services.clock.now()
        rows = [
            UnreadItem(
                team_id=place.team_id,
                channel_id=place.channel_id,
                ts=item.ts,
                is_near=item.is_near,
                why=item.why,
                noticed_at=now,
            )
            for item in found
        ]

        async def note(session: AsyncSession) -> None:
            await unread.note(session, place.team_id, place.channel_id, rows, are_all=self._is_thorough)

        return note

    async def _threads_of(self, page: Page) -> list[str]:
        """The threads of a page's time that are to be read."""
        roots = {str(m["ts"]): m for m in page.messages if m.get("reply_count") or m.get("latest_reply")}
        team_id, channel_id = self._place.team_id, self._place.channel_id
        async with self._services.database.read() as session:
            known = await readings.roots(session, team_id, channel_id, after=page.after, until=page.until)
            threads = await readings.threads(session, team_id, channel_id, roots.keys() | known)
        if self._is_thorough:
            return sorted(roots.keys() | known)
        changed = {ts for ts, root in roots.items() if has_changed(root, threads.get(ts))}
        on_record = {ts for ts, thread in threads.items() if thread.is_on_record}
        return sorted((known - roots.keys()) | changed | on_record)

    async def _older_threads(self, since: str) -> list[str]:
        team_id, channel_id = self._place.team_id, self._place.channel_id
        async with self._services.database.read() as session:
            known = await readings.roots(session, team_id, channel_id, after=None, until=since)
            if self._is_thorough:
                return sorted(known)
            threads = await readings.threads(session, team_id, channel_id, known)
        return sorted(ts for ts, thread in threads.items() if thread.is_on_record)

    async def _take_thread(self, root_ts: str) -> None:
        async for page in self._reader.thread(root_ts):
            await self._take(page, thread_ts=root_ts)

    async def _take(self, page: Page, *, thread_ts: str | None = None) -> None:
        self._unread += page.unread
        known = await self._known(page, thread_ts)
        differences = compare(page, known, self._place, ts_of(self._services.clock.now()))
        await self._write_all(differences.news)
        for ts in sorted(differences.disputed):
            await self._read_again(ts)

    async def _known(self, page: Page, thread_ts: str | None) -> Known:
        team_id, channel_id = self._place.team_id, self._place.channel_id
        shown = {str(message["ts"]) for message in page.messages}
        async with self._services.database.read() as session:
            rows = await readings.said_between(
                session, team_id, channel_id, after=page.after, until=page.until, thread_ts=thread_ts
            )
            messages = {row.ts: row for row in rows}
            others = await readings.messages_of(session, team_id, channel_id, shown - messages.keys())
            messages |= {row.ts: row for row in others}
            marks = await readings.marks_of(session, team_id, channel_id, shown)
        marks_by_ts: dict[str, list[Mark]] = {}
        for mark in marks:
            marks_by_ts.setdefault(mark.ts, []).append(mark)
        return Known(messages, marks_by_ts)

    async def _read_again(self, ts: str) -> None:
        """Read a disputed message alone, after its row was read; it counts if the row still says the same."""
        key = self._place.key(ts)
        async with self._services.database.read() as session:
            row = await stored.message(session, key)
            marks = await readings.marks_on(session, key)
        try:
            found = await self._reader.one(ts, row.thread_ts if row else None)
        except MessageNotShown:
            return
        reactors = await self._reader.reactors(found) if found else None
        reacting = None
        if reactors is not None:
            reacting = frozenset(
                (user_id, emoji)
                for emoji, user_ids in reactors.items()
                if self._place.section_of(emoji)
                for user_id in user_ids
                if user_id != self._place.bot_user_id
            )
        again = MessageReread(
            key=key,
            spoken=spoken_in(key, found) if found else None,
            known_version_ts=row.version_ts if row else None,
            marks=reacting,
            known_marks={(mark.user_id, mark.emoji): (mark.changed_ts, mark.is_set) for mark in marks},
        )
        await self._write_all([again])

    async def _write_all(self, message_events: Sequence[MessageEvent]) -> None:
        """Write them together, or one by one when one cannot be written: that one is skipped and named."""
        try:
            if message_events:
                await self._write(message_events)
        except Exception as problem:
            if not is_unreadable(problem):
                raise
            if len(message_events) == 1:
                ts = message_events[0].key[2]
                self._unread.append(Unread(ts, f"it cannot be stored ({type(problem).__name__})"))
                return
            for message_event in message_events:
                await self._write_all([message_event])

    async def _write(self, message_events: Sequence[MessageEvent]) -> None:
        services = self._services

        def work(connection: Connection) -> bool:
            state = load_state(connection, [message_event.key for message_event in message_events])
            changes = services.recording.decide(state, message_events)
            write_changes(connection, changes, services.clock.now())
            return bool(changes.asks)

        has_asked = await services.database.write_batch(work, is_aside=True)
        CAUGHT_UP.add(count=len(message_events))
        if has_asked:
            services.database.outbox_touched()


KIND = IntentKind(
    IntentName.CATCH_UP,
    catch_up,
    Reconciled.READS,
    could_not="read this channel's history; what was missed while Scribe was away is not on the record",
)
