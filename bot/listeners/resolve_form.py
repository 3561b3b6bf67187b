"""The form that resolves an incident, filled with what is known and what the record suggests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.incidents.actor import Actor
from bot.incidents.views.resolving import Resolving, resolving
from bot.incidents.views.unmarked import UnmarkedMessages, unmarked_messages
from bot.incidents.vocabulary import MilestoneKind
from bot.listeners.forms import View
from bot.listeners.moments import written
from bot.listeners.scribe import Scribe
from bot.postmortem.suggest_milestone import suggested_of
from bot.slack.blocks.resolve_form import (
    MITIGATED,
    RESOLVED,
    Choice,
    Held,
    Origin,
    Suggested,
    resolve_form,
)
from bot.slack.names import names_in
from bot.text.mrkdwn import KnownNames, plain

WITHIN = 0.6
"""Seconds the form waits for what the record suggests: its trigger is good for three."""

T = TypeVar("T")


async def filled_form(scribe: Scribe, actor: Actor, number: int | None) -> View:
    """The form of an incident, as this person reads times.

    Raises:
        NoIncidentHere, NoSuchIncident, MembersOnly, CannotTell: there is none, or none to be seen.
        AlreadyResolved, IncidentCancelled: it is over.
    """
    view = await resolving(scribe.work, actor, number)
    zone = await scribe.directory.zone(actor.user_id, scribe.settings.zone)
    mitigated = view.known.get(MilestoneKind.MITIGATED)
    perhaps, unmarked = await asyncio.gather(
        _in_time(_perhaps(scribe, actor, view.number, zone), None) if mitigated is None else _nothing(),
        _in_time(unmarked_messages(scribe.work, actor, view.number), UnmarkedMessages(view.number, (), 0)),
    )
    texts = [*(one.words for one in view.items), *(one.text for one in unmarked.messages)]
    people = [one.author.user_id for one in unmarked.messages if one.author.user_id]
    names = await names_in(scribe.directory, texts, people, asks_slack=False)
    held = Held(
        conclusion=view.conclusion or "",
        impact=view.impact or "",
        mitigated=written(mitigated, zone) if mitigated else "",
        suggested=_suggested(view, perhaps, zone),
        ended=written(view.alerts_ended_at, zone) if view.alerts_ended_at else "",
        impact_marks=view.impact_marks,
        items=[Choice(str(one.number), f"{one.number}. {_line(one.words, names)}") for one in view.items],
        unmarked=[
            Choice(
                one.ts,
                f"{written(one.said_at, zone)[-5:] if zone else ''} {_line(one.text, names)}".strip(),
                ", ".join(one.why),
            )
            for one in unmarked.messages
        ],
        more_unmarked=unmarked.more,
    )
    origin = Origin(actor.channel_id, actor.response_url or "", seen=view.seen)
    return resolve_form(view.number, origin, held)


def empty_form(actor: Actor, number: int | None) -> View:
    """The same where the record is not read in time."""
    return resolve_form(number, Origin(actor.channel_id, actor.response_url or ""), Held())


async def _perhaps(scribe: Scribe, actor: Actor, number: int, zone: ZoneInfo | None) -> Suggested | None:
    """What the record suggests for when it was mitigated."""
    found = await suggested_of(scribe, scribe.work, actor, number)
    hint = next((one for one in found if one.kind == MilestoneKind.MITIGATED), None)
    return Suggested(written(hint.at, zone), hint.at, hint.because) if hint else None


def _suggested(view: Resolving, mitigated: Suggested | None, zone: ZoneInfo | None) -> dict[str, Suggested]:
    """The times that the form is filled with: its end only where the record knows of nothing after it."""
    found = {MITIGATED: mitigated} if mitigated else {}
    ended = view.alerts_ended_at
    if ended and view.is_quiet_since and not (mitigated and mitigated.at > ended):
        found[RESOLVED] = Suggested(written(ended, zone), ended, "the end of its last alert")
    return found


async def _in_time(work: Awaitable[T], otherwise: T) -> T:
    try:
        async with asyncio.timeout(WITHIN):
            return await work
    except TimeoutError:
        return otherwise


async def _nothing() -> None:
    return None


def _line(text: str, names: KnownNames) -> str:
    return " ".join(plain(text, names).split())
