"""What the record says about an incident, as the draft needs it.

Gathering fills these from storage; composing reads nothing else. Text that people wrote is kept here as
Slack sent it (`&amp;`, `<@U…>` and all); every instant is aware UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.postmortem.document import FileRef
from bot.text.rich_text import Said, SentText
from storage.vocabulary import (
    ActionItemKind,
    ActionItemPriority,
    ActionItemState,
    Basis,
    EventKind,
    IncidentStatus,
    MarkSection,
    MilestoneKind,
)

__all__ = ["Facts", "FileRef", "Milestone", "Quote", "TimelineEntry"]


@dataclass(frozen=True, slots=True)
class Milestone:
    """A moment the numbers are computed from.

    `because` says what it was inferred from ("the first alert on the timeline"); `by` is who stated it, or
    whose action Scribe observed, where that is known. `permalink` leads to its evidence.
    """

    at: datetime
    basis: Basis
    because: str = ""
    permalink: str | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a milestone might be, from the record: nobody has said so yet.

    `because` says why it is suggested ("the first alert on the timeline (Grafana)"); `key` names it for
    good, so that it can be dismissed.
    """

    kind: MilestoneKind
    at: datetime
    because: str
    key: str
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class StatedDuration:
    """A duration somebody stated or published, as they wrote it: `time_to_repair`, "4h 27m"."""

    name: str
    said: str
    by: str
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class StateChange:
    """The incident's own change: of its severity, status or title. `old` is None where there was none."""

    what: str
    old: str | None
    new: str | None
    by: str
    at: datetime
    id: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody held a role, until somebody else took it (`until` None: still); `by` gave it to them."""

    role: str
    person: str
    since: datetime
    until: datetime | None
    by: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who took part, and when they came or first said something, as far as that is known."""

    name: str
    came_at: datetime | None
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """The longest time between two messages in the channel while the incident was open."""

    since: datetime
    until: datetime
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class SharedLink:
    """An address that was shared in the channel, by whom it was first, and how often."""

    url: str
    label: str
    said: "Quote"
    times: int = 1


@dataclass(frozen=True, slots=True)
class ActionItem:
    """Follow-up work. What is None nobody has said; `said` holds its words and their evidence."""

    number: int | None
    said: "Quote"
    state: ActionItemState = ActionItemState.OPEN
    owner: str | None = None
    priority: ActionItemPriority | None = None
    kind: ActionItemKind | None = None
    due_on: date | None = None
    done_when: str | None = None
    ticket_url: str | None = None
    done_by: str | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """Something a person or a bot said: Slack text as sent, by whom, when, and where it can be read.

    Of a deleted message the words are shown only where they were kept on purpose (`is_kept`). `shown` is how
    Slack showed this text, where the text alone does not say.
    """

    text: str
    author: str
    said_at: datetime
    permalink: str | None = None
    files: tuple[FileRef, ...] = ()
    is_deleted: bool = False
    is_kept: bool = False
    shown: SentText | None = None
    known_as: str = ""
    """What it is known by where it has no link."""
    of: str = ""
    """The `ts` of the message whose words these are; empty where somebody chose other words."""

    @property
    def words(self) -> Said:
        """What is read to show it: formatted, unless `text` was replaced by other words."""
        return self.shown if self.shown and self.shown.text == self.text else self.text


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One timeline event: when it happened (which is not when it was said), and what was said.

    `follow_up` counts, from 1, what became of an app's message afterwards, each an entry of its own.
    `number` is the event's own, which `/timeline edit 3` names; 0 where nothing has numbered it.
    """

    occurred_at: datetime
    occurred_until: datetime | None
    is_approximate: bool
    said: Quote
    kind: EventKind = EventKind.MESSAGE
    follow_up: int = 0
    number: int = 0


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
    seen: int = 0
    on_timeline: int = 0
    deleted: int = 0
    unreadable: tuple[datetime, ...] = ()
    """When each thing was said that Slack sent and nobody could read, as far as that is known."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a draft is composed from; a later gathering of the same record gives an equal value.

    `title` and `conclusion` are Slack text as sent. A milestone that is not known is None. `more_links` and
    `more_alerts` count what is not listed in `links` and `alerts`.
    """

    number: int
    title: str
    severity: str | None
    status: IncidentStatus
    channel_name: str
    declared: Milestone
    started: Milestone | None
    detected: Milestone | None
    resolved: Milestone | None
    responders: tuple[str, ...]
    timeline: tuple[TimelineEntry, ...]
    marked: Mapping[MarkSection, tuple[Quote, ...]]
    conclusion: str | None
    concluded_by: str | None
    zone: ZoneInfo
    coverage: Coverage = Coverage()
    acknowledged: Milestone | None = None
    identified: Milestone | None = None
    mitigated: Milestone | None = None
    suggestions: tuple[Suggestion, ...] = ()
    stated_durations: tuple[StatedDuration, ...] = ()
    changes: tuple[StateChange, ...] = ()
    roles: tuple[Held, ...] = ()
    participants: tuple[Participant, ...] = ()
    silence: Silence | None = None
    links: tuple[SharedLink, ...] = ()
    more_links: int = 0
    files: tuple[tuple[FileRef, Quote], ...] = ()
    action_items: tuple[ActionItem, ...] = ()
    alerts: tuple[Quote, ...] = ()
    more_alerts: int = 0
    deploys: tuple[Quote, ...] = ()
    severities: tuple[str, ...] = ()
    is_imported: bool = False
    is_drill: bool = False
    owner: str | None = None
    """Who owns the post-mortem."""
    ended_by: Quote | None = None
    """What was marked last as having made it better."""
    stage: str | None = None
    """How far it was said to be last."""
    second_zone: ZoneInfo | None = None
    """Where most of those people are who are not in `zone`."""
