"""Confluence Data Center by its REST API (developer.atlassian.com/server/confluence/rest)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.connect.api import Api, limit_429
from bot.connect.fields import moment
from bot.connect.pages.confluence_page import HEADERS, HeldFile, HeldPage, address, explain, listed
from bot.slack.calls import RefusedByTracker, TryLater
from bot.slack.posting import OutcomeUnknown
from bot.text.well_formed import table, tables, text

REST = "/rest/api"
AT_ONCE = 100
EXPANDED = "body.storage,version,history"


class DataCenter:
    """A Confluence of one's own, as the account whose personal access token it is (7.9 or newer)."""

    files_at = f"{REST}/content"

    def __init__(self, url: str, token: str, space: str, parent: str) -> None:
        self._url = url
        self._space, self._parent = space, parent
        headers = {**HEADERS, "Authorization": f"Bearer {token}"}
        self.api = Api("Confluence", url, headers, limit=limit_429, explain=explain)

    async def made(self, title: str, value: str) -> HeldPage:
        body = {
            "type": "page",
            "title": title,
            "space": {"key": self._space},
            "body": _body(value),
            **({"ancestors": [{"id": self._parent}]} if self._parent else {}),
        }
        answer = await self.api.call("POST", f"{REST}/content", body=body, query={"expand": EXPANDED})
        return self._read(answer.data)

    async def page(self, page_id: str) -> HeldPage | None:
        try:
            answer = await self.api.call("GET", f"{REST}/content/{page_id}", query={"expand": EXPANDED})
        except RefusedByTracker as refusal:
            if refusal.status == 404:
                await self._is_known()
                return None
            raise
        return self._read(answer.data)

    async def changed(self, page: HeldPage, title: str, value: str, message: str) -> HeldPage:
        body = {
            "id": page.id,
            "type": "page",
            "title": title,
            "body": _body(value),
            "version": {"number": page.number + 1, "message": message},
        }
        answer = await self.api.call(
            "PUT", f"{REST}/content/{page.id}", body=body, query={"expand": EXPANDED}
        )
        return self._read(answer.data)

    async def titled(self, title: str) -> Sequence[HeldPage]:
        query = {"type": "page", "spaceKey": self._space, "title": title, "expand": EXPANDED}
        return await self._listed(f"{REST}/content", query)

    async def newest(self, since: datetime) -> Sequence[HeldPage]:
        days = (datetime.now(UTC) - since).days + 1
        cql = f'space = "{self._space}" and type = page and created >= now("-{days}d") order by created desc'
        query: dict[str, str | int] = {"cql": cql, "limit": AT_ONCE, "expand": "version,history"}
        pages = await self._listed(f"{REST}/content/search", query)
        found = [one for one in pages if one.created_at is None or one.created_at >= since]
        if len(found) == AT_ONCE:
            raise OutcomeUnknown(f"{AT_ONCE} pages or more were made in {self._space} since")
        return found

    async def file(self, page_id: str, name: str) -> HeldFile | None:
        answer = await self.api.call(
            "GET", f"{REST}/content/{page_id}/child/attachment", query={"filename": name}
        )
        found = [one for one in tables(table(answer.data).get("results")) if one.get("title") == name]
        if not found:
            return None
        return HeldFile(text(found[0].get("id")), text(table(found[0].get("metadata")).get("comment")))

    async def author(self, page: HeldPage) -> str | None:
        return page.author

    async def check(self) -> Sequence[str]:
        who = await self._is_known()
        try:
            await self.api.call("GET", f"{REST}/space/{self._space}")
        except RefusedByTracker as refusal:
            if refusal.status == 404:
                raise self.api.refusal(f"there is no space {self._space}, or {who} may not see it") from None
            raise
        lines = [f"{who} sees {self._space}; whether pages may be made there shows when one is published."]
        if self._parent:
            above = await self.page(self._parent)
            if above is None:
                raise self.api.refusal(f"there is no page {self._parent} (CONFLUENCE_PARENT)")
            lines.append(f"pages go below {above.title}.")
        return lines

    async def _is_known(self) -> str:
        """Who the token is: a wrong one is taken for nobody's, who sees no page that is there.

        Raises:
            RefusedByTracker: nobody.
        """
        answer = table((await self.api.call("GET", f"{REST}/user/current")).data)
        if text(answer.get("type")) == "anonymous":
            raise RefusedByTracker("Confluence", 401, "it does not know the token")
        return text(answer.get("displayName")) or "the token"

    async def _listed(self, path: str, query: Mapping[str, str | int]) -> Sequence[HeldPage]:
        try:
            answer = await self.api.call("GET", path, query=query)
        except RefusedByTracker as refusal:
            if refusal.status in (403, 404):
                await self._is_known()
            raise
        return [self._read(one) for one in listed(answer)]

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
            address(said, self._url),
            text(table(version.get("by")).get("displayName")) or None,
            text(table(table(said.get("body")).get("storage")).get("value")) or None,
            moment(table(said.get("history")).get("createdDate")),
        )


def _body(value: str) -> dict[str, Any]:
    return {"storage": {"value": value, "representation": "storage"}}
