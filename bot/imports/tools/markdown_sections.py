"""The timeline and the follow-ups of a post-mortem's Markdown, from its lists and tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from bot.imports.tools.fields import Clock, author, day
from bot.imports.tools.incident import (
    LONGEST_TEXT,
    MOST_ENTRIES,
    MOST_FOLLOW_UPS,
    Author,
    Entry,
    FollowUp,
    cut,
    key_of,
)
from bot.imports.tools.markdown_rows import Row
from bot.text.when.moment import FutureTime, UnreadableTime
from bot.text.when.split import needs_zone, split_leading_moment
from storage.vocabulary import ActionItemState

LATER = timedelta(days=400)
"""A timeline that names days goes on for so long at most."""
BACK = timedelta(hours=2)
"""A clock time that is so much earlier than the line above it is of the next day."""
LONGEST_LINE = 2_000
"""Characters of a line in which its time is looked for."""
_OWNER = re.compile(r"\b(?:owner|assignee|who|responsible)\b", re.IGNORECASE)
_DUE = re.compile(r"\b(?:due|deadline|by when|target)\b", re.IGNORECASE)
_STATE = re.compile(r"\b(?:status|state|done)\b", re.IGNORECASE)
_DONE = re.compile(r"done|complete|closed|fixed|resolved|\[x\]|✅|☑|✔", re.IGNORECASE)
_TICK = re.compile(r"\[([ xX])\]\s+")
_SAID_OWNER = re.compile(r"\bowner:\s*@?([^,;()\n]{2,60})", re.IGNORECASE)
_SAID_DUE = re.compile(r"\bdue:?\s*(?:on |by )?(\d{4}-\d{2}-\d{2})", re.IGNORECASE)


def timeline(rows: Sequence[Row], began: datetime | None, clock: Clock) -> tuple[list[Entry], int]:
    """What the rows tell, each with the time it begins with, and how many have none that can be read.

    Clock times are of the day it began, and go on past midnight.
    """
    if began is None:
        return [], 0
    base = began.astimezone(clock.zone).date()
    last: datetime | None = None
    found: dict[str, Entry] = {}
    unread = 0
    for row in rows[:MOST_ENTRIES]:
        said = " ".join(cell for cell in row.cells if cell).strip()
        if not said:
            continue
        read = _timed(said, base, clock)
        if read and last and last - read[0] > BACK:
            following = _timed(said, base + timedelta(days=1), clock)
            if following and following[0] == read[0] + timedelta(days=1):
                base, read = base + timedelta(days=1), following
        if read is None:
            unread += 1
            continue
        at, words = read
        last = at
        entry = Entry(f"line:{key_of(at.isoformat(), words)}", at, cut(words, LONGEST_TEXT))
        found.setdefault(entry.key, entry)
    return sorted(found.values(), key=lambda one: one.at), unread


def _timed(said: str, base: date, clock: Clock) -> tuple[datetime, str] | None:
    """The time that a line begins with, as meant on this day or by the day it names, and its other words."""
    head, tail = said[:LONGEST_LINE], said[LONGEST_LINE:]
    evening = datetime.combine(base, time(23, 59, 59), clock.zone).astimezone(UTC)
    for now in (evening, evening + LATER):
        try:
            moment, words = split_leading_moment(head, now, clock.zone)
        except FutureTime:
            continue
        except (UnreadableTime, ValueError, OverflowError):
            return None
        words = (words + tail).strip()
        if moment is None or not words:
            return None
        clock.assumed = clock.assumed or needs_zone(head)
        return moment.at, words
    return None


def follow_ups(rows: Sequence[Row]) -> list[FollowUp]:
    """The follow-ups that the rows name: a ticked item is done, and columns say owner, day and state."""
    found: dict[str, FollowUp] = {}
    for row in rows[:MOST_FOLLOW_UPS]:
        one = _in_table(row) if row.columns else _in_list(row)
        if one:
            found.setdefault(one.key, one)
    return list(found.values())


def _in_list(row: Row) -> FollowUp | None:
    said = row.cells[0].strip()
    tick = _TICK.match(said)
    words = said[tick.end() :].strip() if tick else said
    if not words:
        return None
    owner, due = _SAID_OWNER.search(words), _SAID_DUE.search(words)
    is_done = bool(tick and tick[1].lower() == "x")
    return _follow_up(
        words, author(owner[1]) if owner else None, day(due[1]) if due else None, row, is_done=is_done
    )


def _in_table(row: Row) -> FollowUp | None:
    cells = dict(zip(row.columns, row.cells, strict=False))
    owners = [value for name, value in cells.items() if _OWNER.search(name)]
    dues = [value for name, value in cells.items() if _DUE.search(name)]
    states = [value for name, value in cells.items() if _STATE.search(name)]
    others = [
        value
        for name, value in cells.items()
        if value and not any(one.search(name) for one in (_OWNER, _DUE, _STATE)) and not value.isdigit()
    ]
    words = max(others, key=len, default="").strip()
    if not words:
        return None
    owner = author(owners[0]) if owners else None
    is_done = bool(states and _DONE.search(states[0]) and not re.search(r"\bnot\b", states[0], re.IGNORECASE))
    return _follow_up(words, owner, day(dues[0]) if dues else None, row, is_done=is_done)


def _follow_up(words: str, owner: Author | None, due: date | None, row: Row, *, is_done: bool) -> FollowUp:
    return FollowUp(
        f"line:{key_of(words)}",
        cut(words, LONGEST_TEXT),
        ActionItemState.DONE if is_done else ActionItemState.OPEN,
        owner,
        due,
        ticket_url=row.urls[0] if row.urls else None,
    )
