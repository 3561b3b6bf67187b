"""Where a message stands that is put onto a record: asked again when a form is sent that stood open."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.incidents.actor import Actor
from bot.incidents.source_message import SourceMessage
from bot.listeners.scribe import Scribe
from bot.slack.calls import SlackTrouble

PRIVATE = "privategroup"
"""How Slack names a private channel in a payload."""
KNOWN_WITHIN = 0.6
"""Seconds that Slack is waited for to say whether the channel is private."""


async def as_it_stands(source: SourceMessage, scribe: Scribe, *, kept_in: str | None = None) -> SourceMessage:
    """The same, with whether its channel is private by now, and whether Scribe is in it.

    Where Slack does not say so in time nothing of it is copied. `kept_in` is the channel of the incident that
    it goes to, whose messages are on its record anyway.
    """
    if source.is_private or source.channel_id == kept_in:
        return source
    itself = Actor(scribe.workspace.bot_user_id, scribe.workspace.team_id, source.channel_id)
    (joined, _), is_private = await asyncio.gather(
        scribe.permission.channels_of(itself, [source.channel_id]), _is_private(source.channel_id, scribe)
    )
    return replace(
        source,
        channel_name=PRIVATE if is_private else source.channel_name,
        is_followed=source.channel_id in joined and is_private is False,
    )


async def _is_private(channel_id: str, scribe: Scribe) -> bool | None:
    try:
        async with asyncio.timeout(KNOWN_WITHIN):
            return (await scribe.directory.channel(channel_id)).is_private
    except (TimeoutError, SlackTrouble):
        return None
