"""What every reader makes of its tool's answers: an incident in a form that knows no tool.

Texts are as people typed them, not Slack text; every time is aware UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b

from storage.vocabulary import (
    ActionItemPriority,
    ActionItemState,
    EventKind,
    IncidentStatus,
    MilestoneKind,
    Origin,
)

LONGEST_TITLE, LONGEST_NAME, LONGEST_TEXT, LONGEST_POSTMORTEM = 300, 120, 20_000, 300_000
MOST_ENTRIES, MOST_FOLLOW_UPS, MOST_ROLES = 5_000, 500, 50
CUT = "…"


@dataclass(frozen=True)
class Author:
    """Somebody as the tool names them; `slack_id` where it knows their id in `slack_team_id`'s workspace."""

    name: str
    email: str = ""
    slack_id: str | None = None
    slack_team_id: str | None = None


@dataclass(frozen=True)
class Entry:
    """A line of the timeline; `key` is the same whenever the tool is asked."""

    key: str
    at: datetime
    text: str
    kind: EventKind = EventKind.NOTE
    author: Author | None = None
    url: str | None = None
    """What its words are linked to."""


@dataclass(frozen=True)
class FollowUp:
    """Work that was agreed on; `key` is the same whenever the tool is asked."""

    key: str
    text: str
    state: ActionItemState = ActionItemState.OPEN
    owner: Author | None = None
    due_on: date | None = None
    priority: ActionItemPriority | None = None
    ticket_url: str | None = None
    added_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True)
class PostmortemText:
    """What was written about it, in Markdown; `is_finished` is False where the tool calls it a draft."""

    markdown: str
    published_at: datetime | None = None
    is_finished: bool = True


@dataclass(frozen=True)
class ToolIncident:
    """An incident of another tool.

    `is_private` is None where the tool does not say who may see it. One that is not over has no
    `ended_at`; of one that is, `is_end_known` says whether the tool states its end or it is worked out.
    """

    origin: Origin
    original_id: str
    shown_as: str
    title: str
    declared_at: datetime
    url: str | None = None
    severity: str | None = None
    status: IncidentStatus = IncidentStatus.RESOLVED
    ended_at: datetime | None = None
    is_end_known: bool = True
    declared_by: Author | None = None
    resolved_by: Author | None = None
    summary: str | None = None
    milestones: Mapping[MilestoneKind, datetime] = field(default_factory=dict)
    roles: Sequence[tuple[str, Author]] = ()
    entries: Sequence[Entry] = ()
    follow_ups: Sequence[FollowUp] = ()
    postmortem: PostmortemText | None = None
    is_private: bool | None = None
    is_drill: bool = False
    notes: Sequence[str] = ()
    """What had to be assumed, each in a few words."""

    def authors(self) -> list[Author]:
        """Everybody whom it names."""
        named = [self.declared_by, self.resolved_by, *(author for _, author in self.roles)]
        named += [one.author for one in self.entries] + [one.owner for one in self.follow_ups]
        return [one for one in named if one]


def cut(text: str, longest: int) -> str:
    """A text of at most this many characters; one that was longer ends in `…`."""
    text = text.strip()
    return text if len(text) <= longest else text[: longest - 1].rstrip() + CUT


def key_of(*parts: str) -> str:
    """A key for what its tool gives no id: of its words, so that it is the same each time."""
    return blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=12).hexdigest()
