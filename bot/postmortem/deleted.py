"""Removing what quotes deleted messages from what is stored of people's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.clock import ts_of
from bot.postmortem.merge.standing import Standing
from bot.postmortem.quotes import quoted, without
from bot.slack.services import Services
from storage import deletions, incidents, readings
from storage.postmortem_tables import Draft
from storage.tables import Incident


async def deleted_of(services: Services, incident: Incident, ts: set[str]) -> set[str]:
    """Those of these messages on the incident's record that were deleted and of which no words are kept."""
    if not ts:
        return set()
    async with services.database.read() as session:
        found = await readings.quotable(session, incident, ts)
    keeps = services.settings.keep_deleted
    # of somebody who was purged nothing is kept, whatever the setting says
    return {
        message.ts
        for message in found
        if message.deleted_ts and not (keeps and (message.text or message.files))
    }


async def deleted_meanwhile(session: AsyncSession, draft: Draft) -> str | None:
    """How many messages were deleted while a draft was made, and when the last of them; None: none was.

    What is not delivered is still being made.
    """
    incident = await incidents.by_id(session, draft.incident_id)
    until = ts_of(draft.delivered_at) if draft.delivered_at else None
    many, last = await deletions.deleted_between(session, incident, after=ts_of(draft.asked_at), until=until)
    return f"{many}:{last}" if many else None


HEARD_WITHIN = timedelta(hours=1)
"""How late a deletion may be heard of: Slack tells it again for minutes (docs.slack.dev/apis/events-api)."""


async def is_to_be_cleared(services: Services, session: AsyncSession, draft: Draft) -> bool:
    """Whether more was deleted while a draft was made than its canvas was cleared of.

    That is done at once or never: much later the record says more, and others read the canvas.
    """
    heard = services.clock.now() - HEARD_WITHIN
    if services.settings.keep_deleted or (draft.delivered_at and draft.delivered_at < heard):
        return False
    return await deleted_meanwhile(session, draft) != draft.taken_out


async def without_deleted(services: Services, incident: Incident, text: str) -> str:
    """A text without what it quotes of messages that were deleted in Slack."""
    gone = await deleted_of(services, incident, quoted(text))
    return without(text, gone.__contains__)


async def standing_without_deleted(services: Services, incident: Incident, standing: Standing) -> Standing:
    """What stands in a canvas, without what people's words in it quote of deleted messages."""
    peoples = [node.markdown for node in standing.nodes if node.is_peoples]
    gone = await deleted_of(services, incident, quoted("\n".join(peoples)))
    if not gone:
        return standing
    return Standing(
        tuple(
            replace(
                section,
                nodes=tuple(
                    replace(node, markdown=without(node.markdown, gone.__contains__))
                    if node.is_peoples
                    else node
                    for node in section.nodes
                ),
            )
            for section in standing.sections
        )
    )
