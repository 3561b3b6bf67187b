"""Post-mortems as pages of Notion, by its Markdown endpoints
(developers.notion.com/guides/data-apis/working-with-markdown-content).

In a data source a page is found by its property "Scribe ID"; below a page, by the stamp in its last line.
Notion has no numbers of versions, and rounds times to the minute: what counts as the version is the text.
The timeline's picture follows as a call of its own; whichever try finds the page without it puts it there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import structlog

from bot.connect.api import Answer, Api, Content, form, retry_after
from bot.connect.fields import moment
from bot.connect.pages import notion_picture
from bot.connect.pages.notion_markdown import notion_markdown, stamp_in
from bot.connect.pages.notion_picture import IMAGE_TYPE, HeldText, held_text
from bot.incidents.pages.contract import PICTURE, EditedSince, NewPage, SeenPage
from bot.slack.calls import RefusedByTracker, TryLater
from bot.slack.posting import OutcomeUnknown
from bot.text.well_formed import table, tables, text

log = structlog.get_logger()

API_VERSION = "2026-03-11"
SCRIBE_ID = "Scribe ID"
AT_ONCE, MOST_PAGES = 100, 20
LONGEST_TITLE = 200
LIMITED = 60.0
"""Seconds to wait where a limit names none: its window (developers.notion.com/reference/request-limits)."""
OVERLOADED = 529
PICTURE_WITHIN = 5
"""Hundreds of blocks among which the picture's place is looked for; else it is the top of the page."""


