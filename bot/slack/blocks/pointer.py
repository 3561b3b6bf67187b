"""A short message that points at the summary, which has scrolled far away."""

from __future__ import annotations

from datetime import datetime

from bot.slack.blocks import Surface, context
from bot.slack.blocks.summary import Summary, state_line
from bot.text.moments import shown


def pointer(facts: Summary, link: str, now: datetime) -> Surface:
    """It says when what it says was so, and stays as it is: the summary is what is kept true."""
    text = f":pushpin: <{link}|INC-{facts.number}: summary and buttons> · {shown(now)}: {state_line(facts)}"
    return Surface(text, [context(text)])
