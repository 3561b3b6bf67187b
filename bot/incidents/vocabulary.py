"""The words of an incident that doors use; the record's own list of them is `storage.vocabulary`."""

from storage.vocabulary import (
    ActionItemKind,
    ActionItemPriority,
    ActionItemState,
    Audience,
    Basis,
    Door,
    EventKind,
    IncidentStatus,
    MarkSection,
    MilestoneKind,
    PostmortemState,
    PublicImpact,
    PublicState,
    Unreachable,
)

__all__ = [
    "ActionItemKind",
    "ActionItemPriority",
    "ActionItemState",
    "Audience",
    "Basis",
    "Door",
    "EventKind",
    "IncidentStatus",
    "MarkSection",
    "MilestoneKind",
    "PostmortemState",
    "PublicImpact",
    "PublicState",
    "Unreachable",
]
