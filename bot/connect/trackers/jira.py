"""Jira Cloud by its REST API v3, and Jira Data Center by v2, which takes other text and another token.

Sources: developer.atlassian.com/cloud/jira/platform/rest/v3 and
developer.atlassian.com/server/jira/platform/rest.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.connect.api import Answer, Api, limit_429
from bot.connect.fields import moment
from bot.connect.jira import DONE, read_issue
from bot.connect.markdown import FOOTER, LONGEST_TITLE
from bot.connect.people import FoundPerson, by_address
from bot.incidents.tickets.contract import Fact, NewTicket, SeenTicket, TicketDetails
from bot.incidents.tickets.fields import Shown, TicketField, letters
from bot.incidents.tickets.follow import is_same
from bot.slack.calls import RefusedByTracker, TryLater
from bot.slack.posting import OutcomeUnknown
from bot.text.well_formed import items, table, tables, text
from storage.vocabulary import ActionItemState

FIELDS = ["status", "resolution", "resolutiondate", "statuscategorychangedate", "updated", "labels"]
FOLLOWED = ["summary", "description", "assignee", "duedate", "updated"]
LABEL = "scribe"
"""On all of Scribe's, by which they are read; each has its marker as another one."""
AT_ONCE, MOST_PAGES = 100, 50
LONGEST_TEXT = 20_000
OPTIONAL = frozenset({"duedate", "assignee"})
"""Fields that a project may lack on its screen, or the token may not set: then the text alone has them."""
NOT_DONE = re.compile(r"won.?t|declin|cancel|reject|dropp", re.IGNORECASE)
_WIKI = re.compile(r"([\\{}\[\]*_\-+^~?!|#&])")
"""What Data Center reads as markup (its page "Text Formatting Notation Help")."""
Doc = dict[str, Any]


