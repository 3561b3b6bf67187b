"""GitHub: the webhook of a repository or an organisation, of which issues and what is deployed count.

Source: docs.github.com/webhooks/webhook-events-and-payloads#issues and, of the signature,
docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries.
"""

from __future__ import annotations

from dataclasses import replace

from bot.connect.adapter import Adapter, Delivery, DeploysTold, Dropped, TicketsTold, Unreadable
from bot.connect.fields import moment, table, text
from bot.connect.github_deploys import EVENTS, read_deploy
from bot.connect.verify import BodySignedCheck
from bot.incidents.tickets.contract import SeenTicket
from bot.settings.trackers import GITHUB
from storage.vocabulary import ActionItemState

SENDER = "GitHub"
MOVES = frozenset({"closed", "reopened"})
NOT_DONE = frozenset({"not_planned", "duplicate"})
EXAMPLE = {
    "action": "closed",
    "issue": {
        "number": 12,
        "html_url": "https://github.com/acme/shop/issues/12",
        "state": "closed",
        "state_reason": "completed",
        "updated_at": "2026-11-28T15:02:00Z",
        "closed_at": "2026-11-28T15:02:00Z",
    },
    "repository": {"full_name": "acme/shop"},
    "sender": {"login": "octocat"},
}


def read(delivery: Delivery) -> TicketsTold | DeploysTold:
    """An issue that was closed or opened again, or what was deployed.

    Raises:
        Unreadable: it is no event of GitHub's.
        Dropped: of anything else.
    """
    told = delivery.object()
    guessed = next((name for name in EVENTS if name in told), "issues" if "issue" in told else "")
    event = delivery.headers.get("x-github-event", guessed)
    if event in EVENTS:
        return DeploysTold([read_deploy(event, told)])
    if event != "issues" or text(told.get("action")) not in MOVES:
        raise Dropped(f"Nothing is kept of the event {event[:50] or '?'}.")
    project = text(table(told.get("repository")).get("full_name"))
    seen = read_issue(project, told.get("issue"))
    if seen is None or not project:
        raise Unreadable("There is no issue of a repository in it.")
    by = text(table(told.get("sender")).get("login")) or None
    # a reopened issue was changed last by being reopened, or the event that tells of it comes by itself
    return TicketsTold(GITHUB, [replace(seen, is_exact=seen.changed_at is not None, by=by)])


def read_issue(project: str, data: object) -> SeenTicket | None:
    """An issue of a repository, of an answer or an event; None where it is none."""
    issue = table(data)
    number, url = issue.get("number"), text(issue.get("html_url"))
    if not isinstance(number, int) or not url:
        return None
    is_closed = text(issue.get("state")) == "closed"
    state = ActionItemState.OPEN
    if is_closed:
        is_done = text(issue.get("state_reason")) not in NOT_DONE
        state = ActionItemState.DONE if is_done else ActionItemState.DROPPED
    closed_at = moment(issue.get("closed_at")) if is_closed else None
    return SeenTicket(
        project=project,
        remote_id=str(number),
        key=f"{project}#{number}",
        url=url,
        state=state,
        changed_at=closed_at or moment(issue.get("updated_at")),
        is_exact=closed_at is not None,
        by=text(table(issue.get("closed_by")).get("login")) or None if is_closed else None,
    )


ADAPTER = Adapter(
    name=GITHUB,
    sender=SENDER,
    is_repeated=False,
    read=read,
    example=EXAMPLE,
    check=lambda settings: BodySignedCheck(settings.github_hook_secret, "x-hub-signature-256", "sha256="),
)
