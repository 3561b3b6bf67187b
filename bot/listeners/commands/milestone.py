"""`/incident milestone`: shows the milestones, states them in one line or in a form, takes them back."""

from __future__ import annotations

from bot.incidents.actions.milestones import StateMilestones, state_milestones
from bot.incidents.milestones import EXAMPLE, OneMoment, split_kind
from bot.incidents.views.milestones import milestones_view
from bot.incidents.vocabulary import MilestoneKind
from bot.listeners.forms import View
from bot.listeners.milestone_form import filled_form
from bot.listeners.moments import moment_of
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks.milestone_answers import milestones_stated
from bot.slack.blocks.milestone_form import Origin, milestone_form
from bot.slack.showing.incident import show_milestones
from bot.text.when import Moment

__all__ = ["EXAMPLE", "fill", "form", "handle"]


def form(command: Command, scribe: Scribe) -> View | None:
    """`/incident milestone set` alone opens the form."""
    if command.text.lower() != "set":
        return None
    return milestone_form(Origin(command.channel_id, command.response_url, incident=command.number))


async def fill(command: Command, scribe: Scribe) -> View:
    """The form with what is known in it."""
    return await filled_form(scribe, command.actor, command.number)


async def handle(command: Command, scribe: Scribe) -> Answer:
    """Show them, state one, or take one back."""
    word, rest = command.verb()
    if word in ("", "show", "list"):
        view = await milestones_view(scribe.work, command.actor, command.number)
        return await show_milestones(scribe, view)
    if word in ("clear", "unset", "remove"):
        kind, _ = split_kind(rest.text)
        return await _state(command, kind, None, scribe)
    kind, said = split_kind(rest.text if word == "set" else command.text)
    await scribe.work.incident(command.actor, command.number)
    moment = await moment_of(said, command.user_id, scribe)
    if moment.until:
        raise OneMoment(kind)
    return await _state(command, kind, moment, scribe)


async def _state(command: Command, kind: MilestoneKind, moment: Moment | None, scribe: Scribe) -> str:
    request = StateMilestones({kind: moment.at if moment else None}, command.number)
    result = await state_milestones(scribe.work, command.actor, request)
    is_about = moment is not None and moment.is_approximate
    return milestones_stated(result.number, result.changes, result.known, is_about=is_about)
