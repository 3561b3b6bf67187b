"""Buttons that turn the pages of a listing of an incident."""

from __future__ import annotations

from bot.slack.blocks import Block, actions, button


def turns(action: str, earlier: str, later: str, page: int, pages: int, incident_id: int) -> list[Block]:
    """A row with a button each way there is; nothing for a single page."""
    ways = [(earlier, page - 1), (later, page + 1)]
    buttons = [
        button(f"{action}_{label.lower()}", label, f"{incident_id}:{to}")
        for label, to in ways
        if 1 <= to <= pages
    ]
    return [actions(buttons)] if buttons else []


def within(page: int, pages: int) -> int:
    """The page, or the nearest one there is."""
    return min(max(page, 1), max(pages, 1))
