"""`/postmortem search words` and `/incident similar`: finding what was learned before."""

from __future__ import annotations

from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.postmortem.search import EXAMPLE as SEARCH_EXAMPLE
from bot.postmortem.search import search_view, show_search, similar_view, typed_words

__all__ = ["SEARCH_EXAMPLE", "SIMILAR_EXAMPLE", "handle", "handle_similar"]

SIMILAR_EXAMPLE = "/incident similar"


async def handle(command: Command, scribe: Scribe) -> Answer:
    """The incidents whose record or post-mortem holds all these words."""
    view = await search_view(scribe.work, command.actor, await typed_words(scribe, command.text))
    return await show_search(scribe, view, command.text)


async def handle_similar(command: Command, scribe: Scribe) -> Answer:
    """Earlier incidents like this one, by the words of its title and what is known of its cause."""
    view = await similar_view(scribe.work, command.actor, command.number, command.text)
    return await show_search(scribe, view, command.text)
