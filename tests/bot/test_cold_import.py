"""A start loads what it needs: the other database's driver, Alembic and what draws are loaded when used."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import url_of

START = """
import asyncio, sys
import bot.app
from storage.database import Database

async def work():
    database = Database(sys.argv[1])
    await database.open()
    await database.close()

asyncio.run(work())
print(*sys.modules)
"""
COMMAND = "import sys, bot.cli; print(*sys.modules)"
NEVER = {
    "alembic",
    "sandbox",
    "PIL",
    "yaml",
    "prometheus_client",
    "bot.connect.registry",
    "bot.imports.recording",
}


@pytest.mark.parametrize(
    ("kind", "unused"),
    [
        ("sqlite", {"psycopg", "sqlalchemy.dialects.postgresql", *NEVER}),
        ("postgresql", {"aiosqlite", *NEVER}),
    ],
)
def test_a_start_of_a_schema_that_is_up_to_date_loads_no_more_than_it_needs(
    request: pytest.FixtureRequest, kind: str, unused: set[str]
) -> None:
    url = url_of(request, kind)

    started = subprocess.run(
        [sys.executable, "-c", START, url], check=True, stdout=subprocess.PIPE, text=True, timeout=60
    )

    assert set(started.stdout.split()) & unused == set()


def test_a_command_that_needs_no_record_and_no_slack_loads_neither() -> None:
    """`scribe --version`, `--help` and `manifest` answer at once: each command loads what it works with."""
    shown = subprocess.run(
        [sys.executable, "-c", COMMAND], check=True, stdout=subprocess.PIPE, text=True, timeout=60
    )

    loaded = set(shown.stdout.split())
    assert {"sqlalchemy", "slack_sdk", "aiohttp", "bot.settings", "bot.app", "yaml"} & loaded == set()
