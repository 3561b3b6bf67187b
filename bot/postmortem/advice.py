"""The editor's notes on an incident's post-mortem as it stands, from the database alone."""

from __future__ import annotations

from functools import partial

from bot.postmortem import editor
from bot.postmortem.compiling import compile_facts
from bot.postmortem.deliver.reading import last_standing
from bot.postmortem.editor import EditorNote
from bot.postmortem.gather import snapshot
from bot.slack.names import names_in
from bot.slack.services import Services
from storage import dismissals, drafts, postmortems
from storage.tables import Incident


async def advice(services: Services, incident: Incident) -> tuple[EditorNote, ...]:
    """What the owner may want to word differently, without what was dismissed.

    People's own words are those of the canvas as Scribe last read it.
    """
    async with services.database.read() as session:
        rows = await snapshot(session, incident)
        dismissed = await dismissals.of_incident(session, incident.pk)
        draft = await drafts.newest_delivered(session, incident.pk)
        reading = await postmortems.last_reading(session, incident.pk)
    find_names = partial(names_in, services.directory, asks_slack=False)
    compiled = await compile_facts(rows, services.workspace, services.settings, find_names)
    standing = last_standing(draft, reading)
    notes = editor.notes(standing.peoples_words if standing else {}, compiled.facts, compiled.read)
    return tuple(note for note in notes if note.key not in dismissed)
