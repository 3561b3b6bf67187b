"""Reading a canvas back as Slack shows it."""

from __future__ import annotations

import structlog

from bot.slack.calls import Refused
from bot.slack.desk import Desk

log = structlog.get_logger()


async def canvas_markdown(desk: Desk, canvas_id: str) -> str | None:
    """A canvas as Markdown (docs.slack.dev/reference/methods/canvases.getContent); None if Slack refuses.

    Raises:
        TryLater: Slack is slow, down or limiting.
    """
    try:
        answer = await desk.slack.call("canvases_getContent", canvas_id=canvas_id)
    except Refused as refusal:
        log.warning("canvas.unread", canvas=canvas_id, why=str(refusal))
        return None
    content = answer.get("content")
    return content if isinstance(content, str) else None
