"""What an incident's channel is told of the alerts that declared it."""

from __future__ import annotations

from bot.slack.blocks import LONGEST_SECTION, Surface, context, section, shortened_mrkdwn
from bot.slack.blocks.answers import CLAIM


def declared_by_alert(number: int, line: str, *, is_led: bool) -> Surface:
    """`line` is how the timeline tells of them, as inert Slack text."""
    text = shortened_mrkdwn(f":rotating_light: Declared by {line}", LONGEST_SECTION)
    blocks = [section(text)]
    if not is_led:
        blocks.append(context(CLAIM))
    return Surface(f"INC-{number} was declared by an alert.", blocks)
