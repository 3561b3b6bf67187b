"""A verb of a command: what it does, an example of it, and the form it opens when it lacks words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.incidents import verbs
from bot.incidents.errors import NothingMoreToSay, ScribeError
from bot.incidents.help_asked import asks_for_help, is_help
from bot.incidents.which import Reading, anywhere, first
from bot.listeners.forms import Instead, filled_in_time, open_view
from bot.listeners.requests import Answer, Command
from bot.listeners.scribe import Scribe

Form = Callable[[Command, Scribe], dict[str, Any] | None]
"""The view to open instead of an answer, made without I/O since its trigger counts for 3 s; None: no form."""


Fill = Callable[[Command, Scribe], Awaitable[dict[str, Any]]]
"""The same view with what the record holds in it; it is given little time, and the empty form serves else."""


@dataclass(frozen=True)
class Verb:
    """`handle` gets the command without the verb; `example` works as it stands, and so do `more` of them.

    `does` completes "`/incident zone`" to a sentence for its help, without the full stop; `helps` is said
    instead. `names` says where in its words it may name the incident it is about, `takes_text` that they
    may be anybody's sentence, `needs_form` which of those no line can say in place of a form,
    `instead` what can be done where that form does not open. `only_words`: it takes none but these, which say
    once more what it does; others may mean something else. `verbs` may follow it.
    """

    handle: Callable[[Command, Scribe], Awaitable[Answer | None]]
    example: str
    does: str
    form: Form | None = None
    fill: Fill | None = None
    names: Reading = anywhere
    takes_text: bool = False
    only_words: frozenset[str] | None = None
    needs_form: Callable[[str], bool] = lambda text: False
    instead: Callable[[Command], Instead | None] = lambda command: None
    more: tuple[str, ...] = ()
    verbs: Mapping[str, Verb] = field(default_factory=dict)
    helps: Callable[[Scribe], Answer] | None = None


Verbs = Mapping[str, Verb]


async def dispatch(command: Command, scribe: Scribe, known: Verbs, name: str) -> Answer | None:
    """Do what the first word says; None when a form answers instead of words.

    Raises:
        UnknownVerb: it says none of the known ones.
    """
    verb, rest = _find(command, known, name)
    said, _ = command.naming(first).verb()
    return await run(verb, rest, scribe, f"{name} {said}".rstrip())


async def run(verb: Verb, command: Command, scribe: Scribe, name: str) -> Answer | None:
    """Do what a verb does, or say what that is to who asks; None when a form answers instead of words."""
    if told := help_asked(verb, command, scribe, name):
        return told
    if verb.form and verb.form(command, scribe):
        return None
    if verb.only_words is not None and (words := verbs.meaningful(command.text, verb.only_words)):
        raise NothingMoreToSay(name, words, verb.example)
    return await verb.handle(command, scribe)


async def open_form(verb: Verb, command: Command, scribe: Scribe) -> None:
    """Open the form of this command, if it has one, while its trigger still counts.

    `verb` is the command itself, or the one that its words begin with.
    """
    if not verb.verbs:
        await _open(verb, command.naming(verb.names), scribe)
    elif command.naming(first).verb()[0] in verb.verbs:
        await _open(*_find(command, verb.verbs, ""), scribe)


async def _open(verb: Verb, command: Command, scribe: Scribe) -> None:
    view = _form(verb, command, scribe)
    if view:
        instead: Instead = f"Say it in one line instead: `{verb.example}`."
        if verb.needs_form(command.text):
            instead = verb.instead(command) or "Say it again."
        try:
            await scribe.permission.check_person(command.actor)
        except ScribeError:
            return  # the command's own answer says so
        try:
            if verb.fill:
                view = await filled_in_time(verb.fill(command, scribe)) or view
        except ScribeError as problem:
            await scribe.work.say(command.actor, problem.sentence)
            return
        await open_view(scribe, command.actor, command.trigger_id, view, instead)


def line_for(verb: Verb, command: Command) -> str | None:
    """An example of a line that does what a form does which these words ask for; None: no line does."""
    while verb.verbs:
        word, command = command.verb()
        if word not in verb.verbs:
            break
        verb = verb.verbs[word]
    return None if verb.needs_form(command.naming(verb.names).text) else verb.example


def form_of(command: Command, scribe: Scribe, known: Verbs) -> dict[str, Any] | None:
    """The form this command opens instead of an answer, if any."""
    if command.naming(first).verb()[0] not in known:
        return None
    return _form(*_find(command, known, ""), scribe)


def _form(verb: Verb, command: Command, scribe: Scribe) -> dict[str, Any] | None:
    if verb.form is None or help_asked(verb, command, scribe, ""):
        return None
    return verb.form(command, scribe)


def _find(command: Command, known: Verbs, name: str) -> tuple[Verb, Command]:
    command = command.naming(first)
    word, rest = command.verb()
    if word not in known:
        examples = {said: verb.example for said, verb in known.items()}
        raise verbs.unknown(word, name, examples, command.text)
    return known[word], rest.naming(known[word].names)


def help_asked(verb: Verb, command: Command, scribe: Scribe, name: str) -> Answer | None:
    """The help that somebody asks for behind a verb; None where they use it."""
    text = command.naming(first).text
    if not verb.verbs:
        return help_of(verb, name, scribe) if asks_for_help(text, takes_text=verb.takes_text) else None
    word, _, rest = text.partition(" ")
    if not is_help(word):
        return None
    for said in rest.lower().split():
        if said not in verb.verbs:
            break
        verb, name = verb.verbs[said], f"{name} {said}"
    return help_of(verb, name, scribe)


def help_of(verb: Verb, name: str, scribe: Scribe) -> Answer:
    """What a verb does and what may follow it."""
    if verb.helps:
        return verb.helps(scribe)
    lines = [f"`{name}` {verb.does}. For example:"]
    lines += [f"• `{example}`" for example in dict.fromkeys([verb.example, *verb.more])]
    lines += [f"• `{one.example}` {one.does}" for one in distinct(verb.verbs) if one.example != verb.example]
    return "\n".join(lines)


def distinct(verbs: Mapping[str, Verb]) -> list[Verb]:
    """Each verb once, however many words it has."""
    return list({one.example: one for word, one in verbs.items() if word}.values())
