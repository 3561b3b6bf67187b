"""Installations in a whole organization of Enterprise Grid: which of its workspaces Scribe was added to.

One token is good for all of them; an admin of the organization says which they are, at any time. Sources:
docs.slack.dev/enterprise/developing-for-enterprise-orgs, docs.slack.dev/reference/methods/auth.teams.list,
docs.slack.dev/reference/events/team_access_granted and /team_access_revoked.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog

from bot.clock import Clock
from bot.installations.oauth import OAuth, SlackAway, SlackSays
from bot.installations.token_box import CannotOpen, TokenBox
from bot.text.well_formed import items, table, text
from storage import installations, people
from storage.database import Database
from storage.installation_tables import Installation
from storage.tables import Workspace

log = structlog.get_logger()

LIST_EVERY = 600.0
"""Seconds between two looks at the workspaces of an organization of which Slack tells nothing."""
LIST_AGAIN = 10.0
"""Seconds between two looks where requests come from a workspace that was not among them."""
OF_MEMBERS = frozenset({"team_access_granted", "team_access_revoked"})


def organization_of(body: Mapping[str, Any]) -> str:
    """The organization whose installation a payload is for; empty: it is for a workspace's own.

    Events say it in `authorizations`, but for those that are about the organization itself
    (bolt-js#1778); commands say `"true"`.
    """
    listed = items(body.get("authorizations"))
    first = table(listed[0]) if listed else {}
    is_whole = str(first.get("is_enterprise_install", body.get("is_enterprise_install"))).lower() == "true"
    named = (
        text(first.get("enterprise_id"))
        or text(body.get("enterprise_id"))
        or text(table(body.get("enterprise")).get("id"))
    )
    is_about_it = text(table(body.get("event")).get("type")) in OF_MEMBERS
    return named if is_whole or is_about_it else ""


class Organizations:
    """Keeps a record of the workspaces that organizations' installations serve."""

    def __init__(self, database: Database, clock: Clock, box: TokenBox, oauth: OAuth) -> None:
        self._database = database
        self._clock = clock
        self._box = box
        self._oauth = oauth
        self._listed: dict[str, tuple[datetime, float]] = {}
        """Which installation of an organization was listed last, and when by the monotonic clock."""

    def changed(self, organization_id: str, *, is_told: bool) -> bool:
        """Whether it is listed again at the next look: when Slack has told of a change it is.

        Else a request came from a workspace that is not known, which may come as often as it likes.
        """
        _, listed_at = self._listed.get(organization_id, (None, -LIST_EVERY))
        if not organization_id or (not is_told and time.monotonic() - listed_at < LIST_AGAIN):
            return False
        self._listed.pop(organization_id, None)
        return True

    async def look(self) -> None:
        """List the workspaces of those that have not been listed for a while."""
        async with self._database.read() as session:
            whole = [one for one in await installations.standing(session) if one.is_of_organization]
        for one in whole:
            installed_at, listed_at = self._listed.get(one.team_id, (None, 0.0))
            now = time.monotonic()
            if installed_at != one.installed_at or now - listed_at >= LIST_EVERY:
                self._listed[one.team_id] = one.installed_at, now
                await self._list(one)

    async def _list(self, organization: Installation) -> None:
        """What stood before stands where Slack cannot be asked."""
        asked_at = self._clock.now()
        try:
            token = self._box.open(organization.team_id, str(organization.bot_token))
            itself = await self._oauth.whose(token)
            teams = await self._oauth.teams(token)
        except CannotOpen:
            return  # said where the workspaces cannot be served
        except (SlackSays, SlackAway) as trouble:
            log.warning("organization.not_listed", organization=organization.team_id, why=str(trouble))
            return
        async with self._database.write() as session:
            own = {one.team_id for one in await installations.standing(session)}
            for team_id, name in teams.items():
                if team_id in own:
                    continue  # its bot is another one
                workspace = Workspace(
                    team_id=team_id,
                    name=name or team_id,
                    url=itself.url,
                    bot_user_id=itself.bot_user_id,
                    bot_id=itself.bot_id,
                )
                await people.keep_workspace(session, workspace)
            await installations.keep_members(
                session, organization, teams.keys(), self._clock.now(), asked_at=asked_at
            )
