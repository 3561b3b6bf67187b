"""The published incidents, whole: every entry in every form of the draft, with the published milestones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.e2e.corpus import CONTRADICTORY, replay

CORPUS = Path(os.environ.get("SCRIBE_CORPUS", Path(__file__).parents[2].parent / "shared" / "corpus"))
PATHS = sorted(CORPUS.glob("*.json"))


def test_the_corpus_is_there() -> None:
    if not PATHS:
        pytest.skip(f"the corpus of published incidents is not at {CORPUS}: nothing was replayed")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
async def test_every_entry_is_in_the_draft_in_order_and_unharmed(path: Path, tmp_path: Path) -> None:
    report = await replay(path, tmp_path)

    assert report.entries > 0
    assert report.faults == []
    assert report.is_contradictory == (path.stem in CONTRADICTORY)
