"""`/postmortem`: every verb there is."""

from __future__ import annotations

from typing import Any

from bot.incidents.which import nowhere
from bot.listeners.commands import draft, owner, publish, review, search, status
from bot.listeners.commands.verb import Verb, Verbs, dispatch, form_of
from bot.listeners.requests import Answer, Command
from bot.scribe import Scribe

VERBS: Verbs = {
    "draft": Verb(draft.handle, draft.EXAMPLE),
    "search": Verb(search.handle, search.SEARCH_EXAMPLE, names=nowhere),
    "owner": Verb(owner.handle, owner.EXAMPLE),
    "review": Verb(review.handle, review.EXAMPLE),
    "status": Verb(status.handle, status.EXAMPLE),
    "notes": Verb(status.handle_notes, status.NOTES_EXAMPLE),
    "publish": Verb(publish.handle, publish.EXAMPLE),
    "reopen": Verb(publish.handle_reopen, publish.REOPEN_EXAMPLE),
    "": Verb(draft.handle, draft.EXAMPLE),
}


async def handle(command: Command, scribe: Scribe) -> Answer | None:
    return await dispatch(command, scribe, VERBS, "/postmortem")


def form(command: Command, scribe: Scribe) -> dict[str, Any] | None:
    return form_of(command, scribe, VERBS)
