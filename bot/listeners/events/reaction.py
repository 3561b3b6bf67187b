"""Reactions put on and taken off."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.scribe import Scribe
from bot.slack.happenings import reaction_happening

log = structlog.get_logger()


def register(app: AsyncApp, scribe: Scribe) -> None:
    async def reacted(body: dict[str, Any]) -> None:
        scribe.clock.saw_event(body)
        try:
            happening = reaction_happening(str(body["team_id"]), body["event"])
        except (KeyError, TypeError, AttributeError) as problem:
            log.warning("event.unreadable", event_id=body.get("event_id"), why=repr(problem))
            return
        if happening:
            await scribe.recorder.record(happening)

    app.event("reaction_added")(reacted)
    app.event("reaction_removed")(reacted)
