"""The blocks a template can place, each on its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from bot.postmortem.compose import compose
from bot.postmortem.document import (
    Block,
    Bullets,
    Checklist,
    Document,
    Fact,
    FactList,
    Remark,
    TimelineTable,
)
from bot.postmortem.document import (
    Chart as Picture,
)
from bot.postmortem.facts import Facts, StatedDuration
from bot.templates import Part, Template, TemplateSection
from bot.templates.parse import APPENDIX, RETIRED, SHOWS
from bot.text.mrkdwn import KnownNames, read
from bot.text.prose import Inline, LineBreak, Link, Paragraph, Strong, Text, plain_text
from storage.vocabulary import MarkSection
from tests.bot.postmortem.full import INDEX, LOAD_TEST, filled

READ = partial(read, names=KnownNames())
Show = Callable[[str], tuple[Block, ...]]


def of(facts: Facts, *parts: Part) -> Document:
    placed = {"parts": parts} if parts else {}
    section = TemplateSection(heading="Here", question="How was it?", key="here", **placed)
    return compose(facts, Template("own", (section,), {}), READ)


@pytest.fixture
def full(facts: Facts) -> Facts:
    return filled(facts)


@pytest.fixture
def show(full: Facts) -> Show:
    """What one block makes of an incident of which everything is known."""
    return lambda name: of(full, Part(shows=name)).sections[0].blocks


def lines(blocks: tuple[Block, ...]) -> list[str]:
    """The blocks' words, a line each; facts as `label: value`."""
    found: list[str] = []
    for block in blocks:
        match block:
            case Bullets(items):
                found += [plain_text(item.words) for item in items]
            case FactList(facts):
                found += [f"{fact.label}: {fact.value}" for fact in facts]
            case Remark(words):
                found.append(plain_text(words))
            case Paragraph(inlines):
                broken = (Text("\n") if isinstance(one, LineBreak) else one for one in inlines)
                found += "".join(one.text for one in broken if isinstance(one, Text)).split("\n")
            case _:
                raise AssertionError(block)
    return found


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("decision", ["We roll back rather than fix forward."]),
        ("went_well", ["The rollback took one click."]),
        ("lucky", ["It was a Sunday, with few buyers."]),
        ("went_badly", ["The alert was muted."]),
        ("participants", ["Ana (14:20 UTC); Chen (14:31 UTC); Grafana (bot)"]),
        ("links", ["the runbook (https://wiki.acme.dev/runbook) (3 times)", "and 2 more links"]),
        ("files", ["pool.png (https://acme.slack.com/files/F2)"]),
        (
            "coverage",
            [
                "412 messages seen, 31 on the timeline; 3 deleted since"
                "; Scribe was away 14:02 UTC to 14:09 UTC, 37 messages recovered; 1 more alert"
            ],
        ),
        (
            "milestones",
            [
                "Started: 2023-09-10 14:00 UTC, stated by Ana",
                "Detected: 2023-09-10 14:15 UTC, inferred from the first alert on the timeline",
                "Acknowledged: 2023-09-10 14:20 UTC, stated by Ana",
                "Identified: 2023-09-10 14:40 UTC, stated by Chen",
                "Mitigated: 2023-09-10 15:15 UTC, stated by Ana",
                "Resolved: 2023-09-10 15:30 UTC, observed when Ana resolved it",
            ],
        ),
        (
            "durations",
            [
                "Duration: 1 h 30 min, from the stated start at 14:00 UTC to the resolution at 15:30 UTC",
                "Time to detect: 15 min, from the stated start at 14:00 UTC to the inferred detection at"
                " 14:15 UTC; as stated by Ana (15m)",
                "Time to acknowledge: 5 min, from the inferred detection at 14:15 UTC to the stated"
                " acknowledgement at 14:20 UTC",
                "Time to mitigate: 1 h 15 min, from the stated start at 14:00 UTC to the stated mitigation at"
                " 15:15 UTC; 1 h, from the inferred detection at 14:15 UTC to the stated mitigation at"
                " 15:15 UTC",
                "Time to resolve: 1 h 30 min, from the stated start at 14:00 UTC to the resolution at"
                " 15:30 UTC; 1 h 15 min, from the inferred detection at 14:15 UTC to the resolution at"
                " 15:30 UTC",
            ],
        ),
    ],
)
def test_what_a_block_shows(show: Show, name: str, shown: list[str]) -> None:
    assert lines(show(name)) == shown


def test_every_block_shows_something_of_a_full_record_and_nothing_of_an_empty_one(
    facts: Facts, show: Show
) -> None:
    for name in SHOWS - {"public"}:
        assert show(name), name
    empty = replace(facts, timeline=(), marked={}, conclusion=None, concluded_by=None, started=None)
    empty = replace(empty, detected=None, resolved=None, severity=None)
    for name in SHOWS - {"coverage", "appendix"}:
        assert of(empty, Part(shows=name)).sections[0].blocks == (), name


def test_milestones_link_to_their_evidence(full: Facts) -> None:
    (block,) = of(full, Part(shows="milestones")).sections[0].blocks
    assert isinstance(block, FactList)
    evidence = {fact.label: fact for fact in block.facts}["Mitigated"].evidence
    assert evidence is not None
    assert evidence.permalink == "https://acme.slack.com/m"


