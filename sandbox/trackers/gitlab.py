"""GitLab issues on this machine. Source: docs.gitlab.com/api/issues and docs.gitlab.com/api/rest."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request

from sandbox.trackers.tracker import Refused, TrackerServer

_ISSUES = re.compile(r"/api/v4/projects/(?P<project>[^/]+)/issues(?:/(?P<number>\d+))?")
_MEMBER = re.compile(r"/api/v4/projects/(?P<project>[^/]+)/members/all/(?P<number>\d+)")
_NEW = {"title", "description", "labels", "assignee_ids", "confidential", "due_date", "issue_type"}
_CHANGED = {"title", "description", "add_labels", "remove_labels", "labels", "state_event", "assignee_ids"}
_CHANGED |= {"due_date"}
Issue = dict[str, Any]
Person = dict[str, Any]


class GitLabServer(TrackerServer):
    """One project with issues; `may_write` says whether the token's role is enough to make them."""

    def __init__(self, token: str = "glpat-fake-token", project: str = "acme/shop") -> None:
        super().__init__(token)
        self.project = project
        self.issues: list[Issue] = []
        self.may_write = True
        self.people: list[Person] = []
        """All who have an account, as `GET /users` shows them."""
        self.members: set[int] = set()
        """Who is a member of the project, by id."""
        self.private: dict[int, str] = {}
        """Addresses that only an administrator's token finds, and then sees as `email`."""
        self.is_admin = False

    async def answer(self, request: Request, path: str, body: Any) -> tuple[int, Any]:
        if request.headers.get("private-token") != self.token:
            raise Refused(401, {"message": "401 Unauthorized"})
        if path == "/api/v4/users" and request.method == "GET":
            return 200, self._people(request.query_params.get("search", ""))
        if (member := _MEMBER.fullmatch(path)) and request.method == "GET":
            return 200, self._member(unquote(member["project"]), int(member["number"]))
        found = _ISSUES.fullmatch(path)
        if found is None:
            raise Refused(404, {"error": "404 Not Found"})
        if unquote(found["project"]) != self.project:
            raise Refused(404, {"message": "404 Project Not Found"})  # the same for a private one
        if request.method != "GET" and not self.may_write:
            raise Refused(403, {"message": "403 Forbidden"})
        number = found["number"]
        match request.method, number:
            case "GET", None:
                return 200, self._listed(request)
            case "POST", None:
                return 201, self._made(_object(body, _NEW))
            case "GET", str():
                return 200, self._one(int(number))
            case "PUT", str():
                return 200, self._changed(self._one(int(number)), _object(body, _CHANGED))
            case _:
                raise Refused(405, {"error": "405 Method Not Allowed"})

    def _people(self, wanted: str) -> list[Person]:
        """By a part of a name or username, or by the whole address (docs.gitlab.com/api/users)."""
        wanted = wanted.lower()
        found: list[Person] = []
        for one in self.people:
            names = f"{one['name']} {one['username']}".lower()
            private = self.private.get(one["id"], "") if self.is_admin else ""
            if wanted in names or wanted in (str(one.get("public_email")).lower(), private.lower()):
                found.append({**one, **({"email": private} if private else {})})
        return [one for one in found if one["state"] == "active"]

    def _member(self, project: str, number: int) -> Person:
        if project != self.project:
            raise Refused(404, {"message": "404 Project Not Found"})
        person = next((one for one in self.people if one["id"] == number), None)
        if person is None or number not in self.members:
            raise Refused(404, {"message": "404 Not found"})
        shown = {name: person[name] for name in ("id", "username", "name", "state", "web_url")}
        return {**shown, "access_level": 30, "expires_at": None}

    def add_person(self, username: str, name: str, address: str = "", *, is_member: bool = True) -> Person:
        """Somebody signs up; `address` is the public one."""
        person: Person = {
            "id": len(self.people) + 21,
            "username": username,
            "name": name,
            "state": "active",
            "public_email": address or None,
            "web_url": f"https://gitlab.com/{username}",
        }
        self.people.append(person)
        if is_member:
            self.members.add(person["id"])
        return person

    def _listed(self, request: Request) -> list[Issue]:
        query = request.query_params
        size, page = int(query.get("per_page", "20")), int(query.get("page", "1"))
        by = query.get("order_by", "created_at")
        if size > 100 or by not in ("created_at", "updated_at"):
            raise Refused(400, {"error": f"{by} does not have a valid value"})
        is_down = query.get("sort", "desc") == "desc"
        found = sorted(self.issues, key=lambda one: (one[by], one["iid"]), reverse=is_down)
        return found[(page - 1) * size : page * size]

    def _one(self, number: int) -> Issue:
        if not 1 <= number <= len(self.issues):
            raise Refused(404, {"message": "404 Not found"})
        return self.issues[number - 1]

    def _made(self, said: dict[str, Any]) -> Issue:
        if "title" not in said:
            raise Refused(400, {"error": "title is missing"})
        title, given = said["title"], said.get("assignee_ids", [])
        _check(said)
        number, now = len(self.issues) + 1, self.said()
        issue: Issue = {
            "id": 300 + number,
            "iid": number,
            "project_id": 14,
            "title": title,
            "description": said.get("description"),
            "state": "opened",
            "labels": [],
            "web_url": f"https://gitlab.com/{self.project}/-/issues/{number}",
            "created_at": now,
            "updated_at": now,
            "closed_at": None,
            "closed_by": None,
            "due_date": said.get("due_date"),
            # who may not see the project is left out without a word
            "assignees": [self._member(self.project, one) for one in given if one in self.members],
            "confidential": False,
        }
        self.issues.append(issue)
        return issue

    def _changed(self, issue: Issue, said: dict[str, Any]) -> Issue:
        event = said.get("state_event")
        if not said:
            raise Refused(400, {"error": "at least one parameter must be provided"})
        if event not in ("close", "reopen", None):
            raise Refused(400, {"error": "state_event does not have a valid value"})
        _check(said)
        self.edit(issue, **{name: value for name, value in said.items() if name != "state_event"})
        if event and (event == "close") != (issue["state"] == "closed"):
            self.set_state(issue, "closed" if event == "close" else "opened")
        return issue

    def edit(self, issue: Issue, **fields: Any) -> None:
        """Somebody changes it: `assignee_ids` says whom it is given to, 0 is nobody."""
        if "assignee_ids" in fields:
            given = [one for one in fields.pop("assignee_ids") if one in self.members]
            fields["assignees"] = [self._member(self.project, one) for one in given]
        if "due_date" in fields:
            fields["due_date"] = fields["due_date"] or None
        if any(issue[name] != value for name, value in fields.items()):
            issue.update(fields, updated_at=self.said())

    def set_state(self, issue: Issue, state: str, by: str = "octo") -> None:
        """Somebody closes or reopens it."""
        is_closed = state == "closed"
        issue["state"], issue["updated_at"] = state, self.said()
        issue["closed_at"] = self.said() if is_closed else None
        issue["closed_by"] = {"id": 1, "username": by, "name": by} if is_closed else None


def _check(said: dict[str, Any]) -> None:
    """What it refuses of an issue's fields, of those that are given."""
    title, given = said.get("title", "-"), said.get("assignee_ids", [])
    if not isinstance(title, str):
        raise Refused(400, {"error": "title is invalid"})
    if not title or len(title) > 255:
        raise Refused(400, {"message": {"title": ["is too long (maximum is 255 characters)"]}})
    if not all(isinstance(one, int) for one in given) or len(given) > 1:  # several are Premium's
        raise Refused(400, {"error": "assignee_ids is invalid"})


def _object(body: Any, taken: set[str]) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise Refused(400, {"error": "body is invalid"})
    unknown = body.keys() - taken
    if unknown:  # GitLab lets them pass; a fault of ours is to show
        raise Refused(400, {"error": f"{sorted(unknown)[0]} is invalid"})
    return body
