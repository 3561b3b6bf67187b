"""Reading a canvas back, and storing people's words in it, so that they are never lost."""

from __future__ import annotations

from enum import Enum, auto

import structlog

from bot.postmortem.deleted import standing_without_deleted
from bot.postmortem.document import Document
from bot.postmortem.merge.items import loaded
from bot.postmortem.merge.matching import read
from bot.postmortem.merge.merging import merge
from bot.postmortem.merge.overlay import with_peoples_words
from bot.postmortem.merge.standing import Standing, kept, recalled
from bot.postmortem.render.canvas import render_sections
from bot.slack.calls import Refused
from bot.slack.services import Services
from storage import incidents, postmortems
from storage.postmortem_tables import CanvasReading, Draft

log = structlog.get_logger()

DELETED = frozenset({"canvas_not_found", "file_not_found", "file_deleted", "canvas_deleted"})


class NoText(Enum):
    """Why a canvas could not be read."""

    GONE = auto()
    REFUSED = auto()


async def canvas_text(services: Services, canvas_id: str) -> str | NoText:
    """A canvas as Markdown, as Slack gives it back (docs.slack.dev/reference/methods/canvases.getContent).

    Raises:
        TryLater: Slack is slow, down or limiting.
    """
    try:
        answer = await services.slack.call("canvases_getContent", canvas_id=canvas_id)
    except Refused as refusal:
        log.warning("canvas.unread", canvas=canvas_id, why=str(refusal))
        return NoText.GONE if refusal.error in DELETED else NoText.REFUSED
    text = answer.get("content")
    return text if isinstance(text, str) else NoText.REFUSED


async def read_draft(services: Services, draft: Draft) -> str | NoText:
    """The whole text of a draft's canvas; people's words in it are stored.

    Raises:
        TryLater: Slack is slow, down or limiting.
    """
    assert draft.canvas_id
    text = await canvas_text(services, draft.canvas_id)
    if isinstance(text, str) and draft.written:
        await keep(services, draft, read(text, loaded(draft.written)))
    return text


async def keep(services: Services, draft: Draft, standing: Standing) -> Standing:
    """Store people's words in a draft's canvas, in place of what was read before; returns what was stored.

    Quotes of messages that were deleted in Slack are left out. Of a draft for people outside nothing is
    stored: one reading is kept, that of the team's own.
    """
    assert draft.canvas_id
    async with services.database.read() as session:
        incident = await incidents.by_id(session, draft.incident_id)
    standing = await standing_without_deleted(services, incident, standing)
    if draft.is_public:
        return standing
    async with services.database.write() as session:
        await postmortems.keep_reading(
            session, draft.incident_id, draft.canvas_id, kept(standing), services.clock.now()
        )
    return standing


def last_standing(draft: Draft | None, reading: CanvasReading | None) -> Standing | None:
    """A draft's canvas as it was last read, with people's words; None if it never was."""
    if draft is None or reading is None or not draft.written or reading.canvas_id != draft.canvas_id:
        return None
    return recalled(reading.nodes)


def as_people_left_it(document: Document, draft: Draft | None, reading: CanvasReading | None) -> Document:
    """The draft from the record as it is now, with people's changes as they were last read."""
    standing = last_standing(draft, reading)
    if draft is None or standing is None:
        return document
    written = loaded(draft.written)
    merged = merge(standing, written, render_sections(document), anew=True)
    return with_peoples_words(document, merged)
