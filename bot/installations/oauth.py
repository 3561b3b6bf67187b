"""Slack's side of an installation: a code for tokens, and a refresh token for new ones.

Sources: docs.slack.dev/authentication/installing-with-oauth and /using-token-rotation,
docs.slack.dev/reference/methods/oauth.v2.access.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urljoin

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.manifest import scopes
from bot.settings import Settings
from bot.text.well_formed import items, mend, table, text, text_or_none
from storage.tables import Workspace

MOST_PAGES = 100
"""Of the workspaces of an organization, 200 each."""
AWAY = (aiohttp.ClientError, TimeoutError, OSError, SlackClientError)
"""What a call ends with that Slack did not answer; after SlackApiError, which is one of them too."""


class SlackSays(Exception):
    """Slack refused, with this error."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class SlackAway(Exception):
    """Slack could not be asked, or its answer cannot be used."""


@dataclass(frozen=True)
class Tokens:
    """A bot token; where Slack rotates them, until when it holds and what renews it."""

    bot_token: str
    refresh_token: str | None
    expires_in: timedelta | None

    def expires_at(self, now: datetime) -> datetime | None:
        return None if self.expires_in is None else now + self.expires_in


@dataclass(frozen=True)
class Grant:
    """What somebody's agreement gave.

    Of an installation for a whole organization `team_id` is the organization's id, as `enterprise_id` is.
    """

    team_id: str
    enterprise_id: str | None
    app_id: str
    bot_user_id: str
    scopes: str
    installed_by: str
    tokens: Tokens


class OAuth:
    """The app at Slack, by its client id and secret."""

    def __init__(self, settings: Settings, http: aiohttp.ClientSession) -> None:
        self._settings = settings
        self._client = AsyncWebClient(base_url=settings.slack_api_url, session=http, retry_handlers=[])

    def authorize_url(self, state: str) -> str:
        """Where somebody agrees to what Scribe asks for; Slack then leads them to the app's redirect URL."""
        asked = scopes()
        query = {
            "client_id": self._settings.slack_client_id,
            "scope": ",".join([*asked["bot"], *asked["bot_optional"]]),
            "state": state,
        }
        return f"{urljoin(self._settings.slack_api_url, '../oauth/v2/authorize')}?{urlencode(query)}"

    async def exchange(self, code: str) -> Grant:
        """What a code stands for; it is good once, and for ten minutes.

        Raises:
            SlackSays, SlackAway.
        """
        answer = await self._access(code=code)
        # Slack may name a workspace as well for a whole organization (python-slack-sdk#1639)
        is_whole = answer.get("is_enterprise_install") is True
        enterprise_id = text_or_none(table(answer.get("enterprise")).get("id"))
        return Grant(
            team_id=enterprise_id or "" if is_whole else text(table(answer.get("team")).get("id")),
            enterprise_id=enterprise_id,
            app_id=text(answer.get("app_id")),
            bot_user_id=text(answer.get("bot_user_id")),
            scopes=text(answer.get("scope")),
            installed_by=text(table(answer.get("authed_user")).get("id")),
            tokens=_tokens(answer),
        )

    async def renew(self, refresh_token: str) -> Tokens:
        """New tokens; the refresh token is used up.

        Raises:
            SlackSays, SlackAway.
        """
        return _tokens(await self._access(grant_type="refresh_token", refresh_token=refresh_token))

    async def whose(self, bot_token: str) -> Workspace:
        """The workspace of a token.

        Raises:
            SlackSays, SlackAway.
        """
        answer = await self._asked("auth.test", _bearer(bot_token))
        return Workspace(
            team_id=text(answer.get("team_id")),
            name=text(answer.get("team")) or text(answer.get("team_id")),
            url=text(answer.get("url")),
            bot_user_id=text(answer.get("user_id")),
            bot_id=text(answer.get("bot_id")),
        )

    async def teams(self, bot_token: str) -> Mapping[str, str]:
        """The names of the workspaces that a token of a whole organization is good for, by their ids.

        Raises:
            SlackSays, SlackAway.
        """
        found: dict[str, str] = {}
        cursor = ""
        for _ in range(MOST_PAGES):
            more = {"cursor": cursor} if cursor else {}
            answer = await self._asked("auth.teams.list", _bearer(bot_token), limit="200", **more)
            teams = [table(one) for one in items(answer.get("teams"))]
            found.update((text(one.get("id")), text(one.get("name"))) for one in teams if one.get("id"))
            cursor = text(table(answer.get("response_metadata")).get("next_cursor"))
            if not cursor:
                return found
        raise SlackAway(f"it goes on after {MOST_PAGES} pages")

    async def revoke(self, bot_token: str) -> None:
        """Give back a token that is of no use here.

        Raises:
            SlackSays, SlackAway.
        """
        await self._asked("auth.revoke", _bearer(bot_token))

    async def _access(self, **arguments: str) -> Mapping[str, Any]:
        client = f"{self._settings.slack_client_id}:{self._settings.slack_client_secret}"
        basic = base64.b64encode(client.encode()).decode()
        # (the SDK's own method for it uses what aiohttp has deprecated)
        return await self._asked("oauth.v2.access", {"Authorization": f"Basic {basic}"}, **arguments)

    async def _asked(self, method: str, headers: dict[str, str], **arguments: str) -> Mapping[str, Any]:
        try:
            response = await self._client.api_call(method, headers=headers, data=arguments)
        except SlackApiError as refusal:
            data = getattr(refusal.response, "data", None)
            error = text(data.get("error")) if isinstance(data, dict) else ""
            if not error or error in ("ratelimited", "internal_error", "fatal_error", "service_unavailable"):
                raise SlackAway(error or "an answer that cannot be read") from None
            raise SlackSays(error) from None
        except AWAY as problem:
            raise SlackAway(type(problem).__name__) from None
        answer: Mapping[str, Any] = mend(response.data)
        return answer


def _bearer(bot_token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {bot_token}"}


def _tokens(answer: Mapping[str, Any]) -> Tokens:
    bot_token, seconds = text(answer.get("access_token")), answer.get("expires_in")
    if not bot_token:
        raise SlackAway("there is no bot token in the answer")
    expires_in = timedelta(seconds=seconds) if isinstance(seconds, int) and seconds > 0 else None
    return Tokens(bot_token, text_or_none(answer.get("refresh_token")), expires_in)
