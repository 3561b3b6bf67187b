"""A rolling deploy in the storm: replicas of one version are replaced by the next one's, which migrates."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.migrate import MIGRATIONS
from tests.e2e.storm.processes import ROOT
from tests.e2e.storm.test_storm import TIMEOUT, Storm, weather
from tests.e2e.storm.trouble import MachineTrouble

NEWEST = max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("*.py"))
NEXT = "9000"
MIGRATION = f'''"""What the next version changes: columns of the busiest tables, an index and a table"""

import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = works_from = "{NEWEST}"
branch_labels = depends_on = None


def upgrade() -> None:
    for table in ("message", "mark", "timeline_event", "intent", "incident"):
        op.add_column(table, sa.Column("is_later", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("messages_later", "message", ["is_later"])
    op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True))
'''


def next_version(folder: Path) -> Path:
    """A copy of this Scribe whose schema is one further."""
    root = folder / "next"
    for package in ("bot", "storage"):
        shutil.copytree(ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__"))
    versions = root / MIGRATIONS.relative_to(ROOT) / "versions"
    (versions / f"{NEXT}_later.py").write_text(MIGRATION, encoding="utf-8")
    return root


@pytest.mark.every
@pytest.mark.storm
@pytest.mark.timeout(TIMEOUT)
async def test_nothing_is_lost_or_doubled_by_replacing_replicas_by_the_next_version(
    postgres_url: str, tmp_path: Path
) -> None:
    root = next_version(tmp_path)
    replaced: list[str] = []

    async def deploy(storm: Storm, machine: MachineTrouble) -> None:
        """One after the other, a third of the storm apart: meanwhile both versions work, and are killed."""
        for number, replica in enumerate(storm.replicas, start=1):
            while machine.progress < number / 3:  # noqa: ASYNC110  (other processes are killed)
                await asyncio.sleep(0.1)
            replica.root = root
            await replica.terminate()
            replaced.append(replica.name)
        await asyncio.Event().wait()

    await weather(postgres_url, tmp_path, replicas=2, deploy=deploy)

    assert len(replaced) == 2
    database = Database(postgres_url)
    async with database.read() as session:
        connection = await session.connection()
        assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar() == NEXT
    await database.close()
