"""GitHub Issues (docs.github.com/rest/issues), of github.com and of GitHub Enterprise Server."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from bot.connect.api import Answer, Api, retry_after
from bot.connect.fields import moment
from bot.connect.github import read_issue
from bot.connect.markdown import body_of, comment, title_of
from bot.incidents.tickets.contract import NewTicket, SeenTicket, TicketDetails
from bot.incidents.tickets.fields import Shown, TicketField, letters
from bot.slack.calls import RefusedByTracker, TryLater
from bot.slack.posting import OutcomeUnknown
from bot.text.well_formed import table, tables, text
from storage.vocabulary import ActionItemState

API_VERSION = "2022-11-28"
ON_A_PAGE = 100
"""At most (docs.github.com/rest/issues/issues, per_page)."""
MOST_PAGES = 30
SECONDARY = 60.0
"""Seconds to wait where a secondary limit names none, at least (docs.github.com, "Rate limits for the REST
API")."""
CLOSED_AS = {ActionItemState.DONE: "completed", ActionItemState.DROPPED: "not_planned"}


def read(project: str, data: object) -> SeenTicket:
    """The issue in an answer.

    Raises:
        TryLater: there is none: it may have been made all the same.
    """
    seen = read_issue(project, data)
    if seen is None:
        raise TryLater("GitHub: an answer that is no issue")
    return seen


class GitHub:
    """Issues of the repositories a token may write to; a project is `OWNER/NAME`."""

    title = "GitHub"
    settles_within = timedelta(seconds=10)

    def __init__(self, url: str, token: str, repository: str) -> None:
        self._repository = repository
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "X-GitHub-Api-Version": API_VERSION,
        }
        self._api = Api(self.title, url, headers, limit=limit, explain=explain)

    def turn(self) -> AbstractContextManager[None]:
        return self._api.turn()

    async def close(self) -> None:
        await self._api.close()

    async def assignee(self, project: str, address: str) -> str | None:
        """By the address that somebody shows on their profile: GitHub finds nobody by another."""
        query: dict[str, str | int] = {"q": f'"{address}" in:email type:user', "per_page": 2}
        found = tables(table((await self._api.call("GET", "/search/users", query=query)).data).get("items"))
        login = text(found[0].get("login")) if len(found) == 1 else ""
        if not login:
            return None
        named = quote(login, safe="")
        person = table((await self._api.call("GET", f"/users/{named}")).data)
        if text(person.get("email")).casefold() != address.casefold():
            return None  # the search takes parts of addresses too
        try:
            await self._api.call("GET", f"/repos/{project}/assignees/{named}")
        except RefusedByTracker as refusal:
            if refusal.status != 404:
                raise
            return None
        return login

    async def create(self, new: NewTicket) -> SeenTicket:
        body: dict[str, Any] = {"title": title_of(new), "body": body_of(new)}
        if new.assignee:
            body["assignees"] = [new.assignee]
        answer = await self._api.call("POST", f"/repos/{new.project}/issues", body=body)
        return read(new.project, answer.data)

    async def find(self, new: NewTicket) -> SeenTicket | None:
        marker = comment(new.marker)
        async for issue in self._issues(new.project, new.since, sort="created"):
            if marker in text(issue.get("body")):
                return read(new.project, issue)
        return None

    async def move(self, project: str, remote_id: str, state: ActionItemState) -> SeenTicket:
        reason = CLOSED_AS.get(state)
        body = {"state": "closed", "state_reason": reason} if reason else {"state": "open"}
        answer = await self._api.call("PATCH", f"/repos/{project}/issues/{remote_id}", body=body)
        return read(project, answer.data)

    def as_shown(self, new: NewTicket) -> Shown:
        return _shown(title_of(new), body_of(new), [new.assignee] if new.assignee else [])

    async def details(self, project: str, remote_id: str) -> TicketDetails:
        issue = table((await self._api.call("GET", f"/repos/{project}/issues/{remote_id}")).data)
        given = [text(one.get("login")) for one in tables(issue.get("assignees"))]
        shown = _shown(text(issue.get("title")), text(issue.get("body")), given)
        return TicketDetails(shown, moment(issue.get("updated_at")))

    async def edit(
        self, project: str, remote_id: str, new: NewTicket, fields: Collection[TicketField]
    ) -> None:
        wanted: Mapping[TicketField, tuple[str, Any]] = {
            TicketField.TITLE: ("title", title_of(new)),
            TicketField.TEXT: ("body", body_of(new)),
            TicketField.OWNER: ("assignees", [new.assignee] if new.assignee else []),
        }
        body = dict(wanted[one] for one in fields)
        await self._api.call("PATCH", f"/repos/{project}/issues/{remote_id}", body=body)

    async def changed(self, project: str, since: datetime) -> Sequence[SeenTicket]:
        issues = self._issues(project, since, sort="updated")
        return [read(project, issue) async for issue in issues if "pull_request" not in issue]

    async def check(self) -> Sequence[str]:
        path = f"/repos/{self._repository}/issues"
        await self._api.call("GET", path, query={"per_page": 1})
        try:
            # without a title nothing is made, and who may not write is refused before that is looked at
            await self._api.call("POST", path, body={})
        except RefusedByTracker as refusal:
            if refusal.status != 422:
                raise
        return [f"{self._repository}: the token reads its issues and may write them."]

    async def _issues(self, project: str, since: datetime, *, sort: str) -> AsyncIterator[Mapping[str, Any]]:
        """Those that changed since then, the oldest first.

        Raises:
            OutcomeUnknown: they are too many to look through.
        """
        query: dict[str, str | int] = {
            "state": "all",
            "since": f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "sort": sort,
            "direction": "asc",
            "per_page": ON_A_PAGE,
        }
        for page in range(1, MOST_PAGES + 1):
            answer = await self._api.call("GET", f"/repos/{project}/issues", query={**query, "page": page})
            found = tables(answer.data)
            for issue in found:
                yield issue
            if len(found) < ON_A_PAGE:
                return
        raise OutcomeUnknown(f"{project} has more than {MOST_PAGES * ON_A_PAGE} issues that changed since")


def _shown(title: str, body: str, given: Sequence[str]) -> Shown:
    owner = ",".join(sorted(given)) or None
    return {
        TicketField.OWNER: owner,
        TicketField.TITLE: letters(title),
        TicketField.TEXT: letters(body),
    }


def limit(answer: Answer) -> float | None:
    """Its limits come as 403 or 429: for as long as it says, else until they are reset, else a minute
    (docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api).
    """
    if answer.status not in (403, 429):
        return None
    after = retry_after(answer)
    if after is not None:
        return after
    if answer.header("x-ratelimit-remaining") == "0":
        reset = answer.header("x-ratelimit-reset")
        return float(reset) - time.time() if reset.isdecimal() else SECONDARY
    is_secondary = "secondary rate limit" in text(table(answer.data).get("message")).lower()
    return SECONDARY if is_secondary or answer.status == 429 else None


def explain(answer: Answer) -> str:
    """GitHub's message, and what it says of each field."""
    said = table(answer.data)
    fields = [
        text(one.get("message")) or f"{text(one.get('field'))} {text(one.get('code'))}".strip()
        for one in tables(said.get("errors"))
    ]
    words = ": ".join(filter(None, [text(said.get("message")), ", ".join(filter(None, fields))]))
    if answer.status == 404:
        words += " (there is no such repository, or the token may not see it)"
    return words
