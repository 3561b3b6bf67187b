"""The published incidents, whole: every entry in every form of the draft, with the published milestones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.corpus import CONTRADICTORY, replay
from tests.published import INCIDENTS


@pytest.mark.corpus
@pytest.mark.parametrize("path", INCIDENTS, ids=lambda path: path.stem)
async def test_every_entry_is_in_the_draft_in_order_and_unharmed(path: Path, tmp_path: Path) -> None:
    report = await replay(path, tmp_path)

    assert report.entries > 0
    assert report.faults == []
    assert report.is_contradictory == (path.stem in CONTRADICTORY)
