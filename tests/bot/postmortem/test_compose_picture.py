"""What the picture is given to show, and the same in words."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot.postmortem.compose.picture import chart
from bot.postmortem.document import Chart
from bot.postmortem.facts import Facts
from bot.text.mrkdwn import KnownNames, read
from storage.vocabulary import Basis, EventKind, MilestoneKind
from tests.bot.postmortem.chart.recorded import EVENTS, RECORDED, STEPS, USUAL, at, recorded


def of(facts: Facts) -> Chart | None:
    return chart(facts, partial(read, names=KnownNames()))


def test_milestones_are_called_as_in_the_timeline() -> None:
    assert [moment.name for moment in RECORDED["minutes"].moments] == [
        "Impact began",
        "Detected",
        "Acknowledged",
        "Cause identified",
        "Mitigated",
        "Resolved",
    ]


def test_a_milestone_that_nobody_named_and_no_event_shows_has_no_name(facts: Facts) -> None:
    assert facts.started is not None
    inferred = replace(facts.started, basis=Basis.INFERRED, permalink=None)
    found = of(replace(facts, started=inferred))

    assert found is not None
    assert "Impact began" not in [moment.name for moment in found.moments]
    assert "to detect" in [band.name for band in found.bands]


def test_an_incident_lasts_from_its_first_milestone_to_its_last_not_to_its_last_event() -> None:
    found = recorded("Slow", USUAL, ((-900, EventKind.DEPLOY), *EVENTS, (5000, EventKind.NOTE)), declared=17)

    assert (found.since, found.until) == (at(0), at(90))


def test_an_incident_that_goes_on_lasts_to_its_last_event() -> None:
    found = recorded("Slow", {}, ((-900, EventKind.DEPLOY), (20, EventKind.MESSAGE)), declared=17)

    assert (found.since, found.until) == (at(17), at(20))


def test_the_words_name_all_that_is_shown_and_the_day_of_each_severity_where_there_are_several() -> None:
    found = recorded("Slow", USUAL, EVENTS, (*STEPS, (1500, "SEV4")), declared=17)

    assert found.alt == (
        "Timeline from 2026-03-10 14:00 UTC to 2026-03-11 15:00 UTC; 15 min to detect, 2 min to acknowledge, "
        "29 min to identify, 9 min to mitigate, 35 min to resolve; 1 alert, 1 decision, 2 deploys, "
        "7 messages, 1 note; severity SEV2 from 2026-03-10 14:17 UTC, SEV1 from 2026-03-10 14:26 UTC, "
        "SEV3 from 2026-03-10 14:58 UTC, SEV4 from 2026-03-11 15:00 UTC."
    )


def test_milestones_that_contradict_each_other_are_told_in_the_picture_and_in_its_words() -> None:
    found = RECORDED["contradictory-milestones"]

    assert found.notes == (
        "Cause identified (14:05 UTC) is before Acknowledged (14:17 UTC).",
        "Resolved (15:30 UTC) is before Mitigated (15:50 UTC).",
    )
    assert found.alt.endswith(" ".join(found.notes))


def test_one_that_is_a_day_too_early_is_told_with_its_day() -> None:
    found = recorded("Slow", {**USUAL, MilestoneKind.DETECTED: -1440}, EVENTS, declared=17)

    assert found.notes == ("Detected (2026-03-09 14:00 UTC) is before Impact began (2026-03-10 14:00 UTC).",)


def test_what_is_counted_is_told_as_one_or_as_many() -> None:
    found = recorded(
        "Slow", {}, ((0, EventKind.STATUS), (1, EventKind.STATUS), (2, EventKind.SEVERITY)), declared=0
    )

    assert "1 severity change, 2 status changes" in found.alt


def test_without_phases_and_events_there_is_no_picture(facts: Facts) -> None:
    alone = replace(facts, timeline=(), started=None, detected=None, resolved=None)

    assert of(alone) is None
