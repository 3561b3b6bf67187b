"""Ten thousand incidents take no more memory than a few: one answer is read at a time."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import psutil
import pytest
from sqlmodel import func, select

from bot.imports.tools import pagerduty
from bot.imports.tools.fields import Clock
from storage.database import Database
from storage.tables import Incident, TimelineEvent
from storage.vocabulary import Origin
from tests.bot.imports.tools.conftest import bring

MANY, A_PAGE = 10_000, 100
MB = 1024 * 1024


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of a hundred incidents, and a log for one in ten."""
    root = tmp_path_factory.mktemp("many")
    for name in ("incidents", "log_entries"):
        (root / name).mkdir()
    for page in range(MANY // A_PAGE):
        rows = [incident(number) for number in range(page * A_PAGE, (page + 1) * A_PAGE)]
        (root / "incidents" / f"{page}.json").write_text(json.dumps({"incidents": rows, "more": True}))
    for number in range(0, MANY, 10):
        log = [{**entry, "id": f"Q{number}", "created_at": moment(number)} for entry in LOG]
        (root / "log_entries" / f"P{number}.json").write_text(json.dumps({"log_entries": log}))
    return root


LOG = [
    {"type": "trigger_log_entry", "summary": "Triggered " + "x" * 40_000, "agent": {"summary": "Checkout"}}
]


def moment(number: int) -> str:
    return f"2025-{1 + number % 12:02}-{1 + number % 28:02}T10:00:00Z"


def incident(number: int) -> dict[str, object]:
    at = moment(number)
    said = {"title": f"Incident {number} of the service that answers slowly", "status": "resolved"}
    return {"id": f"P{number}", "incident_number": number, "created_at": at, "resolved_at": at, **said}


@pytest.mark.every
def test_ten_thousand_are_read_within_bounded_memory(folder: Path) -> None:
    tracemalloc.start()
    try:
        read = sum(len(one.entries) + 1 for one in pagerduty.read(folder, Clock()).incidents)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert read == MANY + MANY // 10
    assert most < 40 * MB  # the logs alone are as many


@pytest.mark.every
@pytest.mark.storm
@pytest.mark.timeout(1800)
@pytest.mark.on_each_database
async def test_ten_thousand_are_stored_within_bounded_memory_once(folder: Path, database: Database) -> None:
    before = psutil.Process().memory_info().rss
    outcome = await bring(database, Origin.PAGERDUTY, folder)
    most = psutil.Process().memory_info().rss - before
    again = await bring(database, Origin.PAGERDUTY, folder)

    assert most < 150 * MB
    assert (outcome.new, len(outcome.lines), again.same) == (MANY, 20, MANY)
    async with database.read() as session:
        assert (await session.exec(select(func.count()).select_from(Incident))).one() == MANY
        events = (await session.exec(select(func.count()).select_from(TimelineEvent))).one()
    assert events == MANY + MANY // 10
