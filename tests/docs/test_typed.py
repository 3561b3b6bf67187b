"""What the pages tell people to type is understood: by the terminal, by make, by Scribe in Slack."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from bot.listeners.commands import COMMANDS
from bot.listeners.commands.wishes import is_known
from reference.terminal import leaves
from tests.docs.pages import PAGES, ROOT, code, name_of, typed

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
VARIABLES = set(re.findall(r"\$\(?(?:or )?\$?\(?([A-Z_]+)\b", MAKEFILE)) | set(
    re.findall(r"\$\$\{([A-Z_]+)", MAKEFILE)
)
FROM_ENVIRONMENT = {"UPDATE_GOLDEN"}
"""What a test reads and make hands on."""

USAGE_ERROR = typer.BadParameter.__mro__[1]
"""Every error of a wrong call; Typer brings its own copy of click, and shows this one class of it."""

READ = [page for page in PAGES if page.name != "terminal.md"]
"""`docs/reference/terminal.md` shows how commands are called (`[OPTIONS]`), and no call."""

GROUPS = {"scribe", *(name.rpartition(" ")[0] for name, _ in leaves())}


def problem_of(line: str) -> str | None:
    """What is wrong with a line that calls `scribe`, without doing what it says."""
    words = shlex.split(re.split(r"\s(?:\||>|>>|&&|;|2>)\s?", line)[0])
    by_name = dict(leaves())
    for length in range(len(words), 0, -1):
        name = " ".join(words[:length])
        command = by_name.get(name)
        if command is None:
            continue
        if "--help" in words:
            return None
        try:
            command.make_context(name, [_filled(word) for word in words[length:]])
        except USAGE_ERROR as problem:
            # only naming it in a sentence is no call that lacks arguments
            return None if length == len(words) else f"{line}: {problem}"
        return None
    is_whole = " ".join(words) in GROUPS or words[1:] in (["--help"], ["--version"], ["COMMAND"])
    return None if is_whole or words[1:2] == ["COMMAND"] else f"{line}: there is no such command"


def _filled(word: str) -> str:
    """A number where a page leaves one open."""
    return "1" if word == "N" else word


@pytest.mark.parametrize("page", READ, ids=name_of)
def test_scribe_understands_what_is_typed(page: Path) -> None:
    assert [found for line in typed(page, "scribe") if (found := problem_of(line))] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_make_knows_its_targets(page: Path) -> None:
    unknown: list[str] = []
    for line in typed(page, "make"):
        for word in shlex.split(line)[1:]:
            name, equals, _ = word.partition("=")
            if name not in (VARIABLES | FROM_ENVIRONMENT if equals else TARGETS):
                unknown.append(line)
    assert unknown == []


def said(page: Path) -> Iterator[str]:
    """What a page tells people to say in Slack, without what is left open in it."""
    names = "|".join(name.removeprefix("/") for name in COMMANDS)
    for line in code(page):
        if re.match(rf"/({names})\b", line) and not re.search(r"[…\[|/]{2}|\.\.\.", line[1:]):
            yield line.strip()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_scribe_understands_what_is_said_in_slack(page: Path) -> None:
    assert [line for line in said(page) if not is_known(line.rstrip(" …"), COMMANDS)] == []


def test_the_pages_say_what_to_type_at_all() -> None:
    for first, least in {"scribe": 20, "make": 20}.items():
        assert sum(len(list(typed(page, first))) for page in PAGES) >= least
    assert sum(len(list(said(page))) for page in PAGES) > 100


@pytest.mark.parametrize(
    "line",
    ["scribe runs", "scribe outbox retr 1", "scribe export INC-7 --formt html", "scribe import --all"],
)
def test_a_wrong_line_is_found(line: str) -> None:
    assert problem_of(line)
