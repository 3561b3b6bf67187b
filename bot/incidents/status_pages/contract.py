"""What Scribe asks of a status page, whichever it is; each adapter in `bot/connect/status_pages` is one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from storage.vocabulary import PublicImpact, PublicState


@dataclass(frozen=True)
class Component:
    """A part of the service that the page shows; `id` is the page's own."""

    id: str
    name: str


@dataclass(frozen=True)
class NewPost:
    """What is to be read on a page. `name` is one line, `text` plain text, posted word for word.

    `incident` and `marker` are UUIDs in hex: of the incident on this page, and of this post. `since` is a
    moment before any try. `alike` is how many posts with the same text and state stand there already,
    `opened_alike` whether the first of all, which opened the incident there, is one of them. `others` are the
    `remote_id`s of other incidents on the page.
    """

    incident: str
    marker: str
    name: str
    text: str
    state: PublicState
    impact: PublicImpact
    components: Sequence[str]
    notifies: bool
    since: datetime
    alike: int = 0
    opened_alike: bool = False
    others: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SeenIncident:
    """An incident as its page has it; `url` is where everybody reads it."""

    remote_id: str
    url: str


class StatusPage(Protocol):
    """A status page. Its calls raise what `bot.slack.calls` has: `TryLater`, or `Refused` for good."""

    @property
    def title(self) -> str:
        """What people call it."""

    @property
    def settles_within(self) -> timedelta:
        """How long after a lost answer a post may be made and not be found yet."""

    def turn(self) -> AbstractContextManager[None]:
        """The right to post, which one has at a time; raises `TryLater` while another does."""

    async def open(self, post: NewPost) -> SeenIncident:
        """Put the incident onto the page, with its first post."""

    async def update(self, remote_id: str, post: NewPost) -> SeenIncident:
        """Post below an incident that is there."""

    async def find(self, post: NewPost) -> SeenIncident | None:
        """The incident that an earlier try put there, if it did."""

    async def shows(self, remote_id: str, post: NewPost) -> SeenIncident | None:
        """The incident, if an earlier try posted this below it."""

    async def components(self) -> Sequence[Component] | None:
        """Its parts, as read some minutes ago at most; None: it does not answer now. Raises nothing."""

    async def check(self) -> Sequence[str]:
        """What is well with the token and the page, a line each; nothing is posted."""

    async def close(self) -> None:
        """Close its connections."""
