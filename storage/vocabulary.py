"""The words of the record: what can be said of a message, and which moments an incident has."""

from enum import StrEnum


class Section(StrEnum):
    """Where a section mark puts a message."""

    BACKGROUND = "background"
    IMPACT = "impact"
    ROOT_CAUSE = "root_cause"
    ACTION_ITEM = "action_item"
    LESSON = "lesson"
    DECISION = "decision"
    WENT_WELL = "went_well"
    LUCKY = "lucky"


MILESTONES = ("impact_started", "detected", "acknowledged", "identified", "mitigated", "resolved")
"""Every kind of milestone, in the order in which they are expected to happen."""
