"""How the record follows what happens to messages: a pure function, rows and message events in, rows out.

Order inside one message is settled by Slack's own times, never by arrival: of two texts the one with the
later version stands, of two contradicting reactions the later one holds, and a deletion is final, also when
it arrives before the message. What gave way is kept as an earlier version, so that the history of a message
and of its marks is the same whatever order they arrived in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.clock import said_at, ts_of
from bot.incidents import intents
from bot.incidents.belonging import earliest_of, incident_of
from bot.incidents.message_events import (
    MessageDeleted,
    MessageEvent,
    MessagePosted,
    MessageReread,
    ReactionChanged,
)
from storage.outbox import NewIntent
from storage.record import (
    Changes,
    EventRow,
    IncidentSpan,
    MarkRow,
    MarkVersionRow,
    MessageKey,
    MessageRow,
    MessageVersionRow,
    RecordState,
)
from storage.vocabulary import MILESTONE_OF_MARK, EventKind, EventSource, MarkSection, MilestoneKind


@dataclass(frozen=True)
class Recording:
    """What putting messages on the record needs to know.

    `sections`: which emoji puts a message where; `keeps_deleted`: whether the text of a deleted message
    stays on the record, shown as deleted.
    """

    sections: Mapping[str, MarkSection]
    now: Callable[[], datetime]
    keeps_deleted: bool = False

    def decide(self, state: RecordState, message_events: Sequence[MessageEvent]) -> Changes:
        """The rows that a batch of message events leaves behind; `state` is used up."""
        changes = Changes()
        now = self.now()
        for message_event in message_events:
            spans = state.incidents.get(message_event.key[:2])
            if not spans:
                continue
            step = _Step(self, state, changes, message_event.key, spans, now)
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

    def section_of(self, emoji: str) -> MarkSection | None:
        """Where a mark with this emoji, of whatever skin tone, puts a message."""
        return self.sections.get(emoji.partition("::")[0])


@dataclass
class _Step:
    """One event about one message."""

    recording: Recording
    state: RecordState
    changes: Changes
    key: MessageKey
    spans: Sequence[IncidentSpan]
    now: datetime

    def spoken(self, spoken: MessagePosted) -> None:
        row = self.state.messages.get(self.key)
        if row is None or not row["is_known"]:
            self._say(spoken, row)
        elif row["version_ts"] < spoken.version_ts:
            self._keep_version_of(row, spoken)
            self._say(spoken, row)
        elif row["version_ts"] > spoken.version_ts:
            self._keep_late_version(row, spoken)
        row = self.state.messages[self.key]
        if row["is_recovered"] and not spoken.is_recovered:
            self._keep({**row, "is_recovered": False})  # Slack delivered it after all

    def deleted(self, deleted_ts: str) -> None:
        row = self.state.messages.get(self.key) or self._unknown()
        if row["deleted_ts"]:
            return
        row = {**row, "deleted_ts": deleted_ts}
        if not self.recording.keeps_deleted:
            row = {**row, "text": "", "files": [], "payload": {}}
            self.changes.forgotten.add(self.key)
            # also where it stands nowhere any more: what was published may quote it
            self._ask(intents.update_copies(self._incident(None)))
        self._keep(row)
        if self._stands():
            self._ask(intents.point_out_deletion(self._incident(None)))

    def reacted(self, reacted: ReactionChanged) -> None:
        section = self.recording.section_of(reacted.emoji)
        if section is None:
            return
        known = self._marks().get((reacted.user_id, reacted.emoji))
        if reacted.is_set and known:
            self._belong_to(self._incident(reacted))
            known = self._marks()[(reacted.user_id, reacted.emoji)]
        if known and known["changed_ts"] >= reacted.changed_ts:
            if known["changed_ts"] > reacted.changed_ts != self.key[2]:
                self._keep_mark_version({**known, "changed_ts": reacted.changed_ts, "is_set": reacted.is_set})
            return
        self._mark(reacted, section)

    def reread(self, reread: MessageReread) -> None:
        row = self.state.messages.get(self.key)
        if (row["version_ts"] if row else None) == reread.known_version_ts:
            self._reread_text(row, reread.spoken)
        if reread.marks is None:
            return
        marks = self._marks()
        for user_id, emoji in sorted({*reread.marks, *marks}):
            section = self.recording.section_of(emoji)
            known = marks.get((user_id, emoji))
            is_set = (user_id, emoji) in reread.marks
            stood = (known["changed_ts"], known["is_set"]) if known else None
            if section is None or stood != reread.known_marks.get((user_id, emoji)):
                continue
            if is_set != (known is not None and known["is_set"]):
                # the reading has no time of its own: any event that is newer than what stood still wins
                changed_ts = known["changed_ts"] if known else self.key[2]
                self._mark(ReactionChanged(self.key, user_id, emoji, changed_ts, is_set), section)

    def _reread_text(self, row: MessageRow | None, spoken: MessagePosted | None) -> None:
        if spoken is None:
            self.deleted(ts_of(self.now))
        elif row is None or not row["is_known"]:
            self._say(spoken, row)
        elif row["deleted_ts"] or _is_same(row, spoken):
            return
        elif _was_sent_so(row["payload"], spoken.payload):
            # the very same message, which an earlier Scribe read otherwise: nobody changed it
            stood = replace(spoken, version_ts=row["version_ts"])
            self._say(stood, row, is_approximate=row["is_version_approximate"])
        else:
            # of a person's edit Slack says when; an app's may carry no time, and was made before now
            is_approximate = spoken.bot_name is not None and spoken.version_ts == self.key[2]
            learnt_ts = ts_of(self.now) if is_approximate else spoken.version_ts
            version_ts = max(row["version_ts"], learnt_ts)
            self._keep_version_of(row, spoken)
            self._say(replace(spoken, version_ts=version_ts), row, is_approximate=is_approximate)

    def _say(self, spoken: MessagePosted, row: MessageRow | None, *, is_approximate: bool = False) -> None:
        deleted_ts = row["deleted_ts"] if row else None
        # of what was deleted the words stay out; who said it is kept
        is_silent = deleted_ts is not None and not self.recording.keeps_deleted
        is_first = row is None or not row["is_known"]
        self._keep(
            MessageRow(
                team_id=self.key[0],
                channel_id=self.key[1],
                ts=self.key[2],
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
        event = self.state.events.get(self.key)
        kind = _kind(spoken.bot_name)
        if event and event["kind"] != kind:
            self._keep_event({**event, "kind": kind})

    def _keep_version_of(self, row: MessageRow, spoken: MessagePosted) -> None:
        """Keep the text that gives way to a newer one."""
        if not self._is_same_edit(row, spoken):
            self._keep_version(
                row["version_ts"],
                row["text"],
                row["files"],
                row["edited_by"],
                is_approximate=row["is_version_approximate"],
            )

    def _keep_late_version(self, row: MessageRow, spoken: MessagePosted) -> None:
        """Keep an older text that arrives after the one that stands."""
        tells_nothing = (spoken.is_unchanged or spoken.is_recovered) and _is_same(row, spoken)
        if not tells_nothing and not self._is_same_edit(row, spoken):
            files = [dict(file) for file in spoken.files]
            self._keep_version(spoken.version_ts, spoken.text, files, spoken.edited_by)

    def _is_same_edit(self, row: MessageRow, spoken: MessagePosted) -> bool:
        """Whether both tell one edit: its event does to the microsecond, everything else names its second."""
        is_edited = self.key[2] not in (row["version_ts"], spoken.version_ts)
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
        row = self.state.messages[self.key]
        if row["deleted_ts"] and not self.recording.keeps_deleted:
            return
        self.changes.message_versions[(self.key, version_ts)] = MessageVersionRow(
            team_id=self.key[0],
            channel_id=self.key[1],
            ts=self.key[2],
            version_ts=version_ts,
            text=text,
            files=files,
            edited_by=edited_by,
            is_version_approximate=is_approximate,
        )

    def _mark(self, reacted: ReactionChanged, section: MarkSection) -> None:
        marks = self._marks()
        known = marks.get((reacted.user_id, reacted.emoji))
        # a mark found by catching up is as old as its message: when it was made is not known
        if known and known["changed_ts"] != self.key[2]:
            self._keep_mark_version(known)
        stood = self._stands()
        mark = MarkRow(
            team_id=self.key[0],
            channel_id=self.key[1],
            ts=self.key[2],
            user_id=reacted.user_id,
            emoji=reacted.emoji,
            section=section,
            incident_id=self._incident(reacted),
            is_set=reacted.is_set,
            changed_ts=reacted.changed_ts,
        )
        self._keep_mark(mark)
        if reacted.is_set:
            self._belong_to(mark["incident_id"])
            self._fetch_unless_known()
            if kind := MILESTONE_OF_MARK.get(section):
                self._ask(intents.suggest_milestone(mark["incident_id"], kind))
        if section == MarkSection.TIMELINE:
            self._follow_marks(reacted)
        if self._stands() != stood:
            self._ask(intents.confirm_mark(self.key))

    def _incident(self, reacted: ReactionChanged | None) -> int:
        """Where the message stands in the record, also in the light of this mark."""
        named = {mark["incident_id"] for mark in self._marks().values()}
        event = self.state.events.get(self.key)
        if event:
            named.add(event["incident_id"])
        candidates = [span for span in self.spans if span.incident_id in named]
        if not candidates or (reacted and reacted.is_set):
            # when a mark was made that a reading found, nobody knows: it counts as made just now
            is_timed = reacted is not None and reacted.changed_ts != self.key[2]
            marked_at = said_at(reacted.changed_ts) if reacted and is_timed else self.now
            candidates.append(incident_of(self.spans, said_at(self.key[2]), marked_at))
        return earliest_of(candidates).incident_id

    def _belong_to(self, incident_id: int) -> None:
        """Have all of the message's marks and its event in one incident."""
        for mark in list(self._marks().values()):
            if mark["incident_id"] != incident_id:
                self._keep_mark({**mark, "incident_id": incident_id})
        event = self.state.events.get(self.key)
        if event is None or event["incident_id"] == incident_id:
            return
        number = self._next_number(incident_id)
        old = event["incident_id"]
        self.changes.events.pop((old, self.key), None)
        old = self.changes.moved.get(self.key, (old, 0, 0))[0]
        self.changes.moved[self.key] = (old, incident_id, number)
        self._keep_event({**event, "incident_id": incident_id, "number": number})

    def _next_number(self, incident_id: int) -> int:
        number = self.state.last_number.get(incident_id, 0) + 1
        self.state.last_number[incident_id] = number
        return number

    def _keep_mark(self, mark: MarkRow) -> None:
        self._marks()[(mark["user_id"], mark["emoji"])] = mark
        self.changes.marks[(*self.key, mark["user_id"], mark["emoji"])] = mark

    def _keep_mark_version(self, mark: MarkRow) -> None:
        """Keep a state that gave way."""
        key = (self.key, mark["user_id"], mark["emoji"], mark["changed_ts"])
        self.changes.mark_versions[key] = MarkVersionRow(
            team_id=self.key[0],
            channel_id=self.key[1],
            ts=self.key[2],
            user_id=mark["user_id"],
            emoji=mark["emoji"],
            changed_ts=mark["changed_ts"],
            is_set=mark["is_set"],
        )

    def _marks(self) -> dict[tuple[str, str], MarkRow]:
        return self.state.marks.setdefault(self.key, {})

    def _follow_marks(self, reacted: ReactionChanged) -> None:
        event = self.state.events.get(self.key)
        if event is None:
            if reacted.is_set:
                self._keep_event(self._new_event(reacted.user_id))
            return
        marks = self._standing_marks()
        removed_at = event["removed_at"]
        if reacted.is_set:
            removed_at = None
        elif not marks and not event["is_explicit"]:
            removed_at = removed_at or self.now
        # whoever marked it first, in whatever order the marks arrive
        first = min(marks, key=lambda mark: (mark["changed_ts"], mark["user_id"]), default=None)
        added_by = first["user_id"] if first and not event["is_explicit"] else event["added_by"]
        if (removed_at, added_by) != (event["removed_at"], event["added_by"]):
            self._keep_event({**event, "removed_at": removed_at, "added_by": added_by})

    def _new_event(self, added_by: str) -> EventRow:
        incident_id = self._incident(None)
        message = self.state.messages.get(self.key)
        return EventRow(
            incident_id=incident_id,
            team_id=self.key[0],
            number=self._next_number(incident_id),
            kind=_kind(message["bot_name"] if message else None),
            source=EventSource.MARK,
            channel_id=self.key[1],
            message_ts=self.key[2],
            occurred_at=said_at(self.key[2]),
            occurred_until=None,
            is_approximate=False,
            recorded_at=self.now,
            text=None,
            author_id=None,
            added_by=added_by,
            is_explicit=False,
            removed_at=None,
        )

    def _unknown(self) -> MessageRow:
        """Stands in for a message that is marked or deleted before Scribe heard it."""
        return MessageRow(
            team_id=self.key[0],
            channel_id=self.key[1],
            ts=self.key[2],
            thread_ts=None,
            user_id=None,
            bot_name=None,
            text="",
            files=[],
            payload={},
            version_ts=self.key[2],
            edited_by=None,
            deleted_ts=None,
            is_known=False,
            is_confirmed=False,
            is_recovered=False,
            is_version_approximate=False,
        )

    def _fetch_unless_known(self) -> None:
        """A marked message that was never heard is fetched; each new mark asks again after a refusal."""
        message = self.state.messages.get(self.key)
        if message is None:
            self._keep(message := self._unknown())
        if not message["is_known"] and not message["deleted_ts"]:
            self._ask(intents.fetch_message(self.key))

    def _standing_marks(self) -> list[MarkRow]:
        """The marks that hold the message on the timeline."""
        return [
            mark
            for mark in self._marks().values()
            if mark["is_set"] and mark["section"] == MarkSection.TIMELINE
        ]

    def _stands(self) -> bool:
        event = self.state.events.get(self.key)
        if event and not event["removed_at"]:
            return True
        marks = self.state.marks.get(self.key, {}).values()
        return any(mark["is_set"] and mark["section"] != MarkSection.TIMELINE for mark in marks)

    def _keep(self, row: MessageRow) -> None:
        self.state.messages[self.key] = self.changes.messages[self.key] = row

    def _keep_event(self, event: EventRow) -> None:
        if event["kind"] == EventKind.ALERT and not event["removed_at"]:
            self._ask(intents.suggest_milestone(event["incident_id"], MilestoneKind.DETECTED))
        self.state.events[self.key] = event
        self.changes.events[(event["incident_id"], self.key)] = event

    def _ask(self, ask: NewIntent) -> None:
        self.changes.asks[ask.key] = ask


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
