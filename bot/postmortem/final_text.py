"""The text a post-mortem is published with: what stands in its canvas, without what was for drafting it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.postmortem.compiling import compile_draft
from bot.postmortem.deleted import without_deleted
from bot.postmortem.deliver.reading import NoText, as_people_left_it, last_standing, read_draft
from bot.postmortem.document import TEMPLATE_NOTE
from bot.postmortem.document import as_published as document_as_published
from bot.postmortem.merge.blocks import as_published
from bot.postmortem.merge.items import loaded
from bot.postmortem.merge.matching import read
from bot.postmortem.render import markdown_file
from bot.slack.blocks.published import Source
from bot.slack.services import Services
from storage import postmortems
from storage.postmortem_tables import Draft
from storage.tables import Incident

QUESTION = "question|"
"""What the ids of questions begin with that earlier versions of Scribe wrote into sections without words."""


@dataclass(frozen=True)
class Final:
    """The text a post-mortem is published with, and where it is from; people's words are of `read_at`."""

    markdown: str
    source: Source
    read_at: datetime | None = None


async def final_text(services: Services, incident: Incident, draft: Draft | None) -> Final:
    """The canvas as it stands; else the draft compiled from the record, with people's words as last read.

    A draft that is no canvas, a thread for example, cannot be edited by people: the record says the same.
    """
    source, read_at = Source.NOBODY_EDITS, None
    reading = None
    if draft and draft.canvas_id:
        text = await read_draft(services, draft)
        if isinstance(text, str) and text.strip():
            kept = await without_deleted(services, incident, as_published(text, _leftovers(draft, text)))
            return Final(kept, Source.READ_NOW)
        source = Source.EMPTIED
        if isinstance(text, NoText):
            source = Source.GONE if text is NoText.GONE else Source.COMPILED
            async with services.database.read() as session:
                reading = await postmortems.last_reading(session, incident.pk)
            if reading and last_standing(draft, reading):
                read_at = reading.read_at
    document = await compile_draft(services, incident, template=draft.template if draft else None)
    document = document_as_published(as_people_left_it(document, draft, reading))
    return Final(markdown_file.render(document), source, read_at)


def _leftovers(draft: Draft, text: str) -> frozenset[str]:
    """What stands there as Scribe wrote it, and was for those who wrote the draft."""
    standing = read(text, loaded(draft.written)) if draft.written else None
    return frozenset(
        node.markdown.strip()
        for node in (standing.nodes if standing else ())
        if not node.is_peoples and (node.id == TEMPLATE_NOTE or node.id.startswith(QUESTION))
    )
