"""Private incidents, of another tool or of channels somebody is not in, hide none, however many they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.imports.tools.importing import Asked, import_from
from bot.postmortem.finding import index
from storage import people
from storage.audit import By
from storage.record import INCIDENT
from storage.vocabulary import Door, Origin
from tests.e2e.conftest import TEN_PAST_TWO, World

MANY = 120


async def imported(world: World, tmp_path: Path, *, is_public: bool) -> None:
    """Post-mortems of another place, all of before."""
    for number in range(MANY):
        began = datetime(2021, 1, 1, 10, 0, tzinfo=UTC) + timedelta(days=number)
        (tmp_path / f"{number}.md").write_text(
            f"---\ntitle: Old one {number}\ndate: {began:%Y-%m-%d %H:%M}\n---\nText"
        )
    database = world.running.scribe.database
    async with database.read() as session:
        (home,) = await people.workspaces(session)
    asked = Asked(Origin.MARKDOWN, tmp_path, False, is_public)
    await import_from(database, home, asked, ("sev1",), By("root", Door.TERMINAL), TEN_PAST_TWO, index=index)


async def test_the_newest_are_shown_after_an_import_of_many_old_ones(world: World, tmp_path: Path) -> None:
    await world.open_here("The okapi is out")
    await world.command(world.ben, "/resolve")
    await imported(world, tmp_path, is_public=False)

    assert "The okapi is out" in await world.command(world.ana, "/incident list")
    assert "The okapi is out" in str((await world.home(world.ana)).blocks)

    await imported(world, tmp_path, is_public=True)

    assert "The okapi is out" in (await world.command(world.ana, "/incident list")).splitlines()[0]
    home = str((await world.home(world.ben)).blocks)
    assert home.index("The okapi is out") < home.index("Old one 119")


async def test_private_ones_of_others_hide_no_public_one(world: World) -> None:
    await world.open_here("The okapi is out")
    await world.command(world.ben, "/resolve")
    rows = [
        {
            "id": 10 + number,
            "team_id": world.workspace.team_id,
            "number": 10 + number,
            "title": f"Secret {number}",
            "status": "resolved",
            "channel_id": f"C0SECRET{number}",
            "channel_name": f"secret-{number}",
            "is_own_channel": True,
            "is_private": True,
            "is_archived": False,
            "declared_by": "U0SOMEBODY",
            "declared_at": TEN_PAST_TWO + timedelta(hours=1, minutes=number),
        }
        for number in range(MANY)
    ]
    async with world.running.scribe.database.write() as session:
        await (await session.connection()).execute(INCIDENT.insert(), rows)

    listed = await world.command(world.ana, "/incident list")
    home = str((await world.home(world.ana)).blocks)

    assert "The okapi is out" in listed and "The okapi is out" in home
    assert "Secret" not in listed and "Secret" not in home