def test_action_items_are_a_checklist_with_what_is_known_of_them(full: Facts) -> None:
    (block,) = of(full, Part(shows="action_item")).sections[0].blocks
    assert isinstance(block, Checklist)
    index, load_test = block.items
    assert (index.is_done, load_test.is_done) == (True, False)
    assert index.details == (
        Fact("Type", "prevent"),
        Fact("Priority", "P1"),
        Fact("Owner", "Chen"),
        Fact("Due", "2023-09-15"),
        Fact("Done when", "the query & its plan use it"),
        Fact("State", "done by Chen"),
        Fact("Ticket", "https://tickets.acme.dev/SHOP-1"),
    )
    assert load_test.details == (Fact("State", "open"),)
    assert index.remark.evidence is not None
    assert index.remark.evidence.permalink == INDEX.said.permalink


def test_a_dropped_item_says_so_and_is_open_no_more(full: Facts) -> None:
    dropped = replace(LOAD_TEST, state="dropped", done_by="Ana")
    known = replace(full, action_items=(INDEX, dropped))
    (everything,) = of(known, Part(shows="action_item")).sections[0].blocks
    assert isinstance(everything, Checklist)
    assert everything.items[1].details == (Fact("State", "dropped by Ana"),)
    assert everything.items[1].is_done is False
    assert of(known, Part(shows="open_action_items")).sections[0].blocks == ()


def test_what_is_only_marked_as_an_action_item_is_one(facts: Facts) -> None:
    (block,) = of(facts, Part(shows="open_action_items")).sections[0].blocks
    assert isinstance(block, Checklist)
    assert [plain_text(item.remark.words) for item in block.items] == ["Add the index @U1"]


def test_the_picture_has_bands_between_milestones_dots_by_kind_and_severity_as_steps(full: Facts) -> None:
    (chart,) = of(full, Part(shows="chart")).sections[0].blocks
    assert isinstance(chart, Picture)
    assert [band.name for band in chart.bands] == [
        "to detect",
        "to acknowledge",
        "to identify",
        "to mitigate",
        "to resolve",
    ]
    assert all(band.since < band.until for band in chart.bands)
    assert len(chart.dots) == len(full.timeline) + 3  # a decision, a deploy and an alert that are no events
    assert [(f"{step.at:%H:%M}", step.severity) for step in chart.steps] == [
        ("14:20", "SEV3"),
        ("14:45", "SEV2"),
    ]
    assert chart.severities == ("SEV1", "SEV2", "SEV3")
    assert chart.alt == (
        "Timeline from 2023-09-10 14:00 UTC to 2023-09-10 15:30 UTC; 15 min to detect, 5 min to acknowledge,"
        " 20 min to identify, 35 min to mitigate, 15 min to resolve"
        "; 1 alert, 1 decision, 1 deploy, 5 messages"
        "; severity SEV3 from 14:20 UTC, SEV2 from 14:45 UTC."
    )


def test_milestones_the_wrong_way_round_make_no_band(full: Facts) -> None:
    assert full.resolved
    impossible = replace(full, mitigated=replace(full.resolved, at=full.resolved.at + timedelta(hours=1)))
    (chart,) = of(impossible, Part(shows="chart")).sections[0].blocks
    assert isinstance(chart, Picture)
    assert "to resolve" not in [band.name for band in chart.bands]


def test_the_timeline_knows_its_phases(full: Facts) -> None:
    (table,) = of(full, Part(shows="timeline")).sections[0].blocks
    assert isinstance(table, TimelineTable)
    assert [phase.name for phase in table.phases][:2] == ["after the start", "after the detection"]
    assert [phase.since for phase in table.phases] == sorted(phase.since for phase in table.phases)


def test_a_link_leads_where_it_says(show: Show) -> None:
    block, _ = show("links")
    assert isinstance(block, Bullets)
    (words,) = block.items[0].words
    assert isinstance(words, Paragraph)
    first: Inline = words.inlines[0]
    assert first == Link("the runbook", "https://wiki.acme.dev/runbook")


def test_the_appendix_stands_under_its_lead_ins(full: Facts) -> None:
    blocks = of(full, Part(shows="appendix")).sections[0].blocks
    leads = [lines((one,)) for one in blocks if isinstance(one, Paragraph) and one.id.startswith("lead-in")]
    assert blocks[0] == Paragraph((Strong((Text("Milestones"),)),), "lead-in|milestones")
    assert len(leads) == len(APPENDIX)


def test_a_block_that_is_made_no_more_shows_nothing(full: Facts) -> None:
    for name in RETIRED:
        assert of(full, Part(shows=name, lead_in="Before")).sections[0].blocks == (), name


def test_a_section_without_parts_is_for_people_to_write(full: Facts) -> None:
    assert of(full).sections[0].blocks == ()


@pytest.mark.parametrize("negative", [-1, -60 * 24])
def test_a_stated_duration_stands_beside_a_contradiction(full: Facts, negative: int) -> None:
    assert full.started
    assert full.detected
    early = replace(full.detected, at=full.started.at + timedelta(minutes=negative))
    stated = (StatedDuration("time_to_detect", "4h 27m", "Ana"),)
    known = replace(full, detected=early, stated_durations=stated)
    (block,) = of(known, Part(shows="durations")).sections[0].blocks
    assert isinstance(block, FactList)
    shown = {fact.label: fact.value for fact in block.facts}
    assert shown["Time to detect"].startswith("contradictory: ")
    assert shown["Time to detect"].endswith("; stated: 4h 27m (by Ana)")


def test_marked_sections_keep_the_order_of_the_record(facts: Facts) -> None:
    (block,) = of(facts, Part(shows="root_cause")).sections[0].blocks
    assert isinstance(block, Bullets)
    said = facts.marked[MarkSection.ROOT_CAUSE]
    assert [item.evidence and item.evidence.author for item in block.items] == [one.author for one in said]
