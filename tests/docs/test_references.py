"""The pages that are written from code say what the code says, and say something about everything."""

from __future__ import annotations

import inspect

import pytest

from bot.settings import Settings
from reference.pages import DOCS, PAGES
from reference.scopes import REASONS
from reference.settings import described
from reference.tables import models
from reference.terminal import leaves
from sandbox.manifest import read_manifest


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_what_the_code_says(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "say make reference"


def test_every_setting_is_described_and_nothing_else() -> None:
    shown = {name for one in described() for name, _ in one.values}
    by_severity = {name for name in shown if name.startswith("INVITE_")}
    fields = {name.upper() for name in Settings.model_fields if name != "invite"}

    assert by_severity
    assert fields <= shown, "a setting that .env.example does not know"
    assert all(one.text for one in described())


def test_every_command_of_the_terminal_says_what_it_does_and_each_option_what_it_is_for() -> None:
    silent = [name for name, command in leaves() if not command.help]
    silent += [
        f"{name} {parameter.opts[0]}"
        for name, command in leaves()
        for parameter in command.params
        if not parameter.hidden and not parameter.help
    ]
    assert silent == []
    assert len(list(leaves())) >= 8


def test_every_table_says_what_it_holds() -> None:
    found = list(models())

    assert len(found) > 25
    assert [model.__name__ for model in found if not (inspect.getdoc(model) or "").strip()] == []


def test_every_scope_has_a_reason() -> None:
    assert read_manifest().scopes <= REASONS.keys()
