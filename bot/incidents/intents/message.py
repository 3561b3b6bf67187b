"""Messages that are on the record."""

from __future__ import annotations

from bot.incidents.intents.making import about_message
from storage.outbox import LEISURELY, NORMAL, NewIntent
from storage.record import MessageKey
from storage.vocabulary import IntentName


def confirm_mark(key: MessageKey) -> NewIntent:
    """Show under a message, with Scribe's own reaction, whether it stands in the record."""
    return about_message(IntentName.CONFIRM_MARK, key, LEISURELY, lane="mark")


def fetch_message(key: MessageKey) -> NewIntent:
    """Fetch the text of a message that was marked before Scribe heard it."""
    return about_message(IntentName.FETCH_MESSAGE, key, NORMAL, lane="fetch")
