"""The rows about one message: what the record says of it, and what is to be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import said_at, ts_of
from bot.incidents import intents
from bot.incidents.belonging import earliest_of, incident_of
from bot.incidents.message_events import ReactionChanged
from storage.outbox import NewIntent
from storage.record import Changes, IncidentSpan, MessageKey, RecordState
from storage.record_rows import EventRow, MarkRow, MarkVersionRow, MessageRow, MovedRow
from storage.vocabulary import EventKind, MarkSection, MilestoneKind


@dataclass
class MessageRows:
    """The rows about the message `key`; each method that writes one puts it into `state` and `changes` alike.

    `spans` are the incidents of its channel, `now` is when the batch is written.
    """

    state: RecordState
    changes: Changes
    key: MessageKey
    spans: Sequence[IncidentSpan]
    now: datetime

    @property
    def message(self) -> MessageRow | None:
        return self.state.messages.get(self.key)

    @property
    def event(self) -> EventRow | None:
        return self.state.events.get(self.key)

    @property
    def marks(self) -> dict[tuple[str, str], MarkRow]:
        """Each person's mark with each emoji, also those that were taken back."""
        return self.state.marks.setdefault(self.key, {})

    def incident_id(self, reacted: ReactionChanged | None) -> int:
        """The incident that the message belongs to, taking this mark into account."""
        named = {mark["incident_id"] for mark in self.marks.values()}
        event = self.event
        if event:
            named.add(event["incident_id"])
        candidates = [span for span in self.spans if span.incident_id in named]
        if not candidates or (reacted and reacted.is_set):
            # a mark that was found by reading the channel has no time: it counts as made just now
            is_timed = reacted is not None and reacted.changed_ts != self.key[2]
            marked_at = said_at(reacted.changed_ts) if reacted and is_timed else self.now
            candidates.append(incident_of(self.spans, said_at(self.key[2]), marked_at))
        return earliest_of(candidates).incident_id

    def belong_to(self, incident_id: int) -> None:
        """Move all of the message's marks and its event to one incident."""
        for mark in list(self.marks.values()):
            if mark["incident_id"] != incident_id:
                self._leave(mark["incident_id"])
                self.keep_mark({**mark, "incident_id": incident_id})
        event = self.event
        if event is None or event["incident_id"] == incident_id:
            return
        number = self.next_number(incident_id)
        old = event["incident_id"]
        self._leave(old)
        self.changes.events.pop((old, self.key), None)
        old = self.changes.moved.get(self.key, (old, 0, 0))[0]
        self.changes.moved[self.key] = (old, incident_id, number)
        self.keep_event({**event, "incident_id": incident_id, "number": number})

    def _leave(self, incident_id: int) -> None:
        """Note whose texts may go on quoting it; those of its own channel's incidents may anyway."""
        here = self.state.incidents.get(self.key[:2], [])
        if incident_id not in {span.incident_id for span in here}:
            team_id, channel_id, ts = self.key
            self.changes.left[(self.key, incident_id)] = MovedRow(
                team_id=team_id,
                channel_id=channel_id,
                ts=ts,
                incident_id=incident_id,
                moved_ts=ts_of(self.now),
            )

    def next_number(self, incident_id: int) -> int:
        number = self.state.last_number.get(incident_id, 0) + 1
        self.state.last_number[incident_id] = number
        return number

    def standing_marks(self) -> list[MarkRow]:
        """The marks that hold the message on the timeline."""
        return [
            mark for mark in self.marks.values() if mark["is_set"] and mark["section"] == MarkSection.TIMELINE
        ]

    def stands(self) -> bool:
        """Whether the message is on the timeline or in another section."""
        event = self.event
        if event and not event["removed_at"]:
            return True
        marks = self.marks.values()
        return any(mark["is_set"] and mark["section"] != MarkSection.TIMELINE for mark in marks)

    def is_item(self) -> bool:
        """Whether it is marked as an action item."""
        marks = self.marks.values()
        return any(mark["is_set"] and mark["section"] == MarkSection.ACTION_ITEM for mark in marks)

    def unknown(self) -> MessageRow:
        """The row of a message that was marked or deleted before Scribe received it."""
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

    def keep_message(self, row: MessageRow) -> None:
        self.state.messages[self.key] = self.changes.messages[self.key] = row

    def keep_mark(self, mark: MarkRow) -> None:
        self.marks[(mark["user_id"], mark["emoji"])] = mark
        self.changes.marks[(*self.key, mark["user_id"], mark["emoji"])] = mark

    def keep_mark_version(self, mark: MarkRow) -> None:
        """Store a superseded state of a mark."""
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

    def keep_event(self, event: EventRow) -> None:
        if event["kind"] == EventKind.ALERT and not event["removed_at"]:
            self.ask(intents.suggest_milestone(event["incident_id"], MilestoneKind.DETECTED))
        self.state.events[self.key] = event
        self.changes.events[(event["incident_id"], self.key)] = event

    def ask(self, ask: NewIntent) -> None:
        self.changes.asks[ask.key] = ask
