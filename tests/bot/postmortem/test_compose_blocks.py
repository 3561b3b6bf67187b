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
    Question,
    Remark,
    TimelineTable,
)
from bot.postmortem.document import (
    Chart as Picture,
)
from bot.postmortem.facts import Facts, StatedDuration, Suggestion
from bot.templates import COMPUTED, SHOWS, Part, Template, TemplateSection
from bot.text.mrkdwn import KnownNames, read
from bot.text.prose import Inline, LineBreak, Link, Paragraph, Strong, Text, plain_text
from storage.vocabulary import MarkSection
from tests.bot.postmortem.full import INDEX, LOAD_TEST, filled

READ = partial(read, names=KnownNames())
MARKS = {
    "timeline": "pushpin",
    "root_cause": "mag",
    "impact": "boom",
    "lesson": "bulb",
    "action_item": "dart",
}
Show = Callable[[str], tuple[Block, ...]]


def of(facts: Facts, *parts: Part) -> Document:
    placed = {"parts": parts} if parts else {}
    section = TemplateSection(heading="Here", question="How was it?", key="here", **placed)
    return compose(facts, Template("own", (section,), MARKS), READ)


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
        (
            "severity_history",
            ["2023-09-10 14:45 UTC: severity SEV2 (was SEV3), by Ana"],
        ),
        (
            "status_history",
            [
                "2023-09-10 14:20 UTC: status open, by Ana",
                "2023-09-10 15:30 UTC: status resolved (was open), by Ana",
            ],
        ),
        (
            "roles",
            [
                "Commander: Ana, from 2023-09-10 14:20 UTC until 2023-09-10 15:00 UTC",
                "Commander: Chen, from 2023-09-10 15:00 UTC",
            ],
        ),
        ("participants", ["Ana: 12 messages, 3 marks", "Chen: 1 message", "Grafana (bot): 2 messages"]),
        ("arrivals", ["2023-09-10 14:20 UTC: Ana joined", "2023-09-10 14:31 UTC: Chen joined"]),
        (
            "silence",
            ["Longest silence: 20 min, from 2023-09-10 14:55 UTC to 2023-09-10 15:15 UTC"],
        ),
        ("links", ["the runbook (https://wiki.acme.dev/runbook) (3 times)", "and 2 more links"]),
        ("files", ["pool.png (https://acme.slack.com/files/F2)"]),
        ("alerts", ["2023-09-10 14:15 UTC: p99 above 2 s", "and 1 more alert"]),
        ("deploys", ["2023-09-10 14:00 UTC: orders_v2 is live"]),
        (
            "coverage",
            [
                "412 messages seen, 31 on the timeline; 3 deleted since"
                "; Scribe was away 14:02 UTC to 14:09 UTC, 37 messages recovered"
            ],
        ),
        ("gaps", ["Action item 2 has no owner and no due date: /incident task edit 2 sets it."]),
        (
            "summary",
            [
                "Checkout & payments slow (SEV2) lasted 1 h 30 min, from 2023-09-10 14:00 UTC"
                " to 2023-09-10 15:30 UTC, and was resolved by Ana."
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
    for name in SHOWS:
        assert not any(isinstance(block, Question) for block in show(name)), name
    empty = replace(facts, timeline=(), marked={}, conclusion=None, concluded_by=None, started=None)
    empty = replace(empty, detected=None, resolved=None, severity=None)
    always = {"summary", "milestones", "durations", "coverage", "gaps"}
    for name in SHOWS - always:
        assert of(empty, Part(shows=name)).sections[0].blocks == (Question("How was it?"),), name


def test_milestones_link_to_their_evidence_and_missing_ones_name_what_sets_them(full: Facts) -> None:
    perhaps = Suggestion("acknowledged", full.declared.at, "the first message of a person", "k")
    known = replace(full, acknowledged=None, identified=None, suggestions=(perhaps,))
    (block,) = of(known, Part(shows="milestones")).sections[0].blocks
    assert isinstance(block, FactList)
    shown = {fact.label: fact for fact in block.facts}
    evidence = shown["Mitigated"].evidence
    assert evidence is not None
    assert evidence.permalink == "https://acme.slack.com/m"
    assert shown["Acknowledged"].value == (
        "unknown: set it with /incident milestone acknowledged 2023-09-10 14:20 UTC"
        "; perhaps 2023-09-10 14:20 UTC, from the first message of a person"
    )
    assert shown["Identified"].value == "unknown: set it with /incident milestone identified 14:40"


def test_what_was_only_worked_out_stands_beside_what_is_suggested(full: Facts) -> None:
    assert full.detected
    alert = Suggestion("detected", full.detected.at - timedelta(minutes=9), "the first alert (Grafana)", "k")
    same = replace(alert, at=full.detected.at)
    told = {
        suggestion.at: {
            fact.label: fact.value for fact in of(replace(full, suggestions=(suggestion,))).facts.facts
        }["Detected"]
        for suggestion in (alert, same)
    }
    computed = "2023-09-10 14:15 UTC, inferred from the first alert on the timeline"
    assert told[alert.at] == f"{computed}; perhaps 2023-09-10 14:06 UTC, from the first alert (Grafana)"
    assert told[same.at] == computed


def test_action_items_are_a_checklist_with_what_is_known_of_them(full: Facts) -> None:
    (block,) = of(full, Part(shows="action_item")).sections[0].blocks
    assert isinstance(block, Checklist)
    index, load_test = block.items
    assert (index.is_done, load_test.is_done) == (True, False)
    assert index.details == (
        Fact("Owner", "Chen"),
        Fact("Priority", "P1"),
        Fact("Type", "prevent"),
        Fact("Due", "2023-09-15"),
        Fact("Done when", "the query & its plan use it"),
        Fact("Ticket", "https://tickets.acme.dev/SHOP-1"),
        Fact("Done by", "Chen"),
    )
    assert load_test.details == ()
    assert index.remark.evidence is not None
    assert index.remark.evidence.permalink == INDEX.said.permalink


def test_a_dropped_item_says_so_and_is_open_no_more(full: Facts) -> None:
    dropped = replace(LOAD_TEST, state="dropped", done_by="Ana")
    known = replace(full, action_items=(INDEX, dropped))
    (everything,) = of(known, Part(shows="action_item")).sections[0].blocks
    assert isinstance(everything, Checklist)
    assert everything.items[1].details == (Fact("Dropped by", "Ana"),)
    assert everything.items[1].is_done is False
    assert of(known, Part(shows="open_action_items")).sections[0].blocks == (Question("How was it?"),)


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
    assert len(chart.dots) == len(full.timeline)
    assert [(f"{step.at:%H:%M}", step.severity) for step in chart.steps] == [
        ("14:20", "SEV3"),
        ("14:45", "SEV2"),
    ]
    assert chart.severities == ("SEV1", "SEV2", "SEV3")
    assert chart.alt == (
        "Timeline from 2023-09-10 14:00 UTC to 2023-09-10 15:30 UTC; 15 min to detect, 5 min to acknowledge,"
        " 20 min to identify, 35 min to mitigate, 15 min to resolve; 5 messages"
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


def test_computed_blocks_answer_no_question_but_what_people_said_does(full: Facts) -> None:
    unanswered = replace(full, marked={})
    blocks = of(unanswered, Part(shows="root_cause"), Part(shows="roles", lead_in="Roles")).sections[0].blocks
    assert blocks[0] == Paragraph((Strong((Text("Roles"),)),), "lead-in|roles")
    assert blocks[-1] == Question("How was it?")
    assert not any(
        isinstance(block, Question) for block in of(full, Part(shows="root_cause")).sections[0].blocks
    )
    assert "roles" in COMPUTED


def test_a_section_without_parts_asks(full: Facts) -> None:
    assert of(full).sections[0].blocks == (Question("How was it?"),)


def test_gaps_name_what_fills_them(facts: Facts) -> None:
    bare = replace(facts, severity=None, timeline=(), marked={})
    assert lines(of(bare, Part(shows="gaps")).sections[0].blocks) == [
        "No acknowledgement is recorded: /incident milestone acknowledged 14:20 sets it.",
        "No identification is recorded: /incident milestone identified 14:40 sets it.",
        "No mitigation is recorded: /incident milestone mitigated 14:45 sets it.",
        "No severity is set: /incident severity sets it.",
        "The timeline is empty: mark messages with :pushpin:.",
        "No impact is marked: mark what says so with :boom:.",
        "No root cause is marked: mark what says so with :mag:.",
        "No action item is marked: mark what says so with :dart:.",
        "No lesson is marked: mark what says so with :bulb:.",
    ]


@pytest.mark.parametrize("negative", [-1, -60 * 24])
def test_a_stated_duration_stands_beside_a_contradiction(full: Facts, negative: int) -> None:
    assert full.started
    assert full.detected
    early = replace(full.detected, at=full.started.at + timedelta(minutes=negative))
    stated = (StatedDuration("time_to_detect", "4h 27m", "Ana"),)
    shown = {
        fact.label: fact.value
        for fact in of(replace(full, detected=early, stated_durations=stated)).facts.facts
    }
    assert shown["Time to detect"].startswith("contradictory: ")
    assert shown["Time to detect"].endswith("; stated: 4h 27m (by Ana)")


def test_marked_sections_keep_the_order_of_the_record(facts: Facts) -> None:
    (block,) = of(facts, Part(shows="root_cause")).sections[0].blocks
    assert isinstance(block, Bullets)
    said = facts.marked[MarkSection.ROOT_CAUSE]
    assert [item.evidence and item.evidence.author for item in block.items] == [one.author for one in said]
