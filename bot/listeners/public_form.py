"""The form of a public post: what is proposed, with what its pages show parts for."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence

from bot.incidents.actor import Actor
from bot.incidents.status_pages.contract import Component
from bot.incidents.status_pages.errors import PostedSince
from bot.incidents.views.public_posts import PublicDraft, public_draft
from bot.listeners.forms import View
from bot.listeners.scribe import Scribe
from bot.slack.blocks import LONGEST_SECTION, shortened_mrkdwn
from bot.slack.blocks.public_form import FilledIn, Page, PublicOrigin, PublicWords, public_form
from bot.slack.names import names_in
from bot.text.for_outside import in_plain_words
from bot.text.mrkdwn import escape

_WORD = r"(?:-{1,2}|[\u2013\u2014])public"
"""What keyboards make of two hyphens counts too."""
_ASKED = re.compile(rf"{_WORD}(?=$|[\s:,])[\s:,]*", re.IGNORECASE)
_ASKED_LAST = re.compile(rf"(?:(?<=\s)|^){_WORD}$", re.IGNORECASE)


def public_words(text: str) -> str | None:
    """What is to be read by everybody, of the words behind `update`, which begin or end by saying so; None:
    they are for people inside.
    """
    if asked := _ASKED.match(text):
        return text[asked.end() :].strip()
    if asked := _ASKED_LAST.search(text):
        return text[: asked.start()].strip()
    return None


async def filled_form(
    scribe: Scribe, actor: Actor, number: int | None, said: str = "", *, is_update: bool = False
) -> View:
    """The form as the incident stands; `said` is Slack text that its person wants to be read by everybody.

    Raises:
        NoIncidentHere, NoSuchIncident, MembersOnly, CannotTell: there is none, or none to be seen.
        NoStatusPage, DrillStaysInside, IncidentCancelled: nothing of it is posted publicly.
    """
    draft = await public_draft(scribe.work, actor, number, said)
    words = PublicWords(draft.name, draft.text, draft.state, draft.impact, draft.is_private)
    return await _form(scribe, actor, draft, words, {}, is_update=is_update)


async def form_again(
    scribe: Scribe,
    actor: Actor,
    number: int | None,
    said: FilledIn,
    since: PostedSince,
    *,
    is_update: bool,
) -> View:
    """The form as it was filled in, for a second look: somebody posted while it was open."""
    draft = await public_draft(scribe.work, actor, number)
    names = await names_in(scribe.directory, [], {since.by}, asks_slack=False)
    by, text = names.person(since.by) or since.by, " ".join(since.text.split())
    told = f"{escape(by)} posted while this form was open: {escape(text)}"
    words = PublicWords(
        said.name or draft.name,
        said.text,
        said.state,
        said.impact,
        draft.is_private,
        said.notifies,
        shortened_mrkdwn(f"{told} Read it; yours is not posted yet.", LONGEST_SECTION - 20),
    )
    return await _form(scribe, actor, draft, words, said.pages, is_update=is_update)


async def _form(
    scribe: Scribe,
    actor: Actor,
    draft: PublicDraft,
    words: PublicWords,
    chosen: Mapping[str, Sequence[str]],
    *,
    is_update: bool,
) -> View:
    parts = await asyncio.gather(*(_components(scribe, one.name) for one in draft.pages))
    origin = PublicOrigin(
        actor.channel_id,
        actor.response_url or "",
        tuple(one.name for one in draft.pages),
        draft.seen,
        is_update,
    )
    pages = [
        Page(one.name, one.title, one.url, components, chosen.get(one.name, one.components))
        for one, components in zip(draft.pages, parts, strict=True)
    ]
    return public_form(draft.number, origin, words, pages)


def empty_form(
    scribe: Scribe, actor: Actor, number: int | None, said: str = "", *, is_update: bool = False
) -> View:
    """The same where the record is not read in time."""
    pages = [Page(one.name, one.title) for one in scribe.settings.status_pages]
    names = tuple(one.name for one in pages)
    origin = PublicOrigin(actor.channel_id, actor.response_url or "", names, is_update=is_update)
    return public_form(number, origin, PublicWords(text=in_plain_words(said, ())), pages)


async def _components(scribe: Scribe, page: str) -> Sequence[Component] | None:
    known = scribe.status_pages.get(page)
    return await known.components() if known else None
