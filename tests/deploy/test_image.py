"""The image: what goes in, and that its steps make a Scribe which runs.

There may be no container engine here, so the steps of the Dockerfile are run as they stand, in a folder
instead of a root of their own.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.deploy.files import DEPLOY, ROOT, SETTINGS, Step, copied, environment, stages
from tests.until import until

OTHER_VARIABLES = {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}


def step(word: str) -> str:
    """What stands behind the one instruction of the last stage that begins so."""
    (found,) = (step.rest for step in stages()[-1] if step.word == word)
    return found


def test_the_base_can_be_named_by_its_digest() -> None:
    assert [stage[0].rest.split()[0] for stage in stages()] == ["${BASE}", "${BASE}"]


def test_nothing_is_sent_to_the_build_that_it_does_not_copy() -> None:
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]

    assert rules[0] == "*"
    assert sorted(rule.removeprefix("!") for rule in rules if rule.startswith("!")) == sorted(
        {name.removeprefix("./") for name in copied()}
    )
    assert all((ROOT / name).exists() for name in copied())


def test_it_runs_as_nobody_in_particular() -> None:
    user, _, group = step("USER").partition(":")
    assert int(user) > 9999
    assert int(group) > 9999


def test_it_sets_what_scribe_reads_and_no_secret() -> None:
    assert environment().keys() <= SETTINGS | OTHER_VARIABLES
    assert not [name for name in environment() if "TOKEN" in name or "SECRET" in name]


@pytest.mark.every
@pytest.mark.storm
@pytest.mark.timeout(300)  # it installs everything that is locked
async def test_its_steps_make_a_scribe_that_runs(tmp_path: Path) -> None:
    """Made from the locks alone, it connects, answers its health check, writes to /data only, and stops."""
    image = _Image(tmp_path)
    for one in stages()[0]:
        image.build(one)
    built = image.files()
    sandbox = _sandbox(tmp_path / "env")
    try:
        await until((tmp_path / "env").exists)
        lines = (line.split("=", 1) for line in (tmp_path / "env").read_text().splitlines())
        image.environment.update({name: value for name, value in lines if name in SETTINGS})
        scribe = image.start(json.loads(step("ENTRYPOINT")) + json.loads(step("CMD")))
        try:
            check = json.loads(step("HEALTHCHECK").partition(" CMD ")[2])
            await until(lambda: scribe.poll() is not None or image.start(check).wait() == 0)
        finally:
            scribe.send_signal(getattr(signal, step("STOPSIGNAL")))
            ended = scribe.wait(timeout=15)
    finally:
        sandbox.terminate()
        sandbox.wait()

    assert ended == 0
    assert image.start(check).wait() != 0  # a Scribe that has ended is not healthy
    assert image.files() == built
    assert [file.name for file in (image.root / "data").glob("*.db")] == ["scribe.db"]


class _Image:
    """A folder that is taken for the root of the image."""

    FOLDERS = re.compile(r"(?<![\w.])/(?:src|opt/build|opt/scribe|dist|data)\b")
    """What the Dockerfile names of its own root."""

    def __init__(self, tmp_path: Path) -> None:
        self.root = tmp_path / "root"
        (self.root / "data").mkdir(parents=True)
        self._workdir = self.root
        programs = tmp_path / "programs"
        programs.mkdir()
        # the python of the base: not the one of this venv, which has everything installed
        base = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
        (programs / "python").write_text(f'#!/bin/sh\nexec "{base}" "$@"\n')
        (programs / "python").chmod(0o755)
        self._path = os.pathsep.join((str(programs), "/usr/bin", "/bin"))
        self.environment = {name: self.inside(value) for name, value in environment().items()}
        self.environment |= {"PATH": self.environment["PATH"].replace("$PATH", self._path), "PORT": _free()}

    def inside(self, text: str) -> str:
        """A text with the image's paths made paths of this machine."""
        return self.FOLDERS.sub(lambda path: f"{self.root}{path[0]}", text)

    def build(self, one: Step) -> None:
        """Do one instruction of the stage that builds."""
        match one.word:
            case "FROM":
                pass
            case "WORKDIR":
                self._workdir = Path(self.inside(one.rest))
                self._workdir.mkdir(parents=True)
            case "COPY":
                *names, target = one.rest.split()
                for name in names:
                    self._copy(ROOT / name, self._workdir / target)
            case "RUN":
                kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
                subprocess.run(
                    ["/bin/sh", "-e", "-c", self.inside(one.rest)],
                    cwd=self._workdir,
                    env={**kept, "PATH": self._path, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
                    stdout=subprocess.DEVNULL,
                    check=True,
                )
            case _:
                pytest.fail(f"{one.word} is not known here")

    def _copy(self, source: Path, target: Path) -> None:
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)

    def start(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start a program as the engine does: by the image's environment, in its folder."""
        program = shutil.which(command[0], path=self.environment["PATH"])
        return subprocess.Popen(
            [program or command[0], *command[1:]],
            cwd=self.inside(step("WORKDIR")),
            env=self.environment,
            stderr=subprocess.DEVNULL,
        )

    def files(self) -> dict[Path, int]:
        """Every file of what was built, and when it was written."""
        found = (self.root / "opt" / "scribe").rglob("*")
        return {file: file.stat().st_mtime_ns for file in found if file.is_file()}


def _sandbox(env: Path) -> subprocess.Popen[bytes]:
    """A workspace; how to connect to it stands in the file before long."""
    return subprocess.Popen([sys.executable, "-m", "sandbox", "--env", env, "--rate-scale", "60"], cwd=ROOT)


def _free() -> str:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return str(taken.getsockname()[1])
