"""Atlassian Statuspage (developer.statuspage.io), one page of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from bot.connect.api import Answer, Api, retry_after
from bot.connect.status_pages.components import KnownComponents
from bot.incidents.status_pages.contract import Component, NewPost, SeenIncident
from bot.slack.calls import TryLater
from bot.slack.posting import OutcomeUnknown
from bot.text.well_formed import table, tables, text
from storage.vocabulary import PublicImpact

COMPONENT_STATES = {
    PublicImpact.OPERATIONAL: "operational",
    PublicImpact.DEGRADED: "degraded_performance",
    PublicImpact.PARTIAL_OUTAGE: "partial_outage",
    PublicImpact.MAJOR_OUTAGE: "major_outage",
}
IMPACTS = {
    PublicImpact.OPERATIONAL: "none",
    PublicImpact.DEGRADED: "minor",
    PublicImpact.PARTIAL_OUTAGE: "major",
    PublicImpact.MAJOR_OUTAGE: "critical",
}
"""What is said of the incident as a whole where no part is named; else Statuspage says it by its parts."""
ON_A_PAGE = 100
MOST_PAGES = 5
SKEW = timedelta(hours=1)
"""How far its clock and ours may be apart."""
WINDOW = 60.0
"""Seconds over which its limit counts: one request a second (developer.statuspage.io, "Rate Limiting")."""
KEPT_AS = "scribe"
"""Where the metadata of an incident holds Scribe's own; each value there must be an object."""


class Statuspage:
    """One page, by its id. An incident carries its marker and that of its last post in its metadata."""

    title = "Statuspage"
    settles_within = timedelta(seconds=10)

    def __init__(self, url: str, token: str, page: str) -> None:
        self._page = page
        self._at = f"/pages/{page}"
        headers = {"Authorization": f"OAuth {token}"}
        self._api = Api(self.title, url, headers, limit=limit, explain=explain)
        self._components = KnownComponents(self._read_components)

    def turn(self) -> AbstractContextManager[None]:
        return self._api.turn()

    async def close(self) -> None:
        await self._components.close()
        await self._api.close()

    async def open(self, post: NewPost) -> SeenIncident:
        body = {"incident": {"name": post.name, **_said(post)}}
        answer = await self._api.call("POST", f"{self._at}/incidents", body=body)
        return self._read(answer.data)

    async def update(self, remote_id: str, post: NewPost) -> SeenIncident:
        answer = await self._api.call(
            "PATCH", f"{self._at}/incidents/{remote_id}", body={"incident": _said(post)}
        )
        return self._read(answer.data)

    async def find(self, post: NewPost) -> SeenIncident | None:
        async for incident in self._newest(post.since - SKEW):
            if _kept(incident).get("incident") == post.incident:
                return self._read(incident)
        return None

    async def shows(self, remote_id: str, post: NewPost) -> SeenIncident | None:
        answer = await self._api.call("GET", f"{self._at}/incidents/{remote_id}")
        is_there = _kept(table(answer.data)).get("post") == post.marker
        return self._read(answer.data) if is_there else None

    async def components(self) -> Sequence[Component] | None:
        return await self._components.get()

    async def check(self) -> Sequence[str]:
        components = await self._read_components()
        await self._api.call("GET", f"{self._at}/incidents", query={"limit": 1})
        return [
            f"{self._page}: the token reads the page and its {len(components)} components. Whether it may "
            "post, the first post tells."
        ]

    async def _read_components(self) -> Sequence[Component]:
        """Those that have a state of their own: a group has none."""
        answer = await self._api.call("GET", f"{self._at}/components")
        return [
            Component(text(one.get("id")), text(one.get("name")))
            for one in tables(answer.data)
            if text(one.get("id")) and text(one.get("name")) and one.get("group") is not True
        ]

    async def _newest(self, since: datetime) -> AsyncIterator[Mapping[str, Any]]:
        """Incidents of the page, the newest first, as far back as any was made since then.

        Raises:
            OutcomeUnknown: they are too many to look through.
        """
        for page in range(1, MOST_PAGES + 1):
            answer = await self._api.call(
                "GET", f"{self._at}/incidents", query={"limit": ON_A_PAGE, "page": page}
            )
            found = tables(answer.data)
            for incident in found:
                yield incident
            if len(found) < ON_A_PAGE or all(_made_before(since, one) for one in found):
                return
        raise OutcomeUnknown(f"the page has more than {MOST_PAGES * ON_A_PAGE} incidents")

    def _read(self, data: object) -> SeenIncident:
        """The incident in an answer.

        Raises:
            TryLater: there is none: it may have been posted all the same.
        """
        remote_id, url = text(table(data).get("id")), text(table(data).get("shortlink"))
        if not remote_id:
            raise TryLater(f"{self.title}: an answer that is no incident")
        manage = f"https://manage.statuspage.io/pages/{self._page}/incidents/{remote_id}"
        return SeenIncident(remote_id, url or manage)


def _said(post: NewPost) -> dict[str, Any]:
    said: dict[str, Any] = {
        "status": post.state.value,
        "body": post.text,
        "deliver_notifications": post.notifies,
        "metadata": {KEPT_AS: {"incident": post.incident, "post": post.marker}},
    }
    if post.components:
        said["component_ids"] = list(post.components)
        said["components"] = dict.fromkeys(post.components, COMPONENT_STATES[post.impact])
    else:
        said["impact_override"] = IMPACTS[post.impact]
    return said


def _kept(incident: Mapping[str, Any]) -> Mapping[str, Any]:
    return table(table(incident.get("metadata")).get(KEPT_AS))


def _made_before(moment: datetime, incident: Mapping[str, Any]) -> bool:
    try:
        made_at = datetime.fromisoformat(text(incident.get("created_at")))
    except ValueError:
        return False
    return made_at.tzinfo is not None and made_at < moment


def limit(answer: Answer) -> float | None:
    """Its limit comes as 420 or 429: for as long as it says, else for as long as its window is."""
    if answer.status not in (420, 429):
        return None
    after = retry_after(answer)
    return WINDOW if after is None else after


def explain(answer: Answer) -> str:
    """Statuspage's own words: one sentence, or several."""
    said = table(answer.data).get("error") or table(answer.data).get("message")
    words = ", ".join(map(str, said)) if isinstance(said, list) else text(said)
    if answer.status == 404:
        words += " (there is no such page, or the token may not see it)"
    return words
