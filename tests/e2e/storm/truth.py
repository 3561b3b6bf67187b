"""What must stand after a storm, worked out from Slack's side alone, and how a record differs from it.

What Slack still shows is the truth to the letter. What was deleted can't be read again, so there the record
must hold what was acknowledged, may hold what was not, and must hold nothing else. Commands bind by what
their people were told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from sandbox.clock import moment_of
from sandbox.records import Message
from sandbox.workspace import Workspace
from tests.e2e.storm.record import KeptEvent, Place, Record
from tests.e2e.storm.told import Note, Outcome, Reaction, Removal, Told

SECTIONS = {
    "pushpin": "timeline",
    "mag": "root_cause",
    "dart": "action_item",
    "bulb": "lesson",
    "boom": "impact",
    "book": "background",
}
SPOKEN = (None, "bot_message", "thread_broadcast", "file_share")

Person = tuple[str, str]
"""(user_id, emoji)"""

Reading = tuple[datetime, str | None]
"""When an event happened and what it says; None: what its message says."""


class Verdict(Enum):
    """Whether something stands in the record."""

    MUST = "must"
    MAY = "may"
    NEVER = "never"


@dataclass
class ExpectedEvent:
    """An event of a message (`ts`) or of a note (`note`), and the readings it may have."""

    channel_id: str
    verdict: Verdict
    readings: set[Reading]
    ts: str | None = None
    note: Note | None = None
    number: int | None = None
    accounts: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        what = f"message {self.ts}" if self.ts else f"note {self.note.text!r}" if self.note else "nothing"
        return f"{what} in {self.channel_id}"

    @property
    def account(self) -> list[str]:
        """What people asked for and were told about it, a line each."""
        return [f"    {one}" for one in ([self.note.given.account] if self.note else []) + self.accounts]


@dataclass
class Truth:
    """What the record is held against, for the channels that keep an incident."""

    spoken: dict[Place, Message] = field(default_factory=dict)
    deleted: dict[Place, Verdict] = field(default_factory=dict)
    marks: dict[Place, dict[Person, Verdict]] = field(default_factory=dict)
    events: list[ExpectedEvent] = field(default_factory=list)
    titles: dict[str, Verdict] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    """By title: what was said and answered."""
    resolved: dict[str, Verdict] = field(default_factory=dict)
    drafts: Counter[tuple[str, Verdict]] = field(default_factory=Counter)

    @property
    def decided(self) -> Counter[str]:
        """How much of it is decided, and which way: a storm in which all may be shows nothing."""
        marks = [verdict for marks in self.marks.values() for verdict in marks.values()]
        kinds = {
            "messages": [Verdict.MUST for _ in self.spoken],
            "deleted": list(self.deleted.values()),
            "marks": marks,
            "events": [event.verdict for event in self.events],
        }
        return Counter(f"{kind} {verdict.value}" for kind, verdicts in kinds.items() for verdict in verdicts)


def truth_of(workspace: Workspace, told: Told, channels: set[str]) -> Truth:
    """What must stand in the record of these channels."""
    truth = Truth()
    for channel_id in sorted(channels):
        channel = workspace.channel(channel_id)
        for message in workspace.messages(channel_id):
            if message.bot_id == workspace.bot_id or message.subtype not in SPOKEN:
                continue
            place = (channel_id, message.ts)
            truth.spoken[place] = message
            marks = _standing_marks(workspace, message)
            truth.marks[place] = dict.fromkeys(marks, Verdict.MUST)
        for ts, message in channel.deleted.items():
            if message.bot_id == workspace.bot_id:
                continue
            place = (channel_id, ts)
            heard = told.journal.is_heard(told.journal.spoken.get(place), channel_id)
            truth.deleted[place] = Verdict.MUST if heard else Verdict.MAY
            truth.marks[place] = _marks_of_deleted(workspace, message, told)
    for place in [*truth.spoken, *truth.deleted]:
        truth.events.append(_marked_event(place, truth.marks[place]))
    for note in told.notes:
        if note.given.channel_id in channels:
            truth.events.append(_noted_event(note))
    _number(truth, told)
    _correct(truth, told)
    for start in told.starts:
        truth.titles[start.title] = _verdict(start.given.outcome)
        truth.accounts[start.title] = start.given.account
    for given in told.resolved:
        so_far = truth.resolved.get(given.channel_id, Verdict.NEVER)
        truth.resolved[given.channel_id] = _stronger(so_far, _verdict(given.outcome))
    for given in [*told.drafts, *told.resolved]:
        truth.drafts[(given.channel_id, _verdict(given.outcome))] += 1
    return truth


def _standing_marks(workspace: Workspace, message: Message) -> list[Person]:
    return [
        (user_id, emoji)
        for emoji, users in message.reactions.items()
        for user_id in users
        if emoji in SECTIONS and user_id != workspace.bot_user_id
    ]


def _marks_of_deleted(workspace: Workspace, message: Message, told: Told) -> dict[Person, Verdict]:
    """Of a mark that can't be read again, what was last said of it binds where it was acknowledged."""
    last: dict[Person, Reaction] = {}
    for reaction in told.journal.reactions.get((message.channel_id, message.ts), []):
        if reaction.emoji in SECTIONS and reaction.user_id != workspace.bot_user_id:
            last[(reaction.user_id, reaction.emoji)] = reaction
    at_the_end = _standing_marks(workspace, message)
    verdicts = {}
    for person in {*last, *at_the_end}:
        latest = last.get(person)
        if latest is None or not told.journal.is_heard(latest.event_id, message.channel_id):
            verdicts[person] = Verdict.MAY
        else:
            verdicts[person] = Verdict.MUST if person in at_the_end else Verdict.NEVER
    return verdicts


