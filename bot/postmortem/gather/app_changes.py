"""Messages of apps in a draft: what each said at first, and how the app changed it later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.incidents import app_edits
from bot.incidents.app_edits import Course
from bot.postmortem import facts as f
from bot.postmortem.gather.lookups import Lookups
from bot.postmortem.gather.rows import Snapshot
from bot.postmortem.gather.said import entry_of, is_human
from bot.text import spans
from storage.participation import ShownMessage
from storage.tables import Message
from storage.timeline import EventMessage, ShownLine

FIRST_UNKNOWN = "(what this said at first is not known)"


def course_of(
    found: Snapshot, message: Message | EventMessage | ShownMessage, lookups: Lookups
) -> Course | None:
    """How an app changed its message; None for a person's message, and for one that was not changed."""
    if is_human(message, lookups):
        return None
    return app_edits.course_of(message.ts, [*found.earlier.get(message.ts, ()), message])


def entries(found: Snapshot, lines: Sequence[ShownLine], lookups: Lookups) -> tuple[f.TimelineEntry, ...]:
    """The timeline, in the order things happened, each change of an app's message an entry of its own.

    An event that a person has worded says their words.
    """
    told: list[f.TimelineEntry] = []
    for line in lines:
        entry = entry_of(line, lookups)
        message = line.message
        is_told = message is not None and message.is_known and line.event.text is None
        became = course_of(found, message, lookups) if message and is_told else None
        if became is None or entry.said.is_deleted:
            told.append(entry)
            continue
        first = FIRST_UNKNOWN if became.first is None else became.first
        told.append(replace(entry, said=replace(entry.said, text=first)))
        told += (
            replace(
                entry,
                occurred_at=change.at,
                occurred_until=None,
                is_approximate=change.is_approximate,
                said=replace(entry.said, text=change.in_words, files=()),
                follow_up=number,
            )
            for number, change in enumerate(became.changes, start=1)
        )
    return tuple(sorted(told, key=lambda entry: entry.occurred_at))


def told(said: f.Quote, became: Course | None, zone: ZoneInfo) -> f.Quote:
    """What an app said, outside the timeline: its first words, and each change with its time."""
    if became is None or said.is_deleted:
        return said
    lines = [FIRST_UNKNOWN if became.first is None else became.first]
    lines += (
        f"({'~' if change.is_approximate else ''}{spans.clock(change.at, zone)} {change.in_words})"
        for change in became.changes
    )
    return replace(said, text="\n".join(lines))
