"""`/postmortem`: every verb there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.incidents.actions import postmortem as actions
from bot.incidents.actions.postmortem import OWNER_EXAMPLE, REVIEW_EXAMPLE
from bot.incidents.errors import ScribeError
from bot.incidents.lifecycle_errors import OneOwnerOnly
from bot.incidents.views.postmortem import postmortem_status
from bot.incidents.which import anywhere, nowhere
from bot.listeners.commands import meeting, search
from bot.listeners.commands.verb import Verb, Verbs, dispatch, form_of
from bot.listeners.people import people_named
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.postmortem.show_checkpoint import publish_question
from bot.slack.blocks import answers, review
from bot.templates import load_or_classic, names


class NoSuchTemplate(ScribeError):
    """None is called so."""

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__(
            f"There is no such template. There are {', '.join(known)}; for example `/postmortem draft sre`."
        )


async def _draft(command: Command, scribe: Scribe) -> Answer:
    name = _template(command.text, scribe)
    chosen = load_or_classic(name, scribe.settings.templates_folder)[0] if name else None
    is_public = chosen is not None and chosen.is_public
    request = actions.DraftPostmortem(name, command.number, is_public)
    result = await actions.draft_postmortem(scribe.work, command.actor, request)
    return answers.drafting(result.number, result.version, result.place)


def _template(said: str, scribe: Scribe) -> str | None:
    name = said.strip().lower()
    if not name:
        return None
    known = {template.lower(): template for template in names(scribe.settings.templates_folder)}
    if name not in known:
        raise NoSuchTemplate(sorted(known.values()))
    return known[name]


async def _owner(command: Command, scribe: Scribe) -> Answer:
    people = people_named(command, scribe, OWNER_EXAMPLE)
    if len(people) > 1:
        raise OneOwnerOnly(OWNER_EXAMPLE)
    request = actions.SetOwner(people[0], command.number)
    return review.owned(await actions.set_owner(scribe.work, command.actor, request), people[0])


async def _review(command: Command, scribe: Scribe) -> Answer:
    request = actions.AskReview(people_named(command, scribe, REVIEW_EXAMPLE), command.number)
    result = await actions.ask_review(scribe.work, command.actor, request)
    return review.review_answer(result.number, result.asked, result.waiting, result.place)


async def _status(command: Command, scribe: Scribe) -> Answer:
    return review.status(await postmortem_status(scribe.work, command.actor, command.number))


async def _notes(command: Command, scribe: Scribe) -> Answer:
    request = actions.AskForNotes(command.number)
    return review.reading_for_notes(await actions.ask_for_notes(scribe.work, command.actor, request))


async def _publish(command: Command, scribe: Scribe) -> Answer:
    return await publish_question(scribe, scribe.work, command.actor, command.number)


async def _reopen(command: Command, scribe: Scribe) -> Answer:
    request = actions.ReopenPostmortem(command.number)
    number = await actions.reopen_postmortem(scribe.work, command.actor, request)
    status = await postmortem_status(scribe.work, command.actor, number)
    return review.reopened(number, status.pages)


_DRAFTS = Verb(
    _draft,
    "/postmortem draft",
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
    "owner": Verb(_owner, OWNER_EXAMPLE, "gives it to somebody to finish", more=("/postmortem owner me",)),
    "review": Verb(_review, REVIEW_EXAMPLE, "asks people to review it"),
    "meeting": Verb(
        meeting.handle,
        meeting.EXAMPLE,
        "plans the meeting that reviews it, moves or cancels it, and shares a file for calendars",
        meeting.form,
        meeting.fill,
        names=anywhere,
        takes_text=True,
        more=(
            "/postmortem meeting",
            "/postmortem meeting 2026-12-03 14:00 30m",
            "/postmortem meeting cancel",
        ),
    ),
    "status": Verb(_status, "/postmortem status", "shows how far it is, and what is missing"),
    "notes": Verb(
        _notes, "/postmortem notes", "shows its owner what could be said with less blame or more precisely"
    ),
    "publish": Verb(
        _publish,
        "/postmortem publish",
        "shows what is missing, asks, keeps the final text and announces it",
        only_words=_IT,
    ),
    "reopen": Verb(_reopen, "/postmortem reopen", "makes a published one a draft again", only_words=_IT),
    "": _DRAFTS,
}


async def handle(command: Command, scribe: Scribe) -> Answer | None:
    return await dispatch(command, scribe, VERBS, "/postmortem")


def form(command: Command, scribe: Scribe) -> dict[str, Any] | None:
    return form_of(command, scribe, VERBS)
