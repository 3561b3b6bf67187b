"""Cachet 3 on this machine. Source: cachethq/core: routes/api.php, controllers, request data, actions."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request

from sandbox.trackers.tracker import Refused, TrackerServer

_AT = re.compile(r"/api/(?P<what>incidents|components)(?:/(?P<id>\d+)(?P<updates>/updates)?)?")
_STATES = {0: "Unknown", 1: "Investigating", 2: "Identified", 3: "Watching", 4: "Fixed"}
_COMPONENT_STATES = {1: "Operational", 2: "Performance Issues", 3: "Partial Outage", 4: "Major Outage"}
_TAKEN = {
    "name",
    "message",
    "status",
    "visible",
    "stickied",
    "notifications",
    "occurred_at",
    "components",
    "meta",
}
Row = dict[str, Any]


class CachetServer(TrackerServer):
    """A page whose API is for tokens alone (its setting "protected"). The token has both abilities.

    `notified` are the posts of which its subscribers were told.
    """

    def __init__(self, token: str = "1|cachet-fake-token") -> None:
        super().__init__(token)
        self.incidents: list[Row] = []
        """The oldest first."""
        self.components: list[Row] = [
            {"id": number, "name": name, "status": 1, "enabled": True}
            for number, name in enumerate(("Checkout", "Search"), start=1)
        ]
        self.notified: list[str] = []
        self.abilities = {"incidents.manage", "incident-updates.manage"}

    @property
    def posts(self) -> list[str]:
        """What everybody reads, the oldest first."""
        return [
            text
            for incident in self.incidents
            for text in (incident["message"], *(one["message"] for one in incident["updates"]))
        ]

    async def answer(self, request: Request, path: str, body: Any) -> tuple[int, Any]:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            raise Refused(401, {"message": "Unauthenticated."})  # AuthenticateApiIfProtected, auth:sanctum
        found = _AT.fullmatch(path)
        if found is None:
            raise _missing()
        size, page = (int(request.query_params.get(one, of)) for one, of in (("per_page", 15), ("page", 1)))
        part = slice((page - 1) * size, page * size)
        match request.method, found["what"], found["id"], found["updates"]:
            case "GET", "components", None, None:
                return 200, _pages([self._component(one) for one in self.components[part]])
            case "GET", "incidents", None, None:
                return 200, _pages([_shown(one) for one in self.incidents[::-1][part]])
            case "GET", "incidents", str() as key, None:
                return 200, {"data": _shown(self._one(key))}
            case "GET", "incidents", str() as key, str():
                return 200, _pages([_update(one) for one in self._one(key)["updates"][part]])
            case "POST", "incidents", None, None:
                return 201, {"data": _shown(self._made(_object(body)))}
            case "PUT", "incidents", str() as key, None:
                return 200, {"data": _shown(self._changed(self._one(key), _object(body)))}
            case "POST", "incidents", str() as key, str():
                return 201, {"data": _update(self._updated(self._one(key), _object(body)))}
            case _:
                raise _missing()

    def _one(self, key: str) -> Row:
        if not 1 <= int(key) <= len(self.incidents):
            raise _missing()
        return self.incidents[int(key) - 1]

    def _made(self, said: Row) -> Row:
        """CreateIncidentRequestData, then CreateIncident."""
        for name in ("name", "message"):
            if not isinstance(said.get(name), str) or not said[name]:
                raise _invalid(name, f"The {name} field is required.")
        self._check(said)
        if said.get("status") is None:
            raise _invalid("status", "The status field is required.")
        self._may("incidents.manage")
        number = len(self.incidents) + 1
        incident: Row = {
            "id": number,
            "guid": f"00000000-0000-4000-8000-{number:012d}",
            "updates": [],
            "stickied": False,
            "visible": False,
            "notifications": False,
            **said,
        }
        self.incidents.append(incident)
        self._move(said)
        self._notify(incident, said["message"])
        return incident

    def _changed(self, incident: Row, said: Row) -> Row:
        """UpdateIncidentRequestData: whatever is there is set."""
        self._check(said)
        self._may("incidents.manage")
        incident.update({name: value for name, value in said.items() if name != "components"})
        self._move(said)
        return incident

    def _updated(self, incident: Row, said: Row) -> Row:
        """CreateIncidentUpdateRequestData, then CreateUpdate."""
        unknown = said.keys() - {"status", "message"}
        if unknown:
            raise _invalid(sorted(unknown)[0], "unknown")
        if said.get("status") not in _STATES:
            raise _invalid("status", "The selected status is invalid.")
        if not isinstance(said.get("message"), str) or not said["message"]:
            raise _invalid("message", "The message field is required.")
        self._may("incident-updates.manage")
        update = {"id": len(incident["updates"]) + 1, "updateable_id": incident["id"], **said}
        incident["updates"].append(update)
        self._notify(incident, said["message"])
        return update

    def _notify(self, incident: Row, text: str) -> None:
        """NotifyIncidentSubscribers, NotifyIncidentUpdateSubscribers: both go by the incident's own flag."""
        if incident["notifications"] and incident["visible"]:
            self.notified.append(text)

    def _move(self, said: Row) -> None:
        for one in said.get("components", []):
            self.components[one["id"] - 1]["status"] = one["status"]

    def _may(self, ability: str) -> None:
        if ability not in self.abilities:  # Concerns/GuardsApiAbilities
            raise Refused(403, {"message": "This action is unauthorized."})

    def _check(self, said: Row) -> None:
        unknown = said.keys() - _TAKEN
        if unknown:  # Cachet lets them pass; a fault of ours is to show
            raise _invalid(sorted(unknown)[0], "unknown")
        if len(said.get("name") or "") > 255:
            raise _invalid("name", "The name field must not be greater than 255 characters.")
        if said.get("status", 0) not in _STATES:
            raise _invalid("status", "The selected status is invalid.")
        for name in ("visible", "notifications"):
            if not isinstance(said.get(name, False), bool):
                raise _invalid(name, f"The {name} field must be true or false.")
        for place, one in enumerate(said.get("components", [])):
            if one.get("id") not in {known["id"] for known in self.components}:
                raise _invalid(f"components.{place}.id", f"The selected components.{place}.id is invalid.")
            if one.get("status") not in _COMPONENT_STATES:
                raise _invalid(f"components.{place}.status", "The selected status is invalid.")

    def _component(self, one: Row) -> Row:
        state = {"value": one["status"], "human": _COMPONENT_STATES[one["status"]]}
        return {"id": str(one["id"]), "type": "components", "attributes": {**one, "status": state}}


