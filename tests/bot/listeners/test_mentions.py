"""What of a message is said to Scribe, and which command it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.errors import UnknownVerb
from bot.listeners.commands import COMMANDS, sentence_of
from bot.listeners.commands.overview import LONG_FORMS, every_verb
from bot.listeners.commands.routing import routed, without_slash
from bot.listeners.mentions import words_for
from bot.listeners.requests import Command, Thread

BOT = "U0BOT"


def command(text: str, *, in_thread: bool = False) -> Command:
    thread = Thread("1694354400.000100") if in_thread else None
    return Command("T0ACME", "C0OPS", "", "U0ANA", text, "", "said:1", thread=thread)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<@U0BOT> add 14:05 rolled back", "add 14:05 rolled back"),
        ("<@U0BOT>, add 14:05 rolled back", "add 14:05 rolled back"),
        ("<@U0BOT|scribe>: list", "list"),
        ("hey <@U0BOT> list", "list"),
        ("<@U0BOT>", ""),
        ("pin this <@U0BOT>", "pin this"),
        ("pin this, <@U0BOT>!", "pin this"),
        ("please ask <@U0BOT> for the timeline", None),
        ("the whole team should read the timeline of <@U0BOT>", None),
        ("<@U0ANA> add this", None),
    ],
)
def test_what_follows_its_name_is_said_to_scribe(text: str, words: str | None) -> None:
    assert words_for(text, BOT, is_direct=False) == words


def test_in_direct_messages_everything_is() -> None:
    assert words_for("list", BOT, is_direct=True) == "list"
    assert words_for("<@U0BOT> list", BOT, is_direct=True) == "list"


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("", "/incident", ""),
        ("help", "/incident", "help"),
        ("? severity", "/incident", "? severity"),
        ("add 14:05 rolled back", "/timeline", "add 14:05 rolled back"),
        ("severity sev1", "/incident", "severity sev1"),
        ("/severity sev1", "/incident", "severity sev1"),
        ("resolve Rolled back", "/resolve", "Rolled back"),
        ("/resolve Rolled back", "/resolve", "Rolled back"),
        ("timeline edit 3 14:06", "/timeline", "edit 3 14:06"),
        ("publish", "/postmortem", "publish"),
        ("14:05 rolled back", "/timeline", "14:05 rolled back"),
    ],
)
def test_a_verb_finds_its_command(text: str, name: str, rest: str) -> None:
    found, words = routed(command(text))

    assert (found, words.text) == (name, rest)


def test_an_incident_that_is_named_first_goes_along() -> None:
    name, words = routed(command("INC-7 severity sev1"))

    assert (name, words.number, words.text) == ("/incident", 7, "severity sev1")


@pytest.mark.parametrize("text", ["add this", "add it", "add that message!", "add"])
def test_adding_this_in_a_thread_is_pinning(text: str) -> None:
    assert routed(command(text, in_thread=True))[1].text.startswith("pin")
    assert routed(command(text))[1].text.startswith("add")


@pytest.mark.parametrize("name", [name for name, _ in every_verb(COMMANDS, besides=LONG_FORMS)])
def test_every_command_is_understood_without_its_slash(name: str) -> None:
    found, words = routed(command(name[1:]))

    assert f"{found} {words.text}".strip() == name


def test_a_sentence_without_a_verb_is_asked_about() -> None:
    with pytest.raises(UnknownVerb) as refused:
        routed(command("the cache is warm again"))

    assert sentence_of(refused.value) == (
        "Nothing is recorded yet. Did you mean `@Scribe add the cache is warm again`? `@Scribe help` says "
        "what there is."
    )


def test_what_is_advised_works_where_it_is_read() -> None:
    advice = "`/incident severity sev1`, `/timeline`, `/resolve Rolled back`, `/invite @ana`"

    assert without_slash(advice, is_direct=False) == (
        "`@Scribe severity sev1`, `@Scribe timeline`, `@Scribe resolve Rolled back`, `/invite @ana`"
    )
    assert without_slash(advice, is_direct=True) == (
        "`severity sev1`, `timeline`, `resolve Rolled back`, `/invite @ana`"
    )


@given(st.text())
def test_any_words_find_a_command_or_are_asked_about(text: str) -> None:
    words = words_for(f"<@U0BOT> {text}", BOT, is_direct=False)

    assert words is not None
    try:
        name, _ = routed(command(words))
    except UnknownVerb as problem:
        assert sentence_of(problem)
    else:
        assert name in COMMANDS
