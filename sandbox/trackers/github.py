"""GitHub Issues on this machine. Sources: docs.github.com/rest/issues/issues and its OpenAPI description."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from starlette.requests import Request

from sandbox.trackers.tracker import Refused, TrackerServer

_LIST = re.compile(r"/repos/(?P<owner>[^/]+)/(?P<repo>[^/]+)/issues")
_ONE = re.compile(rf"{_LIST.pattern}/(?P<number>\d+)")
_PERSON = re.compile(r"/users/(?P<login>[^/]+)")
_ASSIGNEE = re.compile(r"/repos/(?P<owner>[^/]+)/(?P<repo>[^/]+)/assignees/(?P<login>[^/]+)")
_WANTED = re.compile(r'"(?P<address>[^"\s]+)" in:email type:user')
_STATES, _REASONS = ("open", "closed"), ("completed", "not_planned", "duplicate", "reopened", None)
_TAKEN = {"title", "body", "assignee", "assignees", "milestone", "labels", "state", "state_reason", "type"}
_DOCS = "https://docs.github.com/rest/issues/issues"
Issue = dict[str, Any]
OnEvent = Callable[[str, str, Issue, str], None]
"""Told of a repository, what was done there (`opened`, `closed`, `reopened`), the issue, and by whom."""


class GitHubServer(TrackerServer):
    """Repositories with issues. The token reads all of `repositories` and writes those of `writable`."""

    def __init__(self, token: str = "github_pat_fake", repository: str = "acme/shop") -> None:
        super().__init__(token)
        self.repositories: dict[str, list[Issue]] = {repository: []}
        self.writable = {repository}
        self.without_issues: set[str] = set()
        self.people: dict[str, str | None] = {}
        """Logins, each with the address that its profile shows."""
        self.assignable: set[str] = set()
        """Those who may be given issues."""
        self.refuses_assignees = False
        """Whether it answers with 422 to whom it is given, though they may be."""
        self.web = "https://github.com"
        """Where people read an issue."""
        self.account = "octocat"
        """Whose token it is."""
        self.on_event: OnEvent = lambda repository, action, issue, by: None

    @property
    def issues(self) -> list[Issue]:
        """Those of the first repository."""
        return next(iter(self.repositories.values()))

    async def answer(self, request: Request, path: str, body: Any) -> tuple[int, Any]:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            raise _refused(401, "Bad credentials")  # docs.github.com, "Authenticating to the REST API"
        if "application/vnd.github" not in request.headers.get("accept", ""):
            raise _refused(415, "Must accept 'application/json'")
        if request.method == "GET" and path == "/search/users":
            return 200, self._searched(request.query_params.get("q", ""))
        if request.method == "GET" and (person := _PERSON.fullmatch(path)):
            return 200, self._profile(person["login"])
        if request.method == "GET" and (asked := _ASSIGNEE.fullmatch(path)):
            if f"{asked['owner']}/{asked['repo']}" in self.repositories and asked["login"] in self.assignable:
                return 204, None
            raise _refused(404, "Not Found")
        found = _LIST.fullmatch(path) or _ONE.fullmatch(path)
        name = f"{found['owner']}/{found['repo']}" if found else ""
        if found is None or name not in self.repositories:
            raise _refused(404, "Not Found")  # the same for what the token may not see
        if name in self.without_issues:
            raise _refused(410, "Issues are disabled for this repo")  # "410 Gone" of the endpoint
        number = found.groupdict().get("number")
        if request.method != "GET" and name not in self.writable:
            # docs.github.com/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens
            raise _refused(403, "Resource not accessible by personal access token")
        match request.method, number:
            case "GET", None:
                return 200, self._listed(name, request)
            case "GET", str():
                return 200, self._one(name, int(number))
            case "POST", None:
                return 201, self._made(name, body)
            case "PATCH", str():
                return 200, self._changed(self._one(name, int(number)), body)
            case _:
                raise _refused(404, "Not Found")

    def _searched(self, query: str) -> dict[str, Any]:
        """By addresses that begin as said, since parts are found too (docs.github.com, "Searching users")."""
        wanted = _WANTED.fullmatch(query)
        if wanted is None:
            raise _invalid("q", "invalid")
        found = [
            login
            for login, address in self.people.items()
            if (address or "").lower().startswith(wanted["address"].lower())
        ]
        items = [{**_person(login), "score": 1.0} for login in found]
        return {"total_count": len(items), "incomplete_results": False, "items": items}

    def _profile(self, login: str) -> dict[str, Any]:
        """ "public-user" in GitHub's description; `email` is the public one."""
        if login not in self.people:
            raise _refused(404, "Not Found")
        unsaid = ("name", "company", "blog", "location", "hireable", "bio")
        counts = ("public_repos", "public_gists", "followers", "following")
        return {
            **_person(login),
            **dict.fromkeys(unsaid),
            **dict.fromkeys(counts, 0),
            "email": self.people[login],
            "created_at": "2020-01-01T00:00:00Z",
            "updated_at": "2020-01-01T00:00:00Z",
        }

    def _listed(self, name: str, request: Request) -> list[Issue]:
        query = request.query_params
        size, page = int(query.get("per_page", "30")), int(query.get("page", "1"))
        if not 1 <= size <= 100:
            raise _invalid("per_page", "invalid")
        since, state = query.get("since", ""), query.get("state", "open")
        found = [
            issue
            for issue in self.repositories[name]
            if issue["updated_at"] >= since and state in ("all", issue["state"])
        ]
        by = {"updated": "updated_at"}.get(query.get("sort", "created"), "created_at")
        found.sort(key=lambda issue: (issue[by], issue["number"]), reverse=query.get("direction") != "asc")
        return found[(page - 1) * size : page * size]

    def _one(self, name: str, number: int) -> Issue:
        issues = self.repositories[name]
        if not 1 <= number <= len(issues):
            raise _refused(404, "Not Found")
        return issues[number - 1]

    def _made(self, name: str, body: Any) -> Issue:
        said = _object(body)
        if "title" not in said:
            raise _invalid("title", "missing_field")
        self._check(said)
        given = said.get("assignees") or []
        issues, now = self.repositories[name], self.said()
        number = len(issues) + 1
        at = f"https://api.github.com/repos/{name}"
        issue: Issue = {
            "id": 2_210_000_000 + number,
            "node_id": f"I_{number}",
            "number": number,
            "state": "open",
            "state_reason": None,
            "title": said["title"],
            "body": said.get("body"),
            "url": f"{at}/issues/{number}",
            "repository_url": at,
            "labels_url": f"{at}/issues/{number}/labels{{/name}}",
            "comments_url": f"{at}/issues/{number}/comments",
            "events_url": f"{at}/issues/{number}/events",
            "html_url": f"{self.web}/{name}/issues/{number}",
            "labels": [],
            "assignee": _person(given[0]) if given else None,
            "assignees": [_person(login) for login in given],
            "comments": 0,
            "milestone": None,
            "locked": False,
            "author_association": "MEMBER",
            "user": None,
            "closed_by": None,
            "created_at": now,
            "updated_at": now,
            "closed_at": None,
        }
        issues.append(issue)
        self.on_event(name, "opened", issue, self.account)
        return issue

    def _check(self, said: dict[str, Any]) -> None:
        """What it refuses of an issue's fields, of those that are given."""
        title = said.get("title", "-")
        if not isinstance(title, str) or not title.strip():
            raise _invalid("title", "missing_field")
        if len(title) > 256 or len(said.get("body") or "") > 65536:
            raise _invalid("body", "custom", "body is too long (maximum is 65536 characters)")
        given = said.get("assignees") or []
        if given and (self.refuses_assignees or not set(given) <= self.assignable):
            raise _invalid("assignees", "invalid")

    def _changed(self, issue: Issue, body: Any) -> Issue:
        said = _object(body)
        self._check(said)
        self.edit(issue, **{name: said[name] for name in ("title", "body", "assignees") if name in said})
        state, reason = said.get("state", issue["state"]), said.get("state_reason")
        if state not in _STATES:
            raise _invalid("state", "invalid")
        if reason not in _REASONS:
            raise _invalid("state_reason", "invalid")
        if state != issue["state"]:
            self.set_state(issue, state, reason, by=self.account)
        return issue

    def edit(self, issue: Issue, **fields: Any) -> None:
        """Somebody changes its title or body, or whom it is given to: `assignees`, by login."""
        if "assignees" in fields:
            given = [_person(login) for login in fields["assignees"]]
            fields |= {"assignees": given, "assignee": given[0] if given else None}
        if any(issue[name] != value for name, value in fields.items()):
            issue.update(fields, updated_at=self.said())

    def set_state(self, issue: Issue, state: str, reason: str | None = None, by: str = "octocat") -> None:
        """Somebody closes or reopens it."""
        is_closed = state == "closed"
        issue["state"], issue["updated_at"] = state, self.said()
        issue["closed_at"] = self.said() if is_closed else None
        issue["state_reason"] = (reason or "completed") if is_closed else "reopened"
        issue["closed_by"] = _person(by) if is_closed else None
        name = issue["repository_url"].partition("/repos/")[2]
        self.on_event(name, "closed" if is_closed else "reopened", issue, by)


