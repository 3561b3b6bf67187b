"""What a post-mortem lacks, from its facts, its template and its canvas as last read."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from bot import templates
from bot.postmortem.checkpoint import (
    Around,
    Checkpoint,
    Deployed,
    EmptySection,
    LooseItem,
    NoMilestone,
    NoOwner,
    NoReviewer,
    NoSeverity,
    Notes,
    NothingPublic,
    Unmarked,
    checkpoint,
)
from bot.postmortem.facts import ActionItem, Facts, Suggestion
from bot.postmortem.merge.items import Kind
from bot.postmortem.merge.standing import Node, Standing, StandingSection
from bot.text.mrkdwn import KnownNames, read
from storage.vocabulary import ActionItemState, MarkSection, MilestoneKind
from tests.bot.postmortem.conftest import said
from tests.bot.postmortem.full import filled
from tests.bot.postmortem.record import at

READ = partial(read, names=KnownNames())
FINE = Around(has_owner=True, has_reviewer=True, notes=0, unmarked=0)
KINDS = ("background", "timeline", "root-cause-analysis", "remediation", "lessons-learned", "conclusion")


def bare(facts: Facts) -> Facts:
    """Declared and resolved, and nothing else."""
    return replace(
        facts,
        timeline=(),
        marked={},
        conclusion=None,
        action_items=(),
        severity=None,
        started=None,
        detected=None,
        ended_by=None,
    )


def lacking(
    facts: Facts, template: str = "classic", standing: Standing | None = None, around: Around = FINE
) -> Checkpoint:
    return checkpoint(facts, templates.load(template), READ, standing, around)


def headings(found: Checkpoint) -> list[str]:
    return [gap.heading for gap in found.gaps if isinstance(gap, EmptySection)]


def canvas(**words: str) -> Standing:
    """A canvas with the sections of these keys, and people's words in them, if any."""
    return Standing(
        tuple(
            StandingSection(key.replace("_", "-"), "## X", (Node(Kind.BLOCK, text),) if text else ())
            for key, text in words.items()
        )
    )


def test_what_is_full_lacks_nothing_but_what_nobody_stated(facts: Facts) -> None:
    found = lacking(filled(facts))

    assert headings(found) == []
    assert not found.is_bare
    assert {type(gap) for gap in found.gaps} <= {NoMilestone, LooseItem}


def test_of_nothing_everything_is_asked_the_gravest_first(facts: Facts) -> None:
    found = lacking(
        bare(facts),
        "customer",
        around=Around(has_owner=False, has_reviewer=False, notes=2, unmarked=3, deployed=2),
    )

    kinds = list(dict.fromkeys(type(gap) for gap in found.gaps))
    assert kinds == [
        NothingPublic,
        EmptySection,
        NoSeverity,
        NoMilestone,
        NoOwner,
        NoReviewer,
        Notes,
        Unmarked,
        Deployed,
    ]
    assert found.is_bare


@pytest.mark.parametrize("template", templates.names())
def test_every_section_that_people_fill_is_asked_about_and_no_computed_one(
    facts: Facts, template: str
) -> None:
    plans = templates.load(template).sections
    asked = [
        plan.heading
        for plan in plans
        if not plan.parts or any(part.shows not in templates.COMPUTED for part in plan.shown)
    ]

    assert headings(lacking(bare(facts), template)) == asked
    assert asked


def test_a_mark_a_conclusion_or_a_line_answers_its_section(facts: Facts) -> None:
    empty = bare(facts)
    marked = replace(empty, marked={MarkSection.ROOT_CAUSE: (said("A flag.", "Ana", "14:30"),)})

    assert "Root Cause Analysis" not in headings(lacking(marked))
    assert not lacking(marked).is_bare
    assert "Conclusion" not in headings(lacking(replace(empty, conclusion="Over.")))
    assert "Timeline" not in headings(lacking(replace(empty, timeline=facts.timeline)))


def test_peoples_own_words_answer_and_a_section_they_took_out_is_not_asked_about(facts: Facts) -> None:
    standing = canvas(background="It was a Friday.", timeline="", conclusion=" \n")

    found = lacking(bare(facts), standing=standing)

    assert headings(found) == ["Timeline", "Conclusion"]
    assert not found.is_bare


def test_what_stands_there_as_scribe_wrote_it_answers_nothing(facts: Facts) -> None:
    scribes = Node(Kind.BLOCK, "Nothing yet.", id="lead-in")
    standing = Standing((StandingSection("conclusion", "## Conclusion", (scribes,)),))

    assert headings(lacking(bare(facts), standing=standing)) == ["Conclusion"]
    assert lacking(bare(facts), standing=standing).is_bare


def test_a_milestone_has_what_the_record_suggests(facts: Facts) -> None:
    suggested = Suggestion(MilestoneKind.MITIGATED, at("15:10"), "the mark on Ana's message", "key")
    found = lacking(replace(bare(facts), suggestions=(suggested,)))

    milestones = {gap.kind: gap for gap in found.gaps if isinstance(gap, NoMilestone)}
    assert milestones[MilestoneKind.MITIGATED].perhaps == at("15:10")
    assert milestones[MilestoneKind.IDENTIFIED].perhaps is None
    assert MilestoneKind.RESOLVED not in milestones


def test_only_open_items_without_an_owner_or_a_day_are_loose(facts: Facts) -> None:
    words = said("Add an index", "Ana", "15:00")
    items = (
        ActionItem(1, words, owner="Ana"),
        ActionItem(2, words, owner="Ana", due_on=at("15:00").date()),
        ActionItem(3, words, state=ActionItemState.DONE),
        ActionItem(None, words),
    )

    found = lacking(replace(bare(facts), action_items=items))

    loose = [gap for gap in found.gaps if isinstance(gap, LooseItem)]
    assert loose == [LooseItem(1, has_owner=True, has_due_day=False)]
