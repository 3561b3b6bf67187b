"""Buttons and menus."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.listeners.actions import (
    action_item,
    alike,
    audience,
    briefing,
    checkpoint,
    deploys,
    desk,
    home,
    import_here,
    mention,
    milestone,
    note,
    pages,
    postmortem,
    public_post,
    published_page,
    resolve,
    review_meeting,
    stage,
    timeline,
    unmarked,
    update,
)
from bot.listeners.scribe import Scribe


def register(app: AsyncApp, scribe: Scribe) -> None:
    alike.register(app, scribe)
    audience.register(app, scribe)
    briefing.register(app, scribe)
    checkpoint.register(app, scribe)
    deploys.register(app, scribe)
    desk.register(app, scribe)
    home.register(app, scribe)
    import_here.register(app, scribe)
    milestone.register(app, scribe)
    note.register(app, scribe)
    postmortem.register(app, scribe)
    public_post.register(app, scribe)
    mention.register(app, scribe)
    pages.register(app, scribe)
    published_page.register(app, scribe)
    action_item.register(app, scribe)
    timeline.register(app, scribe)
    resolve.register(app, scribe)
    review_meeting.register(app, scribe)
    stage.register(app, scribe)
    unmarked.register(app, scribe)
    update.register(app, scribe)
