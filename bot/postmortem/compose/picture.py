"""The data of the timeline's picture, and its description in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.postmortem.chart.shapes import counted
from bot.postmortem.compose.milestones import NOUNS, known
from bot.postmortem.compose.timeline import LABELS, said
from bot.postmortem.compose.words import Read
from bot.postmortem.document import Band, Chart, Dot, Moment, Phase, Step
from bot.postmortem.facts import Facts, Milestone
from bot.text import spans
from bot.text.prose import plain_text
from storage.vocabulary import Basis, ChangeKind, MilestoneKind

VERBS: Mapping[MilestoneKind, str] = {
    MilestoneKind.DETECTED: "to detect",
    MilestoneKind.ACKNOWLEDGED: "to acknowledge",
    MilestoneKind.IDENTIFIED: "to identify",
    MilestoneKind.MITIGATED: "to mitigate",
    MilestoneKind.RESOLVED: "to resolve",
}
"""What people were doing in the time before each milestone."""


def chart(facts: Facts, read: Read) -> Chart | None:
    """The picture's data; None when nothing but the declaration is known."""
    bands = _bands(facts)
    dots = tuple(Dot(entry.occurred_at, entry.kind) for entry in said(facts))
    if not bands and not dots:
        return None
    title = plain_text(read(facts.title))
    steps = _steps(facts)
    moments = tuple(Moment(milestone.at, LABELS[kind]) for kind, milestone in _named(facts))
    notes = _contradictions(facts)
    itself = [facts.declared.at, *(milestone.at for _, milestone in known(facts))]
    everything = [*itself, *(dot.at for dot in dots), *(step.at for step in steps)]
    return Chart(
        title=f"INC-{facts.number}: {title}" if title else f"INC-{facts.number}",
        alt=_in_words(facts, everything, bands, dots, steps, notes),
        since=min(itself),
        until=max(itself if facts.resolved else everything),
        notes=notes,
        moments=moments,
        bands=bands,
        dots=tuple(sorted(dots, key=lambda dot: dot.at)),
        steps=steps,
        severities=facts.severities or tuple(dict.fromkeys(step.severity for step in steps)),
        zone=facts.zone,
    )


def phases(facts: Facts) -> tuple[Phase, ...]:
    """The phases by which the timeline is split where a day is too long for one table."""
    return tuple(Phase(f"after the {NOUNS[kind]}", moment.at) for kind, moment in known(facts))


def _bands(facts: Facts) -> tuple[Band, ...]:
    """The times between consecutive known milestones; none where these are in the wrong order."""
    return tuple(
        Band(VERBS[kind], before.at, after.at)
        for (_, before), (kind, after) in pairwise(known(facts))
        if before.at < after.at
    )


def _steps(facts: Facts) -> tuple[Step, ...]:
    changes = [change for change in facts.changes if change.what == ChangeKind.SEVERITY and change.new]
    first = changes[0].old if changes else facts.severity
    steps = [Step(facts.declared.at, first)] if first else []
    return (*steps, *(Step(change.at, change.new) for change in changes if change.new))


def _named(facts: Facts) -> list[tuple[MilestoneKind, Milestone]]:
    """The milestones that somebody named, or that an event shows; the others only begin or end a phase."""
    return [(kind, one) for kind, one in known(facts) if one.basis != Basis.INFERRED or one.permalink]


def _contradictions(facts: Facts) -> tuple[str, ...]:
    """What cannot have been: `Resolved (15:30 UTC) is before Mitigated (16:30 UTC).`"""
    found = []
    for (other, before), (kind, after) in pairwise(_named(facts)):
        if after.at < before.at:
            told = _clock_of([before.at, after.at], facts.zone)
            times = [told(one.at, facts.zone) for one in (after, before)]
            found.append(f"{LABELS[kind]} ({times[0]}) is before {LABELS[other]} ({times[1]}).")
    return tuple(found)


def _clock_of(moments: Sequence[datetime], zone: ZoneInfo) -> Callable[[datetime, ZoneInfo], str]:
    """How these are told apart: by the time of day, and by the day where there are several."""
    days = {at.astimezone(zone).date() for at in moments}
    return spans.clock if len(days) == 1 else spans.date_and_clock


def _in_words(
    facts: Facts,
    moments: Sequence[datetime],
    bands: tuple[Band, ...],
    dots: tuple[Dot, ...],
    steps: tuple[Step, ...],
    notes: tuple[str, ...],
) -> str:
    first, last = (spans.date_and_clock(at, facts.zone) for at in (min(moments), max(moments)))
    parts = [f"Timeline from {first} to {last}" if first != last else f"Timeline at {first}"]
    if bands:
        lengths = [f"{spans.between(band.since, band.until)} {band.name}" for band in bands]
        parts.append(", ".join(lengths))
    counts = Counter(dot.kind for dot in dots)
    if counts:
        kinds = ", ".join(counted(kind, count) for kind, count in sorted(counts.items()))
        parts.append(kinds)
    if steps:
        told = _clock_of([step.at for step in steps], facts.zone)
        named = [f"{step.severity} from {told(step.at, facts.zone)}" for step in steps]
        parts.append(f"severity {', '.join(named)}")
    return " ".join(("; ".join(parts) + ".", *notes))
