"""PagerDuty: incidents with their log and notes.

Shapes: the REST API v2 (developer.pagerduty.com/api-reference). It has no call for post-mortems.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from bot.imports.tools.fields import Clock, address, author, first, key, name
from bot.imports.tools.incident import (
    LONGEST_NAME,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_ENTRIES,
    Author,
    Entry,
    ToolIncident,
    cut,
)
from bot.imports.tools.reading import Reading
from bot.imports.tools.saved import NOTHING_KNOWN, Saved, Why
from bot.text.well_formed import table, text
from storage.vocabulary import EventKind, MilestoneKind, Origin

KINDS = ("incidents", "log_entries", "notes")
EXAMPLE = "scribe import-from pagerduty saved/pagerduty"
TRIGGER, ACKNOWLEDGE, RESOLVE = "trigger_log_entry", "acknowledge_log_entry", "resolve_log_entry"
EVENT_KINDS = {
    TRIGGER: EventKind.ALERT,
    ACKNOWLEDGE: EventKind.STATUS,
    RESOLVE: EventKind.STATUS,
    "unacknowledge_log_entry": EventKind.STATUS,
    "reopen_log_entry": EventKind.STATUS,
    "escalate_log_entry": EventKind.NOTE,
    "assign_log_entry": EventKind.NOTE,
    "delegate_log_entry": EventKind.NOTE,
    "priority_change_log_entry": EventKind.SEVERITY,
    "urgency_change_log_entry": EventKind.SEVERITY,
    "status_update_log_entry": EventKind.NOTE,
    "responder_request_log_entry": EventKind.NOTE,
}
"""What of the log is told; who was notified how, and notes, which have answers of their own, are not."""


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
    logged = _logged(saved, clock, original_id)
    entries = [*(entry for entry, _ in logged), *_notes(saved, clock, original_id)]
    entries.sort(key=lambda one: one.at)
    resolves = [entry for entry, kind in logged if kind == RESOLVE]
    stated = clock.moment(row.get("resolved_at")) or (resolves[-1].at if resolves else None)
    worked_out = clock.moment(first(row, "last_status_change_at", "updated_at")) or created_at
    milestones: dict[MilestoneKind, datetime] = {}
    for kind, milestone in ((TRIGGER, MilestoneKind.DETECTED), (ACKNOWLEDGE, MilestoneKind.ACKNOWLEDGED)):
        found = [entry.at for entry, one in logged if one == kind]
        if found:
            milestones[milestone] = min(found)
    shown = key(row.get("incident_number"))
    service = name(table(row.get("service")).get("summary"))
    description = text(table(row.get("body")).get("details")).strip()
    summary = "\n".join(part for part in (f"Service: {service}" if service else "", description) if part)
    priority = name(table(row.get("priority")).get("summary")) or name(row.get("urgency"))
    return ToolIncident(
        origin=Origin.PAGERDUTY,
        original_id=original_id,
        shown_as=f"#{shown}" if shown else original_id,
        title=cut(text(first(row, "title", "summary")), LONGEST_TITLE) or "Untitled",
        declared_at=created_at,
        url=address(row.get("html_url")),
        severity=cut(priority, LONGEST_NAME) or None,
        ended_at=max(stated or worked_out, created_at) if text(row.get("status")) == "resolved" else None,
        is_end_known=stated is not None,
        resolved_by=resolves[-1].author if resolves else None,
        summary=cut(summary, LONGEST_TEXT) or None,
        milestones=milestones,
        entries=entries[:MOST_ENTRIES],
        notes=clock.notes(),
    )


def _logged(saved: Saved, clock: Clock, incident_id: str) -> list[tuple[Entry, str]]:
    found: dict[str, tuple[Entry, str]] = {}
    for row in saved.rows("log_entries", incident_id, "log_entries", "log_entry"):
        kind, at, named = text(row.get("type")), clock.moment(row.get("created_at")), key(row.get("id"))
        if kind not in EVENT_KINDS or at is None or not named:
            continue
        more = text(table(row.get("event_details")).get("description")).strip()
        said = (
            text(row.get("summary")).strip() or kind.removesuffix("_log_entry").replace("_", " ").capitalize()
        )
        words = f"{said}: {more}" if more and more not in said else said
        entry = Entry(
            f"log:{named}", at, cut(words, LONGEST_TEXT), EVENT_KINDS[kind], _agent(row.get("agent"))
        )
        found.setdefault(named, (entry, kind))
    return sorted(found.values(), key=lambda one: one[0].at)


def _notes(saved: Saved, clock: Clock, incident_id: str) -> list[Entry]:
    found: dict[str, Entry] = {}
    for row in saved.rows("notes", incident_id, "notes", "note"):
        at, said, named = (
            clock.moment(row.get("created_at")),
            text(row.get("content")).strip(),
            key(row.get("id")),
        )
        if at is None or not said or not named:
            continue
        entry = Entry(f"note:{named}", at, cut(said, LONGEST_TEXT), author=_agent(row.get("user")))
        found.setdefault(named, entry)
    return list(found.values())


def _agent(said: object) -> Author | None:
    agent = table(said)
    return author(agent.get("summary"), agent.get("email"))
