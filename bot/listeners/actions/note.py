"""Dismissing a note of the editor, for good."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp, AsyncRespond

from bot.incidents.lifecycle_errors import NotTheOwner
from bot.listeners.actions.button import Body, incident_of, key_of, on_press, presser, value_of
from bot.listeners.attempt import once_transaction
from bot.listeners.scribe import Scribe
from bot.postmortem.show_editor_notes import notes_surface
from bot.slack.blocks.editor_notes import DISMISS_ACTION, editor_notes
from storage import dismissals, postmortems


def register(app: AsyncApp, scribe: Scribe) -> None:
    on_press(app, DISMISS_ACTION, partial(_dismiss, scribe=scribe), partial(_show_the_rest, scribe=scribe))


async def _dismiss(body: Body, scribe: Scribe) -> None:
    incident_id, key = _note(body)
    incident = await incident_of(body, incident_id, scribe)
    async with once_transaction(key_of(body), scribe) as session:
        postmortem = await postmortems.to_change(session, incident_id)
        if postmortem is None or postmortem.owner_id != presser(body):
            raise NotTheOwner(incident.number, postmortem.owner_id if postmortem else None)
        await dismissals.dismiss(session, incident_id, key, by=presser(body), at=scribe.clock.now())


async def _show_the_rest(body: Body, respond: AsyncRespond, scribe: Scribe) -> None:
    incident = await incident_of(body, _note(body)[0], scribe)
    surface = await notes_surface(scribe, incident) or editor_notes(incident.number, incident.pk, [])
    await respond(text=surface.text, blocks=list(surface.blocks), replace_original=True)


def _note(body: Body) -> tuple[int, str]:
    incident_id, _, key = value_of(body).partition("|")
    return int(incident_id), key
