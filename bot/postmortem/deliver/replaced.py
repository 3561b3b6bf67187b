"""The canvas of a draft by another template, once the new one stands: it says so, and takes no more words."""

from __future__ import annotations

import structlog

from bot.slack.calls import Refused
from bot.slack.desk import Desk
from storage.postmortem_tables import Draft
from storage.tables import Incident

log = structlog.get_logger()


async def say_replaced(desk: Desk, incident: Incident, canvas_id: str, draft: Draft) -> None:
    """Name the old canvas so, and leave the channel's members to read it: words typed there would be missed.

    Whatever Slack refuses of this leaves the new draft where it is.

    Raises:
        TryLater: Slack is slow, down or limiting.
    """
    title = f"INC-{incident.number}: replaced by draft {draft.version}"
    rename = {"operation": "rename", "title_content": {"type": "markdown", "markdown": title}}
    try:
        await desk.slack.call("canvases_edit", canvas_id=canvas_id, changes=[rename])
        await desk.slack.call(
            "canvases_access_set",
            canvas_id=canvas_id,
            access_level="read",
            channel_ids=[incident.channel_id],
        )
    except Refused as refusal:
        log.warning("draft.old_canvas", incident=incident.number, why=str(refusal))
