"""Reminding the owner of a post-mortem to finish it."""

from __future__ import annotations

from datetime import datetime

from bot.slack.blocks import Block, Surface, actions, button, section
from bot.slack.blocks.carried import packed
from bot.slack.blocks.checkpoint import ASK_ACTION
from bot.text.moments import shown

SNOOZE_ACTION = "postmortem_snooze"
DAYS = {"day": 1, "week": 7}


def nudge(
    number: int,
    link: str | None,
    channel_id: str | None,
    due_at: datetime | None,
    *,
    is_late: bool,
) -> Surface:
    """Before it is due, when it is, and while it is late."""
    name = f"post-mortem of INC-{number}"
    linked = f"<{link}|{name}>" if link else name
    where = f" (<#{channel_id}>)" if channel_id else ""
    if due_at is None:
        text = f"The {linked}{where} is not published yet."
    elif is_late:
        text = f"The {linked}{where} was due {shown(due_at)} and is not published yet."
    else:
        text = f"The {linked}{where} is due {shown(due_at)}."
    buttons: list[Block] = [
        button(f"{SNOOZE_ACTION}_{length}", f"Snooze a {length}", packed(number)) for length in DAYS
    ]
    buttons.append(button(ASK_ACTION, "Publish…", packed(number)))
    return Surface(
        f"The {name} is {'late' if is_late else 'due soon'}.",
        [section(f":hourglass_flowing_sand: {text}"), actions(buttons)],
    )


def snoozed(number: int, until: datetime) -> str:
    return f"I will remind you of INC-{number}'s post-mortem again {shown(until)}."


def no_more_nudges(number: int) -> str:
    return f"INC-{number}'s post-mortem is published: there is nothing left to remind you of."
