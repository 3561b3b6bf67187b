"""What somebody reads who wants to take command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.slack.blocks import Surface, actions, button, confirm, section
from bot.slack.blocks.carried import packed
from bot.text.moments import shown
from bot.text.nobody import mention
from storage.vocabulary import COMMANDER

TAKE_OVER_ACTION = "take_over_command"


@dataclass(frozen=True)
class Leader:
    """Who leads, as far as whoever wants to take over knows."""

    user_id: str


def you_lead(number: int) -> str:
    return f"You lead INC-{number} now: its {COMMANDER}. `/incident role {COMMANDER} @ana` hands it over."


def nobody_leads(number: int) -> str:
    return f"Nobody leads INC-{number} just now. `/incident role {COMMANDER} me` makes it you."


def somebody_leads(number: int, user_id: str, name: str, since: datetime) -> Surface:
    """Who leads, and a button to take over from them, which asks first; `name` is plain text."""
    text = f"{mention(user_id)} leads INC-{number} since {shown(since)}. Do you take over?"
    takes_over = button(
        TAKE_OVER_ACTION,
        "Take over",
        packed(number, Leader(user_id)),
        confirm=confirm(
            f"Take command of INC-{number}?",
            f"{name} leads it. You would lead it instead, and the channel is told.",
            "Take over",
        ),
    )
    return Surface(text, [section(text), actions([takes_over])])
