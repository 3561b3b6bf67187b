"""Linear by its GraphQL API (linear.app/developers/graphql)."""

from __future__ import annotations

import time
import uuid
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.connect.api import Answer, Api, retry_after
from bot.connect.fields import moment
from bot.connect.linear import read_issue
from bot.connect.markdown import body_of, title_of
from bot.connect.people import FoundPerson, by_address
from bot.incidents.tickets.contract import NewTicket, SeenTicket, TicketDetails
from bot.incidents.tickets.fields import Shown, TicketField, letters
from bot.slack.calls import TryLater
from bot.slack.posting import OutcomeUnknown
from bot.text.well_formed import table, tables, text
from storage.vocabulary import ActionItemPriority, ActionItemState

AT_ONCE, MOST_PAGES = 100, 50
LIMITED, PASSING = "RATELIMITED", frozenset({"INTERNAL_SERVER_ERROR", "SERVICE_UNAVAILABLE"})
"""Codes of errors (linear.app/developers/rate-limiting and .../graphql#errors)."""
NOT_FOUND = "entity not found"
SHORT = 60.0
"""Seconds to wait where a limit names none."""
PRIORITIES = {one: number for number, one in enumerate(ActionItemPriority, start=1)}
"""Linear's are 1 (urgent) to 4 (low), which are p1 to p4."""
NO_PRIORITY = 0
FIELDS = "id identifier url updatedAt completedAt canceledAt state { id name type }"
TEAM = """query Team($key: String!) {
  teams(filter: { key: { eq: $key } }) { nodes { id name key states { nodes { id name type position } } } }
}"""
PEOPLE = """query People($filter: UserFilter!) {
  users(filter: $filter, first: 2) { nodes { id email name displayName } }
}"""
CREATE = f"""mutation Create($input: IssueCreateInput!) {{
  issueCreate(input: $input) {{ success issue {{ {FIELDS} }} }}
}}"""
FIND = f"query Find($id: String!) {{ issue(id: $id) {{ {FIELDS} }} }}"
MOVE = f"""mutation Move($id: String!, $input: IssueUpdateInput!) {{
  issueUpdate(id: $id, input: $input) {{ success issue {{ {FIELDS} }} }}
}}"""
DETAILS = """query Details($id: String!) {
  issue(id: $id) { id title description dueDate priority updatedAt assignee { id } }
}"""
EDIT = """mutation Edit($id: String!, $input: IssueUpdateInput!) {
  issueUpdate(id: $id, input: $input) { success }
}"""
CHANGED = f"""query Changed($filter: IssueFilter!, $after: String) {{
  issues(filter: $filter, first: {AT_ONCE}, after: $after) {{
    nodes {{ {FIELDS} }} pageInfo {{ hasNextPage endCursor }}
  }}
}}"""