def _shown(incident: Row) -> Row:
    """Http/Resources/Incident.php; its state is that of the last update."""
    latest = incident["updates"][-1]["status"] if incident["updates"] else incident["status"]
    attributes = {
        "id": incident["id"],
        "guid": incident["guid"],
        "name": incident["name"],
        "message": incident["message"],
        "visible": incident["visible"],
        "stickied": incident["stickied"],
        "notifications": incident["notifications"],
        "status": {"value": latest, "human": _STATES[latest]},
    }
    return {"id": str(incident["id"]), "type": "incidents", "attributes": attributes}


def _update(update: Row) -> Row:
    """Http/Resources/Update.php."""
    state = {"value": update["status"], "human": _STATES[update["status"]]}
    attributes = {**update, "updateable_type": "incident", "status": state}
    return {"id": str(update["id"]), "type": "updates", "attributes": attributes}


def _pages(rows: list[Row]) -> Row:
    return {"data": rows, "links": {}, "meta": {}}


def _object(body: Any) -> Row:
    return dict(body) if isinstance(body, dict) else {}


def _missing() -> Refused:
    return Refused(404, {"message": "Not found"})


def _invalid(field: str, message: str) -> Refused:
    """Laravel's answer to what does not hold (laravel.com/docs/validation, "Validation Error Response")."""
    return Refused(422, {"message": message, "errors": {field: [message]}})
