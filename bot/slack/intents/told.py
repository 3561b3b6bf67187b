"""What a reminder says, and to whom."""

from __future__ import annotations

from dataclasses import dataclass

from bot.slack.blocks import Surface
from bot.slack.services import OnSent


@dataclass(frozen=True)
class Told:
    """`user_id` is named in the incident's channel; None: it is for everybody there.

    `on_sent` is what the record learns once it was said.
    """

    user_id: str | None
    surface: Surface
    on_sent: OnSent | None = None
