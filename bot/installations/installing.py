"""Installing Scribe in a workspace: somebody is led to Slack, agrees there, and comes back with a code."""

from __future__ import annotations

import contextlib
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
        """Install Scribe where somebody agreed to it; returns the workspace's name.

        Raises:
            CannotInstall: they were not sent from here, lately and for the first time; or Slack refuses.
        """
        await self._use_up(state, kept_state)
        try:
            grant = await self._oauth.exchange(code)
            if not grant.team_id:
                await self._give_back(grant)
            workspace = await self._oauth.whose(grant.tokens.bot_token)
        except SlackSays as refusal:
            log.warning("install.refused", why=refusal.error)
            raise CannotInstall(f"Slack refused the installation ({refusal.error}). {BEGIN_AGAIN}") from None
        except SlackAway as trouble:
            log.warning("install.slack_away", why=str(trouble))
            raise CannotInstall(f"Slack could not be asked just now. {BEGIN_AGAIN}") from None
        if workspace.team_id != grant.team_id:
            raise CannotInstall(f"Slack named two workspaces at once. {BEGIN_AGAIN}")
        await self._keep(grant, workspace)
        log.info("install.done", team=workspace.team_id, by=grant.installed_by)
        await self._on_installed()
        return workspace.name

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

    async def _give_back(self, grant: Grant) -> None:
        with contextlib.suppress(SlackSays, SlackAway):
            await self._oauth.revoke(grant.tokens.bot_token)
        raise CannotInstall(
            "Scribe is installed in one workspace at a time, and not in a whole organization. "
            "Begin again at /slack/install, and choose a workspace at the top right."
        )

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
            await people.keep_workspace(session, workspace)
            await installations.keep(session, installation)
