"""The milestones of an incident, as lines with their basis and evidence."""

from __future__ import annotations

from collections.abc import Mapping
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


def _evidence(milestone: Milestone) -> Evidence | None:
    return Evidence("", milestone.permalink) if milestone.permalink else None
