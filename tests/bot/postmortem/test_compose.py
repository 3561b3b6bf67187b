from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from bot import templates
from bot.postmortem.compose import compose
from bot.postmortem.compose.durations import read_length
from bot.postmortem.compose.words import remark
from bot.postmortem.document import Block, Bullets, Checklist, Document, FactList, Remark, TimelineTable
from bot.postmortem.facts import Away, Coverage, Facts, Milestone, StatedDuration, Suggestion
from bot.text.mrkdwn import KnownNames, read
from bot.text.prose import Paragraph, Strong, Text, plain_text
from storage.vocabulary import Basis, MarkSection

READ = partial(read, names=KnownNames())


def composed(facts: Facts) -> Document:
    return compose(facts, templates.load(), READ)


def appendix(facts: Facts) -> dict[str, str]:
    blocks = section(composed(facts), "How this was put together")
    return {fact.label: fact.value for block in blocks if isinstance(block, FactList) for fact in block.facts}


def coverage(facts: Facts) -> str:
    blocks = section(composed(facts), "How this was put together")
    (line,) = [one for one in blocks if isinstance(one, Paragraph) and one.id == "coverage"]
    return plain_text((line,))


def section(document: Document, heading: str) -> tuple[Block, ...]:
    return next(section.blocks for section in document.sections if section.heading == heading)


def timeline(document: Document) -> TimelineTable:
    (table,) = [block for block in section(document, "Timeline") if isinstance(block, TimelineTable)]
    return table


def test_computed_facts_carry_their_basis(facts: Facts) -> None:
    assert appendix(facts) == {
        "Started": "2023-09-10 14:00 UTC, stated by Ana",
        "Detected": "2023-09-10 14:15 UTC, inferred from the first alert on the timeline",
        "Resolved": "2023-09-10 15:30 UTC, observed when Ana resolved it",
        "Duration": "1 h 30 min, from the stated start at 14:00 UTC to the resolution at 15:30 UTC",
        "Time to detect": "15 min, from the stated start at 14:00 UTC to the inferred detection at 14:15 UTC",
        "Time to resolve": (
            "1 h 30 min, from the stated start at 14:00 UTC to the resolution at 15:30 UTC"
            "; 1 h 15 min, from the inferred detection at 14:15 UTC to the resolution at 15:30 UTC"
        ),
    }


def test_gaps_in_the_record_are_named_with_what_was_recovered(facts: Facts) -> None:
    day = facts.declared.at
    away = Away(day.replace(hour=14, minute=2), day.replace(hour=14, minute=9), recovered=37)
    overnight = Away(day.replace(hour=23), day + timedelta(days=1), recovered=1)
    known = Coverage((away, overnight), recovered=3, is_unread=True)
    assert coverage(replace(facts, coverage=known)) == (
        "0 messages seen, 0 on the timeline; Scribe was away 14:02 UTC to 14:09 UTC, 37 messages recovered"
        "; Scribe was away 2023-09-10 23:20 UTC to 2023-09-11 14:20 UTC, 1 message recovered"
        "; 3 messages that Slack did not deliver recovered"
        "; the channel was not read again before this draft, so undelivered messages may be missing"
    )


def test_many_absences_are_told_together(facts: Facts) -> None:
    day = facts.declared.at
    absences = tuple(
        Away(day.replace(hour=15, minute=minute), day.replace(hour=15, minute=minute + 1), recovered=2)
        for minute in range(0, 60, 5)
    )
    assert coverage(replace(facts, coverage=Coverage(absences))) == (
        "0 messages seen, 0 on the timeline"
        "; Scribe was away 12 times, 15:00 UTC to 15:56 UTC, 24 messages recovered"
    )


def test_a_span_over_days_names_the_days(facts: Facts) -> None:
    resolved = Milestone(datetime(2023, 9, 12, 15, 29, tzinfo=UTC), Basis.OBSERVED, by="Ana")
    assert appendix(replace(facts, resolved=resolved))["Duration"] == (
        "2 d 1 h 29 min, from the stated start at 2023-09-10 14:00 UTC"
        " to the resolution at 2023-09-12 15:29 UTC"
    )


def test_times_are_shown_in_the_zone_of_the_draft(facts: Facts) -> None:
    shown = appendix(replace(facts, zone=ZoneInfo("America/Los_Angeles")))
    assert shown["Detected"].startswith("2023-09-10 07:15 PDT, ")
    assert "from the stated start at 07:00 PDT" in shown["Time to detect"]


def test_what_is_unknown_does_not_stand_in_the_document(facts: Facts) -> None:
    bare = replace(facts, severity=None, started=None, detected=None, resolved=None, responders=())
    assert appendix(bare) == {}
    perhaps = Suggestion("mitigated", facts.declared.at, "the mark on Chen's message", "k")
    assert "Time to mitigate" not in appendix(replace(facts, suggestions=(perhaps,)))


def test_a_stated_duration_stands_beside_the_computed_one(facts: Facts) -> None:
    stated = (
        StatedDuration("time_to_detect", "15 minutes", "Ana"),
        StatedDuration("Time to recovery", "2h 5m", "Chen"),
        StatedDuration("time to first customer report", "3 min", "Chen"),
    )
    shown = appendix(replace(facts, stated_durations=stated))
    assert shown["Time to detect"].endswith("; as stated by Ana (15 minutes)")
    assert shown["Time to resolve"].endswith("; stated: 2h 5m (by Chen)")
    assert shown["Time to first customer report"] == "stated: 3 min (by Chen)"


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("4h 27m", 267),
        ("19 hours 43 minutes.", 1183),
        ("5280 minutes", 5280),
        ("1:30", 90),
        ("2 days, 3 hours and 4 min", 3064),
        ("0 minutes", 0),
        ("1.5 hours", 90),
        ("a while", None),
        ("about 4 hours", None),
        ("", None),
    ],
)
def test_stated_durations_are_read_as_people_write_them(said: str, minutes: int | None) -> None:
    assert read_length(said) == (None if minutes is None else timedelta(minutes=minutes))


