"""What the Slack CLI does with this checkout: it reads `.slack/hooks.json` and runs what stands there.

Source: slackapi/slack-cli, internal/shared/clients.go (`get-hooks` first, the file's own hooks over them) and
internal/hooks (a hook is split at its blanks and run in the project's folder).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
HOOKS = json.loads((ROOT / ".slack" / "hooks.json").read_text("utf-8"))


def run(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a hook as the CLI does, with the venv it has activated in front."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
    return subprocess.run(
        command.split(),
        cwd=ROOT,
        env={**clean, "PATH": path, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def config() -> Mapping[str, Any]:
    """What the CLI goes by: what `get-hooks` says, with what the file says over it."""
    ended = run(HOOKS["hooks"]["get-hooks"])
    assert ended.returncode == 0, ended.stderr
    merged = json.loads(ended.stdout)
    merged["hooks"].update(HOOKS["hooks"])
    merged["config"].update(HOOKS["config"])
    return {**merged, "runtime": HOOKS["runtime"]}


def test_get_manifest_gives_the_manifest_as_json(config: Mapping[str, Any]) -> None:
    ended = run(config["hooks"]["get-manifest"])

    assert json.loads(ended.stdout) == yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))


def test_start_runs_scribe_with_the_tokens_of_the_cli(config: Mapping[str, Any]) -> None:
    ended = run(
        config["hooks"]["start"],
        SLACK_BOT_TOKEN="xoxb-1",
        SLACK_APP_TOKEN="xapp-1",
        SLACK_API_URL="http://127.0.0.1:9/",
        DATABASE_URL="sqlite:////nowhere/scribe.db",
    )

    assert ended.returncode == 1
    assert "nowhere/scribe.db" in ended.stderr  # it took the tokens, and went on to the database
    assert "TOKEN" not in ended.stderr


def test_the_connection_is_scribe_s_and_the_protocol_takes_no_arguments(config: Mapping[str, Any]) -> None:
    assert config["config"]["sdk-managed-connection-enabled"] is True
    assert config["config"]["protocol-version"] == ["default"]
    assert {"doctor", "check-update"} <= config["hooks"].keys()


def test_what_the_cli_installs_holds_its_hooks() -> None:
    """It runs `pip install -e .`, and adds `slack-cli-hooks` to a `pyproject.toml` that does not name it."""
    named = (ROOT / "pyproject.toml").read_text("utf-8").split("dependencies = [")[1].split("\n]")[0]

    assert '"slack-cli-hooks>=' in named
