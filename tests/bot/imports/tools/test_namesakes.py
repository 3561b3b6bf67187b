"""Files of one name in two folders, which are of two incidents."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.imports.tools.planning import NAMESAKE
from storage import postmortems, timeline
from storage.database import Database
from storage.tables import Incident
from storage.vocabulary import Origin
from tests.bot.imports.tools.conftest import bring

pytestmark = pytest.mark.on_each_database

CHECKOUT = """---
title: Checkout was down
date: 2026-03-04 14:00
---
Nobody could pay.

## Timeline
- 14:05 Payments fail
## Action items
- [ ] Write a test
"""
WAGES = """---
title: Wages were shown to all
date: 2026-05-06 09:00
private: true
---
The wages of Ana were read.

## Timeline
- 09:10 Somebody opened the sheet
## Action items
- [ ] Write a test
"""


def folder(root: Path, content: str) -> Path:
    root.mkdir(exist_ok=True)
    (root / "post-mortem.md").write_text(content)
    return root


async def stored(database: Database) -> list[tuple[str, bool, list[str], list[str]]]:
    """Of each incident its title, whether it is private, its lines, and its texts."""
    found = []
    async with database.read() as session:
        for one in (await session.exec(select(Incident).order_by(col(Incident.number)))).all():
            lines = [line.event.text for line in await timeline.standing(session, one.pk)]
            versions = await postmortems.publications(session, one.pk)
            texts = [(version.markdown or "").partition("\n")[0] for version in versions]
            found.append((one.title, one.is_private, lines[1:], texts))
    return found


async def test_of_one_name_in_two_folders_each_stays_its_own_incident(
    database: Database, tmp_path: Path
) -> None:
    ours, theirs = folder(tmp_path / "shop", CHECKOUT), folder(tmp_path / "people", WAGES)

    await bring(database, Origin.MARKDOWN, ours)
    second = await bring(database, Origin.MARKDOWN, theirs)

    both = [
        ("Checkout was down", False, ["Payments fail"], ["Nobody could pay."]),
        (
            "Wages were shown to all",
            True,
            ["Somebody opened the sheet"],
            ["The wages of Ana were read."],
        ),
    ]
    assert (second.new, second.extended, second.notes[NAMESAKE]) == (1, 0, 1)
    assert await stored(database) == both
    for root in (ours, theirs, ours):
        again = await bring(database, Origin.MARKDOWN, root)
        assert (again.new, again.extended, again.same) == (0, 0, 1)
    assert await stored(database) == both


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Checkout was down", "title: Payments failed"),
        ("date: 2026-03-04", "date: 2026-03-14"),
        ("- 14:05 Payments fail", "- 14:05 Payments fail\n- 14:20 Rolled back"),
    ],
)
async def test_a_file_that_was_corrected_stays_the_same_incident(
    database: Database, tmp_path: Path, old: str, new: str
) -> None:
    await bring(database, Origin.MARKDOWN, folder(tmp_path / "shop", CHECKOUT))

    outcome = await bring(database, Origin.MARKDOWN, folder(tmp_path / "shop", CHECKOUT.replace(old, new)))

    assert outcome.new == 0
    assert len(await stored(database)) == 1
