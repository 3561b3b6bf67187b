"""The contracts of pyproject.toml hold what they say: a planted wrong import of each kind breaks one."""

from __future__ import annotations

import copy
import re
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import grimp
import pytest
from importlinter import configuration
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract

KINDS = {"layers": LayersContract, "forbidden": ForbiddenContract}
WRONG = (
    ("bot.text.prose", "bot.slack.calls"),
    ("bot.templates", "bot.text.prose"),
    ("bot.clock", "bot.incidents.record"),
    ("bot.settings", "bot.incidents.record"),
    ("bot.incidents.declare", "bot.slack.calls"),
    ("bot.incidents.resolve", "bot.postmortem.facts"),
    ("bot.slack.outbox", "bot.intent_kinds"),
    ("bot.postmortem.publish", "bot.listeners.requests"),
    ("bot.postmortem.publish", "bot.imports.reading"),
    ("bot.jobs.retention", "bot.listeners.requests"),
    ("bot.listeners.requests", "bot.app"),
    ("bot.listeners.requests", "storage.tables"),
    ("bot.app", "bot.cli"),
    ("bot.postmortem.compose.opening", "sqlmodel"),
    ("bot.incidents.declare", "slack_sdk"),
    ("storage.tables", "bot.clock"),
    ("sandbox.messages", "bot.text.prose"),
    ("bot.app", "sandbox.server"),
)

configuration.configure()


@pytest.fixture(scope="module")
def arrows() -> grimp.ImportGraph:
    return grimp.build_graph("bot", "storage", "sandbox", include_external_packages=True, cache_dir=None)


def broken(arrows: grimp.ImportGraph) -> list[str]:
    """The names of the contracts that these arrows break."""
    project = Path(__file__).parents[1] / "pyproject.toml"
    told: dict[str, Any] = tomllib.loads(project.read_text(encoding="utf-8"))["tool"]["importlinter"]
    session = {key: value for key, value in told.items() if key != "contracts"}
    found = []
    for options in told["contracts"]:
        as_text = {key: str(value) if isinstance(value, bool) else value for key, value in options.items()}
        contract = KINDS[options["type"]](options["name"], session, as_text)
        if not contract.check(copy.deepcopy(arrows), verbose=False).kept:
            found.append(options["name"])
    return found


def test_every_arrow_goes_down(arrows: grimp.ImportGraph) -> None:
    assert broken(arrows) == []


@pytest.mark.parametrize(("importer", "imported"), WRONG)
def test_a_wrong_arrow_is_found(arrows: grimp.ImportGraph, importer: str, imported: str) -> None:
    assert not arrows.direct_import_exists(importer=importer, imported=imported)
    arrows.add_import(importer=importer, imported=imported)
    try:
        assert broken(arrows)
    finally:
        arrows.remove_import(importer=importer, imported=imported)


def test_no_modules_import_each_other_in_a_circle(arrows: grimp.ImportGraph) -> None:
    TopologicalSorter(
        {name: arrows.find_modules_directly_imported_by(name) for name in arrows.modules}
    ).prepare()


def test_no_scripts_of_the_page_import_each_other_in_a_circle() -> None:
    scripts = list((Path(__file__).parents[1] / "sandbox" / "page").glob("*.js"))
    assert scripts
    imported = re.compile(r'from "\./([\w-]+\.js)"')
    TopologicalSorter(
        {one.name: imported.findall(one.read_text(encoding="utf-8")) for one in scripts}
    ).prepare()


def test_a_room_that_no_layer_names_is_found(arrows: grimp.ImportGraph) -> None:
    arrows.add_module("bot.cellar")
    try:
        assert broken(arrows) == ["arrows go down"]
    finally:
        arrows.remove_module("bot.cellar")
