"""The question whether Scribe may keep the topic of a channel."""

from __future__ import annotations

from bot.slack.blocks import LONGEST_SECTION, Surface, actions, button, section, shortened_mrkdwn
from bot.slack.blocks.carried import packed
from bot.slack.blocks.summary import Summary, state_line

KEEP_ACTION = "topic_keep"
LEAVE_ACTION = "topic_leave"
LONGEST_SHOWN = 300


def topic_question(facts: Summary, standing: str) -> Surface:
    """To one person alone; `standing` is the topic that stands, inert."""
    question = f"May Scribe keep this channel's topic true while INC-{facts.number} is open?"
    now = "There is none now."
    if standing:
        now = f"Now it is “{shortened_mrkdwn(standing, LONGEST_SHOWN)}”."
    wanted = shortened_mrkdwn(state_line(facts), LONGEST_SECTION // 2)
    asked = f"{question}\n> {wanted}\n{now} Scribe asks this once."
    return Surface(
        question,
        [
            section(asked),
            actions(
                [
                    button(KEEP_ACTION, "Let Scribe keep it", packed(facts.number)),
                    button(LEAVE_ACTION, "Leave mine" if standing else "Leave it", packed(facts.number)),
                ]
            ),
        ],
    )


def answered(number: int, *, may: bool) -> str:
    if may:
        return f"Scribe keeps this channel's topic true while INC-{number} is open."
    return "The topic stays yours: Scribe leaves it alone."