class Linear:
    """Issues of a team, by its key; what an issue is known by is chosen here, so that it is made once."""

    title = "Linear"
    settles_within = timedelta(seconds=10)

    def __init__(self, url: str, token: str, team: str) -> None:
        self._team = team
        self._teams: dict[str, Mapping[str, Any]] = {}
        self._api = Api(self.title, url, {"Authorization": token}, limit=limit, explain=explain)

    def turn(self) -> AbstractContextManager[None]:
        return self._api.turn()

    async def close(self) -> None:
        await self._api.close()

    async def assignee(self, project: str, address: str) -> str | None:
        wanted = {"email": {"eqIgnoreCase": address}, "active": {"eq": True}}
        found = tables(table((await self._ask(PEOPLE, filter=wanted)).get("users")).get("nodes"))
        return by_address([_person(one) for one in found], address)

    async def create(self, new: NewTicket) -> SeenTicket:
        asked: dict[str, Any] = {
            "id": _id(new),
            "teamId": text((await self._of(new.project)).get("id")),
            "title": title_of(new),
            "description": body_of(new),
        }
        if new.due_on:
            asked["dueDate"] = new.due_on.isoformat()
        if new.assignee:
            asked["assigneeId"] = new.assignee
        if new.priority:
            asked["priority"] = PRIORITIES[new.priority]
        data = await self._ask(CREATE, input=asked)
        return _read(table(data.get("issueCreate")).get("issue"))

    async def find(self, new: NewTicket) -> SeenTicket | None:
        data = await self._ask(FIND, id=_id(new))
        return _read(data["issue"]) if data.get("issue") else None

    async def move(self, project: str, remote_id: str, state: ActionItemState) -> SeenTicket:
        wanted = {
            ActionItemState.DONE: ("completed",),
            ActionItemState.DROPPED: ("canceled", "completed"),
            ActionItemState.OPEN: ("unstarted", "backlog", "triage", "started"),
        }[state]
        states = tables(table((await self._of(project)).get("states")).get("nodes"))
        fitting = [one for kind in wanted for one in states if text(one.get("type")) == kind]
        if not fitting:
            raise self._api.refusal(f"team {project} has no state of type {wanted[0]}")
        data = await self._ask(MOVE, id=remote_id, input={"stateId": text(fitting[0].get("id"))})
        return _read(table(data.get("issueUpdate")).get("issue"))

    def as_shown(self, new: NewTicket) -> Shown:
        due_on = new.due_on.isoformat() if new.due_on else None
        return _shown(title_of(new), body_of(new), new.assignee, due_on, _priority(new))

    async def details(self, project: str, remote_id: str) -> TicketDetails:
        issue = table((await self._ask(DETAILS, id=remote_id)).get("issue"))
        if not issue:
            raise self._api.refusal("there is no such issue any more, or the token may not see it")
        priority = issue.get("priority")
        shown = _shown(
            text(issue.get("title")),
            text(issue.get("description")),
            text(table(issue.get("assignee")).get("id")) or None,
            text(issue.get("dueDate")) or None,
            int(priority) if isinstance(priority, int | float) else NO_PRIORITY,
        )
        return TicketDetails(shown, moment(issue.get("updatedAt")))

    async def edit(
        self, project: str, remote_id: str, new: NewTicket, fields: Collection[TicketField]
    ) -> None:
        wanted: Mapping[TicketField, tuple[str, Any]] = {
            TicketField.TITLE: ("title", title_of(new)),
            TicketField.TEXT: ("description", body_of(new)),
            TicketField.OWNER: ("assigneeId", new.assignee),
            TicketField.DUE: ("dueDate", new.due_on.isoformat() if new.due_on else None),
            TicketField.PRIORITY: ("priority", _priority(new)),
        }
        await self._ask(EDIT, id=remote_id, input=dict(wanted[one] for one in fields))

    async def changed(self, project: str, since: datetime) -> Sequence[SeenTicket]:
        at = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}"
        wanted = {"team": {"key": {"eq": project}}, "updatedAt": {"gte": at}}
        found: list[SeenTicket] = []
        after: str | None = None
        for _ in range(MOST_PAGES):
            issues = table((await self._ask(CHANGED, filter=wanted, after=after)).get("issues"))
            found += [seen for one in tables(issues.get("nodes")) if (seen := read_issue(one))]
            page = table(issues.get("pageInfo"))
            after = text(page.get("endCursor"))
            if not (page.get("hasNextPage") and after):
                return found
        raise OutcomeUnknown(f"more than {MOST_PAGES * AT_ONCE} issues of Linear changed since")

    async def check(self) -> Sequence[str]:
        team = await self._of(self._team)
        return [f"the token reads the team {text(team.get('name'))} ({self._team})."]

    async def _of(self, key: str) -> Mapping[str, Any]:
        """A team with its states, which are read once."""
        if key not in self._teams:
            data = await self._ask(TEAM, key=key)
            teams = tables(table(data.get("teams")).get("nodes"))
            if not teams:
                raise self._api.refusal(f"there is no team {key}, or the token may not see it")
            self._teams[key] = teams[0]
        return self._teams[key]

    async def _ask(self, query: str, **variables: Any) -> Mapping[str, Any]:
        """The data of an answer; Linear says errors with status 200 too. What is not there is no error."""
        answer = await self._api.call("POST", "/graphql", body={"query": query, "variables": variables})
        said = table(answer.data)
        errors = tables(said.get("errors"))
        if errors and not all(_is_not_found(one) for one in errors):
            codes = {text(table(one.get("extensions")).get("code")) for one in errors}
            if LIMITED in codes:
                raise self._api.limited(_pause(answer))
            if codes & PASSING:
                raise TryLater(f"Linear: {explain(answer)}")
            raise self._api.refusal(explain(answer))
        if errors and "mutation" in query:
            raise self._api.refusal(explain(answer))
        return table(said.get("data"))


def _priority(new: NewTicket) -> int:
    return PRIORITIES[new.priority] if new.priority else NO_PRIORITY


def _shown(title: str, description: str, owner: str | None, due_on: str | None, priority: int) -> Shown:
    return {
        TicketField.OWNER: owner,
        TicketField.DUE: due_on,
        TicketField.PRIORITY: str(priority) if priority != NO_PRIORITY else None,
        TicketField.TITLE: letters(title),
        TicketField.TEXT: letters(description),
    }


def _id(new: NewTicket) -> str:
    return str(uuid.UUID(new.marker))


def _person(shown: Mapping[str, Any]) -> FoundPerson:
    names = [text(shown.get(name)) for name in ("name", "displayName")]
    return FoundPerson(text(shown.get("id")), text(shown.get("email")), names)


def _is_not_found(error: Mapping[str, Any]) -> bool:
    return NOT_FOUND in text(error.get("message")).lower()


def _read(data: object) -> SeenTicket:
    seen = read_issue(data)
    if seen is None:
        raise TryLater("Linear: an answer that is no issue")
    return seen


def limit(answer: Answer) -> float | None:
    """A limit comes as status 400 with a code; until when stands in a header, in milliseconds."""
    errors = tables(table(answer.data).get("errors"))
    is_limited = any(text(table(one.get("extensions")).get("code")) == LIMITED for one in errors)
    return _pause(answer) if is_limited or answer.status == 429 else None


def _pause(answer: Answer) -> float:
    after = retry_after(answer)
    if after is not None:
        return after
    left = (answer.header("x-ratelimit-requests-remaining"), answer.header("x-ratelimit-requests-reset"))
    if left[0] == "0" and left[1].isdecimal():
        return int(left[1]) / 1000 - time.time()
    return SHORT


def explain(answer: Answer) -> str:
    """What Linear says to people, else to programs."""
    errors = tables(table(answer.data).get("errors"))
    said = [
        text(table(one.get("extensions")).get("userPresentableMessage")) or text(one.get("message"))
        for one in errors
    ]
    return ", ".join(filter(None, said))
