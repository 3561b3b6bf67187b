"""The one summary message of an incident, at the top of its channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.slack.blocks import (
    LONGEST_SECTION,
    Surface,
    context,
    fields,
    header,
    section,
    shortened,
    shortened_mrkdwn,
)
from bot.text.moments import shown
from bot.text.mrkdwn import escape
from storage.vocabulary import MarkSection

SHOWN_FOR: Mapping[MarkSection, str] = {
    MarkSection.TIMELINE: "timeline",
    MarkSection.ROOT_CAUSE: "root cause",
    MarkSection.ACTION_ITEM: "action item",
    MarkSection.LESSON: "lesson",
    MarkSection.IMPACT: "impact",
    MarkSection.BACKGROUND: "background",
    MarkSection.DECISION: "decision",
    MarkSection.WENT_WELL: "went well",
    MarkSection.WENT_BADLY: "went badly",
    MarkSection.LUCKY: "lucky",
    MarkSection.DETECTED: "detection",
    MarkSection.MITIGATED: "mitigation",
    MarkSection.PUBLIC: "public",
}


@dataclass(frozen=True)
class Summary:
    """What the summary says. `title` is plain text; `conclusion` is inert Slack text."""

    number: int
    title: str
    severity: str | None
    is_open: bool
    declared_at: datetime
    declared_by: str
    started_at: datetime | None
    resolved_at: datetime | None
    resolved_by: str | None
    duration: str | None
    conclusion: str | None
    draft_link: str | None
    commander: str | None = None
    is_cancelled: bool = False
    trouble: str | None = None
    """Why nothing more of its channel comes onto the record, if so."""


def summary(facts: Summary, emoji: Mapping[MarkSection, str]) -> Surface:
    """`emoji` names the emoji of each section."""
    status = ":red_circle: Open" if facts.is_open else ":large_green_circle: Resolved"
    if facts.is_cancelled:
        status = ":no_entry_sign: Cancelled: declared by mistake. `/incident reopen` undoes this"
    name = f"INC-{facts.number}: {facts.title}"
    about = [
        f"*Status*\n{status}",
        f"*Severity*\n{facts.severity or 'not set'}",
        f"*Declared*\n{shown(facts.declared_at)} by {facts.declared_by}",
        f"*Impact began*\n{shown(facts.started_at) if facts.started_at else 'not stated'}",
    ]
    if facts.commander:
        about.append(f"*Commander*\n{facts.commander}")
    if facts.resolved_at:
        about.append(f"*Resolved*\n{shown(facts.resolved_at)} by {facts.resolved_by}")
        about.append(f"*Duration*\n{facts.duration or 'unknown'}")
    blocks = [header(name), fields(*about)]
    if facts.conclusion and not facts.is_open:
        conclusion = f"*Conclusion*\n{facts.conclusion}"  # the draft has all of it
        blocks.append(section(shortened_mrkdwn(conclusion, LONGEST_SECTION)))
    if facts.trouble:
        told = f"{facts.trouble[:1].upper()}{facts.trouble[1:]}"
        blocks.append(section(f":warning: {told}: nothing more that is said there comes onto the record."))
    if facts.draft_link:
        blocks.append(section(f":memo: <{facts.draft_link}|Post-mortem draft>"))
    if facts.is_open:
        blocks.append(context(f"React to put a message on the record: {_legend(emoji)}"))
        blocks.append(
            context(
                f"`/timeline INC-{facts.number}` shows and corrects it · "
                f"`/resolve INC-{facts.number}` ends the incident and drafts its post-mortem"
            )
        )
    state = "open" if facts.is_open else "cancelled" if facts.is_cancelled else "resolved"
    text = f"{shortened(name, 300)} ({state})"
    return Surface(escape(text), blocks)  # unlike a header's, a message's text is mrkdwn


def _legend(emoji: Mapping[MarkSection, str]) -> str:
    return " · ".join(f":{emoji[section]}: {name}" for section, name in SHOWN_FOR.items())
