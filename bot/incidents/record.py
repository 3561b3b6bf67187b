"""How the record follows what happens to messages: a pure function, rows and message events in, rows out.

Order inside one message is settled by Slack's own times, never by arrival: of two texts the one with the
later version stands, of two contradicting reactions the later one holds, and a deletion is final, also when
it arrives before the message. Superseded versions are stored, so that the history of a message and of its
marks is the same whatever order they arrived in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.clock import Clock, said_at, ts_of
from bot.incidents import app_events, intents
from bot.incidents.message_events import (
    MessageDeleted,
    MessageEvent,
    MessagePosted,
    MessageReread,
    ReactionChanged,
)
from bot.incidents.message_rows import MessageRows
from bot.settings import OfflineSettings
from bot.settings.routes import MessageRule
from storage.record import Changes, IncidentSpan, RecordState
from storage.record_rows import EventRow, MarkRow, MessageRow, MessageVersionRow
from storage.vocabulary import MILESTONE_OF_MARK, EventKind, EventSource, MarkSection

CHOSEN = "chosen:"
"""Before a section, in place of an emoji: somebody chose it in a form. Slack names no emoji so."""


@dataclass(frozen=True)
class Recording:
    """What putting messages on the record needs to know.

    `sections`: which emoji puts a message where; `keeps_deleted`: whether the text of a deleted message
    stays on the record, shown as deleted; `rules`: which messages of apps are events by themselves.
    """

    sections: Mapping[str, MarkSection]
    now: Callable[[], datetime]
    keeps_deleted: bool = False
    rules: Sequence[MessageRule] = ()

    def decide(self, state: RecordState, message_events: Sequence[MessageEvent]) -> Changes:
        """The rows that a batch of message events leaves behind; `state` is used up."""
        return _decided(state, message_events, self.now(), lambda team_id: self)

    def section_of(self, emoji: str) -> MarkSection | None:
        """Where a mark with this emoji, of whatever skin tone, puts a message."""
        if emoji.startswith(CHOSEN):
            return MarkSection(emoji.removeprefix(CHOSEN))
        return self.sections.get(emoji.partition("::")[0])


def recording_for(settings: OfflineSettings, clock: Clock) -> Recording:
    """How the record follows messages under these settings."""
    rules = settings.routes.messages
    return Recording(settings.sections, clock.now, keeps_deleted=settings.keep_deleted, rules=rules)


class Recordings:
    """How the record follows messages in each workspace that a process serves.

    `otherwise`: in those of which nothing else was said.
    """

    def __init__(self, otherwise: Recording) -> None:
        self._otherwise = otherwise
        self._of: dict[str, Recording] = {}

    def follow(self, team_id: str, recording: Recording) -> None:
        """From now on messages of this workspace are recorded so."""
        self._of[team_id] = recording

    def decide(self, state: RecordState, message_events: Sequence[MessageEvent]) -> Changes:
        """The rows that a batch of message events of any workspaces leaves behind; `state` is used up."""
        return _decided(state, message_events, self._otherwise.now(), self._recording_of)

    def _recording_of(self, team_id: str) -> Recording:
        return self._of.get(team_id, self._otherwise)


def _decided(
    state: RecordState,
    message_events: Sequence[MessageEvent],
    now: datetime,
    recording_of: Callable[[str], Recording],
) -> Changes:
    changes = Changes()
    for message_event in message_events:
        spans = state.incidents.get(message_event.key[:2], [])
        taken = state.taken.get(message_event.key, [])
        if not spans and not (taken and _counts_elsewhere(message_event)):
            continue
        rows = MessageRows(state, changes, message_event.key, [*spans, *taken], now)
        step = _Step(recording_of(message_event.key[0]), rows, here=spans)
        match message_event:
            case MessagePosted():
                step.spoken(message_event)
            case MessageDeleted():
                step.deleted(message_event.deleted_ts)
            case ReactionChanged():
                step.reacted(message_event)
            case MessageReread():
                step.reread(message_event)
    return changes


@dataclass
class _Step:
    """One event about one message; `here` are the incidents of its channel."""

    recording: Recording
    rows: MessageRows
    here: Sequence[IncidentSpan]

    def spoken(self, spoken: MessagePosted) -> None:
        row = self.rows.message
        if row is None or not row["is_known"]:
            self._say(spoken, row)
        elif row["version_ts"] < spoken.version_ts:
            self._keep_version_of(row, spoken)
            self._say(spoken, row)
        elif row["version_ts"] > spoken.version_ts:
            self._keep_late_version(row, spoken)
        row = self.rows.state.messages[self.rows.key]
        if row["is_recovered"] and not spoken.is_recovered:
            self.rows.keep_message({**row, "is_recovered": False})  # Slack delivered it after all
        app_events.follow_rules(self.rows, self.recording.rules, self.here, spoken)

    def deleted(self, deleted_ts: str) -> None:
        row = self.rows.message or self.rows.unknown()
        if row["deleted_ts"]:
            return
        row = {**row, "deleted_ts": deleted_ts}
        if not self.recording.keeps_deleted:
            row = {**row, "text": "", "files": [], "payload": {}}
            self.rows.changes.forgotten.add(self.rows.key)
            # also when it is no longer on the record: a published text may quote it
            self.rows.ask(intents.update_copies(self.rows.incident_id(None)))
        self.rows.keep_message(row)
        if self.rows.stands():
            self.rows.ask(intents.point_out_deletion(self.rows.incident_id(None)))

    def reacted(self, reacted: ReactionChanged) -> None:
        section = self.recording.section_of(reacted.emoji)
        if section is None:
            return
        known = self.rows.marks.get((reacted.user_id, reacted.emoji))
        if reacted.is_set and known:
            self.rows.belong_to(self.rows.incident_id(reacted))
            known = self.rows.marks[(reacted.user_id, reacted.emoji)]
        if known and known["changed_ts"] >= reacted.changed_ts:
            if known["changed_ts"] > reacted.changed_ts != self.rows.key[2]:
                self.rows.keep_mark_version(
                    {**known, "changed_ts": reacted.changed_ts, "is_set": reacted.is_set}
                )
            return
        self._mark(reacted, section)

    def reread(self, reread: MessageReread) -> None:
        row = self.rows.message
        if (row["version_ts"] if row else None) == reread.known_version_ts:
            self._reread_text(row, reread.spoken)
            if reread.spoken is not None:
                app_events.follow_rules(self.rows, self.recording.rules, self.here, reread.spoken)
        if reread.marks is None:
            return
        marks = self.rows.marks
        for user_id, emoji in sorted({*reread.marks, *marks}):
            section = self.recording.section_of(emoji)
            known = marks.get((user_id, emoji))
            is_set = (user_id, emoji) in reread.marks
            stood = (known["changed_ts"], known["is_set"]) if known else None
            if emoji.startswith(CHOSEN):
                continue  # it is no reaction, so that Slack does not list it
            if section is None or stood != reread.known_marks.get((user_id, emoji)):
                continue
            if is_set != (known is not None and known["is_set"]):
                # the reading has no time of its own: any event that is newer than what stood still wins
                changed_ts = known["changed_ts"] if known else self.rows.key[2]
                self._mark(ReactionChanged(self.rows.key, user_id, emoji, changed_ts, is_set), section)

    def _reread_text(self, row: MessageRow | None, spoken: MessagePosted | None) -> None:
        if spoken is None:
            self.deleted(ts_of(self.rows.now))
        elif row is None or not row["is_known"]:
            self._say(spoken, row)
        elif row["deleted_ts"] or _is_same(row, spoken):
            return
        elif _was_sent_so(row["payload"], spoken.payload):
            # the same message, read differently by an earlier version of Scribe: nobody changed it
            stood = replace(spoken, version_ts=row["version_ts"])
            self._say(stood, row, is_approximate=row["is_version_approximate"])
        else:
            # Slack tells when a person edited; an app's edit may have no time, and was made before now
            is_approximate = spoken.bot_name is not None and spoken.version_ts == self.rows.key[2]
            learnt_ts = ts_of(self.rows.now) if is_approximate else spoken.version_ts
            version_ts = max(row["version_ts"], learnt_ts)
            self._keep_version_of(row, spoken)
            self._say(replace(spoken, version_ts=version_ts), row, is_approximate=is_approximate)

    def _say(self, spoken: MessagePosted, row: MessageRow | None, *, is_approximate: bool = False) -> None:
        deleted_ts = row["deleted_ts"] if row else None
        # the text of a deleted message is not stored; its author is
        is_silent = deleted_ts is not None and not self.recording.keeps_deleted
        is_first = row is None or not row["is_known"]
        if not is_first and self.rows.is_item():
            self.rows.ask(intents.update_copies(self.rows.incident_id(None)))
        self.rows.keep_message(
            MessageRow(
                team_id=self.rows.key[0],
                channel_id=self.rows.key[1],
                ts=self.rows.key[2],
                thread_ts=spoken.thread_ts,
                user_id=spoken.user_id,
                bot_name=spoken.bot_name,
                text="" if is_silent else spoken.text,
                files=[] if is_silent else [dict(file) for file in spoken.files],
                payload={} if is_silent else dict(spoken.payload),
                version_ts=spoken.version_ts,
                edited_by=spoken.edited_by,
                deleted_ts=deleted_ts,
                is_known=True,
                is_confirmed=row["is_confirmed"] if row else False,
                is_recovered=spoken.is_recovered if is_first or row is None else row["is_recovered"],
                is_version_approximate=is_approximate,
            )
        )
        event = self.rows.event
        if event and is_first and event["kind"] == EventKind.MESSAGE:  # else people said what it is
            self.rows.keep_event({**event, "kind": _kind(spoken.bot_name)})

    def _keep_version_of(self, row: MessageRow, spoken: MessagePosted) -> None:
        """Store the text that a newer one supersedes."""
        if not self._is_same_edit(row, spoken):
            self._keep_version(
                row["version_ts"],
                row["text"],
                row["files"],
                row["edited_by"],
                is_approximate=row["is_version_approximate"],
            )

    def _keep_late_version(self, row: MessageRow, spoken: MessagePosted) -> None:
        """Store a superseded text that arrives after the one that superseded it."""
        tells_nothing = (spoken.is_unchanged or spoken.is_recovered) and _is_same(row, spoken)
        if not tells_nothing and not self._is_same_edit(row, spoken):
            files = [dict(file) for file in spoken.files]
            self._keep_version(spoken.version_ts, spoken.text, files, spoken.edited_by)

    def _is_same_edit(self, row: MessageRow, spoken: MessagePosted) -> bool:
        """Whether both are one edit: its event gives its time to the microsecond, all else to the second."""
        is_edited = self.rows.key[2] not in (row["version_ts"], spoken.version_ts)
        is_one_second = _second(row["version_ts"]) == _second(spoken.version_ts)
        return is_edited and is_one_second and _is_same(row, spoken)

    def _keep_version(
        self,
        version_ts: str,
        text: str,
        files: list[dict[str, Any]],
        edited_by: str | None,
        *,
        is_approximate: bool = False,
    ) -> None:
        row = self.rows.state.messages[self.rows.key]
        if row["deleted_ts"] and not self.recording.keeps_deleted:
            return
        self.rows.changes.message_versions[(self.rows.key, version_ts)] = MessageVersionRow(
            team_id=self.rows.key[0],
            channel_id=self.rows.key[1],
            ts=self.rows.key[2],
            version_ts=version_ts,
            text=text,
            files=files,
            edited_by=edited_by,
            is_version_approximate=is_approximate,
        )

    def _mark(self, reacted: ReactionChanged, section: MarkSection) -> None:
        marks = self.rows.marks
        known = marks.get((reacted.user_id, reacted.emoji))
        # a mark found by catching up is as old as its message: when it was made is not known
        if known and known["changed_ts"] != self.rows.key[2]:
            self.rows.keep_mark_version(known)
        stood = self.rows.stands()
        mark = MarkRow(
            team_id=self.rows.key[0],
            channel_id=self.rows.key[1],
            ts=self.rows.key[2],
            user_id=reacted.user_id,
            emoji=reacted.emoji,
            section=section,
            incident_id=self.rows.incident_id(reacted),
            is_set=reacted.is_set,
            changed_ts=reacted.changed_ts,
        )
        self.rows.keep_mark(mark)
        if reacted.is_set:
            self.rows.belong_to(mark["incident_id"])
            self._fetch_unless_known()
            if kind := MILESTONE_OF_MARK.get(section):
                self.rows.ask(intents.suggest_milestone(mark["incident_id"], kind))
        if section == MarkSection.TIMELINE:
            self._follow_marks(reacted)
        if self.rows.stands() != stood:
            self.rows.ask(intents.confirm_mark(self.rows.key))

    def _follow_marks(self, reacted: ReactionChanged) -> None:
        event = self.rows.event
        if event is None:
            if reacted.is_set:
                self.rows.keep_event(self._new_event(reacted.user_id))
            return
        marks = self.rows.standing_marks()
        removed_at = event["removed_at"]
        if reacted.is_set:
            removed_at = None
        elif not marks and not event["is_explicit"]:
            removed_at = removed_at or self.rows.now
        # whoever marked it first, in whatever order the marks arrive
        first = min(marks, key=lambda mark: (mark["changed_ts"], mark["user_id"]), default=None)
        added_by = first["user_id"] if first and not event["is_explicit"] else event["added_by"]
        if (removed_at, added_by) != (event["removed_at"], event["added_by"]):
            self.rows.keep_event({**event, "removed_at": removed_at, "added_by": added_by})

    def _new_event(self, added_by: str) -> EventRow:
        incident_id = self.rows.incident_id(None)
        message = self.rows.message
        return EventRow(
            incident_id=incident_id,
            team_id=self.rows.key[0],
            number=self.rows.next_number(incident_id),
            kind=_kind(message["bot_name"] if message else None),
            source=EventSource.MARK,
            channel_id=self.rows.key[1],
            message_ts=self.rows.key[2],
            occurred_at=said_at(self.rows.key[2]),
            occurred_until=None,
            is_approximate=False,
            recorded_at=self.rows.now,
            text=None,
            author_id=None,
            added_by=added_by,
            is_explicit=False,
            removed_at=None,
        )

    def _fetch_unless_known(self) -> None:
        """A marked message that was never heard is fetched; each new mark asks again after a refusal."""
        message = self.rows.message
        if message is None:
            self.rows.keep_message(message := self.rows.unknown())
        if not message["is_known"] and not message["deleted_ts"]:
            self.rows.ask(intents.fetch_message(self.rows.key))


def _counts_elsewhere(message_event: MessageEvent) -> bool:
    """Whether it counts where the channel keeps no incident, of a message that is on a record."""
    if isinstance(message_event, ReactionChanged):
        return message_event.emoji.startswith(CHOSEN)
    return isinstance(message_event, MessagePosted | MessageDeleted | MessageReread)


def _is_same(row: MessageRow, spoken: MessagePosted) -> bool:
    return row["text"] == spoken.text and row["files"] == [dict(file) for file in spoken.files]


def _was_sent_so(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether Slack sent the same content both times."""
    return bool(before) and all(
        before.get(part) == now.get(part) for part in ("text", "blocks", "attachments", "files")
    )


def _second(ts: str) -> str:
    return ts.partition(".")[0]


def _kind(bot_name: str | None) -> EventKind:
    return EventKind.ALERT if bot_name else EventKind.MESSAGE
