"""What a page of Confluence is, and what a Confluence is asked for, whichever of the two it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.connect.api import Answer, Api
from bot.text.well_formed import table, tables, text

HEADERS = {"Accept": "application/json", "X-Atlassian-Token": "nocheck"}
"""The second is asked for with a file (developer.atlassian.com/cloud/confluence/rest/v1, "attachments")."""


@dataclass(frozen=True)
class HeldPage:
    """A page as it stands; `number` and `message` are of its newest version, `author` who wrote that.

    `value` is its storage format; None: it was not asked for.
    """

    id: str
    title: str
    number: int
    message: str
    url: str
    author: str | None = None
    value: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True)
class HeldFile:
    """A file on a page; `comment` is what was said when its newest version was sent."""

    id: str
    comment: str


class Site(Protocol):
    """One Confluence, with one space in it that pages go into. Raises what `bot.slack.calls` has."""

    api: Api
    files_at: str
    """Where its files are changed, before the id of the page."""

    async def made(self, title: str, value: str) -> HeldPage:
        """Make a page."""

    async def page(self, page_id: str) -> HeldPage | None:
        """A page with its value; None: it is not there, or in the bin."""

    async def changed(self, page: HeldPage, title: str, value: str, message: str) -> HeldPage:
        """Write the version after `page`; it is refused with 409 where that is not the newest."""

    async def titled(self, title: str) -> Sequence[HeldPage]:
        """The pages of exactly that title, with their values."""

    async def newest(self, since: datetime) -> Sequence[HeldPage]:
        """The pages that were made since then, and possibly others, without their values.

        Raises:
            OutcomeUnknown: they are too many.
        """

    async def file(self, page_id: str, name: str) -> HeldFile | None:
        """The file of that name on a page."""

    async def author(self, page: HeldPage) -> str | None:
        """Who wrote its newest version, as people know them; None: that is not known."""

    async def check(self) -> Sequence[str]:
        """What is well with the token, its rights and the space, a line each."""


def address(said: Mapping[str, Any], base: str) -> str:
    """Where people read a page: where the site says that it is, else at `base`, where it is asked."""
    links = table(said.get("_links"))
    shown, site = text(links.get("webui")), text(links.get("base"))
    if not site.startswith(("https://", "http://")):
        site = base
    return f"{site}{shown}" if shown.startswith("/") else site


def listed(answer: Answer) -> Iterator[Mapping[str, Any]]:
    """The objects of a list, each with the address of the site, which stands beside them."""
    links = {"base": table(table(answer.data).get("_links")).get("base")}
    for one in tables(table(answer.data).get("results")):
        yield {**one, "_links": {**links, **table(one.get("_links"))}}


def explain(answer: Answer) -> str:
    """What Confluence says, without the names of its own programs."""
    said = table(answer.data)
    found = [_one_error(one) for one in tables(said.get("errors"))] or [text(said.get("message"))]
    words = [one.rpartition("Exception: ")[2] for one in found if one]
    if not words and answer.status == 401:
        words = ["it does not accept the token"]
    return ", ".join(words)


def _one_error(error: Mapping[str, object]) -> str:
    return ": ".join(filter(None, (text(error.get("title")), text(error.get("detail")))))
