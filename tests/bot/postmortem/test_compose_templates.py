"""Whatever the template, a draft holds everything that is known, each thing in one place."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial

import pytest

from bot import templates
from bot.postmortem.compose import compose
from bot.postmortem.document import Chart, Checklist, Document, TimelineTable
from bot.postmortem.facts import Facts
from bot.postmortem.render import canvas, html, json_document, markdown_file
from bot.text.mrkdwn import KnownNames, read
from bot.text.prose import plain_text
from storage.vocabulary import IN_DRAFT, MarkSection
from tests.bot.postmortem.full import filled
from tests.bot.postmortem.shown import thread_texts

READ = partial(read, names=KnownNames(people={"U1": "Ana"}))
NAMES = templates.names()
WHOLE = ("atlassian", "classic", "kehoe", "pagerduty", "sre")
"""The templates that show all there is."""
OF_SCRIBE = ("/incident", "/timeline", "/postmortem", "/resolve", "unknown")
"""What no reader of a post-mortem has a use for."""


def drafted(facts: Facts, name: str) -> Document:
    return compose(facts, templates.load(name), READ)


def as_read(document: Document) -> str:
    """The words of its file, without escapes and line breaks."""
    text = markdown_file.render(document).replace("\\\n", "\n").replace("\\", "")
    return " ".join(text.split())


def count(document: Document, kind: type) -> int:
    return sum(isinstance(block, kind) for section in document.sections for block in section.blocks)


@pytest.mark.parametrize("name", WHOLE)
def test_nothing_stands_twice_below_the_opening(facts: Facts, name: str) -> None:
    full = filled(facts)
    whole = drafted(full, name)
    appendix = next(section for section in whole.sections if section.key == "appendix")
    text = as_read(
        replace(whole, opening=(), sections=tuple(one for one in whole.sections if one != appendix))
    )

    marked = [
        said
        for section in IN_DRAFT
        if section not in (MarkSection.ACTION_ITEM, MarkSection.PUBLIC)
        for said in full.marked[section]
    ]
    said = [*marked, *(item.said for item in full.action_items), *full.alerts, *full.deploys]
    said += [entry.said for entry in full.timeline if not entry.said.is_deleted]
    for one in said:
        assert one.permalink is not None
        assert text.count(f"({one.permalink})") == 1, one.text
    assert text.count("Rolled back, all well.") == 1
    assert (count(whole, TimelineTable), count(whole, Chart), count(whole, Checklist)) == (1, 1, 1)
    for shown in (
        "Incident declared",
        "Impact began",
        "Detected",
        "Acknowledged",
        "Cause identified",
        "Mitigated",
        "Resolved",
        "Severity SEV3 → SEV2",
        "Commander: Ana",
        "Commander: Chen",
        "24 min in which nobody wrote",
        "▲ p99 above 2 s",
        "⬆ orders_v2 is live",
        "◆ We roll back",
    ):
        assert text.count(shown) == 1, shown
    rows = next(b.rows for s in whole.sections for b in s.blocks if isinstance(b, TimelineTable))
    assert max(Counter(row.id for row in rows).values()) == 1
    assert [row.occurred_at for row in rows] == sorted(row.occurred_at for row in rows)
    below = as_read(replace(whole, opening=(), sections=(appendix,)))
    for shown in (
        "Grafana (bot)",
        "Chen (14:31 UTC)",
        "and 2 more links",
        "pool.png",
        "37 messages recovered",
    ):
        assert below.count(shown) == 1, shown


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("is_full", [True, False])
def test_no_rendering_holds_a_command_or_says_what_is_not_known(
    facts: Facts, name: str, is_full: bool
) -> None:
    empty = replace(facts, timeline=(), marked={}, conclusion=None, concluded_by=None, responders=())
    empty = replace(empty, started=None, detected=None, severity=None)
    document = drafted(filled(facts) if is_full else empty, name)
    for text in (
        canvas.render(document),
        canvas.render(document, tables=False),
        markdown_file.render(document),
        "".join(thread_texts(document)),
        html.render(document),
        json_document.render(document),
    ):
        for words in OF_SCRIBE:
            assert words not in text


@pytest.mark.parametrize("name", WHOLE)
def test_the_opening_is_the_same_in_each(facts: Facts, name: str) -> None:
    full = filled(facts)
    assert drafted(full, name).opening == drafted(full, "classic").opening


@pytest.mark.parametrize("name", WHOLE)
def test_the_impact_stands_first(facts: Facts, name: str) -> None:
    first = drafted(facts, name).sections[0]
    assert first.heading == ("Background" if name == "classic" else "Impact")
    assert plain_text(first.blocks[-3 if name == "classic" else 0].items[0].words) == (  # type: ignore[union-attr]
        "About 4% of carts could not be paid."
    )


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_record_is_still_a_draft(facts: Facts, name: str) -> None:
    empty = replace(facts, timeline=(), marked={}, conclusion=None, concluded_by=None, responders=())
    document = drafted(empty, name)
    assert [section.heading for section in document.sections] == [
        section.heading for section in templates.load(name).sections
    ]
    assert json_document.render(document)


def test_a_template_that_gave_way_is_told_in_the_draft(facts: Facts) -> None:
    instead = replace(templates.load(), note="ours.toml, line 3: … This draft follows the classic one.")
    assert plain_text(compose(facts, instead, READ).sections[-1].blocks[-1:]) == instead.note  # type: ignore[arg-type]
    assert "follows the classic one" not in as_read(drafted(facts, "classic"))
