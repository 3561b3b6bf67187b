"""`/postmortem search words` and `/incident similar`: finding what was learned before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.access import Standing
from bot.incidents.errors import NothingToFind
from bot.listeners.about import incident_meant
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.postmortem.finding import find, refresh
from bot.slack.blocks.search_results import Result, search_results, similar_incidents
from bot.slack.names import names_in
from bot.slack.summarise import draft_link
from bot.text.mrkdwn import KnownNames, escape, inert_line
from bot.text.typed import typed
from storage import drafts, search
from storage.search import END, START, Found, Seen

SEARCH_EXAMPLE = "/postmortem search connection pool"
SIMILAR_EXAMPLE = "/incident similar"
MOST = 8
ASKED_ABOUT = 20
"""Incidents of closed channels that one search asks about."""
CHANNEL = re.compile(rf"(?:#|^|(?<=…)){START}?([CG](?=[A-Z]*\d)[A-Z0-9]{{7,}})\b{END}?")
"""A channel as it is indexed, since its name may change, or become one that not everybody may read; a word in
capitals has no digit in it."""
TELLING_WORD = 4
"""Letters from which on a word of an incident's own text is worth looking for."""


async def handle(command: Command, scribe: Scribe) -> Answer:
    """The incidents whose record or post-mortem holds all these words."""
    if not search.phrases(command.text):
        raise NothingToFind(SEARCH_EXAMPLE)
    names = await names_in(scribe.directory, [command.text], asks_slack=False)
    words = typed(command.text, names)
    seen, is_complete = await _seen([words], command, scribe, is_every=True)

    async def look(session: AsyncSession) -> list[Found]:
        return await search.search(session, command.team_id, words, seen=seen, limit=MOST)

    found = await find(scribe.database, command.team_id, scribe.clock.now(), look)
    results = await _results(await _checked(found, command, scribe), scribe)
    return search_results(results, inert_line(command.text, names), is_complete=is_complete)


async def handle_similar(command: Command, scribe: Scribe) -> Answer:
    """Earlier incidents like this one, by the words of its title and what is known of its cause."""
    incident = await incident_meant(command, scribe)
    async with scribe.database.read() as session:
        words = await search.words_of(session, incident.pk, at_least=TELLING_WORD)
    said = search.phrases(command.text) if command.text else words
    seen, is_complete = await _seen(said, command, scribe, is_every=False)

    async def look(session: AsyncSession) -> list[Found]:
        words = await search.words_of(session, incident.pk, at_least=TELLING_WORD)
        wanted = search.phrases(command.text) if command.text else words
        return await search.similar(
            session, command.team_id, wanted, besides=incident.id, seen=seen, limit=MOST
        )

    found = await find(scribe.database, command.team_id, scribe.clock.now(), look)
    results = await _results(await _checked(found, command, scribe), scribe)
    return similar_incidents(incident.number, results, is_complete=is_complete)


async def _seen(
    words: Sequence[str], command: Command, scribe: Scribe, *, is_every: bool
) -> tuple[Seen, bool]:
    """Which incidents are looked through for this person; whether Slack said in time which those are.

    Of channels that are closed to them Slack is asked where something would be found there.
    """
    await refresh(scribe.database, command.team_id, scribe.clock.now())
    standing = await scribe.permission.check_person(command.caller)
    seen = Seen(standing is Standing.MEMBER, frozenset({command.channel_id}))
    async with scribe.database.read() as session:
        closed = await search.closed_channels(
            session, command.team_id, words, seen, is_every=is_every, limit=ASKED_ABOUT
        )
    open_to_them, is_complete = await scribe.permission.channels_of(command.caller, closed)
    return replace(seen, channels=seen.channels | open_to_them), is_complete and standing is not None


async def _checked(found: Sequence[Found], command: Command, scribe: Scribe) -> list[Found]:
    """Those that this person may see: the rule is asked of what is shown, whatever was looked through."""
    shown, _ = await scribe.permission.visible(command.caller, [one.incident for one in found])
    numbers = {incident.number for incident in shown}
    return [one for one in found if one.incident.number in numbers]


async def _results(found: Sequence[Found], scribe: Scribe) -> list[Result]:
    texts = [text for one in found for text in (one.incident.title, _with_mentions(one.snippet))]
    names = await names_in(scribe.directory, texts, asks_slack=False)
    async with scribe.database.read() as session:
        newest = {one.incident.id: await drafts.newest_delivered(session, one.incident.pk) for one in found}
    results = []
    for one in found:
        incident, draft = one.incident, newest[one.incident.id]
        results.append(
            Result(
                number=incident.number,
                title=inert_line(incident.title, names),
                snippet=_snippet(one.snippet, names),
                declared_at=incident.declared_at,
                severity=incident.severity,
                channel_id=incident.channel_id,
                draft_link=draft_link(scribe.workspace, incident, draft) if draft else None,
            )
        )
    return results


def _with_mentions(snippet: str) -> str:
    """A snippet as Slack text; the channels in it, which are indexed as ids, are mentions again."""
    return CHANNEL.sub(r"<#\1>", escape(" ".join(snippet.split())))


def _snippet(snippet: str, names: KnownNames) -> str:
    """A snippet as inert text of one line, what was found in bold; channels as their names now."""
    text = inert_line(_with_mentions(snippet), names)
    # a marker next to a letter would show its star
    return text.replace(START, " *").replace(END, "* ").replace("  ", " ").strip()