def _marked_event(place: Place, marks: dict[Person, Verdict]) -> ExpectedEvent:
    verdicts = {verdict for (_, emoji), verdict in marks.items() if SECTIONS[emoji] == "timeline"}
    verdict = next((one for one in (Verdict.MUST, Verdict.MAY) if one in verdicts), Verdict.NEVER)
    return ExpectedEvent(place[0], verdict, {(moment_of(place[1]), None)}, ts=place[1])


def _noted_event(note: Note) -> ExpectedEvent:
    return ExpectedEvent(
        note.given.channel_id,
        _verdict(note.given.outcome),
        {(note.moment, note.text)},
        note=note,
        number=note.number,
    )


def _number(truth: Truth, told: Told) -> None:
    """Give events the numbers people read beside their words."""
    by_place = {(event.channel_id, event.ts): event for event in truth.events if event.ts}
    by_words = {event.note.text.split()[0]: event for event in truth.events if event.note}
    for (channel_id, number), tag in told.numbers.items():
        event = by_words.get(tag) or by_place.get(told.places.get(tag, ("", "")))
        if event and event.channel_id == channel_id:
            event.number = number


def _correct(truth: Truth, told: Told) -> None:
    numbered = {(event.channel_id, event.number): event for event in truth.events if event.number}
    for change in told.corrections:
        event = numbered.get((change.given.channel_id, change.number))
        if event:
            event.accounts.append(change.given.account)
        if event is None or change.given.outcome is Outcome.REFUSED:
            continue
        new: set[Reading] = {(change.moment or at, change.text) for at, _ in event.readings}
        event.readings = new if change.given.outcome is Outcome.DONE else event.readings | new
    for removal in told.removals:
        event = numbered.get((removal.given.channel_id, removal.number))
        if event:
            event.accounts.append(removal.given.account)
        if event is None or removal.given.outcome is Outcome.REFUSED or event.verdict is Verdict.NEVER:
            continue
        is_off = removal.given.outcome is Outcome.DONE and not _may_come_back(event, removal, told)
        event.verdict = Verdict.NEVER if is_off else Verdict.MAY


def _may_come_back(event: ExpectedEvent, removal: Removal, told: Told) -> bool:
    """Whether a mark may have been heard after the removal, which brings the event back."""
    return any(
        reaction.is_set and not told.journal.is_heard(reaction.event_id, event.channel_id, by=removal.at)
        for reaction in told.journal.reactions.get((event.channel_id, event.ts or ""), [])
        if SECTIONS.get(reaction.emoji) == "timeline"
    )


def _verdict(outcome: Outcome) -> Verdict:
    return {
        Outcome.DONE: Verdict.MUST,
        Outcome.UNSURE: Verdict.MAY,
        Outcome.REFUSED: Verdict.NEVER,
    }[outcome]


def _stronger(one: Verdict, other: Verdict) -> Verdict:
    order = [Verdict.NEVER, Verdict.MAY, Verdict.MUST]
    return max(one, other, key=order.index)


def differences(truth: Truth, record: Record) -> list[str]:
    """Every difference, a line each; nothing when the record is true."""
    return [
        *_of_incidents(truth, record),
        *_of_messages(truth, record),
        *_of_marks(truth, record),
        *_of_events(truth, record),
        *_of_drafts(truth, record),
    ]


def _of_incidents(truth: Truth, record: Record) -> Iterator[str]:
    kept = Counter(incident.title for incident in record.incidents)
    for title, verdict in truth.titles.items():
        what = f"incident {title!r}, {truth.accounts.get(title, '')}"
        yield from _counted(what, verdict, kept.pop(title, 0))
    yield from (f"invented: incident {title!r}" for title in kept)
    for incident in record.incidents:
        verdict = truth.resolved.get(incident.channel_id or "", Verdict.NEVER)
        yield from _counted(
            f"resolution of INC-{incident.number}", verdict, int(incident.status == "resolved")
        )


