"""`/postmortem`: every verb there is."""

from __future__ import annotations

from typing import Any

from bot.incidents.which import nowhere
from bot.listeners.commands import draft, owner, publish, review, search, status
from bot.listeners.commands.verb import Verb, Verbs, dispatch, form_of
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe

_DRAFTS = Verb(
    draft.handle,
    draft.EXAMPLE,
    "brings the draft up to date and keeps what people wrote; or uses another template",
    more=("/postmortem draft sre",),
)
_IT = frozenset({"draft", "postmortem", "post-mortem"})
VERBS: Verbs = {
    "draft": _DRAFTS,
    "search": Verb(
        search.handle,
        search.SEARCH_EXAMPLE,
        "finds the incidents whose record or post-mortem holds all these words",
        names=nowhere,
        takes_text=True,
    ),
    "owner": Verb(
        owner.handle, owner.EXAMPLE, "gives it to somebody to finish", more=("/postmortem owner me",)
    ),
    "review": Verb(review.handle, review.EXAMPLE, "asks people to review it"),
    "status": Verb(status.handle, status.EXAMPLE, "shows how far it is, and what is missing"),
    "notes": Verb(
        status.handle_notes,
        status.NOTES_EXAMPLE,
        "shows its owner what could be said with less blame or more precisely",
    ),
    "publish": Verb(publish.handle, publish.EXAMPLE, "keeps the final text and announces it", only_words=_IT),
    "reopen": Verb(
        publish.handle_reopen,
        publish.REOPEN_EXAMPLE,
        "makes a published one a draft again",
        only_words=_IT,
    ),
    "": _DRAFTS,
}


async def handle(command: Command, scribe: Scribe) -> Answer | None:
    return await dispatch(command, scribe, VERBS, "/postmortem")


def form(command: Command, scribe: Scribe) -> dict[str, Any] | None:
    return form_of(command, scribe, VERBS)
