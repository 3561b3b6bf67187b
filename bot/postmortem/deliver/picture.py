"""The picture of the timeline: shared in the channel, so that the draft's canvas can show it."""

from __future__ import annotations

import asyncio

import structlog

from bot.postmortem.chart import draw
from bot.postmortem.deliver.progress import store_progress
from bot.postmortem.document import Chart, Document
from bot.slack import uploads
from bot.slack.calls import SlackTrouble
from bot.slack.services import Services
from bot.text.mrkdwn import escape
from storage.postmortem_tables import Draft
from storage.tables import Incident

log = structlog.get_logger()


async def picture_for(services: Services, incident: Incident, draft: Draft, document: Document) -> str | None:
    """Share the picture in the channel; its permalink, or None where Slack takes none.

    It never stops a draft: what it shows stands in words where it would be. A draft for our own people has
    none: those who read it could not see a picture that is shared where others, or one alone, read along.
    """
    chart = document.chart
    if chart is None or draft.chart_url or draft.internal_channel_id:
        return draft.chart_url
    try:
        return await _shared(services, incident, draft, chart)
    except SlackTrouble as trouble:
        log.warning("draft.no_picture", incident=incident.number, why=str(trouble))
        return None


async def _shared(services: Services, incident: Incident, draft: Draft, chart: Chart) -> str:
    """Share it once: before another try, look whether an earlier one without an answer succeeded."""
    done = None
    if draft.chart_file_id:
        done = await uploads.completed(services, draft.chart_file_id)
    else:
        content = await asyncio.to_thread(draw.png, chart)
        name = f"inc-{incident.number}-timeline-{draft.version}.png"
        file_id = await uploads.send(services, name=name, content=content, alt=chart.alt)
        await store_progress(services, draft, chart_file_id=file_id)
    if done is None:
        done = await uploads.complete(
            services,
            str(draft.chart_file_id),
            title=f"Timeline of INC-{incident.number}",
            channel_id=incident.channel_id,
            comment=f":bar_chart: {escape(chart.title)}",
        )
    await store_progress(services, draft, chart_url=done.permalink)
    return done.permalink
