"""Opsgenie, whose data is deleted on 2027-04-05: incidents with their timelines, alerts, post-mortems.

Shapes: github.com/opsgenie/opsgenie-oas (Apache-2.0), docs.opsgenie.com/docs/incident-api,
/incident-timeline-api and /postmortem-api. An answer's list stands under `data`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.imports.tools.atlassian_document import markdown_of
from bot.imports.tools.fields import Clock, address, author, first, key, name
from bot.imports.tools.incident import (
    LONGEST_NAME,
    LONGEST_POSTMORTEM,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_ENTRIES,
    Author,
    Entry,
    FollowUp,
    PostmortemText,
    ToolIncident,
    cut,
    key_of,
)
from bot.imports.tools.reading import Reading
from bot.imports.tools.saved import NOTHING_KNOWN, Saved, Why, listed
from bot.text.well_formed import number, table, tables, text
from storage.vocabulary import ActionItemState, EventKind, MilestoneKind, Origin

KINDS = ("incidents", "alerts", "timelines", "logs", "notes", "postmortems")
EXAMPLE = "scribe import-from opsgenie saved/opsgenie"
_ENDS = re.compile(r"resolved|closed", re.IGNORECASE)
_ACKNOWLEDGES = re.compile(r"acknowledged", re.IGNORECASE)
_NOISE = re.compile(r"notification|notified|viewed|seen by|schedule|escalation", re.IGNORECASE)
"""Whom Opsgenie told and who looked: thousands of lines that say nothing about the incident."""


def read(root: Path, clock: Clock) -> Reading:
    """The incidents and alerts of saved answers.

    Raises:
        CannotImport: the folder holds none.
    """
    saved = Saved(root, KINDS, EXAMPLE)
    return Reading(_read(saved, clock), saved.skipped)


def _read(saved: Saved, clock: Clock) -> Iterator[ToolIncident]:
    written = _postmortem_places(saved)
    for kind in ("incidents", "alerts"):
        incident = partial(_incident, saved, clock, written=written, is_alert=kind == "alerts")
        yield from saved.told(kind, "data", read=incident)


def _incident(
    saved: Saved, clock: Clock, row: Mapping[str, Any], *, written: Mapping[str, str], is_alert: bool
) -> ToolIncident | Why:
    original_id, declared_at = key(row.get("id")), clock.moment(row.get("createdAt"))
    if not original_id or declared_at is None:
        return NOTHING_KNOWN
    entries = _entries(saved, clock, original_id)
    report, links = table(row.get("report")), table(row.get("links"))
    review = _postmortem(saved, written.get(original_id, ""), original_id)
    milestones: dict[MilestoneKind, datetime] = {}
    for milestone, at in (
        (MilestoneKind.IMPACT_STARTED, clock.moment(row.get("impactStartDate"))),
        (MilestoneKind.DETECTED, declared_at if is_alert else clock.moment(row.get("impactDetectDate"))),
        (
            MilestoneKind.ACKNOWLEDGED,
            _after(declared_at, report.get("ackTime")) or _at(entries, _ACKNOWLEDGES),
        ),
    ):
        if at:
            milestones[milestone] = at
    is_over = text(row.get("status")).lower() in ("closed", "resolved", "completed")
    stated = (
        clock.moment(review.get("resolveTime"))
        or clock.moment(row.get("impactEndDate"))
        or _after(declared_at, report.get("closeTime"))
        or _at(entries, _ENDS, is_last=True)
    )
    worked_out = clock.moment(row.get("updatedAt")) or max((one.at for one in entries), default=declared_at)
    if is_alert:
        source = name(row.get("source"))
        said = (
            f"{text(row.get('message')).strip()} ({source})" if source else text(row.get("message")).strip()
        )
        entries.insert(0, Entry("alert", declared_at, cut(said, LONGEST_TEXT), EventKind.ALERT))
    tiny = key(row.get("tinyId"))
    return ToolIncident(
        origin=Origin.OPSGENIE,
        original_id=original_id,
        shown_as=f"#{tiny}" if tiny else original_id,
        title=cut(text(row.get("message")), LONGEST_TITLE) or "Untitled",
        declared_at=declared_at,
        url=address(links.get("web")),
        severity=cut(text(row.get("priority")), LONGEST_NAME) or None,
        ended_at=max(stated or worked_out, declared_at) if is_over else None,
        is_end_known=stated is not None,
        declared_by=_person(row.get("owner")),
        resolved_by=_person(report.get("closedBy")),
        summary=cut(text(row.get("description")), LONGEST_TEXT) or None,
        milestones=milestones,
        entries=entries[:MOST_ENTRIES],
        follow_ups=_follow_ups(review, original_id),
        postmortem=_text(clock, review),
        notes=clock.notes(),
    )


def _after(began: datetime, milliseconds: object) -> datetime | None:
    """A report counts milliseconds since the alert."""
    passed = number(milliseconds)
    return began + timedelta(milliseconds=passed) if 0 < passed < 10**12 else None


def _at(entries: list[Entry], pattern: re.Pattern[str], *, is_last: bool = False) -> datetime | None:
    found = [one.at for one in entries if one.kind is EventKind.STATUS and pattern.search(one.text)]
    return (max(found) if is_last else min(found)) if found else None


def _entries(saved: Saved, clock: Clock, incident_id: str) -> list[Entry]:
    found: dict[str, Entry] = {}
    for answer in saved.about("timelines", incident_id):
        for row in listed(table(answer).get("data"), "entries") or listed(answer, "entries") or ():
            at, actor = clock.moment(row.get("eventTime")), table(row.get("actor"))
            kind = text(row.get("type"))
            said = text(table(row.get("description")).get("content")) or _words(kind)
            if at is None or not said.strip() or row.get("hidden") is True:
                continue
            one = Entry(
                f"timeline:{key(row.get('id')) or key_of(at.isoformat(), said)}",
                at,
                cut(said, LONGEST_TEXT),
                EventKind.NOTE if text(row.get("group")) == "custom" else EventKind.STATUS,
                author(actor.get("name")),
            )
            found.setdefault(one.key, one)
    for kind, field in (("notes", "note"), ("logs", "log")):
        for row in saved.rows(kind, incident_id, "data"):
            at, said = clock.moment(row.get("createdAt")), text(row.get(field)).strip()
            is_log = kind == "logs"
            if at is None or not said or (is_log and _NOISE.search(said)):
                continue
            is_status = is_log and bool(_ENDS.search(said) or _ACKNOWLEDGES.search(said))
            one = Entry(
                f"{field}:{key_of(at.isoformat(), text(row.get('owner')), said)}",
                at,
                cut(said, LONGEST_TEXT),
                EventKind.STATUS if is_status else EventKind.NOTE,
                _person(row.get("owner")),
            )
            found.setdefault(one.key, one)
    return sorted(found.values(), key=lambda one: one.at)


def _words(kind: str) -> str:
    """`IncidentResolved` as words: what an entry without a description tells."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).capitalize()


