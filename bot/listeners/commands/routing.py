"""Commands without a slash: `add 14:05 Rolled back`, as mentions and direct messages say them."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.incidents.help_asked import is_help
from bot.incidents.verbs import unknown
from bot.incidents.which import first
from bot.listeners.commands import COMMANDS, incident, postmortem, timeline
from bot.listeners.commands.pin import THIS
from bot.listeners.commands.wishes import WISHES
from bot.listeners.requests import Command

TABLES = {
    "/incident": incident.VERBS,
    "/timeline": timeline.VERBS,
    "/postmortem": postmortem.VERBS,
}
"""Where a verb is looked for: the first that has it."""
NAME = "@Scribe"
_COMMAND = re.compile(rf"`/({'|'.join(name[1:] for name in COMMANDS)})\b ?([^`]*)`")


def routed(command: Command) -> tuple[str, Command]:
    """The slash command that is meant, and the words behind it.

    Raises:
        UnknownVerb: the first word is none of a command, and no verb of any.
    """
    named = command.naming(first)
    named = replace(named, text=named.text.removeprefix("/"))
    word, rest = named.verb()
    name = f"/{word}"
    if name in COMMANDS:
        return name, rest
    if word == "add" and command.thread and THIS.fullmatch(rest.text):
        return "/timeline", replace(named, text=f"pin {rest.text}")
    if not word or word in incident.VERBS or is_help(word):
        return "/incident", named
    if word[:1].isdigit():  # a time: what they want is to add, as `/timeline` itself says
        return "/timeline", named
    for name, verbs in TABLES.items():
        if word in verbs:
            return name, named
    wished = next((name for name in TABLES if word in WISHES[name]), NAME)
    raise unknown(word, wished, _examples(), named.text)


def without_slash(sentence: str, *, is_direct: bool) -> str:
    """A sentence whose commands work where slash commands do not: in a thread."""
    before = "" if is_direct else f"{NAME} "

    def said(found: re.Match[str]) -> str:
        name, words = found[1], found[2]
        return f"`{before}{words if name == 'incident' and words else f'{name} {words}'.strip()}`"

    return _COMMAND.sub(said, sentence)


def _examples() -> dict[str, str]:
    """Every verb with an example, the first of a word that several have."""
    found: dict[str, str] = {}
    for verbs in TABLES.values():
        for word, verb in verbs.items():
            found.setdefault(word, verb.example)
    return found
