"""Confluence Cloud by its REST API v2, and v1 for files (developer.atlassian.com/cloud/confluence/rest)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.connect.api import Api, limit_429
from bot.connect.fields import moment
from bot.connect.pages.confluence_page import HEADERS, HeldFile, HeldPage, address, explain, listed
from bot.slack.calls import RefusedByTracker, TryLater
from bot.slack.posting import OutcomeUnknown
from bot.text.well_formed import table, tables, text

V2, V1 = "/wiki/api/v2", "/wiki/rest/api"
AT_ONCE = 100


class Cloud:
    """A site of atlassian.net, as the account to which the e-mail address and the token belong."""

    files_at = f"{V1}/content"

    def __init__(self, url: str, email: str, token: str, space: str, parent: str) -> None:
        self._url = url.removesuffix("/wiki")
        self._space, self._parent = space, parent
        self._space_id = ""
        self.api = Api(
            "Confluence", self._url, HEADERS, limit=limit_429, explain=explain, auth=(email, token)
        )

    async def made(self, title: str, value: str) -> HeldPage:
        body = {
            "spaceId": await self._of_space(),
            "status": "current",
            "title": title,
            "body": {"representation": "storage", "value": value},
            **({"parentId": self._parent} if self._parent else {}),
        }
        return self._read((await self.api.call("POST", f"{V2}/pages", body=body)).data)

    async def page(self, page_id: str) -> HeldPage | None:
        try:
            answer = await self.api.call("GET", f"{V2}/pages/{page_id}", query={"body-format": "storage"})
        except RefusedByTracker as refusal:
            if refusal.status == 404:
                return None
            raise
        is_current = text(table(answer.data).get("status")) == "current"
        return self._read(answer.data) if is_current else None

    async def changed(self, page: HeldPage, title: str, value: str, message: str) -> HeldPage:
        body = {
            "id": page.id,
            "status": "current",
            "title": title,
            "body": {"representation": "storage", "value": value},
            "version": {"number": page.number + 1, "message": message},
        }
        return self._read((await self.api.call("PUT", f"{V2}/pages/{page.id}", body=body)).data)

    async def titled(self, title: str) -> Sequence[HeldPage]:
        query = {"title": title, "space-id": await self._of_space(), "body-format": "storage"}
        answer = await self.api.call("GET", f"{V2}/pages", query=query)
        return [self._read(one) for one in listed(answer)]

    async def newest(self, since: datetime) -> Sequence[HeldPage]:
        query: dict[str, str | int] = {
            "space-id": await self._of_space(),
            "sort": "-created-date",
            "limit": AT_ONCE,
        }
        answer = await self.api.call("GET", f"{V2}/pages", query=query)
        pages = [self._read(one) for one in listed(answer)]
        found = [one for one in pages if one.created_at is None or one.created_at >= since]
        if len(found) == AT_ONCE:
            raise OutcomeUnknown(f"{AT_ONCE} pages or more were made in {self._space} since")
        return found

    async def file(self, page_id: str, name: str) -> HeldFile | None:
        answer = await self.api.call("GET", f"{V2}/pages/{page_id}/attachments", query={"filename": name})
        found = [one for one in tables(table(answer.data).get("results")) if one.get("title") == name]
        return HeldFile(text(found[0].get("id")), text(found[0].get("comment"))) if found else None

    async def author(self, page: HeldPage) -> str | None:
        if page.author is None:
            return None
        try:
            answer = await self.api.call("GET", f"{V1}/user", query={"accountId": page.author})
        except RefusedByTracker:  # not every token may read who people are
            return None
        return text(table(answer.data).get("displayName")) or None

    async def check(self) -> Sequence[str]:
        space_id = await self._of_space()
        answer = await self.api.call("GET", f"{V2}/spaces/{space_id}/operations")
        granted = {
            (text(one.get("operation")), text(one.get("targetType")))
            for one in tables(table(answer.data).get("operations"))
        }
        if ("create", "page") not in granted:
            raise self.api.refusal(f"the token may not make pages in {self._space}")
        lines = [f"the token may make pages in {self._space}."]
        if ("create", "attachment") not in granted:
            lines.append(
                f"it may not attach files in {self._space}, so pages there lack the timeline's picture."
            )
        if self._parent:
            above = await self.page(self._parent)
            if above is None:
                raise self.api.refusal(f"there is no page {self._parent} (CONFLUENCE_PARENT)")
            lines.append(f"pages go below {above.title}.")
        return lines

    async def _of_space(self) -> str:
        """The id of the space, which is read once."""
        if not self._space_id:
            answer = await self.api.call("GET", f"{V2}/spaces", query={"keys": self._space})
            found = tables(table(answer.data).get("results"))
            if not found:
                raise self.api.refusal(f"there is no space {self._space}, or the token may not see it")
            self._space_id = text(found[0].get("id"))
        return self._space_id

    def _read(self, data: object) -> HeldPage:
        said = table(data)
        page_id, version = text(said.get("id")), table(said.get("version"))
        number = version.get("number")
        if not page_id or not isinstance(number, int):
            raise TryLater("Confluence: an answer that is no page")
        return HeldPage(
            page_id,
            text(said.get("title")),
            number,
            text(version.get("message")),
            address(said, f"{self._url}/wiki"),
            text(version.get("authorId")) or None,
            text(table(table(said.get("body")).get("storage")).get("value")) or None,
            moment(said.get("createdAt")),
        )
