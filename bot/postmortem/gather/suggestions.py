"""What the milestones that nobody stated might be, from the record; only a person can state one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.postmortem.facts import Suggestion
from storage.vocabulary import MILESTONE_OF_MARK, MarkSection, MilestoneKind


@dataclass(frozen=True, slots=True)
class Hint:
    """A message that may tell when a milestone was; `place` names it for good."""

    at: datetime
    by: str
    place: str
    permalink: str | None


def suggestions(
    *,
    stated: Collection[MilestoneKind],
    marked: Iterable[tuple[MarkSection, Hint]],
    alerts: Sequence[Hint],
    said: Sequence[Hint],
    dismissed: Collection[str],
    detected_at: datetime | None = None,
    alerts_ended_at: datetime | None = None,
    acknowledged_at: datetime | None = None,
) -> tuple[Suggestion, ...]:
    """One suggestion at most for each milestone nobody stated.

    `marked` are messages with a detection's or mitigation's mark, `alerts` what bots said since the start,
    `said` what people said; each in the order it was said. `detected_at` is the detection as stated,
    `alerts_ended_at` when the last of the alerts ended that the team's tools told of, `acknowledged_at` when
    somebody first acknowledged one of them there.
    """
    marks = list(marked)
    found: list[Suggestion] = []
    detection = detected_at
    for mark, kind in MILESTONE_OF_MARK.items():
        candidates = [
            _suggestion(kind, hint, f"the mark on {hint.by}'s message")
            for section, hint in marks
            if section == mark
        ]
        if kind == MilestoneKind.DETECTED:
            candidates += [_suggestion(kind, hint, f"the first alert ({hint.by})") for hint in alerts[:1]]
        elif alerts_ended_at and not candidates:
            candidates = [_all_ended(alerts_ended_at)]
        standing = [one for one in candidates if one.key not in dismissed]
        if standing and kind == MilestoneKind.DETECTED and detection is None:
            detection = standing[0].at
        if standing and kind not in stated:
            found.append(standing[0])
    if MilestoneKind.ACKNOWLEDGED not in stated and (detection or acknowledged_at):
        answers = [_in_its_tool(acknowledged_at)] if acknowledged_at else []
        answers += [
            _suggestion(
                MilestoneKind.ACKNOWLEDGED, hint, f"the first message of a person after the alert ({hint.by})"
            )
            for hint in said
            if detection and hint.at > detection
        ][:1]
        found += [one for one in answers if one.key not in dismissed][:1]
    return tuple(found)


def _all_ended(at: datetime) -> Suggestion:
    key = f"suggestion:{MilestoneKind.MITIGATED}:alerts:{at:%Y%m%dT%H%M%S}"
    return Suggestion(MilestoneKind.MITIGATED, at, "the end of its last alert", key, None)


def _in_its_tool(at: datetime) -> Suggestion:
    key = f"suggestion:{MilestoneKind.ACKNOWLEDGED}:alerts:{at:%Y%m%dT%H%M%S}"
    return Suggestion(MilestoneKind.ACKNOWLEDGED, at, "the acknowledgement of its alert", key, None)


def _suggestion(kind: MilestoneKind, hint: Hint, because: str) -> Suggestion:
    return Suggestion(kind, hint.at, because, f"suggestion:{kind}:{hint.place}", hint.permalink)
