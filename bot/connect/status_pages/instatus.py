"""Instatus (instatus.com/help/api), one page of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from bot.connect.api import Answer, Api, limit_429
from bot.connect.status_pages.components import KnownComponents
from bot.incidents.status_pages.contract import Component, NewPost, SeenIncident
from bot.slack.calls import SlackTrouble, TryLater
from bot.slack.posting import OutcomeUnknown
from bot.text.well_formed import table, tables, text
from storage.vocabulary import PublicImpact

COMPONENT_STATES = {
    PublicImpact.OPERATIONAL: "OPERATIONAL",
    PublicImpact.DEGRADED: "DEGRADEDPERFORMANCE",
    PublicImpact.PARTIAL_OUTAGE: "PARTIALOUTAGE",
    PublicImpact.MAJOR_OUTAGE: "MAJOROUTAGE",
}
ON_A_PAGE = 100
MOST_PAGES = 5
SKEW = timedelta(hours=1)
"""How far its clock and ours may be apart."""
ELSEWHERE = "https://instatus.com"
"""The link where the page's own address cannot be read."""


class Instatus:
    """One page, by its id. It says of no post which one it is: words and state tell."""

    title = "Instatus"
    settles_within = timedelta(seconds=10)

    def __init__(self, url: str, token: str, page: str) -> None:
        self._page = page
        self._at = f"/v1/{page}"
        self._address: str | None = None
        headers = {"Authorization": f"Bearer {token}"}
        self._api = Api(self.title, url, headers, limit=limit_429, explain=explain)
        self._components = KnownComponents(self._read_components)

    def turn(self) -> AbstractContextManager[None]:
        return self._api.turn()

    async def close(self) -> None:
        await self._components.close()
        await self._api.close()

    async def open(self, post: NewPost) -> SeenIncident:
        address = await self._page_address()
        body = {"name": post.name, "shouldPublish": True, **_said(post)}
        answer = await self._api.call("POST", f"{self._at}/incidents", body=body)
        return self._read(answer.data, address)

    async def update(self, remote_id: str, post: NewPost) -> SeenIncident:
        address = await self._page_address()
        at = f"{self._at}/incidents/{remote_id}/incident-updates"
        await self._api.call("POST", at, body=_said(post))
        return SeenIncident(remote_id, address)

    async def find(self, post: NewPost) -> SeenIncident | None:
        address = await self._page_address()
        async for incident in self._newest(post.since - SKEW):
            is_named = incident.get("name") == post.name and text(incident.get("id")) not in post.others
            if is_named and not _made_before(post.since - SKEW, incident) and _alike(incident, post):
                return self._read(incident, address)
        return None

    async def shows(self, remote_id: str, post: NewPost) -> SeenIncident | None:
        address = await self._page_address()
        answer = await self._api.call("GET", f"{self._at}/incidents/{remote_id}")
        is_there = _alike(table(answer.data), post) > post.alike
        return self._read(answer.data, address) if is_there else None

    async def components(self) -> Sequence[Component] | None:
        return await self._components.get()

    async def check(self) -> Sequence[str]:
        components = await self._read_components()
        return [
            f"{self._page}: the token reads the page and its {len(components)} components. Whether it may "
            "post, the first post tells."
        ]

    async def _read_components(self) -> Sequence[Component]:
        answer = await self._api.call("GET", f"{self._at}/components", query={"per_page": ON_A_PAGE})
        return [
            Component(text(one.get("id")), text(one.get("name")))
            for one in tables(answer.data)
            if text(one.get("id")) and text(one.get("name"))
        ]

    async def _newest(self, since: datetime) -> AsyncIterator[Mapping[str, Any]]:
        """Incidents of the page, the newest first, as far back as any was made since then.

        Raises:
            OutcomeUnknown: they are too many to look through.
        """
        for page in range(1, MOST_PAGES + 1):
            query = {"per_page": ON_A_PAGE, "page": page}
            found = tables((await self._api.call("GET", f"{self._at}/incidents", query=query)).data)
            for incident in found:
                yield incident
            if len(found) < ON_A_PAGE or all(_made_before(since, one) for one in found):
                return
        raise OutcomeUnknown(f"the page has more than {MOST_PAGES * ON_A_PAGE} incidents")

    async def _page_address(self) -> str:
        """Where everybody reads the page; Instatus says it of no incident. It is asked for before anything is
        posted, and nothing depends on it.
        """
        if self._address is None:
            try:
                answer = await self._api.call("GET", "/v2/pages", query={"per_page": ON_A_PAGE})
            except SlackTrouble:
                return ELSEWHERE
            ours = next((one for one in tables(answer.data) if one.get("id") == self._page), {})
            host = text(ours.get("customDomain")) or f"{text(ours.get('subdomain'))}.instatus.com"
            self._address = ELSEWHERE if host.startswith(".") else f"https://{host.rstrip('/')}"
        return self._address

    def _read(self, data: object, address: str) -> SeenIncident:
        """The incident in an answer.

        Raises:
            TryLater: there is none: it may have been posted all the same.
        """
        remote_id = text(table(data).get("id"))
        if not remote_id:
            raise TryLater(f"{self.title}: an answer that is no incident")
        return SeenIncident(remote_id, address)


def _said(post: NewPost) -> dict[str, Any]:
    state = COMPONENT_STATES[post.impact]
    return {
        "message": post.text,
        "status": post.state.value.upper(),
        "notify": post.notifies,
        "components": list(post.components),
        "statuses": [{"id": one, "status": state} for one in post.components],
    }


def _alike(incident: Mapping[str, Any], post: NewPost) -> int:
    """How many posts of an incident have these words and this state; the one that opened it is one."""
    said = (post.text, post.state.value.upper())
    return sum((one.get("message"), one.get("status")) == said for one in tables(incident.get("updates")))


def _made_before(moment: datetime, incident: Mapping[str, Any]) -> bool:
    try:
        made_at = datetime.fromisoformat(text(incident.get("createdAt") or incident.get("started")))
    except ValueError:
        return False
    return made_at.tzinfo is not None and made_at < moment


def explain(answer: Answer) -> str:
    """Instatus's own words, wherever it puts them."""
    said = table(answer.data)
    error = said.get("error")
    words = text(table(error).get("message")) or text(error) or text(said.get("message"))
    if answer.status == 404:
        words += " (there is no such page, or the token may not see it)"
    return words