class Notion:
    """One data source, or the place below one page."""

    name = "notion"
    title = "Notion"
    settles_within = timedelta(seconds=60)

    def __init__(self, url: str, token: str, *, data_source: str = "", parent: str = "") -> None:
        self._data_source, self._parent = data_source, parent
        self._title_property = "title"
        self._me = ""
        headers = {"Authorization": f"Bearer {token}", "Notion-Version": API_VERSION}
        self._api = Api(self.title, f"{url}/v1", headers, limit=limit, explain=explain)

    def turn(self) -> AbstractContextManager[None]:
        return self._api.turn()

    async def close(self) -> None:
        await self._api.close()

    async def create(self, new: NewPage) -> SeenPage:
        body: dict[str, Any] = {"markdown": notion_markdown(new.markdown, new.stamp)}
        if self._data_source:
            await self._columns()
            body["parent"] = {"type": "data_source_id", "data_source_id": self._data_source}
            body["properties"] = {**self._titled(new), SCRIBE_ID: {"rich_text": [_words(new.marker)]}}
        else:
            body["parent"] = {"type": "page_id", "page_id": self._parent}
            body["properties"] = self._titled(new)
        answer = await self._call("POST", "/pages", body)
        return await self._seen(_page(answer.data), new)

    async def find(self, new: NewPage) -> SeenPage | None:
        if not self._data_source:
            return await self._below(new)
        asked = {"filter": {"property": SCRIBE_ID, "rich_text": {"equals": new.marker}}, "page_size": 2}
        answer = await self._call("POST", f"/data_sources/{self._data_source}/query", asked)
        pages = [one for one in tables(table(answer.data).get("results")) if not _is_gone(one)]
        return await self._seen(_page(pages[0]), new) if pages else None

    async def read(self, new: NewPage) -> SeenPage | None:
        assert new.earlier
        try:
            page = _page((await self._call("GET", f"/pages/{new.earlier.remote_id}")).data)
        except RefusedByTracker as refusal:
            if refusal.status == 404:
                return None
            raise
        return None if _is_gone(page) else await self._seen(page, new)

    async def update(self, new: NewPage) -> SeenPage:
        assert new.earlier
        seen = await self.read(new)
        if seen is None:
            raise EditedSince(None)
        if seen.version != new.earlier.version:
            if seen.stamp == new.stamp:
                return seen  # written by a try whose answer was lost
            raise EditedSince(seen)
        if self._data_source:
            await self._columns()
        at = f"/pages/{seen.remote_id}"
        await self._call("PATCH", at, {"properties": self._titled(new)})
        text_of = {"new_str": notion_markdown(new.markdown, new.stamp)}
        await self._call("PATCH", f"{at}/markdown", {"type": "replace_content", "replace_content": text_of})
        return await self._seen(_page((await self._call("GET", at)).data), new)

    async def check(self) -> Sequence[str]:
        me = table((await self._call("GET", "/users/me")).data)
        who = text(me.get("name")) or "the connection"
        if self._data_source:
            await self._columns()
            return [f"{who} sees the data source, which has the property {SCRIBE_ID!r}."]
        await self._call("GET", f"/pages/{self._parent}")
        return [f"{who} sees the page below which post-mortems go."]

    async def _columns(self) -> None:
        """Learn what the data source calls the title of its pages.

        Raises:
            RefusedByTracker: it has no property to find pages by.
        """
        answer = await self._call("GET", f"/data_sources/{self._data_source}")
        columns = {
            name: text(table(one).get("type"))
            for name, one in table(table(answer.data).get("properties")).items()
        }
        if columns.get(SCRIBE_ID) != "rich_text":
            raise self._api.refusal(
                f"the data source has no property {SCRIBE_ID!r} of the type Text: add one"
            )
        self._title_property = next((name for name, kind in columns.items() if kind == "title"), "title")

    async def _below(self, new: NewPage) -> SeenPage | None:
        """The page below the parent that carries the marker, of those that are young enough."""
        query: dict[str, str | int] = {"page_size": AT_ONCE}
        since = new.since.replace(second=0, microsecond=0)
        for _ in range(MOST_PAGES):
            answer = table((await self._call("GET", f"/blocks/{self._parent}/children", query=query)).data)
            for block in tables(answer.get("results")):
                made_at = moment(block.get("created_time"))
                if block.get("type") != "child_page" or (made_at and made_at < since):
                    continue
                page_id = text(block.get("id"))
                if stamp_in(await self._markdown(page_id), new.marker):
                    return await self._seen(_page((await self._call("GET", f"/pages/{page_id}")).data), new)
            following = text(answer.get("next_cursor"))
            if not following:
                return None
            query["start_cursor"] = following
        raise OutcomeUnknown("more pages are below the one of NOTION_PARENT than can be looked through")

    async def _seen(self, page: Mapping[str, Any], new: NewPage) -> SeenPage:
        """How a page stands; where a try of this publication left it without its picture, with that on it."""
        page_id = text(page.get("id"))
        held = held_text(await self._markdown(page_id))
        by = text(table(page.get("last_edited_by")).get("id"))
        is_ours = bool(by) and by == await self._who() and held.is_as_pictured
        stamp = stamp_in(held.markdown, new.marker) if is_ours else None
        who = await self._name_of(by) if by and by != await self._who() else None
        version, lacks = held.version, None
        if stamp == new.stamp and new.picture and not held.has_picture:
            lacks = await self._lacks(page_id, new, new.picture, held)
            shown = held_text(await self._markdown(page_id))
            # what somebody typed meanwhile is no version of ours
            version = shown.version if shown.markdown == held.markdown else held.version
        return SeenPage(page_id, version, text(page.get("url")) or None, stamp, who, lacks)

    async def _lacks(self, page_id: str, new: NewPage, picture: bytes, held: HeldText) -> str | None:
        """Why the picture cannot be put there, in Notion's words; None: it is there."""
        try:
            await self._attach(page_id, new, picture, held)
        except RefusedByTracker as refusal:
            log.warning("notion.no_picture", why=str(refusal))
            return refusal.said
        return None

    async def _attach(self, page_id: str, new: NewPage, picture: bytes, held: HeldText) -> None:
        """Upload it, and show it. An upload that nothing shows is dropped by Notion after an hour."""
        named = {"mode": "single_part", "filename": PICTURE, "content_type": IMAGE_TYPE}
        upload_id = _id(await self._call("POST", "/file_uploads", named))
        at = f"/file_uploads/{upload_id}/send"
        await self._call("POST", at, content=form(PICTURE, picture, IMAGE_TYPE, {}))
        shown = {
            "children": [notion_picture.image_block(upload_id, held)],
            "position": await self._place(page_id, notion_picture.description(new.markdown)),
        }
        await self._call("PATCH", f"/blocks/{page_id}/children", shown)

    async def _place(self, page_id: str, words: str) -> Mapping[str, Any]:
        """Below the words that describe it, else the top of the page."""
        query: dict[str, str | int] = {"page_size": AT_ONCE}
        for _ in range(PICTURE_WITHIN if words else 0):
            answer = table((await self._call("GET", f"/blocks/{page_id}/children", query=query)).data)
            for block in tables(answer.get("results")):
                if notion_picture.says(block, words):
                    return notion_picture.after(block)
            following = text(answer.get("next_cursor"))
            if not following:
                break
            query["start_cursor"] = following
        return notion_picture.START

    async def _name_of(self, person: str) -> str | None:
        try:
            return text(table((await self._call("GET", f"/users/{person}")).data).get("name")) or None
        except RefusedByTracker:  # not every connection may read who people are
            return None

    async def _markdown(self, page_id: str) -> str:
        return text(table((await self._call("GET", f"/pages/{page_id}/markdown")).data).get("markdown"))

    async def _who(self) -> str:
        """What the connection is known by, which is read once."""
        if not self._me:
            self._me = text(table((await self._call("GET", "/users/me")).data).get("id"))
        return self._me

    def _titled(self, new: NewPage) -> dict[str, Any]:
        title = " ".join(new.title.split())[:LONGEST_TITLE]
        return {self._title_property: {"title": [_words(title)]}}

    async def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, str | int] | None = None,
        content: Content | None = None,
    ) -> Answer:
        try:
            return await self._api.call(method, path, body=body, query=query, content=content)
        except RefusedByTracker as refusal:
            if refusal.status == 409:
                # two wrote at once, and this one's is undone (developers.notion.com/reference/status-codes)
                raise TryLater(f"Notion: {refusal.said}", is_undone=True) from refusal
            raise


def _words(text: str) -> dict[str, Any]:
    return {"type": "text", "text": {"content": text}}


def _page(data: object) -> Mapping[str, Any]:
    """The page in an answer.

    Raises:
        TryLater: there is none: it may have been made all the same.
    """
    page = table(data)
    if not text(page.get("id")):
        raise TryLater("Notion: an answer that is no page")
    return page


def _id(answer: Answer) -> str:
    """What an upload is known by.

    Raises:
        TryLater: the answer says nothing of that.
    """
    found = text(table(answer.data).get("id"))
    if not found:
        raise TryLater("Notion: an answer that is no upload")
    return found


def _is_gone(page: Mapping[str, Any]) -> bool:
    return bool(page.get("in_trash") or page.get("archived"))


def limit(answer: Answer) -> float | None:
    """A limit, or the whole service overloaded, for as long as `Retry-After` says."""
    if answer.status not in (429, OVERLOADED):
        return None
    after = retry_after(answer)
    return LIMITED if after is None else after


def explain(answer: Answer) -> str:
    """What Notion says."""
    said = text(table(answer.data).get("message"))
    return said or ("it does not accept the token" if answer.status == 401 else "")
