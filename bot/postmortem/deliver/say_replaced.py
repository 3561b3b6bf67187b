"""Marking a canvas as replaced once a draft by another template stands: nobody can write in it any more."""

from __future__ import annotations

import structlog

from bot.postmortem.deleted import standing_without_deleted
from bot.postmortem.deliver.canvas_edits import append, rename
from bot.postmortem.deliver.reading import canvas_text
from bot.postmortem.merge.difference import NOTES
from bot.postmortem.merge.items import loaded
from bot.postmortem.merge.matching import read
from bot.postmortem.merge.standing import Standing
from bot.slack.calls import Refused
from bot.slack.services import Services
from storage.postmortem_tables import Draft
from storage.tables import Incident

log = structlog.get_logger()


async def say_replaced(
    services: Services, incident: Incident, before: Draft, carried: Standing, draft: Draft
) -> None:
    """Rename the old canvas, and let the channel's members only read it: words typed there would be missed.

    What was typed there after it was read (`carried`) is added to the new canvas. If Slack refuses one of
    these calls, the rest is left undone.

    Raises:
        TryLater: Slack is slow, down or limiting.
    """
    assert before.canvas_id
    title = f"INC-{incident.number}: replaced by draft {draft.version}"
    try:
        await services.slack.call(
            "canvases_access_set",
            canvas_id=before.canvas_id,
            access_level="read",
            channel_ids=[incident.channel_id],
        )
        await _bring_along(services, incident, before, carried, draft)
        await rename(services, before.canvas_id, title)
    except Refused as refusal:
        log.warning("draft.old_canvas", incident=incident.number, why=str(refusal))


async def _bring_along(
    services: Services, incident: Incident, before: Draft, carried: Standing, draft: Draft
) -> None:
    text = await canvas_text(services, before.canvas_id or "")
    if not isinstance(text, str):
        return
    known = {node.markdown for node in carried.nodes if node.is_peoples}
    standing = await standing_without_deleted(services, incident, read(text, loaded(before.written)))
    late = [node.markdown for node in standing.nodes if node.is_peoples and node.markdown not in known]
    if late:
        await append(services, str(draft.canvas_id), "\n\n".join([f"## {NOTES}", *late]))