def _person(login: str) -> dict[str, Any]:
    """The fields of "simple-user" in GitHub's description."""
    at = f"https://api.github.com/users/{login}"
    lists = (
        "followers",
        "following",
        "gists",
        "starred",
        "subscriptions",
        "organizations",
        "repos",
        "events",
    )
    return {
        "login": login,
        "id": 1,
        "node_id": "U_1",
        "avatar_url": "https://avatars.githubusercontent.com/u/1",
        "gravatar_id": "",
        "url": at,
        "html_url": f"https://github.com/{login}",
        "received_events_url": f"{at}/received_events",
        "type": "User",
        "site_admin": False,
        **{f"{name}_url": f"{at}/{name}" for name in lists},
    }


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise _refused(400, "Problems parsing JSON")  # docs.github.com, "Troubleshooting the REST API"
    unknown = body.keys() - _TAKEN
    if unknown:  # GitHub lets them pass; a fault of ours is to show
        raise _invalid(sorted(unknown)[0], "unprocessable")
    return body


def _refused(status: int, message: str) -> Refused:
    return Refused(status, {"message": message, "documentation_url": _DOCS, "status": str(status)})


def _invalid(field: str, code: str, message: str = "") -> Refused:
    """docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api, "Validation failed"."""
    error = {"resource": "Issue", "field": field, "code": code, **({"message": message} if message else {})}
    body = {"message": "Validation Failed", "errors": [error], "documentation_url": _DOCS}
    return Refused(422, body)


SECONDARY = {
    "message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
    "documentation_url": "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api"
    "#about-secondary-rate-limits",
}
"""The body of a secondary limit, with status 403 and `retry-after` (the same page)."""
