"""Jira: the shape of an issue, and the webhook that an administrator of Jira Cloud sets up, with a secret.

Sources: developer.atlassian.com/cloud/jira/platform/webhooks and
developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues.
"""

from __future__ import annotations

from dataclasses import replace

from bot.connect.adapter import Adapter, Delivery, Dropped, TicketsTold, Unreadable
from bot.connect.fields import moment, table, tables, text
from bot.connect.verify import BodySignedCheck
from bot.incidents.tickets.contract import SeenTicket
from bot.settings.trackers import JIRA
from storage.vocabulary import ActionItemState

DONE = "done"
"""The category of all statuses that end an issue, whatever a team calls them."""
NOT_DONE = frozenset({"won't do", "won't fix", "declined", "duplicate", "cannot reproduce", "rejected"})
"""Resolutions of what will not be done, as Jira's own are called."""
EXAMPLE = {
    "timestamp": 1791446400123,
    "webhookEvent": "jira:issue_updated",
    "user": {"displayName": "Ana Ferreira"},
    "issue": {
        "id": "10042",
        "key": "OPS-42",
        "self": "https://acme.atlassian.net/rest/api/2/10042",
        "fields": {"status": {"name": "Done", "statusCategory": {"key": "done"}}},
    },
    "changelog": {"items": [{"field": "status", "fromString": "To Do", "toString": "Done"}]},
}


def read(delivery: Delivery) -> TicketsTold:
    """An issue whose status was changed.

    Raises:
        Unreadable: it is no event of Jira's.
        Dropped: of anything else.
    """
    told = delivery.object()
    event = text(told.get("webhookEvent"))
    changed = {text(one.get("field")) for one in tables(table(told.get("changelog")).get("items"))}
    if event != "jira:issue_updated" or "status" not in changed:
        raise Dropped(f"Nothing is kept of the event {event[:50] or '?'}.")
    issue = table(told.get("issue"))
    base = text(issue.get("self")).partition("/rest/")[0]
    seen = read_issue(base, issue)
    if seen is None:
        raise Unreadable("There is no issue with a status in it.")
    by = text(table(told.get("user")).get("displayName")) or None
    at = moment(told.get("timestamp"))
    return TicketsTold(
        JIRA, [replace(seen, changed_at=at or seen.changed_at, is_exact=at is not None, by=by)]
    )


def read_issue(base: str, data: object) -> SeenTicket | None:
    """An issue with its status; its id is one in the whole of Jira. `base` is Jira's address."""
    issue = table(data)
    fields = table(issue.get("fields"))
    category = text(table(table(fields.get("status")).get("statusCategory")).get("key"))
    remote_id, key = text(issue.get("id")), text(issue.get("key"))
    if not (remote_id and key and category):
        return None
    state = ActionItemState.OPEN
    if category == DONE:
        resolution = text(table(fields.get("resolution")).get("name")).casefold()
        state = ActionItemState.DROPPED if resolution in NOT_DONE else ActionItemState.DONE
    # Jira Cloud names the moment; Data Center only that of a resolution, which not every workflow sets
    changed_at = moment(fields.get("statuscategorychangedate"))
    if changed_at is None and category == DONE:
        changed_at = moment(fields.get("resolutiondate"))
    return SeenTicket(
        project=None,
        remote_id=remote_id,
        key=key,
        url=f"{base}/browse/{key}",
        state=state,
        changed_at=changed_at or moment(fields.get("updated")),
        is_exact=changed_at is not None,
    )


ADAPTER = Adapter(
    name=JIRA,
    sender="Jira",
    read=read,
    example=EXAMPLE,
    check=lambda settings: BodySignedCheck(settings.jira_hook_secret, "x-hub-signature", "sha256="),
)
