"""The editor's notes on an incident's post-mortem as it stands, from the database alone."""

from __future__ import annotations

from bot.postmortem import editor
from bot.postmortem.deliver.reading import last_standing
from bot.postmortem.editor import EditorNote
from bot.postmortem.gather import facts_of, snapshot
from bot.postmortem.lookups import lookups
from bot.slack.names import names_in
from bot.slack.services import Services
from bot.text import mrkdwn
from storage import dismissals, drafts, postmortems
from storage.tables import Incident


async def advice(services: Services, incident: Incident) -> tuple[EditorNote, ...]:
    """What the owner may want to word differently, without what was dismissed.

    People's own words are those of the canvas as Scribe last read it.
    """
    async with services.database.read() as session:
        found = await snapshot(session, incident)
        dismissed = await dismissals.of_incident(session, incident.pk)
        draft = await drafts.newest_delivered(session, incident.pk)
        reading = await postmortems.last_reading(session, incident.pk)
    names = await names_in(services.directory, found.texts(), found.people(), asks_slack=False)
    facts = facts_of(found, lookups(services.workspace, names), services.settings.zone)
    standing = last_standing(draft, reading)
    notes = editor.notes(
        standing.peoples_words if standing else {}, facts, lambda text: mrkdwn.read(text, names)
    )
    return tuple(note for note in notes if note.key not in dismissed)
