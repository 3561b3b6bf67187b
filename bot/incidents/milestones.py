"""The moments durations are counted from: stating them, correcting them, taking a statement back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents import intents
from bot.incidents.changed import tell
from bot.incidents.errors import ScribeError
from bot.incidents.quoted import quoted
from bot.text.moments import shown
from storage import changes, dismissals, incidents, milestones, outbox
from storage.tables import Incident, IncidentChange, Milestone, Suggested
from storage.vocabulary import MILESTONES, Basis, ChangeKind, IncidentStatus, MilestoneKind

EXAMPLE = "/incident milestone detected 14:15"

PEOPLE_SAY: Mapping[MilestoneKind, tuple[str, ...]] = {
    MilestoneKind.IMPACT_STARTED: (
        "impact started",
        "impact start",
        "impact began",
        "impact",
        "started",
        "start",
        "began",
    ),
    MilestoneKind.DETECTED: ("detected", "detection", "detect"),
    MilestoneKind.ACKNOWLEDGED: (
        "acknowledged",
        "acknowledgement",
        "acknowledgment",
        "acknowledge",
        "acked",
        "ack",
    ),
    MilestoneKind.IDENTIFIED: ("cause identified", "identified", "identification", "identify", "diagnosed"),
    MilestoneKind.MITIGATED: ("mitigated", "mitigation", "mitigate"),
    MilestoneKind.RESOLVED: ("resolved", "resolution", "resolve"),
}
"""What people call each kind."""

WORDS: Mapping[MilestoneKind, str] = {kind: kind.replace("_", " ") for kind in MILESTONES}
"""What Scribe calls each kind."""

_KIND_OF = {said: kind for kind, names in PEOPLE_SAY.items() for said in names}
_NAMED = re.compile(
    "(?P<said>"
    + "|".join(name.replace(" ", r"[ _-]+") for name in sorted(_KIND_OF, key=len, reverse=True))
    + r")(?=$|[\s:,=])[\s:,=]*(?:at\s+(?=\S))?",
    re.IGNORECASE,
)


class WhichMilestone(ScribeError):
    def __init__(self, said: str) -> None:
        known = ", ".join(f"`{WORDS[kind]}`" for kind in MILESTONES)
        lead = f"I don't know the milestone {quoted(said)}." if said else "Which milestone?"
        super().__init__(f"{lead} There are {known}. For example: `{EXAMPLE}`.")


class NotResolvedYet(ScribeError):
    def __init__(self, number: int) -> None:
        super().__init__(
            f"INC-{number} is still open. Say `/resolve INC-{number}` when it is over; "
            f"`/incident milestone INC-{number} resolved 15:30` can then correct the time."
        )


class NothingToTakeBack(ScribeError):
    def __init__(self, kind: MilestoneKind) -> None:
        super().__init__(
            f"Nobody has stated when it was {WORDS[kind]}, so there is nothing to take back. "
            "`/incident milestone` shows what is known."
        )


class ResolvedStands(ScribeError):
    def __init__(self) -> None:
        super().__init__(
            "That is when `/resolve` was said, so it can't be taken back. "
            "Correct the time instead, for example `/incident milestone resolved 15:30`."
        )


class OneMoment(ScribeError):
    def __init__(self, kind: MilestoneKind) -> None:
        super().__init__(
            "A milestone is one moment, not a range. Write its time alone, for example "
            f"`/incident milestone {WORDS[kind]} 14:15`."
        )


class AlreadyKnown(ScribeError):
    def __init__(self, kind: MilestoneKind, at: str) -> None:
        super().__init__(
            f"It is already known when it was {WORDS[kind]}: {at}. "
            f"`/incident milestone {WORDS[kind]} 14:15` corrects it."
        )


@dataclass(frozen=True)
class Evidence:
    """The message a milestone rests on."""

    channel_id: str
    message_ts: str


@dataclass(frozen=True)
class Changed:
    """What a statement did: the milestone's time before and after it; equal when it changed nothing."""

    kind: MilestoneKind
    old: datetime | None
    new: datetime | None


