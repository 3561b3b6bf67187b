"""Statuspage: incidents with what was posted about them, and their post-mortems. Maintenance is none.

Shapes: developer.statuspage.io (v1). A list is the answer itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from bot.imports.tools.fields import Clock, address, first, key, name
from bot.imports.tools.incident import (
    LONGEST_POSTMORTEM,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_ENTRIES,
    Entry,
    PostmortemText,
    ToolIncident,
    cut,
)
from bot.imports.tools.reading import Reading
from bot.imports.tools.saved import NOTHING_KNOWN, Saved, Why
from bot.text.well_formed import tables, text
from storage.vocabulary import EventKind, MilestoneKind, Origin

KINDS = ("incidents",)
EXAMPLE = "scribe import-from statuspage saved/statuspage"
MAINTENANCE = frozenset({"scheduled", "in_progress", "verifying", "completed"})
OVER = frozenset({"resolved", "postmortem"})
MILESTONE_OF_STATUS = {
    "identified": MilestoneKind.IDENTIFIED,
    "monitoring": MilestoneKind.MITIGATED,
}
"""`monitoring` is posted when a fix is out and watched."""


def read(root: Path, clock: Clock) -> Reading:
    """The incidents of saved answers.

    Raises:
        CannotImport: the folder holds none.
    """
    saved = Saved(root, KINDS, EXAMPLE)
    return Reading(saved.told("incidents", "incidents", read=partial(_incident, clock)), saved.skipped)


def _incident(clock: Clock, row: Mapping[str, Any]) -> ToolIncident | Why:
    if text(row.get("status")) in MAINTENANCE:
        return Why(f"{name(row.get('name')) or 'an entry'} is maintenance and no incident")
    original_id = key(row.get("id"))
    declared_at = clock.moment(first(row, "started_at", "created_at"))
    if not original_id or declared_at is None:
        return NOTHING_KNOWN
    posted = _posted(clock, row)
    milestones: dict[MilestoneKind, datetime] = {}
    for entry, status in posted:
        if status in MILESTONE_OF_STATUS:
            milestones.setdefault(MILESTONE_OF_STATUS[status], entry.at)
    ends = [entry.at for entry, status in posted if status == "resolved"]
    stated = clock.moment(row.get("resolved_at")) or (ends[-1] if ends else None)
    worked_out = clock.moment(row.get("updated_at")) or declared_at
    components = ", ".join(
        filter(None, (name(one.get("name")) for one in tables(row.get("components"))[:50]))
    )
    written = text(row.get("postmortem_body")).strip()
    impact = name(first(row, "impact_override", "impact"))
    return ToolIncident(
        origin=Origin.STATUSPAGE,
        original_id=original_id,
        shown_as=original_id,
        title=cut(text(row.get("name")), LONGEST_TITLE) or "Untitled",
        declared_at=declared_at,
        url=address(row.get("shortlink")),
        severity=impact if impact and impact != "none" else None,
        ended_at=max(stated or worked_out, declared_at) if text(row.get("status")) in OVER else None,
        is_end_known=stated is not None,
        summary=f"Components: {components}" if components else None,
        milestones=milestones,
        entries=[entry for entry, _ in posted][:MOST_ENTRIES],
        postmortem=(
            PostmortemText(
                cut(written, LONGEST_POSTMORTEM),
                clock.moment(row.get("postmortem_published_at")),
                is_finished=bool(row.get("postmortem_published_at")),
            )
            if written
            else None
        ),
        notes=clock.notes(),
    )


def _posted(clock: Clock, row: Mapping[str, Any]) -> list[tuple[Entry, str]]:
    found: dict[str, tuple[Entry, str]] = {}
    for one in tables(row.get("incident_updates")):
        named, status = key(one.get("id")), name(one.get("status"))
        at, said = clock.moment(first(one, "display_at", "created_at")), text(one.get("body")).strip()
        if at is None or not named or not (said or status) or status == "postmortem":
            continue
        words = f"{status.capitalize()}: {said}" if said and status else said or f"Status: {status}"
        entry = Entry(f"update:{named}", at, cut(words, LONGEST_TEXT), EventKind.STATUS)
        found.setdefault(named, (entry, status))
    return sorted(found.values(), key=lambda one: one[0].at)
