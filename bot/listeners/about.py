"""The incident that somebody asks about, if they may see it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.incidents.status import check_stands
from bot.incidents.which import meant
from bot.listeners.attempt import once_transaction
from bot.listeners.requests import Command
from bot.listeners.scribe import Scribe
from bot.slack.permission import Caller
from storage import incidents
from storage.tables import Incident


async def incident_meant(command: Command, scribe: Scribe) -> Incident:
    """The incident a command names by its number, else its channel's.

    Raises:
        NoIncidentHere, NoSuchIncident: there is none.
        MembersOnly, CannotTell, OursAlone, PeopleAlone: it is not this person's to see.
    """
    async with scribe.database.read() as session:
        incident = await meant(session, scribe.workspace.team_id, command.channel_id, command.number)
    await scribe.permission.check(command.caller, incident)
    return incident


@asynccontextmanager
async def changing(
    command: Command, scribe: Scribe, *, even_cancelled: bool = False
) -> AsyncIterator[tuple[AsyncSession, Incident]]:
    """The write transaction of a command, and the incident it is about.

    Raises:
        IncidentCancelled: it was declared by mistake, unless the command is about `even_cancelled` ones.
        AlreadyDone: it was carried out before, here or elsewhere.
        NoIncidentHere, NoSuchIncident, MembersOnly, CannotTell, OursAlone, PeopleAlone: as `incident_meant`.
    """
    incident = await incident_meant(command, scribe)
    if not even_cancelled:
        check_stands(incident)
    async with once_transaction(command.key, scribe) as session:
        yield session, await incidents.by_id(session, incident.pk)


def caller_of(body: Mapping[str, Any], channel_id: str | None = None) -> Caller:
    """Who pressed a button, or sent a form, which was asked for in `channel_id`.

    What `user` says goes before `team`: docs.slack.dev/reference/interaction-payloads/block_actions-payload.
    """
    user, team = body["user"], body.get("team") or {}
    home = str(user.get("team_id") or team.get("id") or "")
    if channel_id is not None:
        return Caller(str(user["id"]), home, channel_id, is_there=False)
    return Caller(str(user["id"]), home, str((body.get("channel") or {}).get("id") or ""))
