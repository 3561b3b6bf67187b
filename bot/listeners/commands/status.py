"""`/postmortem status` and `/postmortem notes`: how far it is, and what may be worded differently."""

from __future__ import annotations

from uuid import uuid4

from bot.incidents import intents, lifecycle
from bot.incidents.lifecycle_errors import NoDraftYet, NotTheOwner
from bot.listeners.about import changing, incident_meant
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks import Surface, review
from bot.slack.blocks.review import ShownPublication, ShownReviewer, Status, status
from bot.slack.summarise import draft_link
from storage import action_items, drafts, outbox, postmortems
from storage.vocabulary import ActionItemState, IncidentStatus, NotesOccasion, PostmortemState

EXAMPLE = "/postmortem status"
NOTES_EXAMPLE = "/postmortem notes"


async def handle(command: Command, scribe: Scribe) -> Surface:
    """State, owner, reviewers, the day it is due, and what is missing."""
    incident = await incident_meant(command, scribe)
    async with scribe.database.read() as session:
        incident_id = incident.pk
        postmortem = await postmortems.of_incident(session, incident_id)
        if postmortem is None:
            raise NoDraftYet(incident.number, is_open=incident.status == IncidentStatus.OPEN)
        asked = await postmortems.reviewers(session, incident_id)
        published = await postmortems.publications(session, incident_id)
        draft = await drafts.newest_delivered(session, incident_id)
        items = await action_items.standing(session, incident, state=ActionItemState.OPEN)
    due_at = postmortem.due_at
    open_items = [(item.number, item.owner_id, item.due_on is not None) for item, _ in items]
    return status(
        Status(
            number=incident.number,
            state=postmortem.state,
            owner_id=postmortem.owner_id,
            due_at=due_at,
            is_late=bool(
                due_at and due_at < scribe.clock.now() and postmortem.state != PostmortemState.PUBLISHED
            ),
            draft_link=draft_link(scribe.workspace, incident, draft) if draft else None,
            reviewers=[ShownReviewer(one.user_id, one.reviewed_at) for one in asked],
            published_at=postmortem.published_at,
            publications=[
                ShownPublication(
                    one.version, one.published_by, one.published_at, one.reopened_by, one.reopened_at
                )
                for one in published
                if one.reopened_at
            ],
            missing=lifecycle.missing(incident.number, postmortem, asked, open_items),
        )
    )


async def handle_notes(command: Command, scribe: Scribe) -> Answer:
    """Have the draft read and the editor's notes shown, to the owner alone.

    Raises:
        NoDraftYet: there is nothing to note anything about.
        NotTheOwner: somebody else asks.
    """
    async with changing(command, scribe) as (session, incident):
        postmortem = await postmortems.of_incident(session, incident.pk)
        if postmortem is None:
            raise NoDraftYet(incident.number, is_open=incident.status == IncidentStatus.OPEN)
        if postmortem.owner_id != command.user_id:
            raise NotTheOwner(incident.number, postmortem.owner_id)
        asked = command.key or f"command:{uuid4()}"
        notes = intents.editor_notes(
            incident.pk, NotesOccasion.ASKED, command.user_id, command.response_url or None, asked
        )
        await outbox.ask(session, [notes], asked_at=scribe.clock.now())
    return review.reading_for_notes(incident.number)
