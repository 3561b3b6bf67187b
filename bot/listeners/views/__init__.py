"""Forms that come back filled in."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.listeners.scribe import Scribe
from bot.listeners.views import (
    action_item,
    declare_incident,
    event,
    gap,
    milestone,
    public_post,
    resolve,
    review_meeting,
    roles,
    search,
    severity,
    stage,
    title_and_zone,
    update,
)


def register(app: AsyncApp, scribe: Scribe) -> None:
    milestone.register(app, scribe)
    declare_incident.register(app, scribe)
    action_item.register(app, scribe)
    gap.register(app, scribe)
    event.register(app, scribe)
    public_post.register(app, scribe)
    resolve.register(app, scribe)
    review_meeting.register(app, scribe)
    stage.register(app, scribe)
    severity.register(app, scribe)
    roles.register(app, scribe)
    title_and_zone.register(app, scribe)
    search.register(app, scribe)
    update.register(app, scribe)
