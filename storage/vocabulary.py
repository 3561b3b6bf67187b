"""The words of the record: what a mark says of a message, and which moments an incident has."""

from enum import StrEnum


class MarkSection(StrEnum):
    """What a mark says of a message, in the order in which people are told of them."""

    TIMELINE = "timeline"
    ROOT_CAUSE = "root_cause"
    ACTION_ITEM = "action_item"
    LESSON = "lesson"
    IMPACT = "impact"
    BACKGROUND = "background"
    DECISION = "decision"
    WENT_WELL = "went_well"
    LUCKY = "lucky"
    DETECTED = "detected"
    MITIGATED = "mitigated"


IN_DRAFT = (
    MarkSection.BACKGROUND,
    MarkSection.IMPACT,
    MarkSection.ROOT_CAUSE,
    MarkSection.ACTION_ITEM,
    MarkSection.LESSON,
    MarkSection.DECISION,
    MarkSection.WENT_WELL,
    MarkSection.LUCKY,
)
"""The marks that put a message into a section of the draft, in the order of its JSON."""
MARKS_OF_MILESTONES = (MarkSection.DETECTED, MarkSection.MITIGATED)
"""The marks that say that a message may be the milestone of that name."""


class MilestoneKind(StrEnum):
    """A moment of an incident, in the order in which they are expected to happen."""

    IMPACT_STARTED = "impact_started"
    DETECTED = "detected"
    ACKNOWLEDGED = "acknowledged"
    IDENTIFIED = "identified"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"


MILESTONES = tuple(MilestoneKind)
