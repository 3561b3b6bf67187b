"""`docs/reference/commands.md`: what people can say in Slack, from the tables of verbs."""

from __future__ import annotations

from collections.abc import Iterator

from bot.listeners.commands import COMMANDS
from bot.listeners.commands.overview import LONG_FORMS
from bot.listeners.commands.verb import Verb

HEAD = """# Commands

Written by `make reference` from the tables the bot itself answers by; a test holds it to them.

They are about this channel's incident, unless another is named: `/resolve INC-7 Rolled back`,
`/timeline INC-7`. Each answers `help`: `/incident help severity`, `/timeline add help`. Where another app
owns a short command say `/incident timeline …`, `/incident resolve …`, `/incident postmortem …`.

Slash commands do not work in threads. There, and everywhere else, mention Scribe and leave out the slash and
the command: `@Scribe add 14:05 Rolled back`, `@Scribe severity sev1`, `@Scribe resolve Rolled back`;
`@Scribe pin this` puts the message that began the thread on the timeline. In direct messages to Scribe no
mention is needed, and the incident is named, or asked for: `INC-7 severity sev1`.
"""


def page() -> str:
    """The page, as it is to stand in the docs."""
    sections = [HEAD]
    for name, command in COMMANDS.items():
        sections += _sections(name, command)
    return "\n".join(sections)


def _sections(name: str, command: Verb) -> Iterator[str]:
    """A table of a command's verbs, then one of those below them."""
    words: dict[str, list[str]] = {}
    verbs: dict[str, Verb] = {}
    for word, verb in command.verbs.items():
        words.setdefault(verb.example, []).extend([word] if word else [])
        verbs.setdefault(verb.example, verb)
    rows = [_row(verb, words[example]) for example, verb in verbs.items() if words[example]]
    lead = f"`{name}` {command.does}."
    table = ["| say | what it does | also |", "| --- | --- | --- |", *(rows or [_row(command, [])])]
    yield "\n".join([f"## {name}", "", lead, "", *table, ""])
    for example, verb in verbs.items():
        below = f"{name} {words[example][0]}" if words[example] else ""
        if verb.verbs and below not in LONG_FORMS and below:
            yield from _sections(below, verb)


def _row(verb: Verb, words: list[str]) -> str:
    """A verb's examples, what it does, and the other words for it."""
    said = "<br>".join(f"`{example}`" for example in dict.fromkeys([verb.example, *verb.more]))
    return f"| {said} | {verb.does} | {', '.join(f'`{word}`' for word in words[1:])} |"
