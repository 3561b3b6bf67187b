"""A page of the timeline, as `/timeline` shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.slack.blocks import Block, Surface, context, section
from bot.slack.blocks.paging import turns
from bot.text.moments import shown

PAGE_ACTION = "timeline_page"
LONGEST_LINE = 400


@dataclass(frozen=True)
class ShownEvent:
    """One event; `text` is inert Slack text on one line."""

    number: int
    occurred_at: datetime
    is_approximate: bool
    text: str
    author: str
    permalink: str | None


def timeline_page(
    number: int, events: Sequence[ShownEvent], emoji: str, *, page: int, pages: int, count: int
) -> Surface:
    """The page (from 1) of an incident's timeline of `count` events, in the order things happened.

    Each event keeps the number it was recorded under, so that a number somebody read a minute ago still means
    the same event.
    """
    if not events:
        text = (
            f"The timeline of INC-{number} is empty. React with :{emoji}: to a message, "
            f"or say `/timeline INC-{number} add 14:05 Rolled back`."
        )
        return Surface(text, [section(text)])
    counted = f"{count} event" + ("s" if count != 1 else "")
    where = f", page {page} of {pages}" if pages > 1 else ""
    head = f"*Timeline of INC-{number}* ({counted}{where})"
    blocks: list[Block] = [section(head), *(section(_line(event)) for event in events)]
    edit, remove = f"`/timeline INC-{number} edit 3 14:05 Rolled back`", f"`/timeline INC-{number} remove 3`"
    blocks.append(context(f"Correct it: {edit} · {remove}"))
    blocks += turns(PAGE_ACTION, "Earlier", "Later", page, pages, number)
    return Surface(f"Timeline of INC-{number}: {counted}", blocks)


def _line(event: ShownEvent) -> str:
    about = "~" if event.is_approximate else ""
    evidence = f" (<{event.permalink}|message>)" if event.permalink else ""
    return f"*#{event.number}*  {about}{shown(event.occurred_at)}  {event.text} — {event.author}{evidence}"
