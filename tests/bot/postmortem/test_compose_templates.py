"""Whatever the template, a draft holds everything that is known, each thing in one place."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from bot import templates
from bot.postmortem.compose import compose
from bot.postmortem.document import Chart, Checklist, Document, FactList, Question, TimelineTable
from bot.postmortem.facts import Facts
from bot.postmortem.render import json_document, markdown_file
from bot.text.mrkdwn import KnownNames, read
from bot.text.prose import plain_text
from storage.vocabulary import IN_DRAFT, MarkSection
from tests.bot.postmortem.full import filled

READ = partial(read, names=KnownNames(people={"U1": "Ana"}))
NAMES = templates.names()


def drafted(facts: Facts, name: str) -> Document:
    return compose(facts, templates.load(name), READ)


def as_read(document: Document) -> str:
    """The words of its file, without escapes and line breaks."""
    text = markdown_file.render(document).replace("\\\n", "\n").replace("\\", "")
    return " ".join(text.split())


def count(document: Document, kind: type) -> int:
    return sum(isinstance(block, kind) for section in document.sections for block in section.blocks)


@pytest.mark.parametrize("name", NAMES)
def test_what_people_marked_appears_once_and_nothing_is_left_to_ask(facts: Facts, name: str) -> None:
    full = filled(facts)
    document = drafted(full, name)
    text = as_read(replace(document, facts=FactList(())))

    marked = [
        said
        for section in IN_DRAFT
        if section is not MarkSection.ACTION_ITEM
        for said in full.marked[section]
    ]
    for said in [*marked, *(item.said for item in full.action_items)]:
        words = plain_text(READ(said.text)[:1])
        assert text.count(words) == 1, words
        assert said.permalink is not None
        assert said.permalink in text
    assert text.count("Rolled back, all well.") == 1
    assert (count(document, TimelineTable), count(document, Chart), count(document, Checklist)) == (1, 1, 1)
    for shown in (
        "Commander: Chen, from 2023-09-10 15:00 UTC",
        "Grafana (bot): 2 messages",
        "Chen joined",
        "Longest silence:",
        "and 2 more links",
        "pool.png",
        "p99 above 2 s",
        "orders_v2 is live",
        "severity SEV2 (was SEV3)",
        "status resolved (was open)",
        "Action item 2 has no owner",
    ):
        assert text.count(shown) == 1, shown
    no_parts = {section.key for section in templates.load(name).sections if not section.parts}
    asked = {
        section.key for section in document.sections if any(isinstance(b, Question) for b in section.blocks)
    }
    assert asked == no_parts


@pytest.mark.parametrize("name", NAMES)
def test_the_header_is_the_same_in_each(facts: Facts, name: str) -> None:
    full = filled(facts)
    assert drafted(full, name).facts == drafted(full, "classic").facts
    labels = [fact.label for fact in drafted(full, name).facts.facts]
    assert labels == [
        "Summary",
        "Severity",
        "Started",
        "Detected",
        "Acknowledged",
        "Identified",
        "Mitigated",
        "Resolved",
        "Duration",
        "Time to detect",
        "Time to acknowledge",
        "Time to mitigate",
        "Time to resolve",
        "Responders",
        "Times",
        "Coverage",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_record_is_still_a_draft_that_asks(facts: Facts, name: str) -> None:
    empty = replace(facts, timeline=(), marked={}, conclusion=None, concluded_by=None, responders=())
    document = drafted(empty, name)
    assert all(section.blocks for section in document.sections)
    assert count(document, Question) >= 5
    assert json_document.render(document)


def test_a_template_that_gave_way_is_told_in_the_draft(facts: Facts) -> None:
    instead = replace(templates.load(), note="ours.toml, line 3: … This draft follows the classic one.")
    labels = {fact.label: fact.value for fact in compose(facts, instead, READ).facts.facts}
    assert labels["Template"] == instead.note
    assert "Template" not in {fact.label for fact in drafted(facts, "classic").facts.facts}
