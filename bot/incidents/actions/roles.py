"""Who does what: giving roles, handing them over, taking command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.incidents import intents
from bot.incidents import roles as rules
from bot.incidents.access import Standing
from bot.incidents.actor import Actor
from bot.incidents.roles import CannotHold, Given, Handed
from bot.incidents.unit_of_work import Change, UnitOfWork
from storage import homes, outbox
from storage.vocabulary import COMMANDER

MOST_REFRESHED = 20
"""Open incidents whose summary says somebody's new name at once; others do when something of them changes."""


@dataclass(frozen=True)
class GiveRoles:
    """Who is to have which role; None: nobody has it any more."""

    given: Mapping[str, str | None]
    number: int | None = None


@dataclass(frozen=True)
class RolesGiven:
    """What became of each role that was given, in their order."""

    number: int
    handed: Sequence[Handed]


async def give_roles(work: UnitOfWork, actor: Actor, request: GiveRoles) -> RolesGiven:
    """Hand roles of an incident over, all or none; the channel is told of them in one message.

    Raises:
        CannotHold: somebody who is to have one has left the workspace, or is an app.
    """
    await work.incident(actor, request.number, even_cancelled=False)
    for role, user_id in request.given.items():
        if user_id:
            await check_holder(work, user_id, role)
    given = [Given(role, user_id) for role, user_id in request.given.items()]
    async with work.changing(actor, request.number, "give_roles") as change:
        handed = await rules.give(
            change.session,
            change.incident,
            given,
            by=change.by,
            now=change.now,
            is_there=_there(actor, change),
        )
        return await work.done(change.session, RolesGiven(change.incident.number, handed))


@dataclass(frozen=True)
class TakeCommand:
    """Somebody wants to lead an incident that nobody leads, or that `instead_of` does."""

    number: int
    instead_of: str | None = None


async def take_command(work: UnitOfWork, actor: Actor, request: TakeCommand) -> Handed:
    """Lead an incident; where somebody else leads it they go on, and are named.

    Raises:
        LeadsNoMore: it is resolved.
    """
    async with work.changing(actor, request.number, "take_command") as change:
        handed = await rules.claim(
            change.session,
            change.incident,
            COMMANDER,
            request.instead_of,
            by=change.by,
            now=change.now,
            is_there=_there(actor, change),
        )
        return await work.done(change.session, handed)


async def check_holder(
    work: UnitOfWork, user_id: str, role: str, *, example: str = rules.EXAMPLE, unsaved: str = ""
) -> None:
    """Whether somebody can have a role, or work, as `CannotHold` names it.

    Raises:
        CannotHold: they have left the workspace, or are an app.
    """
    standing = await work.permission.standing_of(user_id)
    if standing in (Standing.LEFT, Standing.BOT):
        has_left = standing is Standing.LEFT
        raise CannotHold(user_id, role, has_left=has_left, example=example, unsaved=unsaved)


def _there(actor: Actor, change: Change) -> Sequence[str]:
    """Whom Slack vouches for as being in the incident's channel at this moment."""
    is_there = actor.is_there and actor.channel_id == change.incident.channel_id
    return [actor.user_id] if is_there else []


async def called_otherwise(work: UnitOfWork, user_id: str) -> None:
    """Somebody goes by another name: the summaries of what they are at say it, and the topics with them."""
    async with work.reading() as session:
        concerned = await homes.open_of(session, work.workspace.team_id, user_id, limit=MOST_REFRESHED)
    if concerned:
        async with work.database.write() as session:
            asks = [intents.refresh_summary(incident.pk) for incident in concerned]
            await outbox.ask(session, asks, asked_at=work.clock.now())