def test_milestones_in_an_impossible_order_are_pointed_out(facts: Facts) -> None:
    early = Milestone(facts.declared.at.replace(hour=14, minute=5), Basis.STATED)
    assert appendix(replace(facts, mitigated=early))["Contradictory"] == (
        "mitigated 14:05 UTC is before detected 14:15 UTC"
    )


def test_a_contradiction_is_shown_not_hidden(facts: Facts) -> None:
    assert facts.started
    late = replace(facts.started, at=facts.started.at + timedelta(minutes=28))
    assert appendix(replace(facts, started=late))["Time to detect"] == (
        "contradictory: detected 14:15 UTC is before the start 14:28 UTC"
    )


def test_the_title_is_one_line_of_plain_text(facts: Facts) -> None:
    names = KnownNames(people={"U1": "Ana"})
    shouted = replace(facts, title="<!channel> a &lt;b&gt;\n<@U1> <https://x.test|docs>")
    document = compose(shouted, templates.load(), partial(read, names=names))
    assert document.title == "INC-1: @channel a <b> @Ana docs (https://x.test)"
    assert composed(replace(facts, title=" ")).title == "INC-1"


def test_impact_stands_in_the_background_under_its_own_lead_in(facts: Facts) -> None:
    lead_in, impact, _, background = section(composed(facts), "Background")
    assert lead_in == Paragraph((Strong((Text("Impact"),)),), "lead-in|impact")
    assert isinstance(background, Bullets)
    assert isinstance(impact, Bullets)
    assert plain_text(impact.items[0].words) == "About 4% of carts could not be paid."


def test_every_remark_names_its_author_and_its_message(facts: Facts) -> None:
    document = composed(facts)
    said = {
        plain_text(one.words)
        for marked in facts.marked.values()
        for one in (remark(said, READ) for said in marked)
    }
    blocks = [block for part in document.sections for block in part.blocks]
    remarks = [item for block in blocks if isinstance(block, Bullets) for item in block.items]
    remarks += [item.remark for block in blocks if isinstance(block, Checklist) for item in block.items]
    found = [one for one in remarks if plain_text(one.words) in said]
    assert len(found) == 5
    for item in found:
        assert item.evidence is not None
        assert item.evidence.author in facts.responders
        assert item.evidence.permalink is not None
        assert item.evidence.permalink.startswith("https://acme.slack.com/archives/")
    said = [row for row in timeline(document).rows if row.id.rpartition("|")[2].startswith("https:")]
    assert len(said) == 5
    assert [row.permalink is None for row in said] == [False] * 4 + [True]
    assert all(row.author for row in said)


def test_the_conclusion_names_who_resolved(facts: Facts) -> None:
    conclusion, *_ = section(composed(facts), "Conclusion")
    assert isinstance(conclusion, Remark)
    assert plain_text(conclusion.words) == "Rolled back, all well. The index comes first."
    assert conclusion.evidence is not None
    assert (conclusion.evidence.author, conclusion.evidence.permalink) == ("Ana", None)


def test_an_empty_section_is_its_heading_alone(facts: Facts) -> None:
    empty = replace(facts, marked={}, timeline=(), conclusion=None)
    document = composed(empty)
    headings = [part.heading for part in document.sections if not part.blocks]
    assert headings == ["Background", "Root Cause Analysis", "Remediation", "Lessons Learned", "Conclusion"]


def test_the_timeline_is_in_order_of_what_happened_and_stable(facts: Facts) -> None:
    shuffled = replace(facts, timeline=tuple(reversed(facts.timeline)))
    rows = timeline(composed(shuffled)).rows
    assert [row.occurred_at for row in rows] == sorted(row.occurred_at for row in rows)

    first = facts.timeline[0]
    twice = (
        replace(first, said=replace(first.said, author="B")),
        replace(first, said=replace(first.said, author="A")),
    )
    rows = timeline(composed(replace(facts, timeline=twice))).rows
    assert [row.author for row in rows if row.occurred_at == first.occurred_at][:2] == ["B", "A"]


def test_a_deleted_message_leaves_a_tombstone_without_a_dead_link(facts: Facts) -> None:
    row = next(one for one in timeline(composed(facts)).rows if one.occurred_at.strftime("%H:%M") == "15:20")
    assert plain_text(row.text) == "message deleted in Slack"
    assert (row.author, row.permalink) == ("Bob Marsh", None)

    lesson = replace(facts.timeline[-1].said, text="secret")
    _, bullets = section(composed(replace(facts, marked={MarkSection.LESSON: (lesson,)})), "Lessons Learned")
    assert isinstance(bullets, Bullets)
    assert plain_text(bullets.items[0].words) == "message deleted in Slack"


def test_a_message_without_text_still_has_a_line(facts: Facts) -> None:
    chart = facts.timeline[1]
    rows = timeline(
        composed(replace(facts, timeline=(replace(chart, said=replace(chart.said, text=" \n")),)))
    ).rows
    (row,) = [one for one in rows if one.files]
    assert plain_text(row.text) == "(no text, see the file)"
    assert row.files == chart.said.files