@dataclass(frozen=True)
class Duration:
    """A computed duration: its name, and its ends as far as they are known.

    `since` and `until` name the kinds of milestone it is counted between.
    """

    name: str
    since: MilestoneKind
    until: MilestoneKind
    span: timedelta | None

    @property
    def key(self) -> str:
        """Its name as a stated duration has it: `time_to_detect`."""
        return self.name.replace(" ", "_")


COUNTED = (
    ("time to detect", MilestoneKind.IMPACT_STARTED, MilestoneKind.DETECTED),
    ("time to acknowledge", MilestoneKind.DETECTED, MilestoneKind.ACKNOWLEDGED),
    ("time to mitigate", MilestoneKind.IMPACT_STARTED, MilestoneKind.MITIGATED),
    ("time to resolve", MilestoneKind.IMPACT_STARTED, MilestoneKind.RESOLVED),
)
"""Each duration's name and the milestones it is counted between."""


def split_kind(text: str) -> tuple[MilestoneKind, str]:
    """Divide "detected at 14:15" into the kind of milestone it begins with, and the rest.

    Raises:
        WhichMilestone: it begins with none.
    """
    found = _NAMED.match(text)
    if found is None:
        raise WhichMilestone(text.partition(" ")[0])
    kind = _KIND_OF[re.sub(r"[ _-]+", " ", found["said"].lower())]
    return kind, text[found.end() :].strip()


def durations(known: Mapping[MilestoneKind, datetime]) -> tuple[Duration, ...]:
    """Every duration; its span is None where an end is unknown, and negative where they contradict."""
    return tuple(
        Duration(name, since, until, known[until] - known[since] if {since, until} <= known.keys() else None)
        for name, since, until in COUNTED
    )


def contradictions(
    known: Mapping[MilestoneKind, datetime],
) -> tuple[tuple[MilestoneKind, MilestoneKind], ...]:
    """The pairs of milestones that stand the wrong way round, as (the later kind, the earlier kind)."""
    kinds = [kind for kind in MILESTONES if kind in known]
    return tuple(
        (later, earlier)
        for place, earlier in enumerate(kinds)
        for later in kinds[place + 1 :]
        if known[later] < known[earlier]
    )


async def known(session: AsyncSession, incident_id: int) -> dict[MilestoneKind, datetime]:
    """When each milestone was, of those that are known."""
    return {kind: row.at for kind, row in (await incidents.milestones(session, incident_id)).items()}


async def state(
    session: AsyncSession,
    incident: Incident,
    stated: Mapping[MilestoneKind, datetime | None],
    *,
    by: str,
    now: datetime,
) -> list[Changed]:
    """State milestones of an incident, those given as None being taken back; all or nothing.

    Raises:
        NotResolvedYet: the end of an open incident.
        NothingToTakeBack, ResolvedStands: there is no such statement.
    """
    await changes.take(session, incident)
    done = []
    for kind, at in stated.items():
        if at is None:
            done.append(await _take_back(session, incident, kind, by=by, now=now))
        else:
            done.append(await _set(session, incident, kind, at, None, by=by, now=now))
    kept = _keep_changes(session, incident.pk, done, by=by, now=now)
    await _ask(session, incident, done, now)
    await tell(session, kept, at=now)
    return done


async def accept(
    session: AsyncSession,
    incident: Incident,
    asked: Suggested,
    evidence: Evidence | None,
    *,
    by: str,
    now: datetime,
) -> Changed:
    """Somebody says yes to a suggestion; saying so again, or after somebody else, changes nothing.

    Raises:
        AlreadyKnown: another time is known by now.
        NotResolvedYet: the end of an open incident.
    """
    incident_id = await changes.take(session, incident)
    await milestones.posted(session, asked)
    standing = await milestones.of_kind(session, incident_id, asked.kind)
    if standing is not None and standing.at != asked.at:
        raise AlreadyKnown(asked.kind, shown(standing.at))
    if standing is not None:
        return Changed(asked.kind, asked.at, asked.at)
    done = await _set(session, incident, asked.kind, asked.at, evidence, by=by, now=now)
    _keep_changes(session, incident_id, [done], by=by, now=now)
    await _ask(session, incident, [done], now)  # the suggestion itself then says who accepted it
    return done


