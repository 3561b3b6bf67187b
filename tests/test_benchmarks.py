"""The benchmarks run, and name every figure; what they say is for `make bench`."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.__main__ import MEASURES, RESULTS
from benchmarks.figures import FIGURES
from benchmarks.payloads import mixed
from benchmarks.slack_process import Room
from sandbox.server import Sandbox
from tests.until import PATIENCE

ROOT = Path(__file__).parents[1]


def test_every_figure_is_measured_and_every_result_is_a_figure() -> None:
    measured = [key for _, keys in MEASURES.values() for key in keys]

    assert sorted(measured) == sorted(FIGURES)
    assert json.loads(RESULTS.read_text()).keys() == FIGURES.keys()


@pytest.mark.every
@pytest.mark.parametrize(
    "key",
    [
        "events_per_s",
        "slack_calls_per_mark",
        "slack_calls_per_change",
        "catchup_calls_per_1000_messages",
        "suggest_precision_at_7",
    ],
)
def test_a_quick_measurement_gives_a_number(key: str, tmp_path: Path) -> None:
    out = tmp_path / "results.json"

    subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--only", key, "--out", str(out)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=100,
    )

    found = json.loads(out.read_text())
    assert found.keys() == {key}
    assert found[key] > 0


def test_an_aim_is_met_from_its_side() -> None:
    assert FIGURES["events_per_s"].is_met(5000)
    assert not FIGURES["ack_p99_ms"].is_met(151)
    assert FIGURES["draft_calls_full"].is_met(1) is None


def test_what_is_marked_and_edited_was_said_before() -> None:
    said: set[tuple[str, str]] = set()
    about: set[tuple[str, str]] = set()
    for number in range(100):
        event = mixed(number)["event"]
        if event["type"] == "reaction_added":
            about.add((event["item"]["channel"], event["item"]["ts"]))
        elif event.get("subtype") == "message_changed":
            about.add((event["channel"], event["message"]["ts"]))
        else:
            said.add((event["channel"], event["ts"]))

    assert about
    assert about <= said


async def test_of_what_is_acknowledged_only_what_was_published_makes_room_and_once() -> None:
    async with Sandbox() as sandbox:
        socket = sandbox.workspace.socket
        publishing = asyncio.create_task(Room(sandbox.workspace).publish(count=2, in_flight=1))
        await _a_moment()
        first = socket.queued[-1]
        assert socket.on_acknowledged is not None

        socket.on_acknowledged(replace(first, payload={"event_id": "EvOfScribesOwn"}))
        await _a_moment()
        waited_for_its_own = socket.queued[-1] is first
        socket.on_acknowledged(first)
        socket.on_acknowledged(first)  # it was delivered twice
        await _a_moment()
        second = socket.queued[-1]
        waited_for_both = not publishing.done()
        socket.on_acknowledged(second)
        await asyncio.wait_for(publishing, PATIENCE)

    assert waited_for_its_own
    assert second is not first
    assert waited_for_both


async def _a_moment() -> None:
    for _ in range(5):
        await asyncio.sleep(0)
