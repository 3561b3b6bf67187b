"""Instatus on this machine. Source: instatus.com/help/api, "Components", "Incidents", "Incident updates"."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request

from sandbox.trackers.tracker import Refused, TrackerServer

_AT = re.compile(
    r"/v1/(?P<page>\w+)/(?P<what>incidents|components)(?:/(?P<id>\w+)(?P<updates>/incident-updates)?)?"
)
_STATES = ("INVESTIGATING", "IDENTIFIED", "MONITORING", "RESOLVED")
_COMPONENT_STATES = (
    "OPERATIONAL",
    "UNDERMAINTENANCE",
    "DEGRADEDPERFORMANCE",
    "PARTIALOUTAGE",
    "MINOROUTAGE",
    "MAJOROUTAGE",
)
_OF_AN_UPDATE = {"message", "status", "notify", "components", "statuses"}
_TAKEN = _OF_AN_UPDATE | {"name", "shouldPublish", "started"}
Row = dict[str, Any]


class InstatusServer(TrackerServer):
    """One page. `notified` are the posts of which its subscribers were told."""

    def __init__(self, token: str = "instatus-fake-token", page: str = "clx0example0000abcd") -> None:
        super().__init__(token)
        self.page = page
        self.incidents: list[Row] = []
        """The oldest first."""
        self.components: list[Row] = [
            {"id": f"clxcomponent{number}", "name": name, "status": "OPERATIONAL"}
            for number, name in enumerate(("Checkout", "Search"), start=1)
        ]
        self.notified: list[str] = []

    @property
    def posts(self) -> list[str]:
        """What everybody reads, the oldest first."""
        return [
            one["message"]
            for incident in self.incidents
            if incident["is_published"]
            for one in incident["updates"]
        ]

    async def answer(self, request: Request, path: str, body: Any) -> tuple[int, Any]:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            raise _refused(401, "Unauthorized")  # "Authentication"
        size, page = (int(request.query_params.get(one, of)) for one, of in (("per_page", 50), ("page", 1)))
        if not 1 <= size <= 100:  # "Pagination"
            raise _refused(400, "per_page must be between 1 and 100")
        part = slice((page - 1) * size, page * size)
        if (request.method, path) == ("GET", "/v2/pages"):
            return 200, [{"id": self.page, "subdomain": "acme", "customDomain": None, "name": "Acme"}][part]
        found = _AT.fullmatch(path)
        if found is None or found["page"] != self.page:
            raise _refused(404, "Not found")
        match request.method, found["what"], found["id"], found["updates"]:
            case "GET", "components", None, None:
                return 200, self.components[part]
            case "GET", "incidents", None, None:
                return 200, self.incidents[::-1][part]
            case "GET", "incidents", str() as key, None:
                return 200, self._one(key)
            case "POST", "incidents", None, None:
                return 200, self._made(_object(body))
            case "POST", "incidents", str() as key, str():
                return 200, self._posted(self._one(key), _object(body), _OF_AN_UPDATE)
            case _:
                raise _refused(404, "Not found")

    def _one(self, key: str) -> Row:
        for incident in self.incidents:
            if incident["id"] == key:
                return incident
        raise _refused(404, "Not found")

    def _made(self, said: Row) -> Row:
        if not isinstance(said.get("name"), str) or not said["name"].strip():
            raise _refused(422, "name is required")
        incident: Row = {
            "id": f"clxincident{len(self.incidents) + 1}",
            "name": said["name"],
            "status": said.get("status"),
            "createdAt": self.said(),
            "started": self.said(),
            "is_published": said.get("shouldPublish", True),
            "updates": [],
            "components": [],
        }
        self._posted(incident, said, _TAKEN)
        self.incidents.append(incident)
        return incident

    def _posted(self, incident: Row, said: Row, taken: set[str]) -> Row:
        """The first message of an incident is an update of it as well."""
        unknown = said.keys() - taken
        if unknown:  # Instatus lets them pass; a fault of ours is to show
            raise _refused(422, f"unknown: {sorted(unknown)[0]}")
        if said.get("status") not in _STATES:
            raise _refused(422, "status is not one of its values")
        if not isinstance(said.get("message"), str) or not said["message"]:
            raise _refused(422, "message is required")
        if not isinstance(said.get("components"), list) or not isinstance(said.get("statuses"), list):
            raise _refused(422, "components and statuses are required")
        known = {one["id"]: one for one in self.components}
        states = {one.get("id"): one.get("status") for one in said["statuses"]}
        if not set(said["components"]) | states.keys() <= known.keys():
            raise _refused(422, "component not found")
        if not set(states.values()) <= set(_COMPONENT_STATES):
            raise _refused(422, "component status is not one of its values")
        for key, state in states.items():
            known[key]["status"] = state
        update = {
            "id": f"{incident['id']}u{len(incident['updates']) + 1}",
            "message": said["message"],
            "status": said["status"],
            "notify": said.get("notify", True),
            "createdAt": self.said(),
        }
        incident["updates"].append(update)
        incident["status"] = said["status"]
        if update["notify"]:
            self.notified.append(said["message"])
        return update


def _object(body: Any) -> Row:
    return dict(body) if isinstance(body, dict) else {}


def _refused(status: int, message: str) -> Refused:
    return Refused(status, {"error": {"message": message}})
