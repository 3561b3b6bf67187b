"""The two messages that link an incident with the message it was declared from."""

from __future__ import annotations

from bot.slack.blocks import LONGEST_SECTION, Surface, section, shortened_mrkdwn


def declared_from(link: str, channel_id: str | None) -> Surface:
    """In the incident's channel; `channel_id` is None where the message stands among few."""
    where = f"<#{channel_id}>" if channel_id else "a private channel"
    text = f":link: Declared from <{link}|a message> in {where}."
    if channel_id is None:
        text += " Nothing of it is copied here: Slack opens the link for those who may read it there."
    return Surface(f"Declared from a message in {where}.", [section(text)])


def declared_as(number: int, title: str | None, channel_id: str | None) -> Surface:
    """Below the message; `title` is inert Slack text, None where not everybody there may see the incident."""
    named = f"INC-{number}: *{title}*" if title else f"INC-{number}, which is shown to its members alone"
    place = f" It goes on in <#{channel_id}>." if channel_id else ""
    text = shortened_mrkdwn(f":rotating_light: Declared from this message: {named}.{place}", LONGEST_SECTION)
    return Surface(f"INC-{number} was declared from this message.", [section(text)])
