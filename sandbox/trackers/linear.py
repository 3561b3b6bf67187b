"""Linear on this machine: the operations that Scribe sends, by their names. Source: linear.app/developers.

Whether what is sent fits Linear's schema is the tests' to say, which have a GraphQL library.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from starlette.requests import Request

from sandbox.trackers.tracker import Refused, TrackerServer

_NAMED = re.compile(r"\s*(?P<kind>query|mutation)\s+(?P<name>\w+)")
TYPES = {"Backlog": "backlog", "Todo": "unstarted", "Done": "completed", "Canceled": "canceled"}
OUTSIDE = ("Assignee is not a member of the team", "INVALID_INPUT")
Issue = dict[str, Any]
Person = dict[str, Any]


class LinearServer(TrackerServer):
    """One team with issues."""

    def __init__(self, token: str = "lin_api_fake", team: str = "OPS") -> None:
        super().__init__(token)
        self.team = team
        self.issues: list[Issue] = []
        self.people: list[Person] = []
        """Everybody of the workspace."""
        self.outside: set[str] = set()
        """Who is not of the team, by id: nothing of it is given to them."""
        self.states = [
            {"id": f"state-{name}", "name": name, "type": kind, "position": float(place)}
            for place, (name, kind) in enumerate(TYPES.items())
        ]

    def is_reading(self, method: str, body: Any) -> bool:
        return "mutation" not in str((body or {}).get("query"))

    async def answer(self, request: Request, path: str, body: Any) -> tuple[int, Any]:
        if request.headers.get("authorization") != self.token:  # without "Bearer", of an API key
            raise Refused(401, _error("Authentication required, not authenticated", "AUTHENTICATION_ERROR"))
        if path != "/graphql" or not isinstance(body, dict):
            raise Refused(404, None)
        named = _NAMED.match(str(body.get("query")))
        said = body.get("variables") or {}
        match named["name"] if named else "":
            case "Team":
                nodes = [self._shown_team()] if said["key"] == self.team else []
                return 200, {"data": {"teams": {"nodes": nodes}}}
            case "People":
                return 200, {"data": {"users": {"nodes": self._people(said["filter"])}}}
            case "Find":
                found = self._one(said["id"])
                return 200, {"data": {"issue": found}} if found else _not_found()
            case "Details":
                found = self._one(said["id"])
                return 200, {"data": {"issue": found}} if found else _not_found()
            case "Edit":
                return 200, self._edited(said["id"], said["input"])
            case "Create":
                return 200, self._made(said["input"])
            case "Move":
                return 200, self._moved(said["id"], said["input"])
            case "Changed":
                return 200, self._listed(said["filter"])
            case _:
                raise Refused(400, _error("Cannot query this here", "GRAPHQL_VALIDATION_FAILED"))

    def add_person(self, name: str, address: str) -> Person:
        """Somebody of the workspace."""
        number = len(self.people) + 1
        shown = {"id": f"user-{number}", "name": name, "displayName": name.lower(), "email": address}
        self.people.append({**shown, "active": True})
        return self.people[-1]

    def _people(self, wanted: dict[str, Any]) -> list[Person]:
        address, is_active = wanted["email"]["eqIgnoreCase"].lower(), wanted["active"]["eq"]
        return [one for one in self.people if one["email"].lower() == address and one["active"] is is_active]

    def _shown_team(self) -> dict[str, Any]:
        return {"id": "team-1", "name": "Operations", "key": self.team, "states": {"nodes": self.states}}

    def _one(self, named: str) -> Issue | None:
        return next((one for one in self.issues if named in (one["id"], one["identifier"])), None)

    def _made(self, said: dict[str, Any]) -> dict[str, Any]:
        if said.get("teamId") != "team-1" or not said.get("title"):
            return _error("Argument Validation Error", "INVALID_INPUT")
        try:
            is_uuid = uuid.UUID(said["id"]).version == 4
        except ValueError:
            is_uuid = False
        if not is_uuid:
            return _error("Argument Validation Error - id must be a UUID", "INVALID_INPUT")
        if self._one(said["id"]):
            return _error(f"Conflict on insert of Issue, id {said['id']} exists", "INVALID_INPUT")
        given = self._person(said.get("assigneeId"))
        if said.get("assigneeId") and given is None:
            return _error(*OUTSIDE)
        number = len(self.issues) + 1
        issue: Issue = {
            "id": said["id"],
            "identifier": f"{self.team}-{number}",
            "url": f"https://linear.app/acme/issue/{self.team}-{number}/it",
            "title": said["title"],
            "description": said.get("description"),
            "assignee": given,
            "dueDate": said.get("dueDate"),
            "priority": float(said.get("priority") or 0),
            "updatedAt": self._said(),
            "completedAt": None,
            "canceledAt": None,
            "state": self.states[1],
        }
        self.issues.append(issue)
        return {"data": {"issueCreate": {"success": True, "issue": issue}}}

    def _moved(self, named: str, said: dict[str, Any]) -> dict[str, Any]:
        issue = self._one(named)
        state = next((one for one in self.states if one["id"] == said.get("stateId")), None)
        if issue is None or state is None:
            return _not_found()
        self.set_state(issue, str(state["name"]))
        return {"data": {"issueUpdate": {"success": True, "issue": issue}}}

    def _person(self, remote_id: object) -> Person | None:
        """Who may be given something."""
        return next(
            (one for one in self.people if one["id"] == remote_id and one["id"] not in self.outside), None
        )

    def _edited(self, named: str, said: dict[str, Any]) -> dict[str, Any]:
        issue = self._one(named)
        if issue is None:
            return _not_found()
        if said.get("title") == "":
            return _error("Argument Validation Error - title must not be empty", "INVALID_INPUT")
        if said.get("assigneeId") and self._person(said["assigneeId"]) is None:
            return _error(*OUTSIDE)
        self.edit(issue, **said)
        return {"data": {"issueUpdate": {"success": True}}}

    def edit(self, issue: Issue, **fields: Any) -> None:
        """Somebody changes it: `assigneeId` says whom it is given to."""
        if "assigneeId" in fields:
            fields["assignee"] = self._person(fields.pop("assigneeId"))
        if "priority" in fields:
            fields["priority"] = float(fields["priority"] or 0)
        if any(issue[name] != value for name, value in fields.items()):
            issue.update(fields, updatedAt=self._said())

    def set_state(self, issue: Issue, name: str) -> None:
        """Somebody moves it."""
        state = next(one for one in self.states if one["name"] == name)
        if issue["state"] is not state:
            issue["state"], issue["updatedAt"] = state, self._said()
            issue["completedAt"] = self._said() if state["type"] == "completed" else None
            issue["canceledAt"] = self._said() if state["type"] == "canceled" else None

    def _listed(self, wanted: dict[str, Any]) -> dict[str, Any]:
        since = wanted["updatedAt"]["gte"]
        found = [one for one in self.issues if one["updatedAt"] >= since]
        return {"data": {"issues": {"nodes": found, "pageInfo": {"hasNextPage": False, "endCursor": None}}}}

    def _said(self) -> str:
        return f"{self.moment():%Y-%m-%dT%H:%M:%S.000Z}"


def _error(message: str, code: str) -> dict[str, Any]:
    """Linear's errors come with status 200 (linear.app/developers/graphql#errors)."""
    said = {"message": message, "extensions": {"code": code, "userPresentableMessage": message}}
    return {"errors": [said], "data": None}


def _not_found() -> dict[str, Any]:
    return _error("Entity not found: Issue", "INPUT_ERROR")


LIMITED = {
    "errors": [
        {"message": "Rate limit exceeded", "extensions": {"code": "RATELIMITED", "statusCode": 429}},
    ]
}
"""A limit, with status 400 (linear.app/developers/rate-limiting)."""
