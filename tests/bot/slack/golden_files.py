"""Comparing what Slack would be sent with files that are read in the diff; UPDATE_GOLDEN=1 writes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.slack.blocks import Surface
from sandbox.blocks import checked_content, view_problems
from tests.bot.slack.blocks.golden import assert_golden


def assert_surface(folder: Path, name: str, surface: Surface) -> None:
    """A message that Slack takes, as the file of this name has it."""
    message = {"text": surface.text, "blocks": list(surface.blocks)}
    checked_content(message)  # raises what Slack would refuse
    assert_golden(folder / f"{name}.json", message)


def assert_form(folder: Path, name: str, view: dict[str, Any]) -> None:
    """A form that Slack takes, as the file of this name has it."""
    assert view_problems(view) == []
    assert_golden(folder / f"{name}.json", view)


def assert_none_left_over(folder: Path, names: set[str]) -> None:
    """Every file is one of these."""
    assert {file.stem for file in folder.iterdir()} == names
