"""What a post-mortem still lacks, for those who can fill it in; pure. The document says nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.postmortem.compose import unanswered
from bot.postmortem.compose.milestones import known
from bot.postmortem.compose.words import Read
from bot.postmortem.facts import Facts
from bot.postmortem.merge.standing import Standing
from bot.templates import Template
from storage.vocabulary import MILESTONES, ActionItemState, Basis, MarkSection, MilestoneKind


@dataclass(frozen=True)
class NothingPublic:
    """The draft is for people outside, and nothing is marked for them."""


@dataclass(frozen=True)
class EmptySection:
    """A section without words; its question names marks in braces."""

    heading: str
    question: str


@dataclass(frozen=True)
class NoSeverity:
    """Nobody said how bad it was."""


@dataclass(frozen=True)
class NoMilestone:
    """Nobody stated when this was; the record shows when it may have been, or nothing.

    `because` completes "from".
    """

    kind: MilestoneKind
    perhaps: datetime | None
    because: str


@dataclass(frozen=True)
class LooseItem:
    """An open action item that nobody owns, or that has no day on which it is due."""

    number: int
    has_owner: bool
    has_due_day: bool


@dataclass(frozen=True)
class NoOwner:
    """Nobody owns the post-mortem."""


@dataclass(frozen=True)
class NoReviewer:
    """Nobody was asked to review it."""


@dataclass(frozen=True)
class Notes:
    """The editor has so many notes, for its owner alone."""

    count: int


@dataclass(frozen=True)
class Unmarked:
    """So many messages that nobody marked may belong on the timeline."""

    count: int


@dataclass(frozen=True)
class Deployed:
    """So many deploys of the hour before nobody decided on."""

    count: int


Gap = (
    NothingPublic
    | EmptySection
    | NoSeverity
    | NoMilestone
    | LooseItem
    | NoOwner
    | NoReviewer
    | Notes
    | Unmarked
    | Deployed
)


@dataclass(frozen=True)
class Checkpoint:
    """What is missing or unanswered, the gravest first.

    `is_bare`: nobody put anything onto the timeline, nobody named a cause, nothing follows from it, and
    people wrote nothing into the draft.
    """

    gaps: tuple[Gap, ...]
    is_bare: bool


@dataclass(frozen=True)
class Around:
    """What is known of a post-mortem beside the record of its incident."""

    has_owner: bool
    has_reviewer: bool
    notes: int
    unmarked: int
    deployed: int = 0


def checkpoint(
    facts: Facts, template: Template, read: Read, standing: Standing | None, around: Around
) -> Checkpoint:
    """What the draft by this template lacks; `standing` is its canvas as last read, None where it never was.

    What people wrote into a section answers its question. A section that they removed is not asked about.
    """
    written = _written(standing)
    empty = [
        plan
        for plan in unanswered(facts, template, read)
        if plan.key not in written and (standing is None or plan.key in standing.keys)
    ]
    gaps: list[Gap] = []
    if template.is_public and not _marked(facts, MarkSection.PUBLIC):
        gaps.append(NothingPublic())
    gaps += (EmptySection(plan.heading, plan.question) for plan in empty)
    if facts.severity is None:
        gaps.append(NoSeverity())
    gaps += _unstated(facts)
    gaps += _loose(facts)
    if not around.has_owner:
        gaps.append(NoOwner())
    if not around.has_reviewer:
        gaps.append(NoReviewer())
    if around.notes:
        gaps.append(Notes(around.notes))
    if around.unmarked:
        gaps.append(Unmarked(around.unmarked))
    if around.deployed:
        gaps.append(Deployed(around.deployed))
    return Checkpoint(tuple(gaps), is_bare=not written and _is_bare(facts))


def _written(standing: Standing | None) -> frozenset[str]:
    """The sections into which people wrote words of their own; "" for those they made themselves."""
    return frozenset(
        section.key
        for section in (standing.sections if standing else ())
        if any(node.is_peoples and node.markdown.strip() for node in section.nodes)
    )


def _unstated(facts: Facts) -> Iterator[NoMilestone]:
    """The end of an open incident is not missing; what was only worked out from the record is not stated."""
    there = dict(known(facts))
    for kind in MILESTONES:
        is_inferred = kind in there and there[kind].basis == Basis.INFERRED
        if kind == MilestoneKind.RESOLVED or (kind in there and not is_inferred):
            continue
        suggested = next((one for one in facts.suggestions if one.kind == kind), there.get(kind))
        yield NoMilestone(kind, suggested.at if suggested else None, suggested.because if suggested else "")


def _loose(facts: Facts) -> Iterator[LooseItem]:
    for item in facts.action_items:
        if item.number and item.state == ActionItemState.OPEN and not (item.owner and item.due_on):
            yield LooseItem(item.number, item.owner is not None, item.due_on is not None)


def _is_bare(facts: Facts) -> bool:
    follows = facts.action_items or _marked(facts, MarkSection.ACTION_ITEM)
    return not (facts.timeline or follows or _marked(facts, MarkSection.ROOT_CAUSE))


def _marked(facts: Facts, section: MarkSection) -> bool:
    return any(not said.is_deleted for said in facts.marked.get(section, ()))
