"""The name of an incident's own channel: `inc-20230910-checkout-is-down`."""

from __future__ import annotations

import re
from datetime import datetime

from anyascii import anyascii

LONGEST = 80
"""conversations.create: "80 characters or less", lowercase letters, digits, hyphens, underscores."""
LONGEST_PREFIX = 40
"""So that the day, part of the title and a number always fit."""


def channel_name(prefix: str, day: datetime, title: str, number: int, *, attempt: int = 1) -> str:
    """A valid channel name that says what the incident is about, whatever alphabet its title is in.

    A title that leaves nothing to spell is named by the incident's number; a second and later `attempt`
    (the name was taken) gets a number at its end.
    """
    ending = f"-{attempt}" if attempt > 1 else ""
    prefix = _spelled(prefix)[:LONGEST_PREFIX]
    start = f"{prefix.rstrip('-_')}-{day:%Y%m%d}-" if prefix else f"{day:%Y%m%d}-"
    slug = _spelled(title) or str(number)
    return start + slug[: LONGEST - len(start) - len(ending)].rstrip("-_") + ending


def _spelled(text: str) -> str:
    without_entities = re.sub(r"<[^>]*>|&(amp|lt|gt);", " ", text)
    return re.sub(r"[^a-z0-9_]+", "-", anyascii(without_entities).lower()).strip("-_")
