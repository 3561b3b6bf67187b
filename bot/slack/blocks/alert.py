"""What an incident's channel is told of its alerts."""

from __future__ import annotations

from bot.slack.blocks import LONGEST_SECTION, Surface, context, section, shortened_mrkdwn
from bot.slack.blocks.answers import CLAIM


def attached_alert(number: int, line: str) -> Surface:
    """`line` is how the timeline tells of alerts that a route attached, as inert Slack text."""
    text = shortened_mrkdwn(f":bell: On the timeline from now on: {line}", LONGEST_SECTION)
    return Surface(f"An alert was attached to INC-{number}.", [section(text)])


def declared_by_alert(number: int, line: str, *, is_led: bool) -> Surface:
    """`line` is how the timeline tells of them, as inert Slack text."""
    text = shortened_mrkdwn(f":rotating_light: Declared by {line}", LONGEST_SECTION)
    blocks = [section(text)]
    if not is_led:
        blocks.append(context(CLAIM))
    return Surface(f"INC-{number} was declared by an alert.", blocks)
