"""Buttons that turn the pages of a listing of an incident."""

from __future__ import annotations

from dataclasses import dataclass

from bot.slack.blocks import Block, actions, button
from bot.slack.blocks.carried import packed


@dataclass(frozen=True)
class Page:
    """The page (from 1) that a button turns to."""

    page: int


def turns(action: str, earlier: str, later: str, page: int, pages: int, number: int) -> list[Block]:
    """Of a listing of incident `number`: a row with a button each way there is; nothing for a single page."""
    ways = [(earlier, page - 1), (later, page + 1)]
    buttons = [
        button(f"{action}_{label.lower()}", label, packed(number, Page(to)))
        for label, to in ways
        if 1 <= to <= pages
    ]
    return [actions(buttons)] if buttons else []


def within(page: int, pages: int) -> int:
    """The page, or the nearest one there is."""
    return min(max(page, 1), max(pages, 1))
