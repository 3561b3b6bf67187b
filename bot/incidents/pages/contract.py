"""What Scribe asks of a place for published post-mortems; each adapter in `bot/connect/pages` is one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

PICTURE = "timeline.png"
"""The address by which `NewPage.markdown` shows its picture, once, on a line of its own."""


@dataclass(frozen=True)
class SeenPage:
    """A page as its host says it stands; `remote_id` is what the host knows it by.

    `version` changes whenever anybody changes the page, in the host's own form (a number, a commit, a time).
    `url` is where people read it, None where the host has no such place. `stamp` is the one of `NewPage` that
    the newest version carries; None: people wrote the newest version, or the host cannot tell. `by` is who
    wrote it then, as the host names them, plain text; None: the host does not say. `lacks` is why the host
    did not take the picture, in its own words, plain text; None: it took it, or there is none.
    """

    remote_id: str
    version: str
    url: str | None = None
    stamp: str | None = None
    by: str | None = None
    lacks: str | None = None


@dataclass(frozen=True)
class NewPage:
    """What a page is made of.

    `marker` is a UUID in hex; the page carries it, and is found by it, in whatever version. `number` is the
    incident's, `publication` counts from 1 how often it was published. `since` is a moment before any try to
    make the page. `title` is one line of plain text. `markdown` is the final text below its title, GitHub's
    Markdown with people named plainly: nothing in it pings anybody, and it is people's words, not to be
    trusted as markup of any other kind. `picture` is the timeline as PNG, which the text shows at `PICTURE`;
    `drawing` the same as SVG; None: there is none. `data` is `postmortem.json`, as text.

    `earlier` is the page as it may be replaced: as Scribe wrote it last, or as somebody agreed to overwrite
    it; None: it was never made, or somebody agreed to make one anew that was deleted.
    """

    marker: str
    number: int
    publication: int
    since: datetime
    title: str
    markdown: str
    data: str
    picture: bytes | None = None
    drawing: str | None = None
    earlier: SeenPage | None = None

    @property
    def stamp(self) -> str:
        """What this version of the page carries beside its marker, where its host keeps that by version."""
        return f"{self.marker}.{self.publication}"


class EditedSince(Exception):
    """The page is not the version that was to be replaced; nothing was written.

    `seen` is how it stands now, None: it is not there any more.
    """

    def __init__(self, seen: SeenPage | None) -> None:
        super().__init__("the page was edited" if seen else "the page was deleted")
        self.seen = seen


class PageHost(Protocol):
    """A place for pages. Every call raises what `bot.slack.calls` has: `TryLater`, or `Refused` for good."""

    @property
    def name(self) -> str:
        """The word for it in settings and commands: `git`."""

    @property
    def title(self) -> str:
        """What people call it."""

    @property
    def settles_within(self) -> timedelta:
        """How long after a lost answer the page may be made and not be found yet."""

    def turn(self) -> AbstractContextManager[None]:
        """The right to call it, which one has at a time; raises `TryLater` while another does."""

    async def create(self, new: NewPage) -> SeenPage:
        """Make it."""

    async def find(self, new: NewPage) -> SeenPage | None:
        """The one that carries its marker, whoever wrote its newest version; None: there is none."""

    async def read(self, new: NewPage) -> SeenPage | None:
        """How the page of `new.earlier.remote_id` stands; None: it is not there any more, or in its bin."""

    async def update(self, new: NewPage) -> SeenPage:
        """Write it over `new.earlier`, and over nothing else.

        Raises:
            EditedSince: it is not of that version any more.
        """

    async def check(self) -> Sequence[str]:
        """What is well with the address, the token and its rights, a line each."""

    async def close(self) -> None:
        """Close its connections."""