def _person(value: object) -> Author | None:
    found = author(value)
    return None if found and found.name.lower() in ("system", "opsgenie") else found


def _postmortem_places(saved: Saved) -> dict[str, str]:
    """In which file the post-mortem of an incident is."""
    found: dict[str, str] = {}
    for place, answer in saved.all_of("postmortems"):
        for row in listed(answer, "data") or ():
            about = key(table(row.get("rootIncident")).get("id"))
            if about:
                found[about] = place.rpartition("/")[2].split(".")[0]
            else:
                saved.skip(place, "it names no incident")
    return found


def _postmortem(saved: Saved, owner: str, incident_id: str) -> Mapping[str, Any]:
    for row in saved.rows("postmortems", owner, "data"):
        if key(table(row.get("rootIncident")).get("id")) == incident_id:
            return row
    return {}


def _text(clock: Clock, review: Mapping[str, Any]) -> PostmortemText | None:
    parts = [markdown_of(review.get(part)) for part in ("executiveSummary", "content")]
    markdown = "\n\n".join(part for part in parts if part)
    if not markdown:
        return None
    return PostmortemText(
        cut(markdown, LONGEST_POSTMORTEM),
        clock.moment(first(review, "publishedAtTime", "createdAtTime")),
        is_finished=text(review.get("status")).lower() not in ("draft", "in_progress", "in progress"),
    )


def _follow_ups(review: Mapping[str, Any], incident_id: str) -> list[FollowUp]:
    """The Jira issues that a post-mortem names."""
    found = []
    for row in tables(review.get("jiraIssues")):
        issue = key(first(row, "key", "issueKey", "id"))
        said = cut(text(first(row, "summary", "title")), LONGEST_TITLE) or issue
        if said:
            is_done = text(row.get("status")).lower() in ("done", "closed", "resolved")
            found.append(
                FollowUp(
                    f"jira:{issue or key_of(incident_id, said)}",
                    said,
                    ActionItemState.DONE if is_done else ActionItemState.OPEN,
                    ticket_url=address(first(row, "url", "link", "self")),
                )
            )
    return found
