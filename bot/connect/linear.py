"""Linear: the shape of an issue, and its webhook, which it signs.

Source: linear.app/developers/webhooks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.connect.adapter import Adapter, Delivery, Dropped, TicketsTold, Unreadable
from bot.connect.fields import moment, table, text
from bot.connect.verify import BodySignedCheck, Verdict
from bot.incidents.tickets.contract import SeenTicket
from bot.settings.trackers import LINEAR
from storage.vocabulary import ActionItemState

GOOD_FOR = 60.0
"""Seconds that a delivery may be old, on both sides of this machine's time, as Linear recommends."""
STATES = {"completed": ActionItemState.DONE, "canceled": ActionItemState.DROPPED}
"""By the types of a team's states, whatever it calls them; `duplicate` is one that will not be done."""
EXAMPLE = {
    "action": "update",
    "type": "Issue",
    "actor": {"name": "Ana Ferreira"},
    "createdAt": "2026-11-28T15:02:00.000Z",
    "data": {
        "id": "2174add1-f7c8-44e3-bbf3-2d60b5ea8bc8",
        "identifier": "OPS-42",
        "url": "https://linear.app/acme/issue/OPS-42/add-an-index",
        "state": {"name": "Done", "type": "completed"},
    },
    "updatedFrom": {"stateId": "0d8d5c3e-2f0a-4b29-9b4e-6d9f5d7f1f11"},
    "webhookTimestamp": 1791446400000,
}


@dataclass(frozen=True)
class LinearCheck:
    """Its signature over the body, in which it says when it was sent."""

    secret: str

    def __call__(self, headers: Mapping[str, str], body: bytes | None, now: float) -> Verdict:
        verdict = BodySignedCheck(self.secret, "linear-signature")(headers, body, now)
        if body is None or verdict is not Verdict.OURS:
            return verdict
        try:
            said = table(json.loads(body)).get("webhookTimestamp")
            is_fresh = isinstance(said, int | float) and abs(now - said / 1000) <= GOOD_FOR
        except (ValueError, RecursionError, OverflowError):
            return Verdict.NOT_OURS
        return Verdict.OURS if is_fresh else Verdict.NOT_OURS


def read(delivery: Delivery) -> TicketsTold:
    """An issue whose state was changed.

    Raises:
        Unreadable: it is no event of Linear's.
        Dropped: of anything else.
    """
    told = delivery.object()
    kind = text(told.get("type"))
    if (
        kind != "Issue"
        or text(told.get("action")) != "update"
        or "stateId" not in table(told.get("updatedFrom"))
    ):
        raise Dropped(f"Nothing is kept of the event {kind[:50] or '?'}.")
    seen = read_issue(told.get("data"))
    if seen is None:
        raise Unreadable("There is no issue with a state in it.")
    by = text(table(told.get("actor")).get("name")) or None
    at = moment(told.get("createdAt")) or seen.changed_at
    return TicketsTold(LINEAR, [replace(seen, changed_at=at, is_exact=at is not None, by=by)])


def read_issue(data: object) -> SeenTicket | None:
    """An issue with its state; None where it is none. Its id is one in the whole of Linear."""
    issue = table(data)
    remote_id, key = text(issue.get("id")), text(issue.get("identifier"))
    kind = text(table(issue.get("state")).get("type"))
    if not (remote_id and key and kind):
        return None
    state = STATES.get(kind, ActionItemState.DROPPED if kind == "duplicate" else ActionItemState.OPEN)
    ended = None
    if state != ActionItemState.OPEN:
        ended = moment(issue.get("completedAt")) or moment(issue.get("canceledAt"))
    return SeenTicket(
        project=None,
        remote_id=remote_id,
        key=key,
        url=text(issue.get("url")),
        state=state,
        changed_at=ended or moment(issue.get("updatedAt")),
        is_exact=ended is not None,
    )


ADAPTER = Adapter(
    name=LINEAR,
    sender="Linear",
    read=read,
    example=EXAMPLE,
    check=lambda settings: LinearCheck(settings.linear_hook_secret),
)
