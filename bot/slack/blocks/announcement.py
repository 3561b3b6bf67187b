"""What the channel of announcements reads of an incident: a first message, and replies in its thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.slack.blocks import LONGEST_SECTION, Surface, context, section, shortened, shortened_mrkdwn
from bot.slack.blocks.summary import Summary
from bot.text.direction import isolated
from bot.text.moments import shown
from bot.text.mrkdwn import escape
from storage.vocabulary import ChangeKind, IncidentStatus

LONGEST_TITLE = 500
"""Characters; escaping makes five of one at most, and a section holds 3,000."""


@dataclass(frozen=True)
class News:
    """A change that the thread is told of; `by` is an inert name."""

    what: str
    old: str | None
    new: str | None
    by: str
    at: datetime


def first_message(facts: Summary, channel_id: str) -> Surface:
    """What the incident is and how it stands."""
    dot, state = ":red_circle:" if facts.is_open else ":large_green_circle:", escape(facts.state)
    if facts.is_cancelled:
        dot, state = ":no_entry_sign:", "declared by mistake"
    name = f"INC-{facts.number}: {isolated(shortened(facts.title, LONGEST_TITLE))}"
    about = [
        *([escape(facts.severity)] if facts.severity else []),
        state,
        f"<#{channel_id}>",
        f"declared {shown(facts.declared_at)} by {facts.declared_by}",
    ]
    blocks = [section(f"{dot} *{escape(name)}*"), context(" · ".join(about))]
    return Surface(f"{escape(name)} ({state})", blocks)


def withdrawn(number: int) -> Surface:
    """In place of the first message, once its incident is no longer for everybody to read."""
    text = f":lock: INC-{number} is private now. What was said of it here is taken back."
    return Surface(text, [section(text)])


def news(facts: Summary, told: Sequence[News]) -> Surface | None:
    """What changed at once, in one reply; None where it is nothing that this channel is told."""
    lines = [line for line in (_line(facts, one) for one in told) if line]
    if not lines:
        return None
    text = shortened_mrkdwn("\n".join(lines), LONGEST_SECTION)
    return Surface(text, [section(text)])


def _line(facts: Summary, one: News) -> str | None:
    match ChangeKind.parsed(one.what)[0]:
        case ChangeKind.SEVERITY:
            was = f" (was {escape(one.old)})" if one.old else ""
            return f"Severity *{escape(one.new or 'not set')}*{was}, set by {one.by}."
        case ChangeKind.STAGE:
            return f"Now *{escape(one.new or '')}* (was {escape(one.old or '')}), said {one.by}."
        case ChangeKind.STATUS if one.new == IncidentStatus.RESOLVED:
            return _resolved(facts, one)
        case ChangeKind.STATUS if one.new == IncidentStatus.CANCELLED:
            return f":no_entry_sign: Declared by mistake, said {one.by}."
        case ChangeKind.STATUS:
            return f":red_circle: Open again, said {one.by}."
    return None


def _resolved(facts: Summary, one: News) -> str:
    """How it ended; what was said of an end that people took back since is left out."""
    if one.old == IncidentStatus.CANCELLED:
        return f":large_green_circle: No mistake, said {one.by}: it is resolved, as before."
    is_over = not facts.is_open and not facts.is_cancelled
    lasted = f", {facts.duration} after the impact began" if is_over and facts.duration else ""
    ended = f":large_green_circle: *Resolved* {shown(one.at)} by {one.by}{lasted}."
    return f"{ended}\n{facts.conclusion}" if is_over and facts.conclusion else ended
