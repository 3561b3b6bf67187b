"""Cachet 3 (cachethq/core: routes/api.php and its request classes), wherever it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from bot.connect.api import Answer, Api, limit_429
from bot.connect.status_pages.components import KnownComponents
from bot.incidents.status_pages.contract import Component, NewPost, SeenIncident
from bot.slack.calls import RefusedByTracker, TryLater
from bot.slack.posting import OutcomeUnknown
from bot.text.well_formed import number, table, tables, text
from storage.vocabulary import PublicImpact, PublicState

STATES = {
    PublicState.INVESTIGATING: 1,
    PublicState.IDENTIFIED: 2,
    PublicState.MONITORING: 3,
    PublicState.RESOLVED: 4,
}
COMPONENT_STATES = {
    PublicImpact.OPERATIONAL: 1,
    PublicImpact.DEGRADED: 2,
    PublicImpact.PARTIAL_OUTAGE: 3,
    PublicImpact.MAJOR_OUTAGE: 4,
}
ON_A_PAGE = 100
MOST_PAGES = 5
LOOKED_AT = 2
"""Pages of incidents, the newest first, that one of a moment ago must be among."""


class Cachet:
    """One Cachet, by the address of its page. It says of no post which one it is: words and state tell."""

    title = "Cachet"
    settles_within = timedelta(seconds=10)

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._api = Api(self.title, f"{url}/api", headers, limit=limit_429, explain=explain)
        self._components = KnownComponents(self._read_components)

    def turn(self) -> AbstractContextManager[None]:
        return self._api.turn()

    async def close(self) -> None:
        await self._components.close()
        await self._api.close()

    async def open(self, post: NewPost) -> SeenIncident:
        body = {
            "name": post.name,
            "message": post.text,
            "status": STATES[post.state],
            "visible": True,
            "notifications": post.notifies,
            "components": _affected(post),
            "meta": {"scribe_incident": post.incident},
        }
        answer = await self._api.call("POST", "/incidents", body=body)
        return self._read(table(answer.data).get("data"))

    async def update(self, remote_id: str, post: NewPost) -> SeenIncident:
        """Subscribers are told of an update where its incident says so, so that is said before."""
        at = f"/incidents/{remote_id}"
        said: dict[str, Any] = {"notifications": post.notifies}
        if post.components:
            said["components"] = _affected(post)
        answer = await self._api.call("PUT", at, body=said)
        seen = self._read(table(answer.data).get("data"))
        body = {"status": STATES[post.state], "message": post.text}
        await self._api.call("POST", f"{at}/updates", body=body)
        return seen

    async def find(self, post: NewPost) -> SeenIncident | None:
        for page in range(1, LOOKED_AT + 1):
            query = {"per_page": ON_A_PAGE, "page": page}
            found = tables(table((await self._api.call("GET", "/incidents", query=query)).data).get("data"))
            for incident in found:
                is_others = text(incident.get("id")) in post.others
                if not is_others and _is_of(post, table(incident.get("attributes"))):
                    return self._read(incident)
            if len(found) < ON_A_PAGE:
                break
        return None

    async def shows(self, remote_id: str, post: NewPost) -> SeenIncident | None:
        """Its own words are no update, so a first post of the same words is none of those counted."""
        at, same = f"/incidents/{remote_id}", 0
        for page in range(1, MOST_PAGES + 1):
            query = {"per_page": ON_A_PAGE, "page": page}
            answer = await self._api.call("GET", f"{at}/updates", query=query)
            found = tables(table(answer.data).get("data"))
            updates = [table(one.get("attributes")) for one in found]
            same += sum(
                one.get("message") == post.text and _state(one) == STATES[post.state] for one in updates
            )
            if len(found) < ON_A_PAGE:
                break
        else:
            raise OutcomeUnknown(f"the incident has more than {MOST_PAGES * ON_A_PAGE} updates")
        if same <= post.alike - post.opened_alike:
            return None
        return self._read(table((await self._api.call("GET", at)).data).get("data"))

    async def components(self) -> Sequence[Component] | None:
        return await self._components.get()

    async def check(self) -> Sequence[str]:
        components = await self._read_components()
        try:
            # without a name nothing is made; a token that does not work is refused before that is looked at
            await self._api.call("POST", "/incidents", body={})
        except RefusedByTracker as refusal:
            if refusal.status != 422:
                raise
        return [
            f"{self._url}: the token reads the page and its {len(components)} components. Whether it has "
            "incidents.manage and incident-updates.manage, the first post and the second tell."
        ]

    async def _read_components(self) -> Sequence[Component]:
        query = {"per_page": ON_A_PAGE}
        answer = await self._api.call("GET", "/components", query=query)
        found = [(text(one.get("id")), table(one.get("attributes"))) for one in _data(answer)]
        return [
            Component(key, text(one.get("name")))
            for key, one in found
            if key.isdecimal() and text(one.get("name")) and one.get("enabled") is not False
        ]

    def _read(self, data: object) -> SeenIncident:
        """The incident in an answer.

        Raises:
            TryLater: there is none: it may have been posted all the same.
        """
        remote_id, guid = text(table(data).get("id")), text(table(table(data).get("attributes")).get("guid"))
        if not remote_id.isdecimal():
            raise TryLater(f"{self.title}: an answer that is no incident")
        return SeenIncident(remote_id, f"{self._url}/incidents/{guid}" if guid else self._url)


def _data(answer: Answer) -> list[Mapping[str, Any]]:
    return tables(table(answer.data).get("data"))


def _affected(post: NewPost) -> list[dict[str, int]]:
    state = COMPONENT_STATES[post.impact]
    return [{"id": int(one), "status": state} for one in post.components if one.isdecimal()]


def _is_of(post: NewPost, incident: Mapping[str, Any]) -> bool:
    """Whether it is the one; where Cachet does not show what is kept with it, by its words and state."""
    kept = table(incident.get("meta")).get("scribe_incident")
    if kept is not None:
        return bool(kept == post.incident)
    said = (incident.get("name"), incident.get("message"), _state(incident))
    return said == (post.name, post.text, STATES[post.state])


def _state(attributes: Mapping[str, Any]) -> int:
    return number(table(attributes.get("status")).get("value"))


def explain(answer: Answer) -> str:
    """Cachet's message, which names the first thing that is wrong."""
    words = text(table(answer.data).get("message"))
    if answer.status == 403:
        words += " (the token needs incidents.manage and incident-updates.manage)"
    return words
