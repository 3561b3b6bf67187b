"""Finding what was learned before: by words, or by likeness to an incident. Only what somebody may see."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.access import Standing
from bot.incidents.actor import Actor
from bot.incidents.draft_link import draft_link
from bot.incidents.errors import NothingToFind
from bot.incidents.unit_of_work import UnitOfWork
from bot.postmortem.finding import find, refresh
from bot.slack.blocks import Surface
from bot.slack.blocks.search_results import Result, search_results, similar_incidents
from bot.slack.names import names_in
from bot.slack.services import Services
from bot.text.mrkdwn import KnownNames, escape, inert_line
from bot.text.typed import typed
from storage import drafts, search
from storage.search import END, START, Found, Seen

EXAMPLE = "/postmortem search connection pool"
MOST = 8
ASKED_ABOUT = 20
"""Incidents of closed channels that one search asks about."""
CHANNEL = re.compile(rf"(?:#|^|(?<=…)){START}?([CG](?=[A-Z]*\d)[A-Z0-9]{{7,}})\b{END}?")
"""A channel as it is indexed, since its name may change, or become one that not everybody may read; a word in
capitals has no digit in it."""
TELLING_WORD = 4
"""Letters from which on a word of an incident's own text is worth looking for."""

Look = Callable[[AsyncSession, Seen], Awaitable[list[Found]]]


@dataclass(frozen=True)
class FoundIncident:
    """An incident that was found; `snippet` shows where, its words between the marks START and END."""

    number: int
    title: str
    snippet: str
    declared_at: datetime
    severity: str | None
    channel_id: str | None
    draft_link: str | None


@dataclass(frozen=True)
class SearchView:
    """What was found, the best first; `is_complete`: Slack said in time what may be looked through.

    `number` is that of the incident to which they are alike, None where words were looked for.
    """

    found: Sequence[FoundIncident]
    is_complete: bool
    number: int | None = None


async def search_view(work: UnitOfWork, actor: Actor, words: str) -> SearchView:
    """The incidents whose record or post-mortem holds all these words, as people type them.

    Raises:
        NothingToFind: there are none to look for.
        OursAlone, PeopleAlone: they are answered nothing at all.
    """
    if not search.phrases(words):
        raise NothingToFind(EXAMPLE)

    async def look(session: AsyncSession, seen: Seen) -> list[Found]:
        return await search.search(session, work.workspace.team_id, words, seen=seen, limit=MOST)

    return await _found(work, actor, [words], look, is_every=True)


async def similar_view(work: UnitOfWork, actor: Actor, number: int | None, words: str) -> SearchView:
    """Earlier incidents like this one, by these words, else by those of its title and its cause.

    Raises:
        NoIncidentHere, NoSuchIncident, MembersOnly, CannotTell: there is none, or none to be seen.
    """
    incident = await work.incident(actor, number)
    async with work.reading() as session:
        telling = await search.words_of(session, incident.pk, at_least=TELLING_WORD)

    async def look(session: AsyncSession, seen: Seen) -> list[Found]:
        wanted = search.phrases(words) or await search.words_of(session, incident.pk, at_least=TELLING_WORD)
        team_id = work.workspace.team_id
        return await search.similar(session, team_id, wanted, besides=incident.id, seen=seen, limit=MOST)

    said = search.phrases(words) if words else telling
    return replace(await _found(work, actor, said, look, is_every=False), number=incident.number)


async def show_search(services: Services, view: SearchView, words: str) -> Surface | str:
    """What was found, by these words or by likeness, as inert text."""
    texts = [text for one in view.found for text in (one.title, _with_mentions(one.snippet))]
    names = await names_in(services.directory, [*texts, words], asks_slack=False)
    results = [
        Result(
            number=one.number,
            title=inert_line(one.title, names),
            snippet=_snippet(one.snippet, names),
            declared_at=one.declared_at,
            severity=one.severity,
            channel_id=one.channel_id,
            draft_link=one.draft_link,
        )
        for one in view.found
    ]
    if view.number is not None:
        return similar_incidents(view.number, results, is_complete=view.is_complete)
    return search_results(results, inert_line(words, names), is_complete=view.is_complete)


async def typed_words(services: Services, text: str) -> str:
    """Slack text as people typed it, to be looked for."""
    return typed(text, await names_in(services.directory, [text], asks_slack=False))


async def _found(
    work: UnitOfWork, actor: Actor, words: Sequence[str], look: Look, *, is_every: bool
) -> SearchView:
    team_id, now = work.workspace.team_id, work.clock.now()
    seen, is_complete = await _seen(work, actor, words, is_every=is_every)
    found = await find(work.database, team_id, now, lambda session: look(session, seen))
    # the rule is asked of what is shown, whatever was looked through
    shown, _ = await work.permission.visible(actor, [one.incident for one in found])
    numbers = {incident.number for incident in shown}
    results = []
    async with work.reading() as session:
        for one in found:
            incident = one.incident
            if incident.number not in numbers:
                continue
            draft = await drafts.newest_delivered(session, incident.pk)
            results.append(
                FoundIncident(
                    number=incident.number,
                    title=incident.title,
                    snippet=one.snippet,
                    declared_at=incident.declared_at,
                    severity=incident.severity,
                    channel_id=incident.channel_id,
                    draft_link=draft_link(work.workspace, incident, draft) if draft else None,
                )
            )
    return SearchView(results, is_complete)


async def _seen(work: UnitOfWork, actor: Actor, words: Sequence[str], *, is_every: bool) -> tuple[Seen, bool]:
    """Which incidents are looked through for this person; whether Slack said in time which those are.

    Of channels that are closed to them Slack is asked where something would be found there.
    """
    team_id = work.workspace.team_id
    await refresh(work.database, team_id, work.clock.now())
    standing = await work.permission.check_person(actor)
    seen = Seen(standing is Standing.MEMBER, frozenset({actor.channel_id}))
    async with work.reading() as session:
        closed = await search.closed_channels(
            session, team_id, words, seen, is_every=is_every, limit=ASKED_ABOUT
        )
    open_to_them, is_complete = await work.permission.channels_of(actor, closed)
    return replace(seen, channels=seen.channels | open_to_them), is_complete and standing is not None


def _with_mentions(snippet: str) -> str:
    """A snippet as Slack text; the channels in it, which are indexed as ids, are mentions again."""
    return CHANNEL.sub(r"<#\1>", escape(" ".join(snippet.split())))


def _snippet(snippet: str, names: KnownNames) -> str:
    """A snippet as inert text of one line, what was found in bold; channels as their names now."""
    text = inert_line(_with_mentions(snippet), names)
    # a marker next to a letter would show its star
    return text.replace(START, " *").replace(END, "* ").replace("  ", " ").strip()
