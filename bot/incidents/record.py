"""How the record follows what happens to messages: a pure function, rows and happenings in, rows out.

Order inside one message is settled by Slack's own times, never by arrival: of two texts the one with the
later version stands, of two contradicting reactions the later one holds, and a deletion is final, also when
it arrives before the message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.incidents import intents
from bot.incidents.happenings import Deleted, MessageHappening, Reacted, Spoken
from storage.outbox import Ask
from storage.record import Changes, EventRow, MarkRow, MessageKey, MessageRow, RecordState

TIMELINE = "timeline"


def said_at(ts: str) -> datetime:
    """When a message was said, from its Slack `ts`; exact, since it never passes through a float."""
    seconds, _, micros = ts.partition(".")
    moment = datetime.fromtimestamp(int(seconds), UTC)
    return moment + timedelta(microseconds=int(micros.ljust(6, "0")[:6] or 0))


def ts_of(moment: datetime) -> str:
    """The Slack `ts` of a moment, to compare with those of messages."""
    return f"{int(moment.timestamp())}.{moment.microsecond:06d}"


@dataclass(frozen=True)
class Recording:
    """What putting messages on the record needs to know: which emoji means which section, and the time."""

    sections: Mapping[str, str]
    now: Callable[[], datetime]

    def decide(self, state: RecordState, happenings: Sequence[MessageHappening]) -> Changes:
        """The rows that a batch of happenings leaves behind; `state` is used up."""
        changes = Changes()
        now = self.now()
        for happening in happenings:
            incident_id = state.incidents.get(happening.key[:2])
            if incident_id is None:
                continue
            step = _Step(state, changes, happening.key, incident_id, now)
            match happening:
                case Spoken():
                    step.spoken(happening)
                case Deleted():
                    step.deleted(happening)
                case Reacted():
                    section = self.sections.get(happening.emoji.partition("::")[0])
                    if section:
                        step.reacted(happening, section)
        return changes


@dataclass
class _Step:
    """One happening on one message."""

    state: RecordState
    changes: Changes
    key: MessageKey
    incident_id: int
    now: datetime

    def spoken(self, spoken: Spoken) -> None:
        row = self.state.messages.get(self.key)
        if row and row["is_known"] and row["version_ts"] >= spoken.version_ts:
            return
        deleted_ts = row["deleted_ts"] if row else None  # then its words stay out; who said it is kept
        self._keep(
            MessageRow(
                team_id=self.key[0],
                channel_id=self.key[1],
                ts=self.key[2],
                thread_ts=spoken.thread_ts,
                user_id=spoken.user_id,
                bot_name=spoken.bot_name,
                text="" if deleted_ts else spoken.text,
                files=[] if deleted_ts else [dict(file) for file in spoken.files],
                payload={} if deleted_ts else dict(spoken.payload),
                version_ts=spoken.version_ts,
                deleted_ts=deleted_ts,
                is_known=True,
                is_confirmed=row["is_confirmed"] if row else False,
            )
        )
        event = self.state.events.get(self.key)
        kind = _kind(spoken.bot_name)
        if event and event["kind"] != kind:
            self._keep_event({**event, "kind": kind})

    def deleted(self, deleted: Deleted) -> None:
        row = self.state.messages.get(self.key) or self._unknown()
        if row["deleted_ts"]:
            return
        self._keep({**row, "text": "", "files": [], "payload": {}, "deleted_ts": deleted.deleted_ts})

    def reacted(self, reacted: Reacted, section: str) -> None:
        marks = self.state.marks.setdefault(self.key, {})
        known = marks.get((reacted.user_id, reacted.emoji))
        if known and known["changed_ts"] >= reacted.changed_ts:
            return
        stood = self._stands()
        mark = MarkRow(
            team_id=self.key[0],
            channel_id=self.key[1],
            ts=self.key[2],
            user_id=reacted.user_id,
            emoji=reacted.emoji,
            section=section,
            incident_id=self.incident_id if reacted.is_set or known is None else known["incident_id"],
            is_set=reacted.is_set,
            changed_ts=reacted.changed_ts,
        )
        marks[(reacted.user_id, reacted.emoji)] = mark
        self.changes.marks[(*self.key, reacted.user_id, reacted.emoji)] = mark
        if reacted.is_set:
            self._fetch_unless_known()
        if section == TIMELINE:
            self._follow_marks(reacted)
        if self._stands() != stood:
            self._ask(intents.confirm_mark(self.key))

    def _follow_marks(self, reacted: Reacted) -> None:
        event = self.state.events.get(self.key)
        if event is None or (reacted.is_set and event["incident_id"] != self.incident_id):
            if reacted.is_set:
                self._keep_event(self._new_event(reacted.user_id))
        elif reacted.is_set:
            if event["removed_at"]:
                self._keep_event({**event, "removed_at": None})
        elif not event["removed_at"] and not event["is_explicit"] and not self._is_marked_for(event):
            self._keep_event({**event, "removed_at": self.now})

    def _new_event(self, added_by: str) -> EventRow:
        number = self.state.last_number.get(self.incident_id, 0) + 1
        self.state.last_number[self.incident_id] = number
        message = self.state.messages.get(self.key)
        return EventRow(
            incident_id=self.incident_id,
            team_id=self.key[0],
            number=number,
            kind=_kind(message["bot_name"] if message else None),
            source="mark",
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
            deleted_ts=None,
            is_known=False,
            is_confirmed=False,
        )

    def _fetch_unless_known(self) -> None:
        """A marked message that was never heard is fetched; each new mark asks again after a refusal."""
        message = self.state.messages.get(self.key)
        if message is None:
            self._keep(message := self._unknown())
        if not message["is_known"] and not message["deleted_ts"]:
            self._ask(intents.fetch_message(self.key))

    def _is_marked_for(self, event: EventRow) -> bool:
        """Whether any mark still holds the message on the timeline of the event's incident."""
        marks = [m for m in self.state.marks[self.key].values() if m["incident_id"] == event["incident_id"]]
        return any(mark["is_set"] and mark["section"] == TIMELINE for mark in marks)

    def _stands(self) -> bool:
        event = self.state.events.get(self.key)
        if event and not event["removed_at"]:
            return True
        marks = self.state.marks.get(self.key, {}).values()
        return any(mark["is_set"] and mark["section"] != TIMELINE for mark in marks)

    def _keep(self, row: MessageRow) -> None:
        self.state.messages[self.key] = self.changes.messages[self.key] = row

    def _keep_event(self, event: EventRow) -> None:
        self.state.events[self.key] = event
        self.changes.events[(event["incident_id"], self.key)] = event

    def _ask(self, ask: Ask) -> None:
        self.changes.asks[ask.key] = ask


def _kind(bot_name: str | None) -> str:
    return "alert" if bot_name else "message"
