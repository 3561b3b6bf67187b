"""GitLab issues (docs.gitlab.com/api/issues), of gitlab.com and of one's own GitLab."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from bot.connect.api import Answer, Api, limit_429
from bot.connect.gitlab import read_issue
from bot.connect.gitlab_deploys import read_moment
from bot.connect.markdown import body_of, comment, title_of
from bot.connect.people import FoundPerson, by_address
from bot.incidents.tickets.contract import NewTicket, SeenTicket, TicketDetails
from bot.incidents.tickets.fields import Shown, TicketField, letters
from bot.slack.calls import RefusedByTracker, TryLater
from bot.slack.posting import OutcomeUnknown
from bot.text.well_formed import table, tables, text
from storage.vocabulary import ActionItemState

ON_A_PAGE, MOST_PAGES = 100, 30
NOBODY = 0
"""As whom an issue is given to whom it is given to nobody (docs.gitlab.com/api/issues, assignee_ids)."""
ACTIVE = "active"
"""The state of a member who may sign in."""


class GitLab:
    """Issues of the projects a token may write to; a project is its path, with its groups."""

    title = "GitLab"
    settles_within = timedelta(seconds=15)

    def __init__(self, url: str, token: str, project: str) -> None:
        self._project = project
        self._api = Api(
            self.title, f"{url}/api/v4", {"PRIVATE-TOKEN": token}, limit=limit_429, explain=explain
        )

    def turn(self) -> AbstractContextManager[None]:
        return self._api.turn()

    async def close(self) -> None:
        await self._api.close()

    async def assignee(self, project: str, address: str) -> str | None:
        """A member by the public address, or by any where the token is an administrator's."""
        query: dict[str, str | int] = {"search": address, "active": "true", "per_page": ON_A_PAGE}
        found = tables((await self._api.call("GET", "/users", query=query)).data)
        remote_id = by_address([_person(one) for one in found], address)
        if remote_id is None:
            return None
        try:
            answer = await self._api.call("GET", f"{_of(project)}/members/all/{remote_id}")
        except RefusedByTracker as refusal:
            if refusal.status != 404:
                raise
            return None
        return remote_id if table(answer.data).get("state") == ACTIVE else None

    async def create(self, new: NewTicket) -> SeenTicket:
        body: dict[str, Any] = {"title": title_of(new), "description": body_of(new)}
        if new.assignee:
            body["assignee_ids"] = [int(new.assignee)]
        if new.due_on:
            body["due_date"] = new.due_on.isoformat()
        answer = await self._api.call("POST", _issues(new.project), body=body)
        return _read(new.project, answer.data)

    async def find(self, new: NewTicket) -> SeenTicket | None:
        marker = comment(new.marker)
        async for issue in self._listed(new.project, "created_at"):
            if marker in text(issue.get("description")):
                return _read(new.project, issue)
            if _is_before(issue.get("created_at"), new.since):
                break
        return None

    async def move(self, project: str, remote_id: str, state: ActionItemState) -> SeenTicket:
        event = "reopen" if state == ActionItemState.OPEN else "close"
        answer = await self._api.call("PUT", f"{_issues(project)}/{remote_id}", body={"state_event": event})
        return _read(project, answer.data)

    def as_shown(self, new: NewTicket) -> Shown:
        due_on = new.due_on.isoformat() if new.due_on else None
        return _shown(title_of(new), body_of(new), [new.assignee] if new.assignee else [], due_on)

    async def details(self, project: str, remote_id: str) -> TicketDetails:
        issue = table((await self._api.call("GET", f"{_issues(project)}/{remote_id}")).data)
        given = [str(one.get("id")) for one in tables(issue.get("assignees"))]
        due_on = text(issue.get("due_date")) or None
        shown = _shown(text(issue.get("title")), text(issue.get("description")), given, due_on)
        return TicketDetails(shown, read_moment(issue.get("updated_at")))

    async def edit(
        self, project: str, remote_id: str, new: NewTicket, fields: Collection[TicketField]
    ) -> None:
        wanted: Mapping[TicketField, tuple[str, Any]] = {
            TicketField.TITLE: ("title", title_of(new)),
            TicketField.TEXT: ("description", body_of(new)),
            TicketField.OWNER: ("assignee_ids", [int(new.assignee) if new.assignee else NOBODY]),
            TicketField.DUE: ("due_date", new.due_on.isoformat() if new.due_on else ""),
        }
        body = dict(wanted[one] for one in fields)
        await self._api.call("PUT", f"{_issues(project)}/{remote_id}", body=body)

    async def changed(self, project: str, since: datetime) -> Sequence[SeenTicket]:
        found: list[SeenTicket] = []
        async for issue in self._listed(project, "updated_at"):
            if _is_before(issue.get("updated_at"), since):
                break
            found.append(_read(project, issue))
        return found

    async def check(self) -> Sequence[str]:
        path = _issues(self._project)
        await self._api.call("GET", path, query={"per_page": 1})
        try:
            # without a title nothing is made, and who may not write is refused before that is looked at
            await self._api.call("POST", path, body={})
        except RefusedByTracker as refusal:
            if refusal.status != 400:
                raise
        return [f"{self._project}: the token reads its issues and may write them."]

    async def _listed(self, project: str, order_by: str) -> AsyncIterator[Mapping[str, Any]]:
        """All of them, the newest first.

        Raises:
            OutcomeUnknown: they are too many to look through.
        """
        query: dict[str, str | int] = {"order_by": order_by, "sort": "desc", "per_page": ON_A_PAGE}
        for page in range(1, MOST_PAGES + 1):
            answer = await self._api.call("GET", _issues(project), query={**query, "page": page})
            found = tables(answer.data)
            for issue in found:
                yield issue
            if len(found) < ON_A_PAGE:
                return
        raise OutcomeUnknown(f"{project} has more than {MOST_PAGES * ON_A_PAGE} issues that changed since")


def _shown(title: str, description: str, given: Sequence[str], due_on: str | None) -> Shown:
    return {
        TicketField.OWNER: ",".join(sorted(given)) or None,
        TicketField.DUE: due_on,
        TicketField.TITLE: letters(title),
        TicketField.TEXT: letters(description),
    }


def _of(project: str) -> str:
    return f"/projects/{quote(project, safe='')}"


def _issues(project: str) -> str:
    return f"{_of(project)}/issues"


def _person(shown: Mapping[str, Any]) -> FoundPerson:
    number = shown.get("id")
    return FoundPerson(
        str(number) if isinstance(number, int) else "",
        text(shown.get("email")) or text(shown.get("public_email")),
        [text(shown.get("name")), text(shown.get("username"))],
    )


def _is_before(said: object, since: datetime) -> bool:
    at = read_moment(said)
    return at is not None and at < since


def _read(project: str, data: object) -> SeenTicket:
    seen = read_issue(project, data)
    if seen is None:
        raise TryLater("GitLab: an answer that is no issue")
    return seen


def explain(answer: Answer) -> str:
    """GitLab's message: a text, or what is wrong with each field."""
    said = table(answer.data)
    message = said.get("message") or said.get("error_description") or said.get("error")
    words = ", ".join(
        f"{name} {_listed_words(what)}" for name, what in table(message).items()
    ) or _listed_words(message)
    if answer.status == 404:
        words += " (there is no such project, or the token may not see it)"
    return words


def _listed_words(said: object) -> str:
    return ", ".join(map(str, said)) if isinstance(said, list) else text(said)