class Jira:
    """Issues of one Jira; with an `email` it is Cloud, else Data Center. A project is its key."""

    title = "Jira"
    settles_within = timedelta(seconds=90)
    """Its search shows what was made a while later."""

    def __init__(self, url: str, token: str, project: str, *, email: str, issue_type: str) -> None:
        self._url = url
        self._project = project
        self._type = issue_type
        self._is_cloud = bool(email)
        self._at = f"/rest/api/{3 if self._is_cloud else 2}"
        headers = {"Accept": "application/json"}
        if not email:
            headers["Authorization"] = f"Bearer {token}"
        auth = (email, token) if email else None
        self._api = Api(self.title, url, headers, limit=limit_429, explain=explain, auth=auth)

    def turn(self) -> AbstractContextManager[None]:
        return self._api.turn()

    async def close(self) -> None:
        await self._api.close()

    async def assignee(self, project: str, address: str) -> str | None:
        """Of those who may be given issues of the project, the one whom Jira finds by the address."""
        asked = "query" if self._is_cloud else "username"
        query: dict[str, str | int] = {"project": project, asked: address, "maxResults": 50}
        answer = await self._api.call("GET", f"{self._at}/user/assignable/search", query=query)
        found = [one for one in tables(answer.data) if one.get("active") is not False]
        return by_address([self._person(one) for one in found], address)

    def _person(self, shown: Mapping[str, Any]) -> FoundPerson:
        return FoundPerson(
            text(shown.get("accountId" if self._is_cloud else "name")),
            text(shown.get("emailAddress")),
            [text(shown.get(name)) for name in ("displayName", "name")],
        )

    async def create(self, new: NewTicket) -> SeenTicket:
        fields: Doc = {
            "project": {"key": new.project},
            "issuetype": {"name": self._type},
            "summary": new.title[:LONGEST_TITLE],
            "description": _document(new) if self._is_cloud else _wiki(new),
            "labels": [LABEL, _label(new)],
        }
        if new.due_on:
            fields["duedate"] = new.due_on.isoformat()
        if new.assignee:
            fields["assignee"] = {"id" if self._is_cloud else "name": new.assignee}
        answer = await self._sent("POST", f"{self._at}/issue", fields)
        remote_id, key = text(table(answer.data).get("id")), text(table(answer.data).get("key"))
        if not (remote_id and key):
            raise TryLater("Jira: an answer that is no issue")
        return SeenTicket(None, remote_id, key, f"{self._url}/browse/{key}", ActionItemState.OPEN)

    async def _sent(self, method: str, path: str, fields: Doc) -> Answer:
        """The answer to these fields, or to them without those that the project lacks."""
        try:
            return await self._api.call(method, path, body={"fields": fields})
        except RefusedByTracker as refusal:
            lacking = refusal.fields & OPTIONAL
            if refusal.status != 400 or not lacking or refusal.fields - OPTIONAL:
                raise
        kept = {name: value for name, value in fields.items() if name not in lacking}
        return await self._api.call(method, path, body={"fields": kept}) if kept else Answer(204, {}, None)

    async def find(self, new: NewTicket) -> SeenTicket | None:
        found = await self._search(f'project = "{new.project}" AND labels = "{_label(new)}"')
        return found[0] if found else None

    async def move(self, project: str, remote_id: str, state: ActionItemState) -> SeenTicket:
        at = f"{self._at}/issue/{remote_id}"
        seen = await self._one(at)
        if is_same(seen.state, state):
            return seen
        answer = await self._api.call("GET", f"{at}/transitions")
        transition = _leading_to(state, tables(table(answer.data).get("transitions")))
        if transition is None:
            end = "open again" if state == ActionItemState.OPEN else "done"
            raise self._api.refusal(f"no transition leads {seen.key} from its status to one that is {end}")
        await self._api.call("POST", f"{at}/transitions", body={"transition": {"id": transition}})
        return await self._one(at)

    def as_shown(self, new: NewTicket) -> Shown:
        due_on = new.due_on.isoformat() if new.due_on else None
        return _shown(new.title[:LONGEST_TITLE], self._described(new), new.assignee, due_on)

    def _described(self, new: NewTicket) -> Doc | str:
        return _document(new) if self._is_cloud else _wiki(new)

    async def details(self, project: str, remote_id: str) -> TicketDetails:
        answer = await self._api.call(
            "GET", f"{self._at}/issue/{remote_id}", query={"fields": ",".join(FOLLOWED)}
        )
        fields = table(table(answer.data).get("fields"))
        given = text(table(fields.get("assignee")).get("accountId" if self._is_cloud else "name")) or None
        due_on = text(fields.get("duedate")) or None
        shown = _shown(text(fields.get("summary")), fields.get("description"), given, due_on)
        return TicketDetails(shown, moment(fields.get("updated")))

    async def edit(
        self, project: str, remote_id: str, new: NewTicket, fields: Collection[TicketField]
    ) -> None:
        given = {"id" if self._is_cloud else "name": new.assignee} if new.assignee else None
        wanted: Mapping[TicketField, tuple[str, Any]] = {
            TicketField.TITLE: ("summary", new.title[:LONGEST_TITLE]),
            TicketField.TEXT: ("description", self._described(new)),
            TicketField.OWNER: ("assignee", given),
            TicketField.DUE: ("duedate", new.due_on.isoformat() if new.due_on else None),
        }
        await self._sent("PUT", f"{self._at}/issue/{remote_id}", dict(wanted[one] for one in fields))

    async def changed(self, project: str, since: datetime) -> Sequence[SeenTicket]:
        # by minutes, since a date is read in the zone of the token's person
        minutes = int((datetime.now(UTC) - since).total_seconds() // 60) + 1
        return await self._search(
            f'project = "{project}" AND labels = "{LABEL}" AND updated >= "-{max(minutes, 1)}m"'
        )

    async def check(self) -> Sequence[str]:
        me = table((await self._api.call("GET", f"{self._at}/myself")).data)
        path = f"{self._at}/issue/createmeta/{self._project}/issuetypes"
        meta = table((await self._api.call("GET", path)).data)
        types = [text(one.get("name")) for one in tables(meta.get("issueTypes") or meta.get("values"))]
        if self._type not in types:
            known = ", ".join(types) or "none"
            raise self._api.refusal(
                f"{self._project} has no type {self._type} that may be made; it has {known} (JIRA_ISSUE_TYPE)"
            )
        who = text(me.get("displayName")) or "the token"
        return [f"{who} may make issues of type {self._type} in {self._project}."]

    async def _one(self, at: str) -> SeenTicket:
        answer = await self._api.call("GET", at, query={"fields": ",".join(FIELDS)})
        seen = read_issue(self._url, answer.data)
        if seen is None:
            raise TryLater("Jira: an answer that is no issue")
        return seen

    async def _search(self, jql: str) -> list[SeenTicket]:
        """All that is found, the oldest first.

        Raises:
            OutcomeUnknown: it is too much to look through.
        """
        body: Doc = {"jql": f"{jql} ORDER BY created ASC", "fields": FIELDS, "maxResults": AT_ONCE}
        found: list[SeenTicket] = []
        for _ in range(MOST_PAGES):
            path = f"{self._at}/search/jql" if self._is_cloud else f"{self._at}/search"
            answer = table((await self._api.call("POST", path, body=body)).data)
            issues = tables(answer.get("issues"))
            found += [seen for one in issues if (seen := read_issue(self._url, one))]
            following = text(answer.get("nextPageToken"))
            if self._is_cloud and following:
                body["nextPageToken"] = following
            elif not self._is_cloud and len(issues) == AT_ONCE:
                body["startAt"] = body.get("startAt", 0) + AT_ONCE
            else:
                return found
        raise OutcomeUnknown(f"more than {MOST_PAGES * AT_ONCE} issues of Jira changed since")


def _shown(title: str, description: object, owner: str | None, due_on: str | None) -> Shown:
    words = description if isinstance(description, str) else "".join(_words_in(description))
    return {
        TicketField.OWNER: owner,
        TicketField.DUE: due_on,
        TicketField.TITLE: letters(title),
        TicketField.TEXT: letters(words),
    }


def _words_in(node: object) -> Iterator[str]:
    """The text of a document, piece by piece."""
    said = table(node)
    yield text(said.get("text"))
    for one in tables(said.get("content")):
        yield from _words_in(one)


def _label(new: NewTicket) -> str:
    return f"{LABEL}-{new.marker}"


def _leading_to(state: ActionItemState, transitions: Sequence[Mapping[str, Any]]) -> str | None:
    """The transition to take: of several that end an issue the one whose name fits."""

    def category(one: Mapping[str, Any]) -> str:
        return text(table(table(one.get("to")).get("statusCategory")).get("key"))

    def unlike(one: Mapping[str, Any]) -> bool:
        names = f"{text(one.get('name'))} {text(table(one.get('to')).get('name'))}"
        return bool(NOT_DONE.search(names)) != (state == ActionItemState.DROPPED)

    if state == ActionItemState.OPEN:
        fitting = [one for one in transitions if category(one) in ("new", "indeterminate")]
        fitting.sort(key=lambda one: category(one) != "new")
    else:
        fitting = sorted((one for one in transitions if category(one) == DONE), key=unlike)
    return text(fitting[0].get("id")) if fitting else None


def _document(new: NewTicket) -> Doc:
    """The Atlassian Document Format, in which text is text
    (developer.atlassian.com/cloud/jira/platform/apis/document/structure).
    """
    paragraphs = [_paragraph([_words(line)]) for line in new.text[:LONGEST_TEXT].splitlines() if line.strip()]
    facts = [{"type": "listItem", "content": [_paragraph(_fact(fact))]} for fact in new.facts]
    listed = [{"type": "bulletList", "content": facts}] if facts else []
    return {"type": "doc", "version": 1, "content": [*paragraphs, *listed, _paragraph([_words(FOOTER)])]}


def _fact(fact: Fact) -> list[Doc]:
    link = {"marks": [{"type": "link", "attrs": {"href": fact.url}}]} if fact.url else {}
    return [
        {"type": "text", "text": f"{fact.label}: ", "marks": [{"type": "strong"}]},
        {**_words(fact.value), **link},
    ]


def _paragraph(content: list[Doc]) -> Doc:
    return {"type": "paragraph", "content": content}


def _words(said: str) -> Doc:
    return {"type": "text", "text": said}


def _wiki(new: NewTicket) -> str:
    facts = "\n".join(
        f"* *{fact.label}:* "
        + (f"[{_typed(fact.value)}|{fact.url}]" if fact.url else _typed(" ".join(fact.value.split())))
        for fact in new.facts
    )
    return "\n\n".join(part for part in (_typed(new.text[:LONGEST_TEXT]), facts, FOOTER) if part)


def _typed(said: str) -> str:
    return _WIKI.sub(r"\\\1", said)


def explain(answer: Answer) -> str:
    """Jira's messages, and what it says of each field."""
    said = table(answer.data)
    messages = [one for one in items(said.get("errorMessages")) if isinstance(one, str)]
    fields = [f"{name}: {what}" for name, what in table(said.get("errors")).items()]
    if answer.status == 401 and not messages:
        messages = ["it does not accept the token"]
    return ", ".join([*messages, *fields])
