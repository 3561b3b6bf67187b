"""Asking, each time something is to be shown or done, whether its person may see the incident.

The rule itself is `bot.incidents.access.may_see`; this finds out of Slack what it needs, in bounded time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

import structlog

from bot.incidents.access import (
    CannotTell,
    MembersOnly,
    OursAlone,
    PeopleAlone,
    Standing,
    Verdict,
    may_see,
)
from bot.incidents.actor import Actor
from bot.slack.calls import Refused, SlackTrouble
from bot.slack.directory import Directory
from bot.slack.members import Members
from storage.tables import Incident
from storage.vocabulary import Unreachable

log = structlog.get_logger()

WITHIN = 0.6
"""Seconds an answer may wait for each thing it takes; Slack itself waits 3 s for the answer."""
NOT_AGAIN_WITHIN = 3.0
"""Seconds in which Slack is not waited for again about somebody of whom it just did not tell in time."""


class Permission:
    """Who may see which incident of a workspace."""

    def __init__(
        self,
        team_id: str,
        directory: Directory,
        members: Members,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._team_id = team_id
        self._directory = directory
        self._members = members
        self._now = now
        self._in_vain: dict[str, float] = {}

    async def check_person(self, actor: Actor) -> Standing | None:
        """What somebody is to the workspace; None where Slack does not say in time.

        Raises:
            OursAlone, PeopleAlone: they are answered nothing at all.
        """
        standing = await self._standing(actor)
        if standing is Standing.OUTSIDER:
            raise OursAlone
        if standing is Standing.BOT:
            raise PeopleAlone
        return standing

    async def check(self, actor: Actor, incident: Incident) -> None:
        """Nothing, if they may see the incident.

        Raises:
            OursAlone, PeopleAlone, MembersOnly: they may not.
            CannotTell: Slack did not say in time.
        """
        await self.check_person(actor)
        match (await self._verdicts(actor, [incident]))[0]:
            case Verdict.NO:
                raise MembersOnly(incident.number, is_private=incident.is_private)
            case Verdict.UNKNOWN:
                raise CannotTell(incident.number)

    async def visible(self, actor: Actor, incidents: Sequence[Incident]) -> tuple[list[Incident], bool]:
        """Those of the incidents that somebody may see; whether Slack said so of all of them in time.

        Raises:
            OursAlone, PeopleAlone: they are answered nothing at all.
        """
        await self.check_person(actor)
        verdicts = await self._verdicts(actor, incidents)
        seen = [one for one, verdict in zip(incidents, verdicts, strict=True) if verdict is Verdict.YES]
        return seen, Verdict.UNKNOWN not in verdicts

    async def channels_of(self, actor: Actor, channel_ids: Sequence[str]) -> tuple[frozenset[str], bool]:
        """Those of the channels that somebody is in; whether Slack said so of all of them in time."""
        found = await self._memberships(actor.user_id, set(channel_ids))
        return frozenset(one for one, is_in in found.items() if is_in), len(found) == len(set(channel_ids))

    def came_or_went(self, channel_id: str) -> None:
        """The members of a channel changed: forget who they were."""
        self._members.forget(channel_id)

    async def standing_of(self, user_id: str) -> Standing | None:
        """What somebody is to the workspace; None where Slack does not say in time."""
        if self._now() >= self._in_vain.get(user_id, 0.0):
            try:
                async with asyncio.timeout(WITHIN):
                    await self._directory.standing(user_id)
            except (TimeoutError, SlackTrouble) as trouble:
                log.warning("permission.person_unknown", why=trouble)
                self._in_vain = {one: until for one, until in self._in_vain.items() if self._now() < until}
                self._in_vain[user_id] = self._now() + NOT_AGAIN_WITHIN
        return self._directory.known_standing(user_id)

    async def _standing(self, actor: Actor) -> Standing | None:
        known = await self.standing_of(actor.user_id)
        if known is None and actor.home_team_id != self._team_id:
            return Standing.OUTSIDER
        return known

    async def _verdicts(self, actor: Actor, incidents: Sequence[Incident]) -> list[Verdict]:
        standing = self._directory.known_standing(actor.user_id)
        asked = {
            str(one.channel_id)
            for one in incidents
            if one.channel_id
            and may_see(is_private=one.is_private, standing=standing, is_in_channel=_proven(actor, one))
            is Verdict.UNKNOWN
        }
        members = await self._memberships(actor.user_id, asked)
        return [
            may_see(is_private=one.is_private, standing=standing, is_in_channel=_is_in(actor, one, members))
            for one in incidents
        ]

    async def _memberships(self, user_id: str, channel_ids: set[str]) -> dict[str, bool]:
        """In which of the channels somebody is, of those that Slack says in time."""
        tasks = {
            asyncio.create_task(self._members.has(channel_id, user_id)): channel_id
            for channel_id in channel_ids
        }
        if not tasks:
            return {}
        done, late = await asyncio.wait(tasks, timeout=WITHIN)
        for task in late:
            task.cancel()
        found: dict[str, bool] = {}
        for task in done:
            problem = task.exception()
            if problem is None:
                found[tasks[task]] = task.result()
            elif isinstance(problem, Refused):
                found[tasks[task]] = False  # a private channel Scribe is not in: nobody can vouch
            elif not isinstance(problem, SlackTrouble):
                raise problem
        return found


def _proven(actor: Actor, incident: Incident) -> bool | None:
    """Whether somebody is in an incident's channel, as far as that follows from where they asked."""
    if incident.channel_id is None:
        return actor.user_id == incident.declared_by  # its channel is being opened
    if incident.unreachable_because == Unreachable.DELETED and actor.user_id == incident.declared_by:
        return True  # nobody can be in it any more, and somebody must be able to end it
    return True if actor.is_there and actor.channel_id == incident.channel_id else None


def _is_in(actor: Actor, incident: Incident, members: dict[str, bool]) -> bool | None:
    proven = _proven(actor, incident)
    if proven is not None:
        return proven
    asked = members.get(str(incident.channel_id))
    # Slack did not say in time: a form counts for the channel that it was opened in
    return asked if asked is not None else (True if actor.channel_id == incident.channel_id else None)
