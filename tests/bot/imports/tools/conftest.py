"""Saved answers of each tool, and a database that knows a workspace."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.imports.tools.importing import Asked, Outcome, import_from
from bot.postmortem.finding import index
from storage import people
from storage.audit import By
from storage.database import Database
from storage.tables import Workspace
from storage.vocabulary import Door, Origin

SAVED = Path(__file__).parents[3] / "data" / "other_tools"
NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
HOME = Workspace(
    team_id="T0ACME", name="Acme", url="https://acme.slack.com/", bot_user_id="U0SCRIBE", bot_id="B0SCRIBE"
)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    await opened.open()
    async with opened.write() as session:
        await people.keep_workspace(session, HOME)
    yield opened
    await opened.close()


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[Origin], Path]:
    """A folder of one tool's answers that a test may change."""

    def copied(origin: Origin) -> Path:
        return Path(shutil.copytree(SAVED / origin.value, tmp_path / origin.value))

    return copied


async def bring(
    database: Database,
    origin: Origin,
    root: Path | None = None,
    *,
    is_dry: bool = False,
    is_public: bool = True,
) -> Outcome:
    asked = Asked(origin, root or SAVED / origin.value, is_dry, is_public)
    return await import_from(
        database, HOME, asked, ("sev1", "sev2"), By("tester", Door.TERMINAL), NOW, index=index
    )
