"""The form that declares an incident, as each door opens it, and asks in it whether one is the same."""

from __future__ import annotations

from bot.incidents.actions.declare import Alike
from bot.listeners.forms import View
from bot.listeners.scribe import Scribe
from bot.slack.blocks import declare_form as blocks
from bot.slack.blocks.alike import question_blocks
from bot.slack.blocks.declare_form import Choices, Filled, Origin
from bot.slack.showing.incident import shown_alike

INSTEAD = "Say it in one line instead: `/incident start Checkout is down since 14:00`."
EMPTY = Filled()


def form(scribe: Scribe, origin: Origin, said: Filled = EMPTY) -> View:
    """The form, with what is said already in it."""
    return blocks.declare_form(origin, choices(scribe), said)


async def asking_form(scribe: Scribe, origin: Origin, said: Filled, alike: Alike) -> View:
    """The same form once more, with the question above it; sent again it declares another incident."""
    question = question_blocks(await shown_alike(scribe, alike))
    asked = Origin(origin.channel_id, origin.channel_name, origin.response_url, origin.source, is_asked=True)
    return blocks.declare_form(asked, choices(scribe), said, question=question)


def choices(scribe: Scribe) -> Choices:
    settings = scribe.settings
    severities = {name: settings.meaning_of(name) for name in settings.severity_names}
    return Choices(severities, is_announcing=bool(settings.announce_channel))
