"""What a reminder says, and to whom."""

from __future__ import annotations

from dataclasses import dataclass

from bot.slack.blocks import Surface


@dataclass(frozen=True)
class Told:
    """`user_id` is named in the incident's channel; None: it is for everybody there."""

    user_id: str | None
    surface: Surface
