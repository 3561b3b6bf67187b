"""Charts as they are composed from a record: one for each thing that a picture has to cope with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.postmortem.compose.picture import chart
from bot.postmortem.document import Chart
from bot.postmortem.facts import Facts, Milestone, Quote, StateChange, TimelineEntry
from bot.text.mrkdwn import KnownNames, read
from storage.vocabulary import Basis, ChangeKind, EventKind, IncidentStatus, MilestoneKind

ALERT, DECISION, DEPLOY, MESSAGE, NOTE, STATUS = (
    EventKind.ALERT,
    EventKind.DECISION,
    EventKind.DEPLOY,
    EventKind.MESSAGE,
    EventKind.NOTE,
    EventKind.STATUS,
)
BEGAN, DETECTED, ACKNOWLEDGED, IDENTIFIED, MITIGATED, RESOLVED = MilestoneKind
FIELDS: Mapping[MilestoneKind, str] = {
    BEGAN: "started",
    DETECTED: "detected",
    ACKNOWLEDGED: "acknowledged",
    IDENTIFIED: "identified",
    MITIGATED: "mitigated",
    RESOLVED: "resolved",
}


def at(minutes: float) -> datetime:
    return datetime(2026, 3, 10, 14, tzinfo=UTC) + timedelta(minutes=minutes)


def recorded(
    title: str,
    milestones: Mapping[MilestoneKind, float],
    events: tuple[tuple[float, EventKind], ...] = (),
    severities: tuple[tuple[float, str], ...] = (),
    *,
    declared: float = 0,
    zone: str = "UTC",
) -> Chart:
    """The chart of this record, all times in minutes from 14:00."""
    known = {
        FIELDS[kind]: Milestone(at(minutes), Basis.STATED, "Ana") for kind, minutes in milestones.items()
    }
    changes = [
        StateChange(what=ChangeKind.SEVERITY, old=before, new=after, by="Ana", at=at(minutes))
        for (_, before), (minutes, after) in pairwise(severities)
    ]
    facts = Facts(
        number=7,
        title=title,
        severity=severities[-1][1] if severities else None,
        status=IncidentStatus.RESOLVED if RESOLVED in milestones else IncidentStatus.OPEN,
        channel_name="inc-7",
        declared=Milestone(at(declared), Basis.OBSERVED, "Ana"),
        started=None,
        detected=None,
        resolved=None,
        responders=(),
        timeline=tuple(
            TimelineEntry(at(minutes), None, False, Quote("", "Ana", at(minutes)), kind)
            for minutes, kind in events
        ),
        marked={},
        conclusion=None,
        concluded_by=None,
        zone=ZoneInfo(zone),
        changes=tuple(changes),
        severities=("SEV1", "SEV2", "SEV3", "SEV4") if severities else (),
    )
    made = chart(replace(facts, **known), partial(read, names=KnownNames()))
    assert made is not None
    return made


USUAL = {BEGAN: 0, DETECTED: 15, ACKNOWLEDGED: 17, IDENTIFIED: 46, MITIGATED: 55, RESOLVED: 90}
EVENTS = (
    *((0, DEPLOY), (15, ALERT), (17, MESSAGE), (21, MESSAGE), (24, MESSAGE), (31, MESSAGE), (38, DECISION)),
    *((46, MESSAGE), (48, DEPLOY), (55, MESSAGE), (70, NOTE), (90, MESSAGE)),
)
STEPS = ((17, "SEV2"), (26, "SEV1"), (58, "SEV3"))

RECORDED: Mapping[str, Chart] = {
    "minutes": recorded("Checkout returns errors", USUAL, EVENTS, STEPS, declared=17),
    "days": recorded(
        "Exports are late, and some of them are missing",
        {BEGAN: -500, DETECTED: 60, ACKNOWLEDGED: 75, IDENTIFIED: 1500, MITIGATED: 2900, RESOLVED: 8700},
        tuple(
            (60 + number * 97 + number % 7 * 31, (MESSAGE, NOTE, MESSAGE, DECISION)[number % 4])
            for number in range(60)
        ),
        ((75, "SEV3"), (1510, "SEV2"), (2950, "SEV4")),
        declared=75,
        zone="Europe/Lisbon",
    ),
    "one-event": recorded("A disk was full", {}, ((0, MESSAGE),)),
    "1000-events": recorded(
        "Search is down",
        USUAL,
        tuple(
            (number * number % 9_001 / 100, (MESSAGE, MESSAGE, MESSAGE, ALERT, NOTE)[number % 5])
            for number in range(1000)
        ),
        STEPS,
        declared=17,
    ),
    "no-milestones": recorded("Login is slow", {}, EVENTS, ((17, "SEV3"),), declared=17),
    "contradictory-milestones": recorded(
        "Mails are sent twice", {**USUAL, IDENTIFIED: 5, MITIGATED: 110}, EVENTS, STEPS, declared=17
    ),
    "one-early-event": recorded(
        "Orders fail after a migration", USUAL, ((-890, DEPLOY), *EVENTS), STEPS, declared=17
    ),
    "early-and-late-events": recorded(
        "Payments are declined",
        USUAL,
        (
            *((-4000 + number * 211, NOTE if number % 3 else DEPLOY) for number in range(18)),
            *EVENTS,
            *((90 + number * 353, MESSAGE) for number in range(1, 12)),
        ),
        STEPS,
        declared=17,
        zone="America/New_York",
    ),
    "a-quiet-night-inside": recorded(
        "Images do not load",
        {BEGAN: 0, DETECTED: 9, ACKNOWLEDGED: 11, IDENTIFIED: 34, MITIGATED: 52, RESOLVED: 1130},
        ((9, ALERT), (11, MESSAGE), (34, MESSAGE), (40, DECISION), (52, DEPLOY), (1130, STATUS)),
        ((11, "SEV2"), (60, "SEV4")),
        declared=11,
        zone="Europe/Berlin",
    ),
}