async def decline(
    session: AsyncSession, incident: Incident, asked: Suggested, *, by: str, now: datetime
) -> None:
    """Somebody says no to a suggestion, for good; the first who says so is named.

    Raises:
        AlreadyKnown: it was accepted meanwhile, or a time is known otherwise.
    """
    incident_id = await changes.take(session, incident)
    await milestones.posted(session, asked)
    standing = await milestones.of_kind(session, incident_id, asked.kind)
    if standing is not None:
        raise AlreadyKnown(asked.kind, shown(standing.at))
    await dismissals.dismiss(session, incident_id, asked.key, by=by, at=now)
    await outbox.ask(session, [intents.suggest_milestone(incident_id, asked.kind)], asked_at=now)


async def _set(
    session: AsyncSession,
    incident: Incident,
    kind: MilestoneKind,
    at: datetime,
    evidence: Evidence | None,
    *,
    by: str,
    now: datetime,
) -> Changed:
    if kind == MilestoneKind.RESOLVED and incident.status == IncidentStatus.OPEN:
        raise NotResolvedYet(incident.number)
    incident_id = incident.pk
    standing = await milestones.of_kind(session, incident_id, kind)
    old = standing.at if standing else None
    if old != at:
        stated = Milestone(
            incident_id=incident_id,
            kind=kind,
            at=at,
            basis=Basis.STATED,
            stated_by=by,
            stated_at=now,
            channel_id=evidence.channel_id if evidence else None,
            message_ts=evidence.message_ts if evidence else None,
        )
        await milestones.keep(session, stated)
    return Changed(kind, old, at)


async def _take_back(
    session: AsyncSession, incident: Incident, kind: MilestoneKind, *, by: str, now: datetime
) -> Changed:
    incident_id = incident.pk
    standing = await milestones.of_kind(session, incident_id, kind)
    if standing is None:
        raise NothingToTakeBack(kind)
    if kind != MilestoneKind.RESOLVED:
        await milestones.take_back(session, standing)
        return Changed(kind, standing.at, None)
    reopened = [one.pk for one in await changes.of_incident(session, incident_id, ChangeKind.STATUS)]
    corrections = [
        one
        for one in await changes.of_incident(session, incident_id, ChangeKind.MILESTONE.of(kind))
        if one.id and one.id > max(reopened, default=0)  # corrections of an earlier end do not count any more
    ]
    if standing.basis == Basis.OBSERVED or not corrections or corrections[0].old is None:
        raise ResolvedStands
    # the time that Scribe observed holds again
    seen, old = datetime.fromisoformat(corrections[0].old), standing.at
    observed = Milestone(
        incident_id=incident_id,
        kind=kind,
        at=seen,
        basis=Basis.OBSERVED,
        stated_by=incident.resolved_by,
        stated_at=seen,
    )
    await milestones.keep(session, observed)
    return Changed(kind, old, seen)


def _keep_changes(
    session: AsyncSession, incident_id: int, done: Sequence[Changed], *, by: str, now: datetime
) -> list[IncidentChange]:
    return [
        changes.note(
            session,
            incident_id,
            ChangeKind.MILESTONE.of(one.kind),
            one.old.isoformat() if one.old else None,
            one.new.isoformat() if one.new else None,
            by=by,
            at=now,
        )
        for one in done
        if one.old != one.new
    ]


async def _ask(session: AsyncSession, incident: Incident, done: Sequence[Changed], now: datetime) -> None:
    incident_id = incident.pk
    kinds = [changed.kind for changed in done if changed.old != changed.new]
    if kinds:
        asks = [intents.suggest_milestone(incident_id, kind) for kind in kinds]
        await outbox.ask(session, [intents.refresh_summary(incident_id), *asks], asked_at=now)
