"""Reading a canvas back, and keeping what was read: people's words in it are never lost."""

from __future__ import annotations

from enum import Enum, auto

import structlog

from bot.slack.calls import Refused
from bot.slack.desk import Desk
from storage import postmortems
from storage.tables import Incident

log = structlog.get_logger()

DELETED = frozenset({"canvas_not_found", "file_not_found", "file_deleted", "canvas_deleted"})


class NoText(Enum):
    """Why a canvas could not be read."""

    GONE = auto()
    REFUSED = auto()


async def read_canvas(desk: Desk, incident: Incident, canvas_id: str) -> str | NoText:
    """A canvas as Markdown (docs.slack.dev/reference/methods/canvases.getContent).

    What was read is kept, unless it is what was read last.

    Raises:
        TryLater: Slack is slow, down or limiting.
    """
    try:
        answer = await desk.slack.call("canvases_getContent", canvas_id=canvas_id)
    except Refused as refusal:
        log.warning("canvas.unread", canvas=canvas_id, why=str(refusal))
        return NoText.GONE if refusal.error in DELETED else NoText.REFUSED
    content = answer.get("content")
    if not isinstance(content, str):
        return NoText.REFUSED
    async with desk.database.write() as session:
        await postmortems.keep_reading(session, incident.id or 0, canvas_id, content, desk.clock.now())
    return content