def _of_messages(truth: Truth, record: Record) -> Iterator[str]:
    for place, message in truth.spoken.items():
        kept = record.messages.get(place)
        if kept is None or not kept.is_known:
            yield f"lost: message {place} {message.text!r} ({'never heard' if kept is None else 'unread'})"
            continue
        if kept.is_deleted:
            yield f"invented: the deletion of message {place} {message.text!r}"
            continue
        if kept.text != message.text:
            yield f"differs: message {place} says {message.text!r}, the record {kept.text!r}"
        if kept.user_id != message.user_id:
            yield f"differs: message {place} is by {message.user_id}, in the record by {kept.user_id}"
        if message.is_reply and kept.thread_ts != message.thread_ts:
            yield f"differs: message {place} hangs under {message.thread_ts}, not {kept.thread_ts}"
    for place, verdict in truth.deleted.items():
        kept = record.messages.get(place)
        if kept is None:
            if verdict is Verdict.MUST:
                yield f"lost: deleted message {place}, which was acknowledged"
        elif not kept.is_deleted:
            yield f"lost: the deletion of message {place} {kept.text!r}"
        elif kept.text or kept.trace:
            yield f"invented: words of the deleted message {place}: {kept.text!r} {kept.trace}"
    for place in record.messages:
        if place not in truth.spoken and place not in truth.deleted:
            yield f"invented: message {place} {record.messages[place].text!r}"


def _of_marks(truth: Truth, record: Record) -> Iterator[str]:
    kept = Counter((mark.place, (mark.user_id, mark.emoji)) for mark in record.marks)
    for mark in record.marks:
        if SECTIONS.get(mark.emoji) != mark.section:
            yield f"differs: mark {mark} belongs elsewhere"
    for place, marks in truth.marks.items():
        for person, verdict in marks.items():
            yield from _counted(
                f"mark {person[1]} of {person[0]} on {place}", verdict, kept.pop((place, person), 0)
            )
    yield from (f"invented: mark {person} on {place}" for place, person in kept)


def _of_events(truth: Truth, record: Record) -> Iterator[str]:
    of_messages: dict[Place, list[KeptEvent]] = {}
    notes: list[KeptEvent] = []
    for event in record.events:
        if event.ts:
            of_messages.setdefault((event.channel_id, event.ts), []).append(event)
        else:
            notes.append(event)
    for expected in truth.events:
        if expected.ts:
            found = of_messages.pop((expected.channel_id, expected.ts), [])
        else:
            found = [event for event in notes if _is_of(event, expected)]
            notes = [event for event in notes if event not in found]
        standing = [event for event in found if event.stands]
        yield from _counted(f"event of {expected.name}", expected.verdict, len(standing))
        if len(found) > 1:
            yield f"doubled: {len(found)} rows of the event of {expected.name}"
        for event in standing:
            yield from _of_reading(expected, event, (expected.channel_id, expected.ts) in truth.deleted)
    for event in [*notes, *(event for events in of_messages.values() for event in events)]:
        if event.stands:
            yield f"invented: event {event}"


def _is_of(event: KeptEvent, expected: ExpectedEvent) -> bool:
    """A note is known by its number where people were told it, else by any of its texts."""
    if event.channel_id != expected.channel_id:
        return False
    texts = {text for _, text in expected.readings}
    return event.number == expected.number or event.text in texts


def _of_reading(expected: ExpectedEvent, event: KeptEvent, is_deleted: bool) -> Iterator[str]:
    if expected.number not in (None, event.number):
        yield f"differs: event of {expected.name} was {expected.number}, is {event.number}"
    reading = (event.occurred_at, event.text)
    if is_deleted:
        if event.occurred_at not in {at for at, _ in expected.readings}:
            yield f"differs: event of {expected.name} at {event.occurred_at}, not {expected.readings}"
    elif reading not in expected.readings:
        yield f"differs: event of {expected.name} reads {reading}, not one of {expected.readings}"
    if expected.note and event.author_id != expected.note.given.user_id:
        yield f"differs: {expected.name} is by {event.author_id}, not {expected.note.given.user_id}"


def _of_drafts(truth: Truth, record: Record) -> Iterator[str]:
    for incident in record.incidents:
        if not incident.channel_id:
            continue
        kept = [draft for draft in record.drafts if draft.incident_id == incident.id]
        least = truth.drafts[(incident.channel_id, Verdict.MUST)]
        most = least + truth.drafts[(incident.channel_id, Verdict.MAY)]
        if not least <= len(kept) <= most:
            yield f"differs: INC-{incident.number} has {len(kept)} drafts, not {least} to {most}"
        versions = [draft.version for draft in kept]
        if versions != list(range(1, len(kept) + 1)):
            yield f"differs: drafts of INC-{incident.number} are numbered {versions}"


def _counted(what: str, verdict: Verdict, count: int) -> Iterator[str]:
    if count > 1:
        yield f"doubled: {what}, {count} times"
    elif count and verdict is Verdict.NEVER:
        yield f"invented: {what}"
    elif not count and verdict is Verdict.MUST:
        yield f"lost: {what}"
