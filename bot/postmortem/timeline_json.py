"""The facts of an incident as JSON, with the history of every timeline event: `timeline.json`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.incidents.history import EventChange
from bot.postmortem import facts as f
from bot.text.mrkdwn import KnownNames
from bot.text.typed import typed
from storage.vocabulary import IN_DRAFT


def as_json(
    facts: f.Facts, names: KnownNames, histories: Sequence[Sequence[EventChange]]
) -> dict[str, object]:
    """The facts as JSON: ISO 8601 in UTC; `text` as people typed it, `slack_text` as Slack sent it.

    `histories` holds the changes of each timeline event, in the same order; what became of an app's message
    is an entry without one.
    """

    def said(one: f.Quote) -> dict[str, object]:
        return {
            "text": typed(one.text, names),
            "slack_text": one.text,
            "author": one.author,
            "said_at": _iso(one.said_at),
            "permalink": one.permalink,
            "files": [{"name": file.name, "url": file.url} for file in one.files],
            "is_deleted": one.is_deleted,
        }

    def change(one: EventChange) -> dict[str, object]:
        by = (names.person(one.by) or one.by) if one.by else None
        return {"at": _iso(one.at), "by": by, "field": one.field, "old": one.old, "new": one.new}

    def milestone(one: f.Milestone | None) -> dict[str, object] | None:
        if one is None:
            return None
        return {"at": _iso(one.at), "basis": one.basis, "because": one.because or None, "by": one.by or None}

    histories_left = iter(histories)
    return {
        "incident": {
            "id": f"INC-{facts.number}",
            "title": typed(facts.title, names),
            "severity": facts.severity,
            "status": facts.status,
            "stage": facts.stage,
            "channel": facts.channel_name,
            "declared": milestone(facts.declared),
            "started": milestone(facts.started),
            "detected": milestone(facts.detected),
            "resolved": milestone(facts.resolved),
            "responders": list(facts.responders),
            "conclusion": typed(facts.conclusion, names) if facts.conclusion else None,
        },
        "timeline": [
            {
                "occurred_at": _iso(entry.occurred_at),
                "occurred_until": _iso(entry.occurred_until) if entry.occurred_until else None,
                "is_approximate": entry.is_approximate,
                "kind": entry.kind,
                **said(entry.said),
                "history": [] if entry.follow_up else [change(one) for one in next(histories_left)],
            }
            for entry in facts.timeline
        ],
        "sections": {
            section.value: [said(one) for one in facts.marked.get(section, ())] for section in IN_DRAFT
        },
    }


def _iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
