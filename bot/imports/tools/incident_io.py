"""incident.io: incidents with their updates, follow-ups and post-mortem documents.

Shapes: the public API as github.com/incident-io/terraform-provider-incident (MIT) has it. What stands only on
its timeline page has no public call: updates and the document are what there is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from bot.imports.tools.fields import Clock, address, author, day, first, key, name
from bot.imports.tools.incident import (
    LONGEST_NAME,
    LONGEST_POSTMORTEM,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_ENTRIES,
    MOST_FOLLOW_UPS,
    MOST_ROLES,
    Author,
    Entry,
    FollowUp,
    PostmortemText,
    ToolIncident,
    cut,
)
from bot.imports.tools.reading import Reading
from bot.imports.tools.saved import NOTHING_KNOWN, Saved, Why
from bot.text.well_formed import items, table, tables, text
from storage.vocabulary import (
    ActionItemPriority,
    ActionItemState,
    EventKind,
    IncidentStatus,
    MilestoneKind,
    Origin,
)

KINDS = ("incidents", "updates", "follow_ups", "postmortems", "contents")
EXAMPLE = "scribe import-from incidentio saved/incidentio"
NEVER_HAPPENED = frozenset({"declined", "merged", "canceled"})
OVER = frozenset({"learning", "closed"})
PRACTICE = frozenset({"test", "tutorial"})
STATES = {
    "completed": ActionItemState.DONE,
    "not_doing": ActionItemState.DROPPED,
    "deleted": ActionItemState.DROPPED,
}
MILESTONE_NAMES = (
    (re.compile(r"impact started|started", re.IGNORECASE), MilestoneKind.IMPACT_STARTED),
    (re.compile(r"detected|reported", re.IGNORECASE), MilestoneKind.DETECTED),
    (re.compile(r"accepted|acknowledged", re.IGNORECASE), MilestoneKind.ACKNOWLEDGED),
    (re.compile(r"identified", re.IGNORECASE), MilestoneKind.IDENTIFIED),
    (re.compile(r"fixed|mitigated|stabilised|stabilized", re.IGNORECASE), MilestoneKind.MITIGATED),
    (re.compile(r"resolved", re.IGNORECASE), MilestoneKind.RESOLVED),
)
"""Timestamps are named by each team; these are the names that incident.io begins with, and likely others."""


def read(root: Path, clock: Clock) -> Reading:
    """The incidents of saved answers.

    Raises:
        CannotImport: the folder holds none.
    """
    saved = Saved(root, KINDS, EXAMPLE)
    told = saved.told("incidents", "incidents", "incident", read=partial(_incident, saved, clock))
    return Reading(told, saved.skipped)


def _incident(saved: Saved, clock: Clock, row: Mapping[str, Any]) -> ToolIncident | Why:
    original_id, created_at = key(row.get("id")), clock.moment(row.get("created_at"))
    if not original_id or created_at is None:
        return NOTHING_KNOWN
    team_id = key(row.get("slack_team_id")) or None
    stated = _timestamps(clock, row)
    ended_at = stated.pop(MilestoneKind.RESOLVED, None)
    category = text(table(row.get("incident_status")).get("category"))
    is_over = category in OVER | NEVER_HAPPENED
    entries = _updates(saved, clock, original_id, team_id)
    end = ended_at or _closed_at(entries) or clock.moment(row.get("updated_at")) or created_at
    return ToolIncident(
        origin=Origin.INCIDENT_IO,
        original_id=original_id,
        shown_as=key(row.get("reference")) or original_id,
        title=cut(text(row.get("name")), LONGEST_TITLE) or "Untitled",
        declared_at=created_at,
        url=address(row.get("permalink")),
        severity=cut(text(table(row.get("severity")).get("name")), LONGEST_NAME) or None,
        status=IncidentStatus.CANCELLED if category in NEVER_HAPPENED else IncidentStatus.RESOLVED,
        ended_at=max(end, created_at) if is_over else None,
        is_end_known=ended_at is not None,
        declared_by=_actor(row.get("creator"), team_id),
        summary=cut(text(row.get("summary")), LONGEST_TEXT) or None,
        milestones=stated,
        roles=_roles(row, team_id),
        entries=[entry for entry, _ in entries][:MOST_ENTRIES],
        follow_ups=_follow_ups(saved, clock, original_id, team_id),
        postmortem=_postmortem(saved, clock, original_id, row),
        is_private=text(row.get("visibility")) != "public",
        is_drill=text(row.get("mode")) in PRACTICE,
        notes=clock.notes(),
    )


def _timestamps(clock: Clock, row: Mapping[str, Any]) -> dict[MilestoneKind, datetime]:
    found: dict[MilestoneKind, datetime] = {}
    for one in tables(row.get("incident_timestamp_values")):
        named = text(table(one.get("incident_timestamp")).get("name"))
        at = clock.moment(table(one.get("value")).get("value"))
        kind = next((kind for pattern, kind in MILESTONE_NAMES if pattern.match(named)), None)
        if kind and at:
            found.setdefault(kind, at)
    return found


def _person(said: object, team_id: str | None) -> Author | None:
    user = table(said)
    found = author(user.get("name"), user.get("email"))
    if found is None:
        return None
    return Author(found.name, found.email, key(user.get("slack_user_id")) or None, team_id)


def _actor(said: object, team_id: str | None) -> Author | None:
    actor = table(said)
    person = _person(actor.get("user"), team_id)
    if person:
        return person
    other = next((table(actor[one]) for one in ("alert", "workflow", "api_key") if actor.get(one)), {})
    return author(first(other, "name", "title"))


def _roles(row: Mapping[str, Any], team_id: str | None) -> list[tuple[str, Author]]:
    found = []
    for one in tables(row.get("incident_role_assignments"))[:MOST_ROLES]:
        role, person = table(one.get("role")), _person(one.get("assignee"), team_id)
        named = "commander" if text(role.get("role_type")) == "lead" else name(role.get("name")).lower()
        if named and person:
            found.append((named, person))
    return found


def _updates(saved: Saved, clock: Clock, incident_id: str, team_id: str | None) -> list[tuple[Entry, str]]:
    """The updates, each with the category of the status that it set."""
    found: dict[str, tuple[Entry, str]] = {}
    for row in saved.rows("updates", incident_id, "incident_updates"):
        at, said = clock.moment(row.get("created_at")), text(row.get("message")).strip()
        status, severity = table(row.get("new_incident_status")), table(row.get("new_severity"))
        changed = [
            f"{what}: {named}"
            for what, named in (
                ("Status", name(status.get("name"))),
                ("Severity", name(severity.get("name"))),
            )
            if named
        ]
        if at is None or not (said or changed) or not key(row.get("id")):
            continue
        words = said if said and not changed else f"{' · '.join(changed)}\n{said}".strip()
        entry = Entry(
            f"update:{key(row.get('id'))}",
            at,
            cut(words, LONGEST_TEXT),
            EventKind.NOTE if said else EventKind.STATUS,
            _actor(row.get("updater"), team_id),
        )
        found.setdefault(entry.key, (entry, text(status.get("category"))))
    return sorted(found.values(), key=lambda one: one[0].at)


def _closed_at(updates: list[tuple[Entry, str]]) -> datetime | None:
    return next((entry.at for entry, category in updates if category in OVER), None)


def _follow_ups(saved: Saved, clock: Clock, incident_id: str, team_id: str | None) -> list[FollowUp]:
    found: dict[str, FollowUp] = {}
    for row in saved.rows("follow_ups", incident_id, "follow_ups")[:MOST_FOLLOW_UPS]:
        named, said = key(row.get("id")), cut(text(row.get("title")), LONGEST_TITLE)
        if not named or not said:
            continue
        issue, priority = table(row.get("external_issue_reference")), table(row.get("priority"))
        more = cut(text(row.get("description")), LONGEST_TEXT)
        found[named] = FollowUp(
            f"follow_up:{named}",
            f"{said}\n{more}" if more else said,
            STATES.get(text(row.get("status")), ActionItemState.OPEN),
            _person(row.get("assignee"), team_id),
            day(first(row, "due_date", "due_at")),
            _priority(name(priority.get("name"))),
            address(issue.get("issue_permalink")),
            clock.moment(row.get("created_at")),
            clock.moment(row.get("completed_at")),
        )
    return list(found.values())


def _priority(named: str) -> ActionItemPriority | None:
    said = {"urgent": "high", "normal": "medium"}.get(named.lower(), named.lower())
    return ActionItemPriority(said) if said in set(ActionItemPriority) else None


def _postmortem(
    saved: Saved, clock: Clock, incident_id: str, row: Mapping[str, Any]
) -> PostmortemText | None:
    about = {
        key(one.get("id")): one
        for one in saved.rows("postmortems", incident_id, "postmortem_documents", "postmortem_document")
    }
    ids = [key(one) for one in items(row.get("postmortem_document_ids")) if isinstance(one, str)]
    for document_id in dict.fromkeys([*ids, *about]):
        said = "\n\n".join(
            text(table(content).get("markdown")) for content in saved.about("contents", document_id)
        ).strip()
        if said:
            known = about.get(document_id, {})
            return PostmortemText(
                cut(said, LONGEST_POSTMORTEM),
                clock.moment(first(known, "updated_at", "created_at")),
                is_finished=text(known.get("status")) not in ("in_progress", "in_review"),
            )
    return None
