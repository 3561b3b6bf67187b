"""What the record lacks, and how to fill it in."""

from __future__ import annotations

from collections.abc import Mapping

from bot.postmortem.compose.milestones import NOUNS, command, missing
from bot.postmortem.facts import Facts
from storage.vocabulary import ActionItemState, MarkSection

EXPECTED = {
    MarkSection.IMPACT: "impact",
    MarkSection.ROOT_CAUSE: "root cause",
    MarkSection.ACTION_ITEM: "action item",
    MarkSection.LESSON: "lesson",
}
"""Marks that a post-mortem should have at least one message of."""


def gaps(facts: Facts, marks: Mapping[MarkSection, str]) -> tuple[str, ...]:
    """One sentence for each gap."""
    found = [f"No {NOUNS[kind]} is recorded: {command(kind, facts)} sets it." for kind in missing(facts)]
    if facts.severity is None:
        found.append("No severity is set: /incident severity sets it.")
    if not facts.timeline:
        found.append(f"The timeline is empty: mark messages with {_emoji(marks, MarkSection.TIMELINE)}.")
    for section, noun in EXPECTED.items():
        if section is MarkSection.ACTION_ITEM and facts.action_items:
            continue
        if not facts.marked.get(section):
            found.append(f"No {noun} is marked: mark what says so with {_emoji(marks, section)}.")
    for item in facts.action_items:
        lacks = [word for word, value in (("owner", item.owner), ("due date", item.due_on)) if value is None]
        if item.number and item.state == ActionItemState.OPEN and lacks:
            found.append(
                f"Action item {item.number} has no {' and no '.join(lacks)}: "
                f"/incident task edit {item.number} sets it."
            )
    return tuple(found)


def _emoji(marks: Mapping[MarkSection, str], section: MarkSection) -> str:
    name = marks.get(section, "")
    return f":{name}:" if name else "its mark"
