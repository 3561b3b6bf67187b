"""Post-mortems as pages of Confluence, Cloud or Data Center, which an e-mail address tells apart.

A page is made with an anchor in it that nobody sees: it is found by that, so a lost answer makes no second
page. Every version after the first carries the stamp in its message. It is written over the version that
was read, and Confluence itself refuses it where people were faster.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta

import structlog

from bot.connect.api import form
from bot.connect.pages.confluence_cloud import Cloud
from bot.connect.pages.confluence_data_center import DataCenter
from bot.connect.pages.confluence_page import HeldPage, Site
from bot.connect.pages.storage_format import stamp_in, storage
from bot.incidents.pages.contract import PICTURE, EditedSince, NewPage, SeenPage
from bot.slack.calls import RefusedByTracker

log = structlog.get_logger()

LONGEST_TITLE = 240
"""Characters; Confluence takes 255, and a number may follow."""
MOST_OF_ONE_TITLE = 5
CLASH = frozenset({400, 409})
"""What is answered where another page of the space has the title."""


class Confluence:
    """One space of a Confluence."""

    name = "confluence"
    title = "Confluence"
    settles_within = timedelta(seconds=60)

    def __init__(self, url: str, token: str, space: str, *, email: str = "", parent: str = "") -> None:
        self._site: Site = (
            Cloud(url, email, token, space, parent) if email else DataCenter(url, token, space, parent)
        )

    def turn(self) -> AbstractContextManager[None]:
        return self._site.api.turn()

    async def close(self) -> None:
        await self._site.api.close()

    async def create(self, new: NewPage) -> SeenPage:
        value = _value(new)
        refused: RefusedByTracker | None = None
        for title in _titles(new):
            try:
                page = await self._site.made(title, value)
            except RefusedByTracker as refusal:
                if refusal.status not in CLASH or not _is_of_title(refusal):
                    raise
                refused = refusal
                own = _carrying(new.marker, await self._site.titled(title))
                if own and _stamp_of(own, new.marker) == new.stamp:
                    return await self._finished(own, new)  # made by a try that no search showed
                if own:
                    raise EditedSince(await self._shown(own, new)) from refusal
            else:
                return await self._finished(page, new)
        raise refused or self._site.api.refusal("no title is free")

    async def find(self, new: NewPage) -> SeenPage | None:
        return await self._shown(await self._with_marker(new), new)

    async def read(self, new: NewPage) -> SeenPage | None:
        assert new.earlier
        return await self._shown(await self._site.page(new.earlier.remote_id), new)

    async def update(self, new: NewPage) -> SeenPage:
        page = await self._to_replace(new)
        if _stamp_of(page, new.marker) == new.stamp:
            return await self._finished(page, new)  # written by a try whose answer was lost
        wanted = page.title if page.title in _titles(new) else next(_titles(new))
        try:
            page = await self._site.changed(page, wanted, _value(new), _message(new))
        except RefusedByTracker as refusal:
            if refusal.status not in CLASH:
                raise
            # another page has the title, or somebody edited it since it was read: then this raises
            page = await self._to_replace(new)
            if wanted == page.title:
                raise
            page = await self._site.changed(page, page.title, _value(new), _message(new))
        return await self._finished(page, new)

    async def check(self) -> Sequence[str]:
        return await self._site.check()

    async def _to_replace(self, new: NewPage) -> HeldPage:
        """The page as it may be replaced, or as this publication left it.

        Raises:
            EditedSince: it is another version, or gone.
        """
        assert new.earlier
        page = await self._site.page(new.earlier.remote_id)
        if page is None:
            raise EditedSince(None)
        is_of_this = _stamp_of(page, new.marker) == new.stamp
        if str(page.number) != new.earlier.version and not is_of_this:
            raise EditedSince(await self._shown(page, new))
        return page

    async def _with_marker(self, new: NewPage) -> HeldPage | None:
        """Where people gave it another title meanwhile it is among the newest of the space."""
        for title in _titles(new):
            pages = await self._site.titled(title)
            if found := _carrying(new.marker, pages):
                return found
            if not pages:
                break
        for candidate in reversed(await self._site.newest(new.since)):
            whole = await self._site.page(candidate.id)
            if whole and stamp_in(whole.value or "", new.marker):
                return whole
        return None

    async def _shown(self, page: HeldPage | None, new: NewPage) -> SeenPage | None:
        """How a page stands; what an earlier try of this publication left undone is done."""
        if page is None:
            return None
        stamp = _stamp_of(page, new.marker)
        if stamp == new.stamp:
            return await self._finished(page, new)
        by = None if stamp else await self._site.author(page)
        return SeenPage(page.id, str(page.number), page.url, stamp, by)

    async def _finished(self, page: HeldPage, new: NewPage) -> SeenPage:
        """The page with its picture on it; where the token may not attach that, without."""
        lacks = None
        if new.picture:
            try:
                await self._attach(page.id, new.picture)
            except RefusedByTracker as refusal:
                log.warning("confluence.no_picture", why=str(refusal))
                lacks = refusal.said
        return SeenPage(page.id, str(page.number), page.url, new.stamp, lacks=lacks)

    async def _attach(self, page_id: str, picture: bytes) -> None:
        """Attach it, unless it is there already, as the comment of the file says."""
        digest = f"Scribe {hashlib.sha256(picture).hexdigest()[:16]}"
        held = await self._site.file(page_id, PICTURE)
        if held and held.comment == digest:
            return
        at = f"{self._site.files_at}/{page_id}/child/attachment" + (f"/{held.id}/data" if held else "")
        fields = {"comment": digest, "minorEdit": "true"}
        await self._site.api.call("POST", at, content=form(PICTURE, picture, "image/png", fields))


def _carrying(marker: str, pages: Sequence[HeldPage]) -> HeldPage | None:
    return next((page for page in pages if stamp_in(page.value or "", marker)), None)


def _titles(new: NewPage) -> Iterator[str]:
    """What it may be called: a title is given once in a space."""
    title = " ".join(new.title.split())[:LONGEST_TITLE].strip()
    yield title
    yield from (f"{title} ({n})" for n in range(2, MOST_OF_ONE_TITLE + 1))


def _is_of_title(refusal: RefusedByTracker) -> bool:
    return bool(
        re.search(r"title.{0,40}already exists|already exists.{0,40}title", refusal.said, re.IGNORECASE)
    )


def _value(new: NewPage) -> str:
    return storage(new.markdown, new.stamp, has_picture=new.picture is not None)


def _message(new: NewPage) -> str:
    return f"Published by Scribe ({new.stamp})"


def _stamp_of(page: HeldPage, marker: str) -> str | None:
    """The first version is the one that Scribe made; of later ones the message says whether it wrote them."""
    if page.number == 1:
        return stamp_in(page.value or "", marker)
    found = re.fullmatch(rf"Published by Scribe \(({re.escape(marker)}\.\d+)\)", page.message)
    return found[1] if found else None
