"""GitLab: the shape of an issue, and the webhook of a project or group, of which issues and deploys count.

Sources: docs.gitlab.com/user/project/integrations/webhook_events and docs.gitlab.com/api/issues.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.connect.adapter import Adapter, Delivery, DeploysTold, Dropped, TicketsTold, Unreadable
from bot.connect.fields import table, text
from bot.connect.gitlab_deploys import KINDS, read_deploys, read_moment
from bot.connect.verify import Verdict
from bot.incidents.tickets.contract import SeenTicket
from bot.settings.trackers import GITLAB
from storage.vocabulary import ActionItemState

MOVES = frozenset({"close", "reopen"})
EXAMPLE = {
    "object_kind": "issue",
    "user": {"username": "ana"},
    "project": {"path_with_namespace": "acme/shop"},
    "object_attributes": {
        "iid": 23,
        "state": "closed",
        "url": "https://gitlab.com/acme/shop/-/issues/23",
        "action": "close",
        "updated_at": "2026-11-28T15:02:00Z",
        "closed_at": "2026-11-28T15:02:00Z",
    },
}


@dataclass(frozen=True)
class SecretCheck:
    """The secret itself, in `X-Gitlab-Token`. An empty one lets nobody in."""

    secret: str

    def __call__(self, headers: Mapping[str, str], body: bytes | None, now: float) -> Verdict:
        given = headers.get("x-gitlab-token", "").encode("utf-8", "replace")
        is_ours = bool(self.secret) and hmac.compare_digest(given, self.secret.encode())
        return Verdict.OURS if is_ours else Verdict.NOT_OURS


def read(delivery: Delivery) -> TicketsTold | DeploysTold:
    """An issue that was closed or opened again, or what was deployed.

    Raises:
        Unreadable: it is no event of GitLab's.
        Dropped: of anything else.
    """
    told = delivery.object()
    issue = table(told.get("object_attributes"))
    kind = text(told.get("object_kind"))
    if kind in KINDS:
        return DeploysTold(read_deploys(told))
    if kind not in ("issue", "work_item") or text(issue.get("action")) not in MOVES:
        raise Dropped(f"Nothing is kept of the event {kind[:50] or '?'}.")
    project = text(table(told.get("project")).get("path_with_namespace"))
    seen = read_issue(project, {**issue, "web_url": issue.get("url")})
    if seen is None or not project:
        raise Unreadable("There is no issue of a project in it.")
    by = text(table(told.get("user")).get("username")) or None
    return TicketsTold(GITLAB, [replace(seen, is_exact=seen.changed_at is not None, by=by)])


def read_issue(project: str, data: object) -> SeenTicket | None:
    """An issue of a project, of an answer or an event; None where it is none."""
    issue = table(data)
    number, url = issue.get("iid"), text(issue.get("web_url"))
    if not isinstance(number, int) or not url:
        return None
    is_closed = text(issue.get("state")) == "closed"
    closed_at = read_moment(issue.get("closed_at")) if is_closed else None
    return SeenTicket(
        project=project,
        remote_id=str(number),
        key=f"{project}#{number}",
        url=url,
        state=ActionItemState.DONE if is_closed else ActionItemState.OPEN,
        changed_at=closed_at or read_moment(issue.get("updated_at")),
        is_exact=closed_at is not None,
        by=text(table(issue.get("closed_by")).get("username")) or None if is_closed else None,
    )


ADAPTER = Adapter(
    name=GITLAB,
    sender="GitLab",
    is_repeated=False,
    read=read,
    example=EXAMPLE,
    check=lambda settings: SecretCheck(settings.gitlab_hook_secret),
)
