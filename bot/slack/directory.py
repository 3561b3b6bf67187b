"""Who people are: names and zones as Slack said them, stored so that few answers have to wait for Slack."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.incidents.access import Standing
from bot.settings.team import is_channel_id
from bot.slack.calls import Refused, Slack, SlackTrouble
from bot.slack.message_events import Unreadable
from bot.text.direction import unsteered
from bot.text.visible import visible
from bot.text.well_formed import table, tables, text, text_or_none, well_formed
from storage import people
from storage.database import Database
from storage.tables import Person

PATIENCE = 1.5
"""Seconds a command may wait for Slack to say who its person is; Slack itself waits 3 s for the answer."""
ZONE_HOLDS = timedelta(hours=1)
"""How old a zone may be, whichever Scribe learned it; read in a zone somebody left, a time is made up."""
STANDING_HOLDS = 3600.0
"""Seconds after which Slack is asked again what somebody is to the workspace."""
SLACKBOT = "USLACKBOT"
SHOWN_HOLDS = 10.0
"""Seconds for which it stands what a channel was, so that posts that belong together ask once."""
LISTED_AT_ONCE = 999
"""Channels on a page: Slack takes fewer than 1,000 (docs.slack.dev/reference/methods/conversations.list)."""
ADDRESSES = "users:read.email"
"""The scope by which Slack tells addresses (docs.slack.dev/reference/scopes/users.read.email)."""
ADDRESS = re.compile(r"[^\s\"'<>()\\@]{1,64}@[^\s\"'<>()\\@]{1,255}")
"""One that can be looked for as it is."""
OURS = frozenset({Standing.MEMBER, Standing.GUEST})
"""Who is of the company: nobody else is looked for, or written to, by their address."""
NOT_VISIBLE = "user_not_visible"
"""Slack does not show this person to the workspace (docs.slack.dev/reference/methods/users.info#errors)."""


@dataclass(frozen=True)
class KnownChannel:
    """A channel's name, without the #; that of a private channel may not be shown to everybody."""

    name: str
    is_private: bool


class Directory:
    """People of one workspace, from memory, else the database, else Slack."""

    def __init__(
        self, slack: Slack, database: Database, team_id: str, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._now = now
        self._slack = slack
        self._database = database
        self._team_id = team_id
        self._people: dict[str, Person] = {}
        self._standings: dict[str, tuple[Standing, float]] = {}
        self._channels: dict[str, KnownChannel] = {}
        self._ids: dict[str, str] = {}
        self._shown: dict[str, tuple[Mapping[str, Any], float]] = {}
        self._groups: dict[str, str] | None = None
        self._asking: dict[str, asyncio.Task[Person | None]] = {}

    async def people(self, user_ids: Collection[str]) -> Mapping[str, Person]:
        """Everybody of these whom Slack knows.

        Raises:
            TryLater: Slack could not be asked.
        """
        known = await self.known(user_ids)
        for user_id in user_ids:
            if user_id not in known:
                await self._ask_once(user_id)
        return {user_id: self._people[user_id] for user_id in user_ids if user_id in self._people}

    async def known(self, user_ids: Collection[str]) -> Mapping[str, Person]:
        """Everybody of these whom Scribe has met, without asking Slack."""
        missing = [user_id for user_id in user_ids if user_id not in self._people]
        if missing:
            async with self._database.read() as session:
                met = await people.find(session, self._team_id, missing)
            # only now: a row cannot be read any more once its transaction is rolled back
            self._people.update(met)
        return {user_id: self._people[user_id] for user_id in user_ids if user_id in self._people}

    async def addresses(self, user_ids: Sequence[str]) -> Mapping[str, str]:
        """The e-mail addresses of these people, kept nowhere; none where the app has not `users:read.email`.

        None of apps, of strangers and of those who left: what is sent there leaves the company.
        Without that scope Slack leaves them out of what it says of people, and is asked no further.

        Raises:
            TryLater: Slack could not be asked.
        """
        found: dict[str, str] = {}
        for user_id in user_ids:
            try:
                answer = await self._slack.call("users_info", user=user_id)
            except Refused:
                continue
            user = {**table(answer.get("user")), "id": user_id}
            address = text(table(user.get("profile")).get("email"))
            if standing_of(self._team_id, user) not in OURS:
                continue
            if address:
                found[user_id] = address
            else:
                break
        return found

    async def address(self, user_id: str) -> str | None:
        """The confirmed e-mail address of somebody of this workspace, kept nowhere.

        None for apps, strangers and who left. Without `users:read.email` nothing is asked.

        Raises:
            TryLater: Slack could not be asked.
        """
        if self._slack.granted is not None and ADDRESSES not in self._slack.granted:
            return None
        try:
            answer = await self._slack.call("users_info", user=user_id)
        except Refused:
            return None
        user = {**table(answer.get("user")), "id": user_id}
        is_ours = standing_of(self._team_id, user) in OURS
        address = text(table(user.get("profile")).get("email")).strip()
        if not is_ours or user.get("is_email_confirmed") is False or not ADDRESS.fullmatch(address):
            return None
        return address

    async def channel(self, channel_id: str) -> KnownChannel:
        """A channel's name, and whether everybody may read it.

        Raises:
            Refused: Slack does not show it to Scribe.
            TryLater: Slack could not be asked.
        """
        if channel_id not in self._channels:
            answer = await self._slack.call("conversations_info", channel=channel_id)
            shown = table(answer.get("channel"))
            name = text(shown.get("name")) or channel_id
            self._channels[channel_id] = KnownChannel(name, is_private=shown.get("is_private") is not False)
        return self._channels[channel_id]

    async def shown_channel(self, channel_id: str) -> Mapping[str, Any]:
        """All that Slack shows of a channel, as it was a moment ago: for who may read what is posted there.

        Raises:
            Refused: Slack does not show it to Scribe.
            TryLater: Slack could not be asked.
        """
        shown, until = self._shown.get(channel_id, ({}, 0.0))
        if self._now() < until:
            return shown
        answer = await self._slack.call("conversations_info", channel=channel_id)
        shown = table(answer.get("channel"))
        self._shown = {one: entry for one, entry in self._shown.items() if self._now() < entry[1]}
        self._shown[channel_id] = shown, self._now() + SHOWN_HOLDS
        return shown

    async def channel_id_of(self, named: str) -> str | None:
        """The id of a channel, by its id or its name without the #; None where Scribe sees none of that name.

        Raises:
            Refused, TryLater: Slack does not list channels, or not now.
        """
        if is_channel_id(named):
            return named
        if named not in self._ids:
            found = await channel_named(self._slack, named)
            if found is None:
                return None
            self._ids[named] = found
        return self._ids[named]

    async def group_handles(self, group_ids: Collection[str]) -> Mapping[str, str]:
        """The handles of these user groups, without the @; a new group has them all asked for again.

        Raises:
            Refused: Slack does not show groups to Scribe.
            TryLater: Slack could not be asked.
        """
        if self._groups is None or any(group_id not in self._groups for group_id in group_ids):
            answer = await self._slack.call("usergroups_list", include_disabled=True)
            found = {
                text(group.get("id")): text(group.get("handle")) or text(group.get("id"))
                for group in tables(answer.get("usergroups"))
            }
            # a group that Slack does not list is shown by its id, and is not asked for again
            self._groups = {group_id: group_id for group_id in group_ids} | found
        return {group_id: self._groups[group_id] for group_id in group_ids}

    def known_channels(self, channel_ids: Collection[str]) -> Mapping[str, KnownChannel]:
        """Those of these channels that Slack was asked about already."""
        return {one: self._channels[one] for one in channel_ids if one in self._channels}

    def renamed(self, channel_id: str, name: str) -> None:
        """Somebody gave a channel another name."""
        if known := self._channels.get(channel_id):
            self._channels[channel_id] = replace(known, name=name)

    def forget_channel(self, channel_id: str) -> None:
        """Something about a channel changed: it is asked for again when its name is needed."""
        self._channels.pop(channel_id, None)
        self._shown.pop(channel_id, None)

    async def zone(self, user_id: str, otherwise: ZoneInfo) -> ZoneInfo | None:
        """The person's zone, as Slack said it within the last hour, or `otherwise` for somebody who has none.

        None when Slack does not say it in time for an answer within 3 s.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                person = await self._fresh(user_id)
        except (TimeoutError, SlackTrouble):
            return None
        try:
            return ZoneInfo(person.zone) if person and person.zone else otherwise
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return otherwise

    async def known_zone(self, user_id: str, otherwise: ZoneInfo) -> ZoneInfo | None:
        """The same as `zone`, and None for somebody of whose zone Scribe has never learnt."""
        known = (await self.known([user_id])).get(user_id)
        if known is None or not known.zone:
            return None
        return await self.zone(user_id, otherwise)

    async def _fresh(self, user_id: str) -> Person | None:
        """Somebody as the database knows them, where every Scribe writes, unless that is too old."""
        async with self._database.read() as session:
            kept = (await people.find(session, self._team_id, [user_id])).get(user_id)
        if kept is None or datetime.now(UTC) - kept.learned_at >= ZONE_HOLDS:
            return await self._ask_once(user_id)
        self._people[user_id] = kept
        return kept

    async def standing(self, user_id: str) -> Standing | None:
        """What somebody is to the workspace, never older than an hour; None where Slack does not tell.

        Raises:
            TryLater: Slack could not be asked.
        """
        if self.known_standing(user_id) is None:
            await self._ask_once(user_id)
        return self.known_standing(user_id)

    def known_standing(self, user_id: str) -> Standing | None:
        """The same without asking Slack."""
        standing, until = self._standings.get(user_id, (None, 0.0))
        return standing if self._now() < until else None

    def _keep_standing(self, user_id: str, standing: Standing) -> None:
        self._standings[user_id] = standing, self._now() + STANDING_HOLDS

    async def changed(self, user: Mapping[str, Any]) -> None:
        """Store a profile that changed, if it is that of somebody whom Scribe has met."""
        if not text(user.get("id")):
            raise Unreadable("the person has no id")
        self._keep_standing(str(user["id"]), standing_of(self._team_id, user))
        person = person_of(self._team_id, user)
        if person.user_id in await self.known([person.user_id]):
            self._people[person.user_id] = person
            async with self._database.write() as session:
                await people.keep(session, person)

    async def _ask_once(self, user_id: str) -> Person | None:
        """Ask Slack once for all who wait for the same person; that goes on if one of them is cancelled."""
        task = self._asking.get(user_id)
        if task is None:
            task = self._asking[user_id] = asyncio.create_task(self._ask(user_id))
            task.add_done_callback(lambda done: self._answered(user_id, done))
        return await asyncio.shield(task)

    def _answered(self, user_id: str, task: asyncio.Task[Person | None]) -> None:
        self._asking.pop(user_id, None)
        if not task.cancelled():
            task.exception()  # those who waited have raised it; the next caller asks again

    async def _ask(self, user_id: str) -> Person | None:
        try:
            answer = await self._slack.call("users_info", user=user_id)
        except Refused as refusal:
            if refusal.error == NOT_VISIBLE:
                self._keep_standing(user_id, Standing.OUTSIDER)
            return None
        user = {**table(answer.get("user")), "id": user_id}
        self._keep_standing(user_id, standing_of(self._team_id, user))
        person = person_of(self._team_id, user)
        self._people[user_id] = person
        async with self._database.write() as session:
            await people.keep(session, person)
        return person


async def channel_named(slack: Slack, name: str) -> str | None:
    """The id of the channel of this name that Scribe can see; one that is open before an archived one."""
    cursor: dict[str, str] = {}
    archived: str | None = None
    while True:
        answer = await slack.call(
            "conversations_list", types="public_channel,private_channel", limit=LISTED_AT_ONCE, **cursor
        )
        for channel in tables(answer.get("channels")):
            if channel.get("name") == name and not channel.get("is_archived"):
                return str(channel["id"])
            if channel.get("name") == name:
                archived = str(channel["id"])
        following = text(table(answer.get("response_metadata")).get("next_cursor"))
        if not following or following == cursor.get("cursor"):
            return archived
        cursor = {"cursor": following}


def standing_of(team_id: str, user: Mapping[str, Any]) -> Standing:
    """What somebody is to the workspace, as `users.info` and `user_change` show them.

    docs.slack.dev/reference/objects/user-object; on an Enterprise organisation a person's `team_id` may be
    another workspace of it, and `enterprise_user.teams` has all of theirs.
    """
    listed = table(user.get("enterprise_user")).get("teams")
    teams = {
        text(user.get("team_id")) or team_id,
        *(one for one in (listed if isinstance(listed, list) else ()) if isinstance(one, str)),
    }
    if user.get("is_bot") or user.get("is_workflow_bot") or user["id"] == SLACKBOT:
        return Standing.BOT
    if user.get("is_stranger") or team_id not in teams:
        return Standing.OUTSIDER
    if user.get("deleted"):
        return Standing.LEFT
    return Standing.GUEST if user.get("is_restricted") or user.get("is_ultra_restricted") else Standing.MEMBER


def person_of(team_id: str, user: Mapping[str, Any]) -> Person:
    """A person as `users.info` and `user_change` show them; the display name first, as Slack's clients do.

    Their name is one line of what can be seen: people put into it what they like.
    """
    profile = table(user.get("profile"))
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    lines = (" ".join(unsteered(well_formed(text(name))).split()) for name in names)
    return Person(
        team_id=team_id,
        user_id=str(user["id"]),
        name=next((line for line in lines if visible(line)), str(user["id"])),
        zone=text_or_none(user.get("tz")),
        is_bot=bool(user.get("is_bot")),
        learned_at=datetime.now(UTC),
    )
