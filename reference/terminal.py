"""`docs/reference/terminal.md`: the `scribe` command, from what it says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from bot.cli import app
from reference.markdown import code, table

HEAD = """# The scribe command

Written by `make reference` from the command itself; a test holds it to that. `scribe COMMAND --help` says
the same. Settings come from the environment and from `.env` in the folder where it is called
([settings](settings.md)).

A command ends with 0 when it did what it was asked, with 1 when it could not or found something wrong (each
problem is one line on standard error), with 2 when it was called wrongly, and with 130 when Ctrl-C
stopped it.
"""


def page() -> str:
    """The page, as it is to stand in the docs."""
    return "\n".join([HEAD, *(_section(name, command) for name, command in leaves())])


def leaves() -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its name as it is typed: `scribe outbox list`.

    Typer brings its own copy of click, whose types it does not show.
    """
    yield from _below("scribe", typer.main.get_command(app))


def _below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    inside = getattr(command, "commands", None)
    if inside is None:
        yield name, command
        return
    for word, one in inside.items():
        yield from _below(f"{name} {word}", one)


def _section(name: str, command: Any) -> str:
    shown = [parameter for parameter in command.params if not parameter.hidden and parameter.name != "help"]
    usage = " ".join([name, *(_argument(one) for one in shown if _is_argument(one))])
    usage += " [OPTIONS]" if any(not _is_argument(one) for one in shown) else ""
    parts = [f"## {name}", "", command.help, "", f"    {usage}", ""]
    if shown:
        rows = [(_spelled(one), one.help or "", code(_default(one))) for one in shown]
        parts += [table(("option", "what it is for", "otherwise"), rows), ""]
    return "\n".join(parts)


def _is_argument(parameter: Any) -> bool:
    return not str(parameter.opts[0]).startswith("-")


def _argument(parameter: Any) -> str:
    word = str(parameter.name).upper() + ("…" if parameter.nargs == -1 else "")
    return word if parameter.required else f"[{word}]"


def _spelled(parameter: Any) -> str:
    if _is_argument(parameter):
        return code(_argument(parameter).strip("[]"))
    return ", ".join(code(option) for option in parameter.opts)


def _default(parameter: Any) -> str:
    if isinstance(parameter.show_default, str):
        return parameter.show_default
    default = parameter.default
    if default is None or isinstance(default, bool) or callable(default) or default == Path():
        return ""
    return str(getattr(default, "value", default))
