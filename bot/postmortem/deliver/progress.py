"""Storing at once what Slack has taken of a draft, so that an interrupted delivery can go on."""

from __future__ import annotations

from bot.slack.services import Services
from storage import drafts
from storage.postmortem_tables import Draft


async def store_progress(services: Services, draft: Draft, **columns: object) -> Draft:
    """Write some columns of a draft's row, and set them in `draft`; returns the row as it is now."""
    async with services.database.write() as session:
        row = await drafts.by_id(session, draft.pk)
        for name, value in columns.items():
            setattr(row, name, value)
            setattr(draft, name, value)
        session.add(row)
    return row
