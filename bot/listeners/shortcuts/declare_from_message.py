"""*Declare incident*: an incident that begins with a message."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.listeners.declare_form import INSTEAD, form
from bot.listeners.forms import View
from bot.listeners.scribe import Scribe
from bot.listeners.shortcuts.chosen import Chosen, opens, typed_words
from bot.slack.blocks.declare_form import NEW, NEW_PRIVATE, Filled, Origin, title_from

UNTOLD = "Reported in a private channel"
"""The title of an incident from a message among few, until somebody writes one for those who will read it."""
UNTITLED = "Reported in a message"


def register(app: AsyncApp, scribe: Scribe) -> None:
    app.shortcut("declare_from_message")(**opens(scribe, _filled, _empty, INSTEAD))


async def _filled(chosen: Chosen, scribe: Scribe) -> View:
    return _form(chosen, scribe, title_from(await typed_words(chosen, scribe)))


def _empty(chosen: Chosen, scribe: Scribe) -> View:
    return _form(chosen, scribe, "")


def _form(chosen: Chosen, scribe: Scribe, title: str) -> View:
    source = chosen.source
    origin = Origin(source.channel_id, source.channel_name, chosen.response_url, source)
    if source.is_private:
        return form(scribe, origin, Filled(title=UNTOLD, place=NEW_PRIVATE))
    return form(scribe, origin, Filled(title=(title if source.is_followed else "") or UNTITLED, place=NEW))
