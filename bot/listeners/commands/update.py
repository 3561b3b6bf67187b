"""`/incident update`: in one line, or in a form."""

from __future__ import annotations

from bot.incidents.actions.updates import PostUpdate, post_update
from bot.incidents.updates import EXAMPLE, NewUpdate
from bot.listeners.forms import View
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.listeners.update_form import filled_form
from bot.slack.blocks.status_update import update_posted
from bot.slack.blocks.update_form import Origin, update_form

__all__ = ["EXAMPLE", "fill", "form", "handle"]


def form(command: Command, scribe: Scribe) -> View | None:
    """Without words they are asked for in a form."""
    if command.text:
        return None
    origin = Origin(command.channel_id, command.response_url)
    return update_form(origin, command.number, scribe.settings.update_due_in(None))


async def fill(command: Command, scribe: Scribe) -> View:
    """The form as the incident stands."""
    return await filled_form(scribe, command.actor, command.number)


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Post what was said."""
    request = PostUpdate(NewUpdate(command.text), command.number)
    return update_posted(await post_update(scribe.work, command.actor, request))
