"""The milestones of an incident, as lines with their basis and evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from zoneinfo import ZoneInfo

from bot.postmortem.document import Evidence, Fact
from bot.postmortem.facts import Facts, Milestone
from bot.text import spans
from storage.vocabulary import MILESTONES, Basis, MilestoneKind

NOUNS: Mapping[MilestoneKind, str] = {
    MilestoneKind.IMPACT_STARTED: "start",
    MilestoneKind.DETECTED: "detection",
    MilestoneKind.ACKNOWLEDGED: "acknowledgement",
    MilestoneKind.IDENTIFIED: "identification",
    MilestoneKind.MITIGATED: "mitigation",
    MilestoneKind.RESOLVED: "resolution",
}
PARTICIPLES: Mapping[MilestoneKind, str] = {
    MilestoneKind.IMPACT_STARTED: "started",
    MilestoneKind.DETECTED: "detected",
    MilestoneKind.ACKNOWLEDGED: "acknowledged",
    MilestoneKind.IDENTIFIED: "identified",
    MilestoneKind.MITIGATED: "mitigated",
    MilestoneKind.RESOLVED: "resolved",
}
EXAMPLES: Mapping[MilestoneKind, str] = {
    MilestoneKind.IMPACT_STARTED: "14:00",
    MilestoneKind.DETECTED: "14:15",
    MilestoneKind.ACKNOWLEDGED: "14:20",
    MilestoneKind.IDENTIFIED: "14:40",
    MilestoneKind.MITIGATED: "14:45",
    MilestoneKind.RESOLVED: "15:30",
}
"""Example times, for the commands shown for milestones without a suggestion."""


def known(facts: Facts) -> list[tuple[MilestoneKind, Milestone]]:
    """What is known, in the order in which milestones are expected."""
    found = {
        MilestoneKind.IMPACT_STARTED: facts.started,
        MilestoneKind.DETECTED: facts.detected,
        MilestoneKind.ACKNOWLEDGED: facts.acknowledged,
        MilestoneKind.IDENTIFIED: facts.identified,
        MilestoneKind.MITIGATED: facts.mitigated,
        MilestoneKind.RESOLVED: facts.resolved,
    }
    return [(kind, milestone) for kind in MILESTONES if (milestone := found[kind])]


def missing(facts: Facts) -> list[MilestoneKind]:
    """The kinds that nobody stated and nothing shows; the end of an open incident is not missing."""
    there = {kind for kind, _ in known(facts)}
    return [kind for kind in MILESTONES if kind not in there and kind != MilestoneKind.RESOLVED]


def milestone_facts(facts: Facts) -> tuple[Fact, ...]:
    """A fact for each known milestone, with its basis and its evidence."""
    return tuple(
        Fact(PARTICIPLES[kind].capitalize(), _shown(kind, milestone, facts.zone), _evidence(milestone))
        for kind, milestone in known(facts)
    )


def _shown(kind: MilestoneKind, milestone: Milestone, zone: ZoneInfo) -> str:
    """`2023-09-10 14:15 UTC, inferred from the first alert on the timeline`, or `…, stated by Ana`."""
    source = ""
    if milestone.basis == Basis.INFERRED:
        source = f" from {milestone.because}"
    elif milestone.by:
        is_stated = milestone.basis == Basis.STATED
        source = f" by {milestone.by}" if is_stated else f" when {milestone.by} {PARTICIPLES[kind]} it"
    return f"{spans.date_and_clock(milestone.at, zone)}, {milestone.basis}{source}"


def command(kind: MilestoneKind, facts: Facts) -> str:
    """The command that sets a milestone, with the suggested time or else an example."""
    words = kind.replace("_", " ")
    for one in facts.suggestions:
        if one.kind == kind:
            return f"/incident milestone {words} {one.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"/incident milestone {words} {EXAMPLES[kind]}"


def _evidence(milestone: Milestone) -> Evidence | None:
    return Evidence("", milestone.permalink) if milestone.permalink else None
