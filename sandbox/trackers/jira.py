"""Jira on this machine, Cloud (REST v3) or Data Center (v2).

Sources: developer.atlassian.com/cloud/jira/platform/rest/v3 and developer.atlassian.com/server/jira.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Mapping
from typing import Any

from starlette.requests import Request

from sandbox.trackers.tracker import Refused, TrackerServer

_ISSUE = re.compile(r"/issue/(?P<id>[^/]+)(?P<transitions>/transitions)?")
_TYPES = re.compile(r"/issue/createmeta/(?P<project>[^/]+)/issuetypes")
_LABELLED = re.compile(r'labels = "(?P<label>[^"]+)"')
_PROJECT = re.compile(r'project = "(?P<project>[^"]+)"')
_LONGER = ("description", "assignee", "duedate")
CATEGORIES = {"new": (2, "To Do"), "indeterminate": (4, "In Progress"), "done": (3, "Done")}
STATUSES = {"To Do": "new", "In Progress": "indeterminate", "Done": "done", "Won't Do": "done"}
Issue = dict[str, Any]
Person = dict[str, Any]


class JiraServer(TrackerServer):
    """One Jira with one project. `unindexed`: so many searches do not see yet what was made last.

    `screen` holds the fields that may be set besides those that every project has.
    """

    def __init__(
        self,
        token: str = "jira-fake-token",
        project: str = "OPS",
        *,
        email: str = "scribe@example.com",
        types: tuple[str, ...] = ("Task", "Bug"),
    ) -> None:
        super().__init__(token)
        self.project = project
        self.email = email
        self.types = types
        self.issues: list[Issue] = []
        self.unindexed = 0
        self.screen = {"duedate", "assignee"}
        self.people: list[Person] = []
        """All who have an account, as they are shown."""
        self.assignable: set[str] = set()
        """Who may be given issues, by account id (Cloud) or name (Data Center)."""
        self.hides_addresses = False
        """As profile settings do in Cloud and the site's in Data Center: found by them all the same."""
        self.leads_to = dict(STATUSES)

    @property
    def is_cloud(self) -> bool:
        return bool(self.email)

    def is_reading(self, method: str, body: Any) -> bool:
        return method == "GET" or (isinstance(body, dict) and "jql" in body)

    async def answer(self, request: Request, path: str, body: Any) -> tuple[int, Any]:
        self._let_in(request)
        version, rest = ("3", "2")[not self.is_cloud], path.partition("/rest/api/")[2]
        if not rest.startswith(f"{version}/"):
            raise Refused(404, {"errorMessages": ["null for uri"], "errors": {}})
        place = rest.removeprefix(version)
        search = "/search/jql" if self.is_cloud else "/search"  # Cloud's old one is gone
        if place == "/myself":
            return 200, {"displayName": "Scribe", "accountId": "5b10", "active": True}
        if place == "/user/assignable/search" and request.method == "GET":
            return 200, self._may_be_given(request.query_params)
        if place == search and request.method == "POST":
            return 200, self._searched(_object(body))
        if place == "/issue" and request.method == "POST":
            return 201, self._made(_object(body))
        if found := _TYPES.fullmatch(place):
            return 200, self._known_types(found["project"])
        if found := _ISSUE.fullmatch(place):
            issue = self._one(found["id"])
            if found["transitions"]:
                return self._transition(issue, request.method, body)
            if request.method == "PUT":
                return self._changed(issue, _object(body))
            wanted = request.query_params.get("fields", "").split(",")
            return 200, self._shown(issue, wanted)
        raise Refused(404, {"errorMessages": ["null for uri"], "errors": {}})

    def _let_in(self, request: Request) -> None:
        pair = base64.b64encode(f"{self.email}:{self.token}".encode()).decode()
        wanted = f"Basic {pair}" if self.is_cloud else f"Bearer {self.token}"
        if request.headers.get("authorization") != wanted:
            raise Refused(401, {"errorMessages": ["You are not authenticated."], "errors": {}})

    def _known_types(self, project: str) -> dict[str, Any]:
        if project != self.project:
            raise Refused(404, _errors(f"No project could be found with key '{project}'."))
        types = [{"id": str(n), "name": name, "subtask": False} for n, name in enumerate(self.types, 1)]
        listed = "issueTypes" if self.is_cloud else "values"
        return {listed: types, "startAt": 0, "maxResults": 50, "total": len(types)}

    @property
    def _known_by(self) -> str:
        return "accountId" if self.is_cloud else "name"

    def add_person(self, remote_id: str, name: str, address: str) -> Person:
        """Somebody who may be given issues."""
        shown = {self._known_by: remote_id, "displayName": name, "emailAddress": address, "active": True}
        self.people.append(
            {**shown, **({"accountType": "atlassian"} if self.is_cloud else {"key": remote_id})}
        )
        self.assignable.add(remote_id)
        return self.people[-1]

    def _may_be_given(self, query: Mapping[str, str]) -> list[Person]:
        """By the beginning of an address or a name (`query` in Cloud, `username` in Data Center)."""
        asked = "query" if self.is_cloud else "username"
        if query.get("project") != self.project:
            raise Refused(404, _errors(f"No project could be found with key '{query.get('project')}'."))
        if not query.get(asked):
            raise Refused(400, _errors(f"The {asked} parameter is missing."))
        wanted = query[asked].lower()
        found = [
            one
            for one in self.people
            if one[self._known_by] in self.assignable
            and any(one[name].lower().startswith(wanted) for name in ("emailAddress", "displayName"))
        ]
        hidden = {"emailAddress": ""} if self.hides_addresses else {}
        return [{**one, **hidden} for one in found]

    def _made(self, said: dict[str, Any]) -> dict[str, str]:
        fields = _object(said.get("fields"))
        if fields.get("project", {}).get("key") != self.project:
            raise Refused(400, _errors(project="valid project is required"))
        if fields.get("issuetype", {}).get("name") not in self.types:
            raise Refused(400, _errors(issuetype="Specify a valid issue type"))
        self._check({"summary": None, "description": None, **fields})
        number = len(self.issues) + 42
        issue: Issue = {
            "id": str(10_000 + number),
            "key": f"{self.project}-{number}",
            "made": fields,
            "status": "To Do",
            "since": None,
            "updated": self._said(),
        }
        self.issues.append(issue)
        return {"id": issue["id"], "key": issue["key"], "self": f"{self.url}/rest/api/3/issue/{issue['id']}"}

    def _changed(self, issue: Issue, said: dict[str, Any]) -> tuple[int, None]:
        fields = _object(said.get("fields"))
        if not fields:
            raise Refused(400, _errors("one of 'fields' or 'update' required"))
        self._check(fields)
        self.edit(issue, **fields)
        return 204, None

    def edit(self, issue: Issue, **fields: Any) -> None:
        """Somebody changes it; what is None is cleared."""
        made = {**issue["made"], **fields}
        made = {name: value for name, value in made.items() if value is not None}
        if made != issue["made"]:
            issue["made"], issue["updated"] = made, self._said()

    def _check(self, fields: dict[str, Any]) -> None:
        """What it refuses of an issue's fields, of those that are given."""
        summary = fields.get("summary", "-")
        if not isinstance(summary, str) or not summary or len(summary) > 255 or "\n" in summary:
            raise Refused(
                400, _errors(summary="The summary is invalid because it contains newline characters.")
            )
        empty: Any = {"type": "doc"} if self.is_cloud else ""
        description = fields.get("description", empty)
        if self.is_cloud and not (isinstance(description, dict) and description.get("type") == "doc"):
            raise Refused(400, _errors(description="Operation value must be an Atlassian Document"))
        if not self.is_cloud and not isinstance(description, str):
            raise Refused(400, _errors(description="Operation value must be a string"))
        if any(" " in label for label in fields.get("labels", [])):
            raise Refused(400, _errors(labels="The label contains spaces which is invalid."))
        for name in sorted(
            fields.keys() - {"project", "issuetype", "summary", "description", "labels"} - self.screen
        ):
            unset = f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
            raise Refused(400, _errors(**{name: unset}))
        given = fields.get("assignee")
        if given and given.get("id" if self.is_cloud else "name") not in self.assignable:
            raise Refused(400, _errors(assignee="User cannot be assigned issues."))

    def _said(self) -> str:
        return f"{self.moment():%Y-%m-%dT%H:%M:%S.000+0000}"

    def _one(self, named: str) -> Issue:
        found = next((one for one in self.issues if named in (one["id"], one["key"])), None)
        if found is None:
            raise Refused(404, _errors("Issue does not exist or you do not have permission to see it."))
        return found

    def _shown(self, issue: Issue, wanted: Collection[str] = ()) -> dict[str, Any]:
        """With the longer fields where they are wanted by name."""
        category = STATUSES[issue["status"]]
        number, name = CATEGORIES[category]
        fields = {
            **{name: self._longer(issue, name) for name in _LONGER if name in wanted},
            "summary": issue["made"]["summary"],
            "labels": issue["made"].get("labels", []),
            "status": {
                "id": "1",
                "name": issue["status"],
                "statusCategory": {"id": number, "key": category, "name": name},
            },
            "updated": issue["updated"],
            "resolution": {"name": issue["status"]} if category == "done" else None,
            "resolutiondate": issue["since"] if category == "done" else None,
        }
        if self.is_cloud:
            fields["statuscategorychangedate"] = issue["since"]
        return {"id": issue["id"], "key": issue["key"], "self": f"{self.url}/{issue['id']}", "fields": fields}

    def _longer(self, issue: Issue, name: str) -> Any:
        given = issue["made"].get(name)
        if name != "assignee" or given is None:
            return given
        remote_id = given.get("id") or given.get("accountId") or given.get("name")
        return next((one for one in self.people if one[self._known_by] == remote_id), None)

    def _searched(self, said: dict[str, Any]) -> dict[str, Any]:
        jql = str(said.get("jql"))
        labels = [one["label"] for one in _LABELLED.finditer(jql)]
        project = _PROJECT.search(jql)
        if not labels or project is None:
            raise Refused(400, _errors("Unbounded JQL queries are not allowed here."))
        if project["project"] != self.project:
            raise Refused(
                400, _errors(f"The value '{project['project']}' does not exist for the field 'project'.")
            )
        known = self.issues
        if self.unindexed:
            self.unindexed, known = self.unindexed - 1, self.issues[:-1]
        found = [one for one in known if set(labels) <= set(one["made"].get("labels", []))]
        wanted = said.get("fields") or []
        shown = [self._shown(one) for one in found]
        for one in shown if self.is_cloud else []:
            one["fields"] = {name: one["fields"][name] for name in wanted if name in one["fields"]}
        return {"issues": shown, **({"isLast": True} if self.is_cloud else {"total": len(shown)})}

    def _transition(self, issue: Issue, method: str, body: Any) -> tuple[int, Any]:
        possible = {str(n): name for n, name in enumerate(self.leads_to, 11) if name != issue["status"]}
        if method == "GET":
            return 200, {"transitions": [self._offered(key, name) for key, name in possible.items()]}
        name = possible.get(str(_object(_object(body).get("transition")).get("id")))
        if name is None:
            raise Refused(
                400, _errors("It seems that you have tried to perform an illegal workflow operation.")
            )
        self.set_status(issue, name)
        return 204, None

    def _offered(self, key: str, status: str) -> dict[str, Any]:
        category = STATUSES[status]
        number, name = CATEGORIES[category]
        to = {"id": key, "name": status, "statusCategory": {"id": number, "key": category, "name": name}}
        return {"id": key, "name": status, "to": to}

    def set_status(self, issue: Issue, status: str) -> None:
        """Somebody moves it."""
        issue["status"], issue["since"], issue["updated"] = status, self._said(), self._said()


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise Refused(400, _errors("Unexpected character at the start of the request body."))
    return body


def _errors(*messages: str, **fields: str) -> dict[str, Any]:
    return {"errorMessages": list(messages), "errors": fields}
