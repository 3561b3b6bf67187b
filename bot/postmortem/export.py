"""An incident's post-mortem out of the database and into files, without asking Slack for anything."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.history import Change, changes
from bot.postmortem import facts as f
from bot.postmortem import templates
from bot.postmortem.compose import compose
from bot.postmortem.gather import Lookups, facts_of, snapshot
from bot.postmortem.render import markdown_file
from bot.slack import mrkdwn
from bot.slack.mrkdwn import KnownNames
from bot.slack.names import MENTION, named
from bot.slack.permalink import permalink
from bot.slack.typed import typed
from storage import incidents, people
from storage.database import Database
from storage.history import past
from storage.tables import Workspace
from storage.timeline import Line


class NothingToExport(Exception):
    """There is no such incident; the text is one sentence for the person who asked."""


@dataclass(frozen=True)
class Exported:
    """The files that were written."""

    postmortem: Path
    timeline: Path


async def export(
    database: Database, number: int, out: Path, zone: ZoneInfo, emoji: Mapping[str, str]
) -> Exported:
    """Write `postmortem.md` and `timeline.json` of an incident into the folder `out`.

    Raises:
        NothingToExport: there is no such incident.
        OSError: the files cannot be written.
    """
    async with database.read() as session:
        incident = await incidents.first_numbered(session, number)
        if incident is None:
            raise NothingToExport(f"There is no INC-{number} in this database.")
        workspace = await people.workspace(session, incident.team_id)
        rows = await snapshot(session, incident)
        histories = [await _history(session, line) for line in rows.lines]
        changed_by = {change.by for changes in histories for change in changes if change.by}
        ids = rows.people() | mentioned(rows.texts()) | changed_by
        known = await people.find(session, incident.team_id, ids)
    if workspace is None:
        raise NothingToExport(f"INC-{number} belongs to a workspace Scribe has never met.")
    names = named(known)
    facts = facts_of(rows, lookups(workspace, names), zone)
    document = compose(facts, templates.load(), lambda text: mrkdwn.read(text, names), emoji)
    out.mkdir(parents=True, exist_ok=True)
    exported = Exported(out / "postmortem.md", out / "timeline.json")
    exported.postmortem.write_text(markdown_file.render(document), encoding="utf-8")
    exported.timeline.write_text(
        json.dumps(as_json(facts, names, histories), indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return exported


async def _history(session: AsyncSession, line: Line) -> list[Change]:
    event = line.event
    key = None
    if event.channel_id and event.message_ts:
        key = (event.team_id, event.channel_id, event.message_ts)
    return changes(line.message, await past(session, event.id or 0, key))


def lookups(workspace: Workspace, names: KnownNames) -> Lookups:
    """How a draft of this workspace names people and links to messages."""
    return Lookups(
        name_of=lambda user_id: names.person(user_id) or user_id,
        is_person=names.is_person,
        link_to=lambda channel_id, ts, thread_ts: permalink(workspace.url, channel_id, ts, thread_ts),
    )


def as_json(facts: f.Facts, names: KnownNames, histories: Sequence[Sequence[Change]]) -> dict[str, object]:
    """The facts as JSON: ISO 8601 in UTC; `text` as people typed it, `slack_text` as Slack sent it.

    `histories` holds the changes of each timeline entry, in the same order.
    """

    def said(one: f.Said) -> dict[str, object]:
        return {
            "text": typed(one.text, names),
            "slack_text": one.text,
            "author": one.author,
            "said_at": _iso(one.said_at),
            "permalink": one.permalink,
            "files": [{"name": file.name, "url": file.url} for file in one.files],
            "is_deleted": one.is_deleted,
        }

    def change(one: Change) -> dict[str, object]:
        by = (names.person(one.by) or one.by) if one.by else None
        return {"at": _iso(one.at), "by": by, "field": one.field, "old": one.old, "new": one.new}

    def milestone(one: f.Milestone | None) -> dict[str, object] | None:
        return {"at": _iso(one.at), "basis": one.basis, "because": one.because} if one else None

    return {
        "incident": {
            "id": f"INC-{facts.number}",
            "title": typed(facts.title, names),
            "severity": facts.severity,
            "status": facts.status,
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
                "history": [change(one) for one in history],
            }
            for entry, history in zip(facts.timeline, histories, strict=True)
        ],
        "sections": {
            section.value: [said(one) for one in facts.marked.get(section, ())] for section in f.Section
        },
    }


def mentioned(texts: list[str]) -> set[str]:
    """The ids of everybody whom these texts mention."""
    return {user_id for text in texts for user_id in MENTION.findall(text)}


def _iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
