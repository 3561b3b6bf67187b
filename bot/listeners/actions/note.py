"""Dismissing a note of the editor, for good."""

from __future__ import annotations

from functools import partial

from slack_bolt.async_app import AsyncApp, AsyncRespond

from bot.incidents.actions.postmortem import DismissNote, dismiss_note
from bot.listeners.actions.press import on_press, value_of
from bot.listeners.actors import Body, pressed_by
from bot.listeners.scribe import Scribe
from bot.postmortem.show_editor_notes import notes_for
from bot.slack.blocks.carried import incident_in, subject_in
from bot.slack.blocks.editor_notes import DISMISS_ACTION, NoteRef


def register(app: AsyncApp, scribe: Scribe) -> None:
    on_press(app, DISMISS_ACTION, partial(_dismiss, scribe=scribe), partial(_show_the_rest, scribe=scribe))


async def _dismiss(body: Body, scribe: Scribe) -> None:
    number, note = subject_in(value_of(body), NoteRef)
    await dismiss_note(scribe.work, pressed_by(body), DismissNote(note.key, number))


async def _show_the_rest(body: Body, respond: AsyncRespond, scribe: Scribe) -> None:
    surface = await notes_for(scribe, scribe.work, pressed_by(body), incident_in(value_of(body)))
    await respond(text=surface.text, blocks=list(surface.blocks), replace_original=True)
