"""The gentle editor: what it notes, what it leaves alone, and what it asks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.postmortem.editor import EditorNote, Rule, notes
from bot.postmortem.editor.sentences import sentences
from bot.postmortem.facts import ActionItem, Facts, Milestone, Participant, Quote, TimelineEntry
from bot.text import mrkdwn
from bot.text.mrkdwn import KnownNames
from storage.vocabulary import Basis, MarkSection
from tests.published import INCIDENTS

NOON = datetime(2023, 9, 10, 12, 0, tzinfo=UTC)
LINK = "https://acme.slack.com/archives/C1/p1694354400000100"
FACTS = Facts(
    number=7,
    title="Checkout is down",
    severity=None,
    status="resolved",
    channel_name="ops",
    declared=Milestone(NOON, Basis.OBSERVED, "/incident start by Ana Ferreira"),
    started=None,
    detected=None,
    resolved=None,
    responders=("Ana Ferreira", "Ben Okafor", "Will Stone"),
    timeline=(),
    marked={},
    conclusion=None,
    concluded_by=None,
    zone=ZoneInfo("UTC"),
    participants=(Participant("Watchtower", None, is_bot=True),),
)


def said(text: str, permalink: str | None = LINK) -> Quote:
    return Quote(text, "Ana Ferreira", NOON, permalink)


def advised(text: str, facts: Facts = FACTS, *, heading: str = "Root Cause Analysis") -> Sequence[EditorNote]:
    names = KnownNames({"U1": "Ana Ferreira"})
    return notes({heading: text}, facts, lambda slack_text: mrkdwn.read(slack_text, names))


def rules(text: str, facts: Facts = FACTS, *, heading: str = "Root Cause Analysis") -> list[str]:
    return [note.rule.value for note in advised(text, facts, heading=heading)]


BLAMES = [
    "Ana forgot to run the migrations before the deploy.",
    "Somebody had forgotten to renew the certificate.",
    "The outage was caused by human error.",
    "This was a simple operator error.",
    "Ana Ferreira deleted the production table.",
    "Ben carelessly restarted the primary.",
    "Ben took the cluster down.",
    "@ben broke the build.",
    "The config was overwritten by Ben Okafor.",
    "An engineer misconfigured the load balancer.",
    "The on-call engineer failed to notice the alert.",
    "We neglected to update the runbook.",
    "It was Ben's fault.",
    "The platform team was to blame.",
    "The release was a careless one.",
    "This was negligence.",
    "Will Stone pushed a broken release.",
    "Ana introduced a bug in the retry loop.",
    "The intern accidentally wiped the disk.",
    "The developer ignored the warning.",
]
COUNTERFACTUALS = [
    "Ben should have checked the dashboard.",
    "We should have known about the limit.",
    "This should have been caught in review.",
    "The change should have been tested first.",
    "The on-call should have escalated earlier.",
    "They should not have deployed on a Friday.",
    "We ought to have rolled back at once.",
    "We should have automated the rollback.",
    "We could have rolled back sooner.",
    "The outage could have been prevented by a canary.",
    "It might have been avoided if the limit had been documented.",
    "Had we known about the limit, traffic would have been shifted.",
    "If Ana had looked at the logs, it would have been shorter.",
    "If only the alert had a runbook.",
]
LEFT_ALONE = [
    "We should have more tests.",
    "We should have automated alerts.",
    "We should have read replicas.",
    "We should have alerting on config load failures.",
    "Each service should have dedicated nodes.",
    "The alert should have fired at 14:05.",
    "The replica should have taken over.",
    "The probe failed to start.",
    "The pod failed to schedule because of taints.",
    "Requests failed to reach the database.",
    "A segmentation fault took down the node.",
    "The human error rate dropped to 2%.",
    "Human error messages are easier to read than codes.",
    "This was not human error.",
    "Nobody was to blame.",
    "We keep this review blameless.",
    "`git blame` shows the change.",
    "Ana rolled back the deploy.",
    "Ana deleted the stuck pod and traffic recovered.",
    "Ben restarted the primary at 14:20.",
    "Watchtower triggered the alert.",
    "Will the fix hold?",
    "The deploy broke the build.",
    "A bad index caused the slow queries.",
    "The migration deleted the old rows.",
    "Fault tolerance was not tested.",
    "Lazy loading was turned off.",
    "We ran `should have run` and saw nothing.",
    "The log said “you should have known”.",
    'The runbook says: "the operator failed to confirm".',
    "See https://example.com/human-error/careless for the talk.",
    "> Ana forgot to run the migrations.",
    "    ```\n    Ana deleted the table\n    ```",
    "# Human error",
    "The root cause was not found.",
    "The root cause is still unknown.",
    "The root cause was identified at 14:30.",
    "The cache could have held the old address.",
    "Users could have seen an error page.",
    "Had the same alert fired twice?",
    "The disk would have been full by Monday.",
    "You can read the report here.",
]


@pytest.mark.parametrize("sentence", BLAMES)
def test_a_sentence_that_ends_the_questions_at_a_person_is_noted(sentence: str) -> None:
    (note,) = advised(sentence)

    assert note.rule is Rule.BLAME
    assert note.sentence == sentence
    assert note.found in sentence
    assert "Ana" not in note.found + note.question
    assert "Ben" not in note.found + note.question


@pytest.mark.parametrize("sentence", COUNTERFACTUALS)
def test_a_sentence_about_what_did_not_happen_is_noted(sentence: str) -> None:
    (note,) = advised(sentence)

    assert note.rule is Rule.COUNTERFACTUAL
    assert note.sentence == sentence
    assert note.found in sentence


@pytest.mark.parametrize("sentence", LEFT_ALONE)
def test_what_only_looks_like_it_is_left_alone(sentence: str) -> None:
    assert rules(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "found", "question"),
    [
        ("Ana forgot to run X", "forgot", "What made that easy to miss?"),
        ("@ana neglected to run X.", "neglected to", "What stood in the way?"),
        (
            "@ana deleted the production table.",
            "deleted",
            "What allowed that, and what would limit it next time?",
        ),
        (
            "The config was overwritten by Ben Okafor.",
            "overwritten by",
            "What allowed that, and what would limit it next time?",
        ),
        ("It was caused by human error.", "human error", "Which step was easy to get wrong, and why?"),
        (
            "The release was a careless one.",
            "careless",
            "What could be seen at that moment, and what made this look right?",
        ),
        (
            "It was Ben's fault.",
            "fault",
            "What made this possible, and what would have to change so that it cannot come again?",
        ),
        (
            "Ben should have checked the dashboard.",
            "should have checked",
            "What made that hard to do, or easy to miss?",
        ),
        (
            "They should not have deployed on a Friday.",
            "should not have deployed",
            "What made that look right at the time?",
        ),
        (
            "It could have been prevented by a canary.",
            "could have been prevented",
            "What would make it less likely next time? As an action item it gets an owner.",
        ),
        (
            "If only the alert had a runbook.",
            "If only",
            "What did happen, and what made it the sensible thing to do with what was known then?",
        ),
        (
            "The root cause was a full disk.",
            "The root cause was",
            "What else had to be true for it to do harm?",
        ),
    ],
)
def test_a_note_quotes_what_it_found_and_asks_without_wording_the_sentence_anew(
    sentence: str, found: str, question: str
) -> None:
    (note,) = advised(sentence)

    assert (note.found, note.question) == (found, question)


def test_one_root_cause_beside_several_marked_factors_is_noted_with_their_number() -> None:
    facts = replace(FACTS, marked={MarkSection.ROOT_CAUSE: (said("Pool too small"), said("No timeout"))})

    (note,) = advised("The outage was due to a small pool.", facts)

    assert note.rule is Rule.SINGLE_CAUSE
    assert "2 factors are marked on the record" in note.question
    assert rules("The outage was due to a small pool.") == []


def item(text: str, **known: object) -> ActionItem:
    return ActionItem(2, said(text), **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "missing"),
    [
        (item("Investigate the slow query"), "an owner, a due date, a done-when"),
        (item("We should look into canaries", owner="Ben"), "a due date, a done-when"),
        (item("Improve monitoring", owner="Ben", due_on=date(2023, 9, 20)), "a done-when"),
        (item("Be more careful with migrations"), "an owner, a due date, a done-when"),
    ],
)
def test_a_vague_action_item_is_told_what_it_lacks(found: ActionItem, missing: str) -> None:
    (note,) = advised("", replace(FACTS, action_items=(found,)))

    assert note.rule is Rule.VAGUE_ACTION
    assert note.where == "action item 2"
    assert f"Missing: {missing} (`/incident task edit 2 …`)" in note.question


@pytest.mark.parametrize(
    "found",
    [
        item("Add an alert at 80% of the pool"),
        item("Improve monitoring", owner="Ben", due_on=date(2023, 9, 20), done_when="the pool has a graph"),
        item("Investigate the slow query", state="done"),
        item("Run `investigate.sh` nightly"),
    ],
)
def test_an_action_item_that_can_be_finished_is_left_alone(found: ActionItem) -> None:
    assert rules("", replace(FACTS, action_items=(found,))) == []


def test_lines_below_a_heading_about_actions_are_action_items_and_others_are_not() -> None:
    text = "- [ ] Investigate the pool\n- [ ] Improve the graph @ben by friday until p99 is below 1 s"

    assert rules(text, heading="Remediation and Follow-Up") == ["vague_action"]
    assert rules(text, heading="Background") == []


def test_a_row_added_by_command_has_no_evidence_unless_its_words_lead_somewhere() -> None:
    def row(text: str, permalink: str | None = None, kind: str = "note") -> TimelineEntry:
        return TimelineEntry(NOON, None, False, said(text, permalink), kind)

    timeline = (
        row("Rolled back"),
        row("Graph: <https://grafana.example/d/1|pool>"),
        row("Said in the channel", LINK, "message"),
    )

    (note,) = advised("", replace(FACTS, timeline=timeline))

    assert (note.rule, note.sentence) == (Rule.NO_EVIDENCE, "Rolled back")


def test_two_rows_that_read_the_same_have_a_note_each() -> None:
    row = TimelineEntry(NOON, None, False, said("Restarted", None), "note")
    later = replace(row, occurred_at=NOON.replace(hour=13))

    assert len(advised("", replace(FACTS, timeline=(row, later)))) == 2


def test_the_conclusion_and_lessons_are_read_as_slack_sent_them() -> None:
    facts = replace(
        FACTS,
        conclusion="<@U1> deleted the table &amp; left.",
        marked={MarkSection.LESSON: (said("`should have` run\nThis was human error"),)},
    )

    found = advised("", facts)

    assert [(note.where, note.sentence) for note in found] == [
        ("the conclusion", "@Ana Ferreira deleted the table & left."),
        ("a lesson", "This was human error"),
    ]


def test_a_note_keeps_its_key_wherever_its_sentence_stands() -> None:
    (here,) = advised("It was human error.")
    (there,) = advised("Before.\n\n- It was  *human error*.\n", heading="Lessons Learned")
    (other,) = advised("It was human error again.")

    assert here.key == there.key
    assert here.key != other.key


def test_each_sentence_is_noted_once_a_rule() -> None:
    assert rules("It was human error.\n\nIt was human error.") == ["blame"]


# --- any text, and real ones ---------------------------------------------------------------------------


@given(st.text(max_size=400))
def test_whatever_people_type_is_read(text: str) -> None:
    for note in advised(text):
        assert note.sentence
        assert note.found in note.sentence
        assert note.question


@given(st.text(alphabet='ab .!?`"“”()|\\\n-*_[]', max_size=200))
def test_code_and_quotations_are_blanked_out_in_place(text: str) -> None:
    for sentence in sentences(text):
        assert len(sentence.own) == len(sentence.shown)


@pytest.mark.corpus
def test_of_real_post_mortems_few_sentences_are_noted() -> None:
    count = noted = 0
    for file in INCIDENTS:
        incident = json.loads(file.read_text("utf-8"))
        texts = [entry["text"] for entry in incident["entries"]]
        texts += [incident.get(part) or "" for part in ("summary", "root_cause", "impact")]
        for text in texts:
            count += len(list(sentences(text)))
            noted += len(advised(text))

    assert count > 16 * len(INCIDENTS)
    assert noted / count < 0.02
