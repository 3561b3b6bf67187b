"""Nothing is sent with a token that Slack does not accept: every intent would fail, and be given up."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

from bot.slack.calls import Refused, Slack, TryLater

log = structlog.get_logger()

TOKEN_EVERY = 60.0
"""Seconds between two tries of a token that Slack did not accept."""


class TokenHalt:
    """Whether a workspace's bot token is accepted, as far as is known.

    `wake_in` has it asked for again after so many seconds.
    """

    def __init__(self, slack: Slack, team_id: str, wake_in: Callable[[float], None]) -> None:
        self._slack = slack
        self._team_id = team_id
        self._wake_in = wake_in
        self._until = 0.0

    @property
    def is_on(self) -> bool:
        """Whether nothing may be sent at this moment."""
        return self._until > time.monotonic()

    @property
    def is_known(self) -> bool:
        """Whether Slack did not accept the token when it was last used."""
        return self._until > 0

    def begin(self, refusal: Refused) -> None:
        """Slack did not accept the token."""
        if not self.is_on:
            log.error(
                "outbox.token_refused",
                why=str(refusal),
                team=self._team_id,
                do="Slack does not accept the bot token: nothing is sent until it does; tried every minute",
            )
        self._wait(TOKEN_EVERY)

    def on_new_token(self) -> None:
        """There is another token: it is tried at once, if nothing was sent because of the last one."""
        if self.is_known:
            self._wait(0.0)

    async def is_over(self) -> bool:
        """Whether Slack accepts the token; asked again when it was not accepted a while ago."""
        if not self.is_known:
            return True
        if self.is_on:
            return False
        try:
            await self._slack.call("auth_test")
        except Refused as refusal:
            self.begin(refusal)
            return False
        except TryLater as trouble:
            self._wait(trouble.after or 1.0)
            return False
        self._until = 0.0
        log.info("outbox.token_accepted", team=self._team_id)
        return True

    def _wait(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._wake_in(seconds + 0.01)
