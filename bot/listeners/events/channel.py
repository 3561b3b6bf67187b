"""Something happened to a channel itself: renamed, archived, deleted, brought back, given another id; or to
Scribe in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.incidents.actions import channels
from bot.incidents.channels import Shown
from bot.incidents.vocabulary import Unreachable
from bot.listeners.scribe import Scribe

log = structlog.get_logger()

CONVERTED = {"channel_convert_to_private": True, "channel_convert_to_public": False}
"""The subtypes of such a line, and whether the channel is private after it."""

TOPICS = frozenset({"channel_topic", "group_topic"})
"""The subtypes of the line Slack writes when somebody sets a channel's topic."""

Follow = Callable[[Mapping[str, Any]], Awaitable[None]]


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def renamed(event: Mapping[str, Any]) -> None:
        channel_id, name = str(event["channel"]["id"]), str(event["channel"]["name"])
        scribe.directory.renamed(channel_id, name)
        await channels.renamed(scribe.work, channel_id, name)

    async def archived(event: Mapping[str, Any]) -> None:
        await channels.archived(scribe.work, str(event["channel"]))

    async def removed(event: Mapping[str, Any]) -> None:
        scribe.permission.came_or_went(str(event["channel"]))
        scribe.directory.forget_channel(str(event["channel"]))
        await channels.lost(scribe.work, str(event["channel"]), Unreachable.REMOVED)

    async def deleted(event: Mapping[str, Any]) -> None:
        await channels.lost(scribe.work, str(event["channel"]), Unreachable.DELETED)

    async def brought_back(event: Mapping[str, Any]) -> None:
        await channels.brought_back(scribe.work, str(event["channel"]))

    async def changed_id(event: Mapping[str, Any]) -> None:
        await channels.changed_id(scribe.work, str(event["old_channel_id"]), str(event["new_channel_id"]))

    async def shared(event: Mapping[str, Any]) -> None:
        is_shared = event["type"] == "channel_shared" or event.get("is_ext_shared") is True
        shown = Shown(scribe.workspace.bot_user_id, is_ext_shared=is_shared)
        scribe.directory.forget_channel(str(event["channel"]))
        await channels.seen(scribe.work, str(event["channel"]), shown)

    app.event("channel_shared")(_following(scribe, shared))
    app.event("channel_unshared")(_following(scribe, shared))
    app.event("channel_rename")(_following(scribe, renamed))
    app.event("group_rename")(_following(scribe, renamed))
    app.event("channel_archive")(_following(scribe, archived))
    app.event("group_archive")(_following(scribe, archived))
    app.event("channel_left")(_following(scribe, removed))
    app.event("group_left")(_following(scribe, removed))
    app.event("channel_deleted")(_following(scribe, deleted))
    app.event("group_deleted")(_following(scribe, deleted))
    app.event("channel_unarchive")(_following(scribe, brought_back))
    app.event("group_unarchive")(_following(scribe, brought_back))
    app.event("channel_id_changed")(_following(scribe, changed_id))


def converted(scribe: Scribe) -> Callable[[dict[str, Any]], Awaitable[None]]:
    """A listener for the line Slack writes into a channel that became private, or public again."""

    async def follow(event: Mapping[str, Any]) -> None:
        by = str(event.get("user") or scribe.workspace.bot_user_id)
        shown = Shown(by, is_private=CONVERTED[event["subtype"]])
        scribe.directory.forget_channel(str(event["channel"]))
        await channels.seen(scribe.work, str(event["channel"]), shown)

    return _following(scribe, follow)


def topic_set(scribe: Scribe) -> Callable[[dict[str, Any]], Awaitable[None]]:
    """A listener for the line Slack writes when somebody sets a channel's topic."""

    async def follow(event: Mapping[str, Any]) -> None:
        by, topic = str(event["user"]), str(event.get("topic") or "")
        await channels.topic_set(scribe.work, str(event["channel"]), topic, by)

    return _following(scribe, follow)


def _following(scribe: Scribe, follow: Follow) -> Callable[[dict[str, Any]], Awaitable[None]]:
    """A listener that follows an event in one transaction; what cannot be read is logged, not repeated."""

    async def listener(body: dict[str, Any]) -> None:
        scribe.clock.saw_event(body)
        try:
            await follow(body["event"])
        except (KeyError, TypeError) as problem:
            log.warning("event.unreadable", event_id=body.get("event_id"), why=problem)

    return listener
