"""Installing Scribe in a workspace: somebody is led to Slack, agrees there, and comes back with a code."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from bot.clock import Clock
from bot.installations.oauth import Grant, OAuth, SlackAway, SlackSays
from bot.installations.token_box import CannotOpen, TokenBox
from storage import deliveries, installations, people
from storage.database import Database
from storage.deliveries import AlreadyDone
from storage.installation_tables import Installation
from storage.tables import Workspace

log = structlog.get_logger()

MANAGED_AT = "https://app.slack.com/manage"
"""Where an organization's admins manage apps (docs.slack.dev/enterprise/developing-for-enterprise-orgs)."""
BEGIN_AGAIN = "Begin again at /slack/install."


class CannotInstall(Exception):
    """Scribe was not installed; the text is one sentence or two for whoever tried."""


class Installing:
    """`on_installed` returns when whoever has installed Scribe is served."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        box: TokenBox,
        oauth: OAuth,
        on_installed: Callable[[], Awaitable[None]],
    ) -> None:
        self._database = database
        self._clock = clock
        self._box = box
        self._oauth = oauth
        self._on_installed = on_installed

    def begin(self) -> tuple[str, str]:
        """Where at Slack somebody agrees, and the state that their browser is to keep meanwhile."""
        state = self._box.new_state()
        return self._oauth.authorize_url(state), state

    async def finish(self, code: str, state: str, kept_state: str) -> str:
        """Install Scribe where somebody agreed to it; returns what to tell them then.

        Raises:
            CannotInstall: they were not sent from here, lately and for the first time; or Slack refuses.
        """
        await self._use_up(state, kept_state)
        try:
            grant = await self._oauth.exchange(code)
            workspace = await self._oauth.whose(grant.tokens.bot_token)
        except SlackSays as refusal:
            log.warning("install.refused", why=refusal.error)
            raise CannotInstall(f"Slack refused the installation ({refusal.error}). {BEGIN_AGAIN}") from None
        except SlackAway as trouble:
            log.warning("install.slack_away", why=str(trouble))
            raise CannotInstall(f"Slack could not be asked just now. {BEGIN_AGAIN}") from None
        is_whole = grant.team_id == grant.enterprise_id
        if not grant.team_id or (workspace.team_id != grant.team_id and not is_whole):
            raise CannotInstall(f"Slack named two workspaces at once. {BEGIN_AGAIN}")
        await self._keep(grant, workspace)
        log.info("install.done", team=grant.team_id, by=grant.installed_by)
        await self._on_installed()
        return await self._told_of_organization(grant, workspace) if is_whole else _told(workspace.name)

    async def _told_of_organization(self, grant: Grant, itself: Workspace) -> str:
        """Slack adds an app to no workspace of an organization by itself."""
        async with self._database.read() as session:
            members = await installations.members(session)
            of_it = [one.team_id for one in members if one.organization_id == grant.team_id]
            found = [await people.workspace(session, team_id) for team_id in of_it]
        page = f"{MANAGED_AT}/{grant.team_id}/integrations/profile/{grant.app_id}/workspaces/add"
        names = ", ".join(one.name for one in found if one)
        if not names:
            return f"Scribe is installed in {itself.name}. Choose now to which workspaces it is added: {page}"
        return f"{_told(names)} Add it to other workspaces of {itself.name}: {page}"

    async def _use_up(self, state: str, kept_state: str) -> None:
        """A state counts once, for whichever replica it comes back to."""
        try:
            nonce = self._box.nonce_of(state, kept_state)
            async with self._database.write() as session:
                await deliveries.note(session, f"install:{nonce}", self._clock.now())
        except (CannotOpen, AlreadyDone):
            raise CannotInstall(
                "This link is too old, was used before, or began in another browser. " + BEGIN_AGAIN
            ) from None

    async def _keep(self, grant: Grant, workspace: Workspace) -> None:
        now, tokens, team_id = self._clock.now(), grant.tokens, grant.team_id
        renews_with = tokens.refresh_token
        installation = Installation(
            team_id=team_id,
            enterprise_id=grant.enterprise_id,
            app_id=grant.app_id,
            bot_user_id=workspace.bot_user_id,
            scopes=grant.scopes,
            installed_by=grant.installed_by,
            installed_at=now,
            bot_token=self._box.seal(team_id, tokens.bot_token),
            refresh_token=self._box.seal(team_id, renews_with) if renews_with else None,
            expires_at=tokens.expires_at(now),
        )
        async with self._database.write() as session:
            if not installation.is_of_organization:
                await people.keep_workspace(session, workspace)
            await installations.keep(session, installation)


def _told(name: str) -> str:
    return f"Scribe keeps the record in {name} now. Say /incident help in Slack."
