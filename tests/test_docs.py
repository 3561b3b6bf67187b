"""The words a newcomer reads say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from bot.settings import Settings

ROOT = Path(__file__).parents[1]


def test_every_setting_is_in_the_example_and_every_example_is_a_setting() -> None:
    example = (ROOT / ".env.example").read_text()
    shown = set(re.findall(r"^#?([A-Z][A-Z_]+)=", example, re.MULTILINE))

    assert shown == {name.upper() for name in Settings.model_fields}


def test_the_example_shows_the_defaults() -> None:
    example = (ROOT / ".env.example").read_text()
    shown = dict(re.findall(r"^#([A-Z][A-Z_]+)=(.*)$", example, re.MULTILINE))

    for name, value in shown.items():
        default = Settings.model_fields[name.lower()].default
        assert value == (f"{default:g}" if isinstance(default, float) else str(default)).replace(
            "False", "false"
        ), name


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text())

    for command in manifest["features"]["slash_commands"]:
        assert f"`{command['command']}" in readme


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    for name in ("README.md", "CONTRIBUTING.md", "docs/sandbox.md"):
        named = set(re.findall(r"(?:`|^    )make ([a-z]+)", (ROOT / name).read_text(), re.MULTILINE))
        assert named <= targets, name


def test_links_between_documents_lead_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    for document in documents:
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
