"""`/resolve [INC-7] [conclusion]`, and undoing it; declared by mistake."""

from __future__ import annotations

from bot.incidents.actions import incident as actions
from bot.incidents.conclusion import check_words
from bot.incidents.which import first
from bot.listeners.commands.verb import Verb
from bot.listeners.forms import View
from bot.listeners.requests import Answer, Command
from bot.listeners.resolve_form import empty_form, filled_form
from bot.listeners.scribe import Scribe
from bot.slack.blocks import answers


async def handle(command: Command, scribe: Scribe) -> Answer:
    """End the incident; the command's text is its conclusion."""
    command = command.naming(first)
    check_words(command.text, "/resolve")
    request = actions.Resolve(command.text, command.number)
    result = await actions.resolve(scribe.work, command.actor, request)
    return answers.resolved(result.number, result.place)


def _form(command: Command, scribe: Scribe) -> View | None:
    """The form, where somebody says just that word; anything else is a conclusion."""
    command = command.naming(first)
    if command.text.lower().strip(" .…") != "form":
        return None
    return empty_form(command.actor, command.number)


async def _fill(command: Command, scribe: Scribe) -> View:
    command = command.naming(first)
    return await filled_form(scribe, command.actor, command.number)


async def _reopen(command: Command, scribe: Scribe) -> Answer:
    result = await actions.reopen(scribe.work, command.actor, actions.Reopen(command.number))
    return answers.reopened(result.number, result.was, result.status)


async def _cancel(command: Command, scribe: Scribe) -> Answer:
    number = await actions.cancel(scribe.work, command.actor, actions.Cancel(command.number))
    return answers.cancelled(number)


def verb(said: str) -> Verb:
    """`/resolve`, or `/incident resolve` where another app has the short form."""
    return Verb(
        handle,
        f"{said} Rolled back, all is well",
        "ends the incident at once and drafts its post-mortem; the text becomes its conclusion, and `form` "
        "asks for that, the impact, the times and what is left",
        _form,
        _fill,
        names=first,
        takes_text=True,
        more=(said, f"{said} form", f"{said} INC-7 Rolled back, all is well"),
    )


REOPEN = Verb(_reopen, "/incident reopen INC-7", "opens a resolved incident again", only_words=frozenset())
CANCEL = Verb(
    _cancel,
    "/incident cancel INC-7",
    "takes an incident that was declared by mistake out of lists and search, and keeps it",
    only_words=frozenset(),
)
