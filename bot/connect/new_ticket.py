"""What a ticket says, from the record as it stands: links and names, and of what was said the item alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.incidents.draft_link import draft_link
from bot.incidents.tickets.contract import Fact, NewTicket
from bot.slack.names import names_in
from bot.slack.services import Services
from bot.text.mrkdwn import Names, plain
from bot.text.permalink import permalink
from storage import drafts
from storage.action_items import Found
from storage.postmortem_tables import Draft
from storage.tables import Incident
from storage.ticket_tables import Ticket

CLOCKS_DIFFER = timedelta(minutes=10)
"""By how much a tracker's clock may be behind."""
NO_TEXT = "An action item without text"


async def new_ticket(services: Services, incident: Incident, ticket: Ticket, found: Found) -> NewTicket:
    """All that its tracker is told."""
    item = found.item
    owner_ids = [item.owner_id] if item.owner_id else []
    texts = [found.text, item.done_when or "", incident.title]
    names = await names_in(services.directory, texts, owner_ids)
    async with services.database.read() as session:
        draft = await drafts.newest_delivered(session, incident.pk)
    text = plain(found.text, names).strip()
    lines = text.splitlines()
    owner = names.person(item.owner_id) if item.owner_id else None
    return NewTicket(
        marker=ticket.marker,
        project=ticket.project,
        since=ticket.asked_at - CLOCKS_DIFFER,
        title=" ".join(lines[0].split()) if lines else NO_TEXT,
        text=text or NO_TEXT,
        facts=_facts(services, incident, found, owner, draft, names),
        owner=owner,
        due_on=item.due_on,
        priority=item.priority,
    )


def _facts(
    services: Services,
    incident: Incident,
    found: Found,
    owner: str | None,
    draft: Draft | None,
    names: Names,
) -> Sequence[Fact]:
    item, url = found.item, services.workspace.url
    channel = f"{url.rstrip('/')}/archives/{incident.channel_id}" if incident.channel_id else None
    evidence = None
    if item.channel_id and item.message_ts and not (found.message and found.message.deleted_ts):
        thread_ts = found.message.thread_ts if found.message else None
        evidence = permalink(url, item.channel_id, item.message_ts, thread_ts)
    postmortem = draft_link(services.workspace, incident, draft) if draft else None
    known = [
        Fact("Owner", owner) if owner else None,
        Fact("Due", item.due_on.isoformat()) if item.due_on else None,
        Fact("Priority", item.priority) if item.priority else None,
        Fact("Type", item.kind) if item.kind else None,
        Fact("Done when", plain(item.done_when, names)) if item.done_when else None,
        Fact("Incident", f"INC-{incident.number}: {plain(incident.title, names)}", channel),
        Fact("Said in Slack", "the message", evidence) if evidence else None,
        Fact("Post-mortem", "the draft", postmortem) if postmortem else None,
    ]
    return [one for one in known if one]
