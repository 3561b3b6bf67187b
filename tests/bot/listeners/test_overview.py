"""The overview and the page of the docs are made from the tables of verbs: nothing is missing in either."""

from __future__ import annotations

import pytest

from bot.listeners.commands import COMMANDS
from bot.listeners.commands.overview import FIRST, GROUPS, LONG_FORMS, MORE, every_verb, overview
from bot.listeners.commands.wishes import is_known
from bot.slack.blocks.help import help_overview
from reference.commands import page as commands_page
from storage.vocabulary import MarkSection

SHORT = dict(every_verb(COMMANDS, besides=LONG_FORMS))


def test_every_verb_is_in_the_overview_once() -> None:
    _, groups = overview(COMMANDS)

    listed = [SHORT[name].example for group in groups for name in group.names]

    assert len(listed) == len(set(listed))
    for name, verb in SHORT.items():
        assert verb.example in listed or verb.verbs or name == "/incident start", name


def test_what_is_needed_first_comes_first_and_works_as_it_stands() -> None:
    hurried, _ = overview(COMMANDS)

    assert len(hurried) == len(FIRST) <= 7
    assert all(is_known(line.example, COMMANDS) for line in hurried)
    assert all(len(f"{line.example} {line.does}") < 110 for line in hurried)


@pytest.mark.parametrize("name", [*FIRST, *(name for names in GROUPS.values() for name in names)])
def test_what_is_grouped_is_there(name: str) -> None:
    assert name in SHORT


def test_a_verb_that_nobody_grouped_is_listed_all_the_same() -> None:
    _, groups = overview(COMMANDS)

    assert {group.title for group in groups} <= {*GROUPS, MORE}


def test_the_overview_fits_one_message() -> None:
    surface = help_overview(*overview(COMMANDS), {section: section.value for section in MarkSection})

    assert all(len(block["text"]["text"]) <= 3000 for block in surface.blocks if block["type"] == "section")
    assert sum(len(str(block)) for block in surface.blocks) < 9000


def test_the_page_names_every_verb_and_every_other_word_for_it() -> None:
    page = commands_page()
    for name, verb in SHORT.items():
        assert f"`{verb.example}`" in page or verb.verbs, name
        assert verb.does in page, name
        assert f"`{name.split()[-1]}`" in page or name in page or verb.example in page, name
