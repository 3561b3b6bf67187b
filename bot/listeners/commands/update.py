"""`/incident update`: in one line, or in a form; `--public` is for people outside, and always in a form."""

from __future__ import annotations

from bot.incidents.actions.updates import PostUpdate, post_update
from bot.incidents.status_pages.errors import NoStatusPage
from bot.incidents.updates import EXAMPLE, NewUpdate
from bot.listeners import public_form
from bot.listeners.forms import View
from bot.listeners.public_form import public_words
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.listeners.update_form import filled_form, page_titles
from bot.slack.blocks import Surface
from bot.slack.blocks.public_offer import form_offer
from bot.slack.blocks.status_update import update_posted
from bot.slack.blocks.update_form import Origin, update_form

__all__ = ["EXAMPLE", "fill", "form", "handle", "instead"]


def form(command: Command, scribe: Scribe) -> View | None:
    """Without words they are asked for in a form; what everybody is to read is shown in one first."""
    said = public_words(command.text)
    if said is not None and scribe.settings.status_pages:
        return public_form.empty_form(scribe, command.actor, command.number, said, is_update=True)
    if command.text:
        return None
    origin = Origin(command.channel_id, command.response_url)
    return update_form(origin, command.number, scribe.settings.update_due_in(None), page_titles(scribe))


async def fill(command: Command, scribe: Scribe) -> View:
    """The form as the incident stands."""
    said = public_words(command.text)
    if said is not None:
        return await public_form.filled_form(scribe, command.actor, command.number, said, is_update=True)
    return await filled_form(scribe, command.actor, command.number)


def instead(command: Command) -> Surface | None:
    """Where the form of what everybody is to read does not open."""
    said = public_words(command.text)
    return form_offer(command.number, said, is_update=True) if said is not None else None


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Post what was said, to people inside.

    Raises:
        NoStatusPage: it was meant for people outside, and there is no page for that.
    """
    said = public_words(command.text)
    if said is not None:
        raise NoStatusPage(said)
    request = PostUpdate(NewUpdate(command.text), command.number)
    return update_posted(await post_update(scribe.work, command.actor, request))
