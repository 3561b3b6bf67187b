"""Help never acts, for every verb there is, however it is asked for; and wishes get a true answer."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents import verbs
from bot.incidents.conclusion import VerbAlone, check_words
from bot.incidents.errors import UnknownVerb
from bot.incidents.help_asked import WORDS, asks_for_help
from bot.listeners.commands import COMMANDS
from bot.listeners.commands.overview import every_verb
from bot.listeners.commands.verb import help_of
from bot.listeners.commands.wishes import WISHES, commands_in, is_known, wish_for

VERBS = dict(sorted(every_verb(COMMANDS)))


def test_the_tables_hold_what_there_is() -> None:
    assert {
        "/resolve",
        "/timeline add",
        "/incident task done",
        "/incident postmortem publish",
    } <= VERBS.keys()
    assert len(VERBS) > 50


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_says_what_it_does_with_examples_that_are_there(name: str) -> None:
    verb = VERBS[name]

    assert re.fullmatch(r"[a-z].*[^.]", verb.does)
    for example in (verb.example, *verb.more):
        assert is_known(example, COMMANDS), example
        assert not asks_for_help(example, takes_text=True) or name == "/incident"


ASKED = [*sorted(WORDS), "HELP", "Help!", "help.", "help?", "??", "？", "`help`", "—help"]


@pytest.mark.parametrize("name", [name for name, verb in VERBS.items() if not verb.verbs])
def test_help_alone_is_never_what_a_verb_is_about(name: str) -> None:
    for said in ASKED:
        for text in (said, f"INC-3 {said}", f"3 {said}", f"{said} please", f"  {said}  "):
            assert asks_for_help(text, takes_text=VERBS[name].takes_text), text


@pytest.mark.parametrize("name", [name for name, verb in VERBS.items() if verb.takes_text])
def test_help_mistyped_in_other_signs_or_in_another_language_is_never_what_a_verb_is_about(name: str) -> None:
    signs = [
        "؟",
        "⁇",
        "❓",
        ":question:",
        "¿?",
        "help\u200b",
        "\u2066help\u2069",
        "ｈｅｌｐ",
        "&lt;help&gt;",
        "-- help",
    ]
    words = [
        "hlep",
        "halp",
        "helpp",
        "h",
        "ayuda",
        "Hilfe",
        "ヘルプ",
        "帮助",
        "помощь",
        "I need help",
        "help resolve",
    ]
    asked = ["how does this work?", "How do I use this", "what is this?", "what can you do", "why?", "huh?"]
    for text in (*signs, *words, *asked):
        assert asks_for_help(text, takes_text=VERBS[name].takes_text), text


@pytest.mark.parametrize(
    "said", ["status", "Cancel", "`undo`", "list.", "--version", "-v", "ｓｔａｔｕｓ", "version"]
)
def test_a_word_that_commands_know_is_no_conclusion(said: str) -> None:
    with pytest.raises(VerbAlone, match="nothing was done"):
        check_words(said, "/resolve")


@pytest.mark.parametrize(
    "said", ["Cancelled the deploy", "done", "Fixed", "DNS", "false alarm", "List restored"]
)
def test_one_word_may_well_be_a_conclusion(said: str) -> None:
    check_words(said, "/resolve")


@pytest.mark.parametrize(
    "said", ["--help", "-h anything", "here help", "private ?", "Checkout is down --help", "help me"]
)
def test_ways_to_ask_in_a_sentence(said: str) -> None:
    assert asks_for_help(said, takes_text=True)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Help arrived and we rolled back",
        "Was it the cache?",
        "helpdesk is down",
        "Search help is slow",
        "INC-3",
        "3",
        "ran df -h and cleaned up",
        "14:05 Asked for help",
        "Why? Nobody knows",
        "How the cache broke",
        "What it was: DNS",
        "Held back the deploy",
        "Hell broke loose",
    ],
)
def test_a_sentence_is_no_question_for_help(said: str) -> None:
    assert not asks_for_help(said, takes_text=True)


@given(st.text(), st.booleans())
def test_any_text_asks_or_does_not(text: str, takes_text: bool) -> None:
    asks_for_help(text, takes_text=takes_text)


@pytest.mark.parametrize("name", WISHES)
def test_a_wish_is_answered_with_commands_that_are_there(name: str) -> None:
    table = VERBS[name].verbs
    for word in WISHES[name].keys() - table.keys():  # which are verbs by now
        problem = verbs.unknown(word, name, {said: verb.example for said, verb in table.items()})

        answer = wish_for(problem, COMMANDS)

        assert answer
        assert all(is_known(command, COMMANDS) for command in commands_in(answer)), answer
        assert len(answer) < 400


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/incident close", "`/resolve "),
        ("/incident done", "`/resolve "),
        ("/incident info", "`/incident show`"),
        ("/incident monitoring", "`/incident status monitoring`"),
        ("/incident assign", "`/incident role commander @ana`"),
        ("/incident page", "pages nobody"),
        ("/incident join", "`/invite @ana`"),
        ("/incident archive", "archives no channel"),
        ("/incident export", "`scribe export INC-7`"),
        ("/incident history", "`/timeline history 3`"),
        ("/incident delete", "`/incident cancel`"),
        ("/incident change", "`/timeline edit 3 14:07 Rolled back to 1.4`"),
        ("/timeline undo", "`/timeline restore 3`"),
        ("/postmortem delete", "deletes no post-mortem"),
        ("/incident task delete", "`/incident task drop 2`"),
        ("/incident Checkout is down", "`/incident start Checkout is down`"),
        ("/timeline rolled back", "`/timeline add rolled back`"),
        ("/incident task Index orders", "`/incident task add : Index orders`"),
    ],
)
def test_what_people_wish_for(said: str, answer: str) -> None:
    name = "/incident task" if said.startswith("/incident task") else said.split()[0]
    text = said.removeprefix(f"{name} ")
    examples = {word: verb.example for word, verb in VERBS[name].verbs.items()}

    problem = verbs.unknown(text.split()[0].lower(), name, examples, text)

    assert answer in (wish_for(problem, COMMANDS) or problem.sentence)


def test_a_typing_mistake_in_a_sentence_stays_one() -> None:
    problem = verbs.unknown("strat", "/incident", {"start": "/incident start x"}, "strat it up")

    assert isinstance(problem, UnknownVerb)
    assert wish_for(problem, COMMANDS) is None


@pytest.mark.parametrize("name", [name for name in VERBS if name != "/incident"])
def test_the_help_of_a_verb_shows_its_example(name: str) -> None:
    shown = help_of(VERBS[name], name, None)  # type: ignore[arg-type]  # which only `/incident help` needs

    assert isinstance(shown, str)
    assert f"`{name}` {VERBS[name].does}. For example:" in shown
    assert f"`{VERBS[name].example}`" in shown
