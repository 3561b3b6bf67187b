"""The revisions of a timeline event: who changed what, when, from which to which.

They are read out of what the record keeps (corrections by command, earlier texts of the message, marks put
on and taken off), each by its own time, so that they are the same in whatever order things were heard.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from bot.clock import said_at
from storage.history import Past
from storage.tables import Mark, MarkVersion, Message, Revision
from storage.timeline import EventMessage

MARK = "mark"
"""The `field` of a change by reaction; `old` and `new` name the emoji."""
DELETED = "deleted"


@dataclass(frozen=True)
class EventChange:
    """One change: `field` from `old` to `new`.

    `by` is a user id, `by_app` the name of an app; both are None when Slack does not say who.
    """

    at: datetime
    by: str | None
    field: str
    old: str | None = None
    new: str | None = None
    by_app: str | None = None


def changes(message: Message | EventMessage | None, past: Past) -> list[EventChange]:
    """Everything that changed about an event, the earliest first."""
    found = [
        EventChange(
            revision.changed_at,
            revision.changed_by,
            revision.field,
            _old(revision, message, past),
            revision.new,
        )
        for revision in past.revisions
    ]
    if message:
        found += _edits(message, past)
        if message.deleted_ts:
            found.append(EventChange(said_at(message.deleted_ts), None, DELETED))
    found += _marks([*past.mark_versions, *past.marks])
    return sorted(found, key=lambda change: change.at)


def _old(revision: Revision, message: Message | EventMessage | None, past: Past) -> str | None:
    """What it was before; an event without a text of its own said what its message said then."""
    if revision.field != "text" or revision.old is not None or message is None:
        return revision.old
    until = [text for ts, text, _ in _texts(message, past) if said_at(ts) <= revision.changed_at]
    return until[-1] if until else None


def _texts(message: Message | EventMessage, past: Past) -> list[tuple[str, str, str | None]]:
    """What a message said, from when on, and who had it say so; the earliest first."""
    earlier = sorted(past.versions, key=lambda version: version.version_ts)
    texts = [(version.version_ts, version.text, version.edited_by) for version in earlier]
    if message.is_known and not (message.deleted_ts and not message.text):
        texts.append((message.version_ts, message.text, message.edited_by))
    return texts


def _edits(message: Message | EventMessage, past: Past) -> Iterable[EventChange]:
    for (_, old, _), (version_ts, new, by) in pairwise(_texts(message, past)):
        if old != new:
            person = by or message.user_id
            yield EventChange(
                said_at(version_ts), person, "text", old, new, None if person else message.bot_name
            )


def _marks(states: Iterable[Mark | MarkVersion]) -> Iterable[EventChange]:
    was_set: dict[tuple[str, str], bool] = {}
    for state in sorted(states, key=lambda state: state.changed_ts):
        mark = (state.user_id, state.emoji)
        if was_set.get(mark, False) != state.is_set:
            was_set[mark] = state.is_set
            old, new = (None, state.emoji) if state.is_set else (state.emoji, None)
            yield EventChange(said_at(state.changed_ts), state.user_id, MARK, old, new)
