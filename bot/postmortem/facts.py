"""What the record says about an incident, as the draft needs it.

Gathering fills these from storage; composing reads nothing else. Text that people wrote is kept here as
Slack sent it (`&amp;`, `<@U…>` and all); every instant is aware UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from bot.postmortem.document import FileRef

__all__ = ["Basis", "Facts", "FileRef", "Milestone", "Said", "Section", "TimelineEntry"]


class Section(StrEnum):
    """Where a section mark puts a message."""

    BACKGROUND = "background"
    IMPACT = "impact"
    ROOT_CAUSE = "root_cause"
    ACTION_ITEM = "action_item"
    LESSON = "lesson"


Basis = Literal["observed", "stated", "inferred"]
"""How a milestone is known: Scribe saw it happen, a person said so, or it was worked out."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A moment the numbers are computed from.

    `because` completes the basis: "the first alert on the timeline" (inferred from), "/incident start …
    since 14:00 by Ana" (stated in), "/resolve by Ana" (observed at).
    """

    kind: str
    at: datetime
    basis: Basis
    because: str


@dataclass(frozen=True, slots=True)
class Said:
    """Something a person or a bot said: Slack text as sent, by whom, when, and where it can be read.

    Of a deleted message the words are shown only where they were kept on purpose (`is_kept`).
    """

    text: str
    author: str
    said_at: datetime
    permalink: str | None = None
    files: tuple[FileRef, ...] = ()
    is_deleted: bool = False
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One timeline event: when it happened (which is not when it was said), and what was said."""

    occurred_at: datetime
    occurred_until: datetime | None
    is_approximate: bool
    said: Said
    kind: str = "message"


@dataclass(frozen=True, slots=True)
class Away:
    """A time in which no Scribe was connected, and how many messages of it were read afterwards."""

    since: datetime
    until: datetime
    recovered: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what was said the record may lack.

    `recovered` counts messages that Slack did not deliver though Scribe was there; `is_unread` says that
    the channel has not been read again, so that such messages may be missing.
    """

    absences: tuple[Away, ...] = ()
    recovered: int = 0
    is_unread: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a draft is composed from; a later gathering of the same record gives an equal value.

    `title` and `conclusion` are Slack text as sent. A milestone that is not known is None.
    """

    number: int
    title: str
    severity: str | None
    status: str
    channel_name: str
    declared: Milestone
    started: Milestone | None
    detected: Milestone | None
    resolved: Milestone | None
    responders: tuple[str, ...]
    timeline: tuple[TimelineEntry, ...]
    marked: Mapping[Section, tuple[Said, ...]]
    conclusion: str | None
    concluded_by: str | None
    zone: ZoneInfo
    coverage: Coverage = Coverage()
