"""Sending a draft to whoever asked for it, where the incident's channel can take none any more."""

from __future__ import annotations

from bot.postmortem.compiling import compile_draft
from bot.postmortem.deliver.progress import store_progress
from bot.postmortem.render import markdown_file
from bot.slack import uploads
from bot.slack.blocks import updates
from bot.slack.services import Services
from storage.postmortem_tables import Draft
from storage.tables import Incident

UNREACHABLE = frozenset({"channel_not_found", "not_in_channel", "is_archived"})
"""Slack's words for a channel that Scribe cannot write in, whatever it has to say."""


async def send_to_asker(services: Services, incident: Incident, draft: Draft) -> Draft:
    """Send it as a file in a direct message.

    A try that was interrupted is made again: the file is there once, its message may be twice.

    Raises:
        TryLater, Refused: as `Slack.call`.
    """
    document = await compile_draft(services, incident, template=draft.template)
    if draft.file_id is None:
        name = f"inc-{incident.number}-postmortem-{draft.version}.md"
        file_id = await uploads.send(services, name=name, content=markdown_file.render(document).encode())
        draft = await store_progress(services, draft, file_id=file_id)
    elif await uploads.completed(services, draft.file_id):
        return draft
    text = updates.draft_to_asker(incident.number, draft.version)
    answer = await services.slack.call("chat_postMessage", channel=draft.asked_by, text=text)
    await uploads.complete(
        services, str(draft.file_id), title=document.title[:250], channel_id=str(answer["channel"])
    )
    return draft
