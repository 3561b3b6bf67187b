"""An incident's durations, each with both ends and how those are known; contradictions are shown.

A stated duration is put beside the computed one it is about, so that a reader sees where they differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.postmortem.compose.milestones import NOUNS, PARTICIPLES, known
from bot.postmortem.document import Fact
from bot.postmortem.facts import Facts, Milestone, StatedDuration
from bot.text import spans
from storage.vocabulary import Basis, MilestoneKind


@dataclass(frozen=True)
class Counted:
    """A computed duration: its label and two milestones; `stated_as` is its name among stated durations."""

    label: str
    until: MilestoneKind
    since: tuple[MilestoneKind, ...]
    stated_as: re.Pattern[str]


COUNTED = (
    Counted(
        "Duration",
        MilestoneKind.RESOLVED,
        (MilestoneKind.IMPACT_STARTED,),
        re.compile(r"\b(?:duration|impact|outage|downtime|length|lasted)\b", re.IGNORECASE),
    ),
    Counted(
        "Time to detect",
        MilestoneKind.DETECTED,
        (MilestoneKind.IMPACT_STARTED,),
        re.compile(r"detect", re.IGNORECASE),
    ),
    Counted(
        "Time to acknowledge",
        MilestoneKind.ACKNOWLEDGED,
        (MilestoneKind.DETECTED,),
        re.compile(r"acknowledg|\back", re.I),
    ),
    Counted(
        "Time to mitigate",
        MilestoneKind.MITIGATED,
        (MilestoneKind.IMPACT_STARTED, MilestoneKind.DETECTED),
        re.compile(r"mitigat|repair|\bfix", re.IGNORECASE),
    ),
    Counted(
        "Time to resolve",
        MilestoneKind.RESOLVED,
        (MilestoneKind.IMPACT_STARTED, MilestoneKind.DETECTED),
        re.compile(r"resol|recover|restor", re.IGNORECASE),
    ),
)


def duration_facts(facts: Facts) -> tuple[Fact, ...]:
    """Every duration that can be counted or was stated, then the stated ones that belong to none of them."""
    taken: set[str] = set()
    found = []
    for counted in COUNTED:
        about = [
            one
            for one in facts.stated_durations
            if one.name not in taken and counted.stated_as.search(one.name.replace("_", " "))
        ]
        taken |= {one.name for one in about}
        parts = list(_parts(counted, about, facts))
        if parts:
            found.append(Fact(counted.label, "; ".join(parts)))
    for one in facts.stated_durations:
        if one.name not in taken:
            found.append(Fact(_label(one.name), f"stated: {one.said} (by {one.by})"))
    return tuple(found)


def contradictions(facts: Facts) -> tuple[str, ...]:
    """Milestones in the wrong order, each with the nearest one that it contradicts."""
    found = []
    moments = known(facts)
    for number, (kind, milestone) in enumerate(moments):
        for earlier, other in reversed(moments[:number]):
            if milestone.at < other.at:
                shown = _shown_together(milestone.at, other.at, facts.zone)
                found.append(
                    f"{PARTICIPLES[kind]} {shown(milestone.at)} is before"
                    f" {PARTICIPLES[earlier]} {shown(other.at)}"
                )
                break
    return tuple(found)


def _parts(counted: Counted, stated: Sequence[StatedDuration], facts: Facts) -> Iterator[str]:
    moments = dict(known(facts))
    end = moments.get(counted.until)
    lengths: list[timedelta] = []
    shown_all: list[str] = []
    for kind in counted.since:
        start = moments.get(kind)
        if end is None or start is None:
            continue
        if end.at >= start.at:
            lengths.append(_counted_length(start.at, end.at))
        text = span(kind, start, counted.until, end, facts.zone)
        if text.partition(",")[0] not in [one.partition(",")[0] for one in shown_all]:
            shown_all.append(text)
    yield from shown_all
    for one in stated:
        length = read_length(one.said)
        if length is not None and length in lengths:
            yield f"as stated by {one.by} ({one.said})"
        else:
            yield f"stated: {one.said} (by {one.by})"


def _counted_length(start: datetime, end: datetime) -> timedelta:
    """The length between the minutes that are shown, as everywhere in the draft."""
    if end - start < timedelta(minutes=1):
        return end - start
    return end.replace(second=0, microsecond=0) - start.replace(second=0, microsecond=0)


def span(since: MilestoneKind, start: Milestone, until: MilestoneKind, end: Milestone, zone: ZoneInfo) -> str:
    """The span with both its ends, or the contradiction when the end is before the start."""
    shown = _shown_together(start.at, end.at, zone)
    if end.at < start.at:
        return (
            f"contradictory: {PARTICIPLES[until]} {shown(end.at)} is before"
            f" the {NOUNS[since]} {shown(start.at)}"
        )
    return (
        f"{spans.between(start.at, end.at)}, from {_the(since, start)} at {shown(start.at)}"
        f" to {_the(until, end)} at {shown(end.at)}"
    )


def _the(kind: MilestoneKind, milestone: Milestone) -> str:
    noun = NOUNS[kind]
    return f"the {noun}" if milestone.basis == Basis.OBSERVED else f"the {milestone.basis} {noun}"


def _shown_together(one: datetime, other: datetime, zone: ZoneInfo) -> Callable[[datetime], str]:
    same_day = one.astimezone(zone).date() == other.astimezone(zone).date()
    return lambda at: spans.clock(at, zone) if same_day else spans.date_and_clock(at, zone)


def _label(name: str) -> str:
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


_UNITS = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
}
_LENGTH = re.compile(
    r"(\d+(?:\.\d+)?)\s*(?:(w)(?:eeks?|ks?)?|(d)(?:ays?)?|(h)(?:ours?|rs?)?|(m)(?:in(?:ute)?s?)?|(s)(?:ec(?:ond)?s?)?)"
    r"(?![a-z])\.?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2}))?")


def read_length(said: str) -> timedelta | None:
    """A duration as people write it: `4h 27m`, `19 hours 43 minutes.`, `1:30`; None when it is none."""
    text = said.strip()
    clock = _CLOCK.fullmatch(text)
    if clock:
        hours, minutes, seconds = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)
    rest = _LENGTH.sub("", text)
    if re.sub(r"[\s,.]|\band\b", "", rest) or not _LENGTH.search(text):
        return None
    parts = (
        (float(found[1]), _UNITS[found[found.lastindex or 0].lower()]) for found in _LENGTH.finditer(text)
    )
    return sum((count * unit for count, unit in parts), timedelta(0))
