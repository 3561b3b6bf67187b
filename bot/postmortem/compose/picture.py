"""The data of the timeline's picture, and its description in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from bot.postmortem.compose.milestones import NOUNS, known
from bot.postmortem.compose.words import Read
from bot.postmortem.document import Band, Chart, Dot, Phase, Step
from bot.postmortem.facts import Facts
from bot.text import spans
from bot.text.prose import plain_text
from storage.vocabulary import ChangeKind, EventKind, MilestoneKind

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
    dots = tuple(Dot(entry.occurred_at, entry.kind) for entry in facts.timeline)
    if not bands and not dots:
        return None
    title = plain_text(read(facts.title))
    steps = _steps(facts)
    return Chart(
        title=f"INC-{facts.number}: {title}" if title else f"INC-{facts.number}",
        alt=_in_words(facts, bands, dots, steps),
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


def _in_words(facts: Facts, bands: tuple[Band, ...], dots: tuple[Dot, ...], steps: tuple[Step, ...]) -> str:
    moments = [dot.at for dot in dots] + [at for band in bands for at in (band.since, band.until)]
    first, last = (spans.date_and_clock(at, facts.zone) for at in (min(moments), max(moments)))
    parts = [f"Timeline from {first} to {last}" if first != last else f"Timeline at {first}"]
    if bands:
        lengths = [f"{spans.between(band.since, band.until)} {band.name}" for band in bands]
        parts.append(", ".join(lengths))
    counts = Counter(dot.kind for dot in dots)
    if counts:
        kinds = ", ".join(f"{count} {_plural(kind, count)}" for kind, count in sorted(counts.items()))
        parts.append(kinds)
    if steps:
        named = [f"{step.severity} from {spans.clock(step.at, facts.zone)}" for step in steps]
        parts.append(f"severity {', '.join(named)}")
    return "; ".join(parts) + "."


def _plural(kind: EventKind, count: int) -> str:
    of_its_own = {EventKind.STATUS: "status changes", EventKind.SEVERITY: "severity changes"}
    return kind if count == 1 else of_its_own.get(kind, f"{kind}s")
