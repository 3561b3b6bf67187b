"""`/resolve [INC-7] [conclusion]`, and undoing it; declared by mistake."""

from __future__ import annotations

from bot.incidents.actions import incident as actions
from bot.incidents.conclusion import check_words
from bot.incidents.which import first
from bot.listeners.commands.verb import Verb
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe
from bot.slack.blocks import answers


async def handle(command: Command, scribe: Scribe) -> Answer:
    """End the incident; the command's text is its conclusion."""
    command = command.naming(first)
    check_words(command.text, "/resolve")
    request = actions.Resolve(command.text, command.number)
    result = await actions.resolve(scribe.work, command.actor, request)
    return answers.resolved(result.number, result.place)


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
        "ends the incident and drafts its post-mortem; the text becomes its conclusion",
        names=first,
        takes_text=True,
        more=(said, f"{said} INC-7 Rolled back, all is well"),
    )


REOPEN = Verb(_reopen, "/incident reopen INC-7", "opens a resolved incident again", only_words=frozenset())
CANCEL = Verb(
    _cancel,
    "/incident cancel INC-7",
    "takes an incident that was declared by mistake out of lists and search, and keeps it",
    only_words=frozenset(),
)
