"""Showing the owner of a post-mortem, and nobody else, what the editor has to say."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from bot.incidents.actor import Actor
from bot.incidents.lifecycle_errors import NotTheOwner
from bot.incidents.unit_of_work import UnitOfWork
from bot.postmortem import editor
from bot.postmortem.compiling import Compiled, compile_facts
from bot.postmortem.deliver.reading import last_standing, read_draft
from bot.postmortem.editor import EditorNote
from bot.postmortem.gather import snapshot
from bot.postmortem.merge.standing import Standing
from bot.postmortem.show_owner import show_owner
from bot.slack.blocks import Surface
from bot.slack.blocks.editor_notes import ShownNote, editor_notes
from bot.slack.intents import subject
from bot.slack.names import names_in
from bot.slack.posting import OutcomeUnknown
from bot.slack.reconcile import Reconciled
from bot.slack.services import IntentKind, OnSent, Services
from storage import drafts, incidents, postmortems
from storage.outbox import PendingIntent
from storage.tables import Incident
from storage.vocabulary import IncidentStatus, IntentName, NotesOccasion, PostmortemState


async def show_editor_notes(services: Services, intent: PendingIntent) -> OnSent | None:
    """Show them once there is a draft, through the command's own address where the owner gave it.

    Whether one person was shown something cannot be looked up, so when an earlier try may have arrived
    nothing is sent again: `/postmortem notes` shows the notes at any time.
    """
    if intent.is_in_doubt:
        raise OutcomeUnknown("the owner may have been shown the notes", is_told=False)
    async with services.database.read() as session:
        incident = await incidents.by_id(session, subject.incident_id(intent))
        postmortem = await postmortems.of_incident(session, incident.pk)
        draft = await drafts.newest_delivered(session, incident.pk)
    if postmortem is None or postmortem.owner_id is None or not incident.channel_id:
        return None
    if incident.status == IncidentStatus.CANCELLED:
        return None
    is_asked = subject.text(intent, "occasion") == NotesOccasion.ASKED
    if not is_asked and (draft is None or postmortem.state == PostmortemState.PUBLISHED):
        return None
    if draft and draft.canvas_id:
        await read_draft(services, draft)
    surface = await notes_surface(services, incident)
    if surface is None:
        if not is_asked:
            return None
        surface = editor_notes(incident.number, [])
    await show_owner(services, intent, incident, postmortem, surface)
    return None


async def notes_surface(services: Services, incident: Incident) -> Surface | None:
    """The notes as they are shown; None when there is nothing to note."""
    notes = await advice(services, incident)
    if not notes:
        return None
    shown = [
        ShownNote(note.key, note.rule.value, note.sentence, note.where, note.found, note.question)
        for note in notes
    ]
    return editor_notes(incident.number, shown)


async def notes_for(services: Services, work: UnitOfWork, actor: Actor, number: int) -> Surface:
    """The notes on an incident's post-mortem, also where there are none, for its owner.

    Raises:
        NotTheOwner: somebody else asks.
    """
    incident = await work.incident(actor, number)
    async with work.reading() as session:
        postmortem = await postmortems.of_incident(session, incident.pk)
    if postmortem is None or postmortem.owner_id != actor.user_id:
        raise NotTheOwner(incident.number, postmortem.owner_id if postmortem else None)
    return await notes_surface(services, incident) or editor_notes(incident.number, [])


async def advice(services: Services, incident: Incident) -> tuple[EditorNote, ...]:
    """What the owner may want to word differently, without what was dismissed.

    People's own words are those of the canvas as Scribe last read it.
    """
    async with services.database.read() as session:
        rows = await snapshot(session, incident)
        draft = await drafts.newest_delivered(session, incident.pk)
        reading = await postmortems.last_reading(session, incident.pk)
    find_names = partial(names_in, services.directory, asks_slack=False)
    compiled = await compile_facts(rows, services.workspace, services.settings, find_names)
    return advice_on(compiled, last_standing(draft, reading), rows.dismissed)


def advice_on(
    compiled: Compiled, standing: Standing | None, dismissed: Collection[str]
) -> tuple[EditorNote, ...]:
    """The same, of an incident that was compiled already."""
    notes = editor.notes(standing.peoples_words if standing else {}, compiled.facts, compiled.read)
    return tuple(note for note in notes if note.key not in dismissed)


KIND = IntentKind(
    IntentName.EDITOR_NOTES,
    show_editor_notes,
    Reconciled.NEVER,
    could_not="show the post-mortem's owner the notes on it; `/postmortem notes` does",
)
