"""The two messages that link an incident with the message it was declared from."""

from __future__ import annotations

from bot.slack.blocks import Surface, section


def declared_from(link: str, channel_id: str | None) -> Surface:
    """In the incident's channel; `channel_id` is None where the message stands among few."""
    where = f"<#{channel_id}>" if channel_id else "a private channel"
    text = f":link: Declared from <{link}|a message> in {where}."
    if channel_id is None:
        text += " Nothing of it is copied here: Slack opens the link for those who may read it there."
    return Surface(f"Declared from a message in {where}.", [section(text)])


def declared_as(number: int, channel_id: str | None) -> Surface:
    """Below the message; `channel_id` is None where not everybody there may see the incident.

    It repeats no words of the incident: nobody could take them back here once that is made private.
    """
    place = f". It goes on in <#{channel_id}>" if channel_id else ", which is shown to its members alone"
    text = f":rotating_light: Declared from this message: INC-{number}{place}."
    return Surface(f"INC-{number} was declared from this message.", [section(text)])
