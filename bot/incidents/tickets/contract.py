"""What Scribe asks of a tracker, whichever it is; each adapter in `bot/connect/trackers` is one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.incidents.tickets.fields import Shown, TicketField
from storage.vocabulary import ActionItemPriority, ActionItemState


@dataclass(frozen=True)
class Fact:
    """Something known of an item, a line of its ticket; `url` is where it can be read."""

    label: str
    value: str
    url: str | None = None


@dataclass(frozen=True)
class NewTicket:
    """What a ticket is made of. `title` is one line, `text` plain text; neither may be trusted as markup.

    `marker` is a UUID in hex; the ticket carries it, and is found by it. `since` is a moment before any try
    to make it. `owner` is a name, `assignee` what the tracker knows that person by where it is known.
    """

    marker: str
    project: str
    since: datetime
    title: str
    text: str
    facts: Sequence[Fact] = field(default=())
    owner: str | None = None
    assignee: str | None = None
    due_on: date | None = None
    priority: ActionItemPriority | None = None


@dataclass(frozen=True)
class SeenTicket:
    """A ticket as its tracker says it stands; `remote_id` is what the tracker knows it by within `project`.

    `changed_at` is when its state became what it is (`is_exact`), or no later than that; None: the tracker
    does not say. `by` is who changed it, as the tracker names them. `project` None: the id is unique in the
    whole tracker.
    """

    project: str | None
    remote_id: str
    key: str
    url: str
    state: ActionItemState
    changed_at: datetime | None = None
    is_exact: bool = False
    by: str | None = None


@dataclass(frozen=True)
class TicketDetails:
    """What of a ticket follows its item, as it stands; `changed_at` is when anybody changed it last."""

    shown: Shown
    changed_at: datetime | None = None


class Tracker(Protocol):
    """A tracker. Every call raises what `bot.slack.calls` has: `TryLater`, or `Refused` for good."""

    @property
    def title(self) -> str:
        """What people call it."""

    @property
    def settles_within(self) -> timedelta:
        """How long after a lost answer the ticket may be made and not be found yet."""

    def turn(self) -> AbstractContextManager[None]:
        """The right to call it, which one has at a time; raises `TryLater` while another does."""

    async def assignee(self, project: str, address: str) -> str | None:
        """Who has this e-mail address and may be given tickets of a project, as `NewTicket.assignee` says it.

        None: nobody, or more than one. The address goes to the tracker and is kept nowhere.
        """

    async def create(self, new: NewTicket) -> SeenTicket:
        """Make it."""

    async def find(self, new: NewTicket) -> SeenTicket | None:
        """The one that carries its marker, if there is one."""

    async def move(self, project: str, remote_id: str, state: ActionItemState) -> SeenTicket:
        """Close it, as done or as something that will not be done, or open it again; twice does it once."""

    def as_shown(self, new: NewTicket) -> Shown:
        """How the ticket stands once it is as `new` says, in all that the tracker has a field for."""

    async def details(self, project: str, remote_id: str) -> TicketDetails:
        """How it stands now."""

    async def edit(
        self, project: str, remote_id: str, new: NewTicket, fields: Collection[TicketField]
    ) -> None:
        """Have these fields be as `new` says, and leave all others; twice does it once."""

    async def changed(self, project: str, since: datetime) -> Sequence[SeenTicket]:
        """Those of a project that changed since then, and possibly others."""

    async def check(self) -> Sequence[str]:
        """What is well with the token, its rights and the project, a line each."""

    async def close(self) -> None:
        """Close its connections."""
