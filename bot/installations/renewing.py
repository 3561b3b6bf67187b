"""Renewing bot tokens before they expire, where Slack rotates them: each by one replica at a time.

A refresh token is good for one exchange (docs.slack.dev/authentication/using-token-rotation). So an
installation is read again under a claim, which no two replicas hold at a time (`storage.claims`), and what
another one has renewed meanwhile is left alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.installations.oauth import OAuth, SlackAway, SlackSays, Tokens
from bot.installations.token_box import CannotOpen, TokenBox
from storage import installations
from storage.claims import Claim, Claims, ClaimsLost
from storage.database import Database
from storage.installation_tables import Installation

log = structlog.get_logger()

RENEW_EVERY = 60.0
"""Seconds between two looks for what expires."""
RENEWED_BEFORE = timedelta(hours=2)
"""How long before its end a token of twelve hours is renewed, so that Slack may be away meanwhile."""


class Renewing:
    """`on_renewed` has the new tokens used here."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        box: TokenBox,
        oauth: OAuth,
        claims: Claims,
        on_renewed: Callable[[], Awaitable[None]],
    ) -> None:
        self._database = database
        self._clock = clock
        self._box = box
        self._oauth = oauth
        self._claims = claims
        self._on_renewed = on_renewed

    async def renew(self) -> None:
        """Renew whatever expires soon; what fails is tried again at the next look."""
        async with self._database.read() as session:
            expiring = await installations.expiring(session, self._clock.now() + RENEWED_BEFORE)
        is_renewed = False
        for team_id in expiring:
            try:
                is_renewed |= await self._renew_alone(team_id)
            except ClaimsLost as problem:
                log.warning("token.not_renewed", team=team_id, why=str(problem))
        if is_renewed:
            await self._on_renewed()

    async def _renew_alone(self, team_id: str) -> bool:
        """Whether it was renewed here; another replica's token is found at the next look."""
        what = f"renew:{team_id}"
        granted = await self._claims.claim([what])
        if not granted:
            return False
        claim = Claim(self._claims, granted.term)
        try:
            async with self._database.read() as session:
                found = await installations.of_team(session, team_id)
            if not found or not found.refresh_token or not self._is_due(found):
                return False
            return await self._renew(found, found.refresh_token, claim)
        finally:
            await self._claims.release([what])

    def _is_due(self, standing: Installation) -> bool:
        expires_at = standing.expires_at
        return expires_at is not None and expires_at < self._clock.now() + RENEWED_BEFORE

    async def _renew(self, standing: Installation, refresh_token: str, claim: Claim) -> bool:
        team_id = standing.team_id
        if not claim.is_sure():
            raise ClaimsLost("this process did nothing for too long")
        try:
            tokens = await self._oauth.renew(self._box.open(team_id, refresh_token))
        except CannotOpen:
            return False  # said where the workspace cannot be served
        except SlackSays as refusal:
            log.error(
                "token.not_renewed",
                team=team_id,
                why=refusal.error,
                until=standing.expires_at.isoformat() if standing.expires_at else None,
                do="have somebody install Scribe in this workspace again, at /slack/install",
            )
            return False
        except SlackAway as trouble:
            log.warning("token.not_renewed", team=team_id, why=str(trouble))
            return False
        return await self._keep(standing, tokens)

    async def _keep(self, standing: Installation, tokens: Tokens) -> bool:
        team_id, renews_with = standing.team_id, tokens.refresh_token
        async with self._database.write() as session:
            is_kept = await installations.keep_tokens(
                session,
                team_id,
                instead_of=str(standing.bot_token),
                bot_token=self._box.seal(team_id, tokens.bot_token),
                refresh_token=self._box.seal(team_id, renews_with) if renews_with else None,
                expires_at=tokens.expires_at(self._clock.now()),
            )
        log.info("token.renewed", team=team_id, is_kept=is_kept)
        return is_kept
