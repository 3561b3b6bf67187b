"""One timeline: whatever has a time stands in it once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.postmortem.compose.timeline import rows
from bot.postmortem.facts import Facts, Milestone, Silence, StateChange
from bot.text.mrkdwn import KnownNames, read
from bot.text.prose import plain_text
from storage.vocabulary import Basis, EventKind, MarkSection
from tests.bot.postmortem.conftest import at, said
from tests.bot.postmortem.full import filled

READ = partial(read, names=KnownNames())


def told(facts: Facts) -> list[tuple[str, str, str]]:
    """The time, the kind, and what Scribe and people say of it."""
    return [
        (f"{row.occurred_at:%H:%M}", row.kind, " | ".join(filter(None, (row.label, plain_text(row.text)))))
        for row in rows(facts, READ)
    ]


def test_a_milestone_marks_the_row_that_it_rests_on(facts: Facts) -> None:
    alert = facts.timeline[1]
    detected = Milestone(alert.occurred_at, Basis.INFERRED, "the first alert", alert.said.permalink)
    lines = told(replace(facts, detected=detected))
    assert ("14:15", "milestone", f"Detected | {plain_text(READ(alert.said.text))}") in lines
    assert sum("Detected" in line for _, _, line in lines) == 1


def test_one_that_somebody_stated_is_a_row_of_its_own(facts: Facts) -> None:
    assert ("14:00", "milestone", "Impact began") in told(facts)
    (began,) = [row for row in rows(facts, READ) if row.label == "Impact began"]
    assert (began.author, began.permalink, began.text) == ("Ana", None, ())


def test_one_that_nobody_stated_is_no_event(facts: Facts) -> None:
    first = facts.timeline[0]
    inferred = Milestone(first.occurred_at, Basis.INFERRED, "the first event", first.said.permalink)
    assert not any("Impact began" in line for _, _, line in told(replace(facts, started=inferred)))
    declared = Milestone(facts.declared.at, Basis.INFERRED, "the declaration")
    assert not any("Detected" in line for _, _, line in told(replace(facts, detected=declared)))


def test_the_end_is_one_row(facts: Facts) -> None:
    lines = [line for line in told(filled(facts)) if "Resolved" in line[2]]
    assert lines == [("15:30", "milestone", "Resolved")]


def test_reopening_and_cancelling_are_told(facts: Facts) -> None:
    changes = (
        StateChange("status", None, "open", "Ana", at("14:20"), "declared"),
        StateChange("status", "open", "resolved", "Ana", at("15:00"), "1"),
        StateChange("status", "resolved", "open", "Bob", at("15:05"), "2"),
        StateChange("severity", None, "SEV2", "Bob", at("15:06"), "3"),
        StateChange("title", "a", "b", "Bob", at("15:07"), "4"),
        StateChange("stage", "investigating", "monitoring", "Bob", at("15:08"), "5"),
    )
    lines = told(replace(facts, changes=changes, timeline=(), marked={}))
    assert lines == [
        ("14:00", "milestone", "Impact began"),
        ("14:20", "status", "Incident declared"),
        ("15:00", "status", "Resolved"),
        ("15:05", "status", "Reopened"),
        ("15:06", "severity", "Severity SEV2"),
        ("15:08", "status", "Status investigating → monitoring"),
        ("15:30", "milestone", "Resolved"),
    ]


def test_a_message_that_is_several_things_is_one_row(facts: Facts) -> None:
    alert = facts.timeline[1].said
    everything = replace(
        facts, alerts=(alert,), deploys=(alert,), marked={MarkSection.DECISION: (alert,)}, detected=None
    )
    kinds = [row.kind for row in rows(everything, READ) if row.permalink == alert.permalink]
    assert kinds == [EventKind.DECISION]


def test_an_alert_that_nobody_marked_is_on_the_timeline(facts: Facts) -> None:
    alert = said("p99 above 2 s", "Grafana", "14:16")
    assert ("14:16", "alert", "p99 above 2 s") in told(replace(facts, alerts=(alert,)))


def test_a_silence_is_told_where_it_was_long_for_this_incident(facts: Facts) -> None:
    def is_told(minutes: int) -> bool:
        silence = Silence(at("14:30"), at("14:30") + timedelta(minutes=minutes))
        return any(row.is_silence for row in rows(replace(facts, silence=silence), READ))

    assert [is_told(minutes) for minutes in (10, 22, 23, 40)] == [False, False, True, True]
