"""Atlassian Statuspage on this machine. Source: developer.statuspage.io, "Incidents" and "Components"."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request

from sandbox.trackers.tracker import Refused, TrackerServer

_AT = re.compile(r"/v1/pages/(?P<page>\w+)/(?P<what>incidents|components)(?:/(?P<id>\w+))?")
_STATES = ("investigating", "identified", "monitoring", "resolved")
_COMPONENT_STATES = {
    "operational": "none",
    "degraded_performance": "minor",
    "partial_outage": "major",
    "major_outage": "critical",
    "under_maintenance": "maintenance",
}
"""With the impact that an incident has by its worst component ("Top Level Status and Incident Impact")."""
_IMPACTS = ("none", "maintenance", "minor", "major", "critical")
_TAKEN = {
    "name",
    "status",
    "impact_override",
    "body",
    "component_ids",
    "components",
    "deliver_notifications",
    "metadata",
}
LONGEST_NAME, LONGEST_BODY = 255, 25_000
Incident = dict[str, Any]


class StatuspageServer(TrackerServer):
    """One page. `notified` are the posts of which its subscribers were told."""

    def __init__(self, token: str = "statuspage-fake-token", page: str = "gytm4qzbx9t6") -> None:
        super().__init__(token)
        self.page = page
        self.incidents: list[Incident] = []
        """The oldest first."""
        self.components: list[dict[str, Any]] = [
            _component(page, number, name) for number, name in enumerate(("Checkout", "Search"), start=1)
        ]
        self.notified: list[str] = []

    @property
    def base(self) -> str:
        """The address of its API."""
        return f"{self.url}/v1"

    @property
    def posts(self) -> list[str]:
        """What everybody reads, the oldest first."""
        return [one["body"] for incident in self.incidents for one in reversed(incident["incident_updates"])]

    async def answer(self, request: Request, path: str, body: Any) -> tuple[int, Any]:
        if request.headers.get("authorization") != f"OAuth {self.token}":
            raise _refused(401, "Could not authenticate")  # "Authentication"
        found = _AT.fullmatch(path)
        if found is None or found["page"] != self.page:
            raise _refused(404, "Not found")  # the same for a page that the key may not see
        match request.method, found["what"], found["id"]:
            case "GET", "components", None:
                return 200, self.components
            case "GET", "incidents", None:
                return 200, self._listed(request)
            case "GET", "incidents", str() as remote_id:
                return 200, self._one(remote_id)
            case "POST", "incidents", None:
                return 201, self._made(_said(body))
            case "PATCH", "incidents", str() as remote_id:
                return 200, self._changed(self._one(remote_id), _said(body))
            case _:
                raise _refused(404, "Not found")

    def _listed(self, request: Request) -> list[Incident]:
        size, page = int(request.query_params.get("limit", "100")), int(request.query_params.get("page", "1"))
        if not 1 <= size <= 100:
            raise _refused(400, "limit must be between 1 and 100")
        newest = self.incidents[::-1]
        return newest[(page - 1) * size : page * size]

    def _one(self, remote_id: str) -> Incident:
        for incident in self.incidents:
            if incident["id"] == remote_id:
                return incident
        raise _refused(404, "Not found")

    def _made(self, said: dict[str, Any]) -> Incident:
        if not isinstance(said.get("name"), str) or not said["name"].strip():
            raise _invalid("Name can't be blank")
        self._check(said)
        number = len(self.incidents) + 1
        now = self.said()
        incident: Incident = {
            "id": f"p31zjtct{number:04d}",
            "page_id": self.page,
            "name": said["name"],
            "status": said.get("status", "investigating"),
            "impact": "none",
            "impact_override": None,
            "created_at": now,
            "updated_at": now,
            "resolved_at": None,
            "monitoring_at": None,
            "shortlink": f"https://stspg.example/{number:04d}",
            "metadata": {},
            "components": [],
            "incident_updates": [],
        }
        self.incidents.append(incident)
        return self._changed(incident, said)

    def _changed(self, incident: Incident, said: dict[str, Any]) -> Incident:
        self._check(said)
        now = self.said()
        incident["updated_at"] = now
        incident["name"] = said.get("name", incident["name"])
        incident["status"] = said.get("status", incident["status"])
        if incident["status"] == "resolved":
            incident["resolved_at"] = now
        incident["metadata"] = {**incident["metadata"], **said.get("metadata", {})}
        incident["impact_override"] = said.get("impact_override", incident["impact_override"])
        states = said.get("components", {})
        for component in self.components:
            component["status"] = states.get(component["id"], component["status"])
        if "component_ids" in said:
            incident["components"] = [one for one in self.components if one["id"] in said["component_ids"]]
        worst = [_COMPONENT_STATES[one["status"]] for one in incident["components"]]
        incident["impact"] = incident["impact_override"] or max(worst, key=_IMPACTS.index, default="none")
        if said.get("body"):
            self._post(incident, said)
        return incident

    def _post(self, incident: Incident, said: dict[str, Any]) -> None:
        """An update comes into being where a body is sent ("Update an incident")."""
        # a page tells its subscribers unless it is told not to ("deliver_notifications")
        tells = said.get("deliver_notifications", True)
        incident["incident_updates"].insert(
            0,
            {
                "id": f"{incident['id']}u{len(incident['incident_updates']) + 1}",
                "incident_id": incident["id"],
                "status": incident["status"],
                "body": said["body"],
                "created_at": self.said(),
                "updated_at": self.said(),
                "display_at": self.said(),
                "deliver_notifications": tells,
            },
        )
        if tells:
            self.notified.append(said["body"])

    def _check(self, said: dict[str, Any]) -> None:
        unknown = said.keys() - _TAKEN
        if unknown:  # Statuspage lets them pass; a fault of ours is to show
            raise _invalid(f"unknown: {sorted(unknown)[0]}")
        known = {one["id"] for one in self.components}
        states = said.get("components", {})
        if said.get("status", "investigating") not in _STATES:
            raise _invalid("Status is not included in the list")
        if said.get("impact_override", "none") not in _IMPACTS:
            raise _invalid("Impact override is not included in the list")
        if len(said.get("name") or "") > LONGEST_NAME or len(said.get("body") or "") > LONGEST_BODY:
            raise _invalid("Body is too long (maximum is 25000 characters)")
        if not set(said.get("component_ids", ())) | states.keys() <= known:
            raise _invalid("Component could not be found")
        if not set(states.values()) <= _COMPONENT_STATES.keys():
            raise _invalid("Component status is not included in the list")
        if not all(isinstance(value, dict) for value in said.get("metadata", {}).values()):
            raise _invalid("Metadata values must be objects")


def _component(page: str, number: int, name: str) -> dict[str, Any]:
    return {
        "id": f"8kbf7d35c0{number:02d}",
        "page_id": page,
        "name": name,
        "status": "operational",
        "group_id": None,
        "description": None,
    }


def _said(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict) or not isinstance(body.get("incident"), dict):
        raise _refused(400, "incident is missing")
    said: dict[str, Any] = body["incident"]
    return said


def _refused(status: int, message: str) -> Refused:
    return Refused(status, {"error": message})


def _invalid(message: str) -> Refused:
    return Refused(422, {"error": [message]})


LIMITED = {"error": "Rate limit exceeded"}
"""The body of a limit, with status 420 or 429 ("Rate Limiting")."""
