"""Which messages nobody marked probably belong on the timeline: messages in, ranked suggestions out.

A score is a sum of reasons, and every reason is told with the suggestion. The same messages give the same
suggestions, in whatever order they come.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.clock import said_at
from bot.incidents.cues import Cue, read

MOST = 7
"""Suggestions that are shown at once."""
WORTH_SHOWING = 2.0
"""The least score of a suggestion."""
NEAR = timedelta(minutes=2)
SEVERAL, MANY = 2, 5
"""Replies or reactions that count, and that count twice."""
SOME, MUCH = 0.75, 1.5
IMAGE, FIRST_WORDS, EVIDENCE, NEARBY = 2.0, 2.0, 3.0, 1.0
LONGEST_WORDS = 40
QUOTED = frozenset({Cue.ACTION, Cue.STATUS, Cue.QUANTITY})
"""The cues that are told with the message's own words."""


@dataclass(frozen=True)
class Candidate:
    """A message to choose from; `app` is the name of the app that said it, None if a person did.

    `reactions` are those that Scribe knows of. One that was marked or dismissed `is_answered`: it is not
    suggested, and neither is what repeats it.
    """

    ts: str
    text: str
    app: str | None = None
    replies: int = 0
    reactions: int = 0
    has_image: bool = False
    is_answered: bool = False


@dataclass(frozen=True)
class Surroundings:
    """What the record says of the incident besides.

    Its milestones by their names, the milestones that messages are the `evidence` of by the messages' `ts`,
    and what commanders said first, by its `ts`.
    """

    milestones: Mapping[str, datetime] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    first_words: Collection[str] = frozenset()


@dataclass(frozen=True)
class Reason:
    """One part of a score; `why` is told to people and holds nothing that means something to Slack."""

    why: str
    worth: float


@dataclass(frozen=True)
class Suggestion:
    """A message that may belong on the timeline, and why, the weightiest reason first."""

    ts: str
    reasons: Sequence[Reason]

    @property
    def score(self) -> float:
        return sum(reason.worth for reason in self.reasons)


def suggestion_key(ts: str) -> str:
    """What a dismissed suggestion is known by in its incident."""
    return f"message:{ts}"


def ranked(candidates: Iterable[Candidate], around: Surroundings) -> list[Suggestion]:
    """The suggestions that are worth showing, the likeliest first; of alike ones the earlier first.

    Of what an app says again and again only the first time is suggested, and that only while nobody has
    answered it.
    """
    found: list[Suggestion] = []
    told_by_apps: set[tuple[str, str]] = set()
    for one in sorted(candidates, key=lambda candidate: (not candidate.is_answered, candidate.ts)):
        if one.app is not None:
            told = (one.app, _alike(one.text))
            if told in told_by_apps:
                continue
            told_by_apps.add(told)
        if not one.is_answered:
            found.append(Suggestion(one.ts, reasons_for(one, around)))
    found = [suggestion for suggestion in found if suggestion.score >= WORTH_SHOWING]
    return sorted(found, key=lambda suggestion: (-suggestion.score, suggestion.ts))


def reasons_for(one: Candidate, around: Surroundings) -> tuple[Reason, ...]:
    """Why a message may belong on the timeline, the weightiest first."""
    reading = read(one.text, is_of_app=one.app is not None)
    found = [Reason(_told(said.cue, said.words), said.worth) for said in reading.cues]
    if one.has_image:
        found.append(Reason("an image", IMAGE))
    for count, what in ((one.replies, "replies"), (one.reactions, "reactions")):
        if count >= SEVERAL:  # a question gathers them too
            found.append(Reason(f"{count} {what}", (MUCH if count >= MANY else SOME) * reading.left))
    if one.ts in around.first_words:
        found.append(Reason("first words of the commander", FIRST_WORDS))
    if one.ts in around.evidence:
        found.append(Reason(f"“{around.evidence[one.ts]}” rests on it", EVIDENCE))
    elif near := _near(said_at(one.ts), around.milestones):
        found.append(Reason(f"said near “{near}”", NEARBY * reading.left))
    return tuple(sorted(found, key=lambda reason: (-reason.worth, reason.why)))


def _told(cue: Cue, words: str) -> str:
    if cue not in QUOTED or len(words) > LONGEST_WORDS:
        return str(cue)
    return f"{cue} (“{words}”)"


def _near(moment: datetime, milestones: Mapping[str, datetime]) -> str | None:
    """The milestone that a message was said near of, the nearest of several."""
    distances = sorted((abs(moment - at), name) for name, at in milestones.items())
    return distances[0][1] if distances and distances[0][0] <= NEAR else None


def _alike(text: str) -> str:
    """A text without what differs between two alerts of the same thing."""
    return re.sub(r"\W*\d[\d.,:%]*", "#", text)
