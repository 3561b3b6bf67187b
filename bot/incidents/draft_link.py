"""Where a delivered draft is read."""

from __future__ import annotations

from bot.text.permalink import permalink
from storage.postmortem_tables import Draft
from storage.tables import Incident, Workspace


def canvas_link(workspace: Workspace, canvas_id: str) -> str:
    """Where a canvas is read."""
    return f"{workspace.url.rstrip('/')}/docs/{workspace.team_id}/{canvas_id}"


def draft_link(workspace: Workspace, incident: Incident, draft: Draft) -> str | None:
    """Its canvas, else the first message of its thread."""
    if draft.canvas_id:
        return canvas_link(workspace, draft.canvas_id)
    if draft.thread_ts and incident.channel_id:
        place = draft.internal_channel_id or incident.channel_id
        return permalink(workspace.url, place, draft.thread_ts)
    return None


def link_in_channel(workspace: Workspace, incident: Incident, draft: Draft) -> str | None:
    """The same where everybody in the channel reads it: of a draft for our own people, none."""
    return None if draft.internal_channel_id else draft_link(workspace, incident, draft)
