"""Meeting Slack before anything is served: whether it accepts the tokens, and which workspace it is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from bot.settings import Settings
from bot.slack.calls import Refused, Slack, SlackTrouble, TryLater
from storage.cannot import Cannot
from storage.tables import Workspace

log = structlog.get_logger()

START_WITHIN = 20.0
"""Seconds that Slack may be in trouble while Scribe starts."""


class CannotStart(Cannot):
    """Scribe cannot start; the text is one sentence for the person who starts it."""


async def meet(slack: Slack, settings: Settings) -> Workspace:
    """The workspace of the bot token, as `auth.test` names it.

    Raises:
        CannotStart: Slack cannot be reached, or does not accept the token.
    """
    try:
        answer = await _patiently(slack, "auth_test")
    except Refused as refusal:
        raise CannotStart(_refused("SLACK_BOT_TOKEN", refusal.error)) from refusal
    except (SlackTrouble, TimeoutError) as trouble:
        raise CannotStart(_unreachable(settings, trouble)) from trouble
    return Workspace(
        team_id=str(answer["team_id"]),
        name=str(answer.get("team") or answer["team_id"]),
        url=str(answer["url"]),
        bot_user_id=str(answer["user_id"]),
        bot_id=str(answer.get("bot_id") or ""),
    )


async def may_connect(slack: Slack, settings: Settings) -> None:
    """Ask once whether the app token opens connections: the SDK's client would ask for ever.

    Raises:
        CannotStart: Slack cannot be reached, or does not accept the token.
    """
    try:
        await _patiently(slack, "apps_connections_open", app_token=settings.slack_app_token)
    except Refused as refusal:
        raise CannotStart(_refused("SLACK_APP_TOKEN", refusal.error)) from refusal
    except (SlackTrouble, TimeoutError) as trouble:
        raise CannotStart(_unreachable(settings, trouble)) from trouble


async def _patiently(slack: Slack, method: str, **arguments: Any) -> Mapping[str, Any]:
    """Repeat a call for a while when Slack rate-limits or fails; where nothing answers, fail at once."""
    async with asyncio.timeout(START_WITHIN):
        while True:
            try:
                return await slack.call(method, **arguments)
            except TryLater as trouble:
                if trouble.is_undone and trouble.after is None:
                    raise
                log.warning("scribe.slack_in_trouble", why=str(trouble))
                await asyncio.sleep(trouble.after or 0.5)


def _refused(token: str, error: str) -> str:
    where = {
        "SLACK_BOT_TOKEN": "copy it again from your app's page, OAuth & Permissions, Bot User OAuth Token",
        "SLACK_APP_TOKEN": "make one on your app's page, Basic Information, App-Level Tokens",
    }
    return f"Slack does not accept {token} ({error}): {where[token]}."


def _unreachable(settings: Settings, problem: Exception) -> str:
    return (
        f"Slack can't be reached at {settings.slack_api_url} ({problem}). "
        "Check the network, and SLACK_API_URL if you set it."
    )
