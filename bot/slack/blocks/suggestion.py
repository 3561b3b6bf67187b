"""A suggestion of a milestone in the incident's channel, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.incidents.milestones import WORDS
from bot.slack.blocks import Block, Surface, actions, button, context, section, shortened_mrkdwn
from bot.slack.blocks.carried import packed
from bot.slack.blocks.milestone_answers import form_button
from bot.text.moments import shown
from bot.text.spans import clock
from storage.vocabulary import MilestoneKind

YES_ACTION, OTHER_ACTION, NO_ACTION = "suggestion_yes", "suggestion_other", "suggestion_no"
LONGEST_REASON = 300

QUESTIONS: Mapping[MilestoneKind, str] = {
    MilestoneKind.IMPACT_STARTED: "Did the impact of INC-{number} start at {at}?",
    MilestoneKind.DETECTED: "Was INC-{number} detected at {at}?",
    MilestoneKind.ACKNOWLEDGED: "Was INC-{number} acknowledged at {at}?",
    MilestoneKind.IDENTIFIED: "Was the cause of INC-{number} identified at {at}?",
    MilestoneKind.MITIGATED: "Was INC-{number} mitigated at {at}?",
    MilestoneKind.RESOLVED: "Was INC-{number} resolved at {at}?",
}


@dataclass(frozen=True)
class Offer:
    """What the buttons of a suggestion say when they are pressed; it travels with them and comes back."""

    kind: MilestoneKind
    at: datetime
    key: str
    channel_id: str | None = None
    message_ts: str | None = None


def suggestion(number: int, offer: Offer, because: str, permalink: str | None, zone: ZoneInfo) -> Surface:
    """The question; `because` is inert and completes "suggested by"."""
    question = _question(number, offer.kind, offer.at)
    reason = f"Suggested by {shortened_mrkdwn(because, LONGEST_REASON)}"
    evidence = f" (<{permalink}|message>)" if permalink else ""
    value = packed(number, offer)
    yes = f"Yes, {WORDS[offer.kind]} {clock(offer.at, zone)}"
    return Surface(
        question,
        [
            section(f":stopwatch: {question}"),
            context(f"{reason}{evidence}. Nothing is set until somebody says so."),
            actions(
                [
                    button(YES_ACTION, yes, value),
                    button(OTHER_ACTION, "Another time…", value),
                    button(NO_ACTION, "No", value),
                ]
            ),
        ],
    )


def settled(
    number: int,
    kind: MilestoneKind,
    asked: datetime,
    known: datetime | None,
    by: str | None,
    wrong: Sequence[str] = (),
) -> Surface:
    """What became of a question; `by` is a name as inert text, `wrong` says what contradicts the answer."""
    who = f", said {by}" if by else ""
    if known is None:
        text = f"INC-{number}: {WORDS[kind]} {shown(asked)} was suggested; it was not{who}."
    else:
        text = f"INC-{number}: {WORDS[kind]} {shown(known)}{who}."
    return Surface(text, [section(f":stopwatch: {text}"), *(context(line) for line in wrong)])


def missing(number: int, kinds: Sequence[MilestoneKind]) -> list[Block]:
    """What nobody has stated when the incident is over, with the button that opens the form."""
    if not kinds:
        return []
    listed = ", ".join(WORDS[kind] for kind in kinds)
    text = f"Not known yet: {listed}. With these the post-mortem can say how long each step took."
    return [{**section(text), "accessory": form_button(number)}]


def _question(number: int, kind: MilestoneKind, at: datetime) -> str:
    return QUESTIONS[kind].format(number=number, at=shown(at))
