"""`.github/workflows/`: what their schema does not know."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.files import ROOT

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

each = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return found


def runs(file: Path) -> Iterator[str]:
    """What the steps of a workflow run in a shell."""
    for job in read(file)["jobs"].values():
        yield from (step["run"] for step in job["steps"] if "run" in step)


@each
def test_actions_are_named_by_their_commit(file: Path) -> None:
    used = re.findall(r"uses: (.*)$", file.read_text("utf-8"), re.MULTILINE)
    assert used
    assert [one for one in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)] == []


@each
def test_a_job_may_read_and_the_release_alone_more(file: Path) -> None:
    workflow = read(file)
    assert workflow["permissions"] == {"contents": "read"}
    more = [name for name, job in workflow["jobs"].items() if "permissions" in job]
    assert more == (["release"] if file.stem == "release" else [])


@each
def test_nothing_that_others_write_is_run(file: Path) -> None:
    """An expression is put in before the shell reads the script: a branch's name could be a command."""
    assert [script for script in runs(file) if "${{ github" in script or "${{ inputs" in script] == []
    assert "pull_request_target" not in read(file).get("on", read(file).get(True))


@each
def test_what_they_call_is_there(file: Path) -> None:
    called = [name for script in runs(file) for name in re.findall(r"^make ([a-z-]+)", script, re.MULTILINE)]
    assert called
    assert set(called) <= TARGETS
    assert (ROOT / ".ci" / "run").is_file()


def test_the_lowest_python_is_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    tested = read(ROOT / ".github" / "workflows" / "test.yml")["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert f">={tested[0]}" == project["requires-python"]


def test_an_image_is_released_on_the_base_that_is_built_here() -> None:
    (base,) = re.findall(
        r"^ARG BASE=(\S+)$", (ROOT / "deploy" / "Dockerfile").read_text("utf-8"), re.MULTILINE
    )
    assert read(ROOT / ".github" / "workflows" / "release.yml")["jobs"]["release"]["env"]["BASE"] == base


def test_a_release_is_made_only_of_what_was_tested() -> None:
    assert read(ROOT / ".github" / "workflows" / "release.yml")["jobs"]["release"]["needs"] == "test"
