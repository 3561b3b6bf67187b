"""A few published incidents, whole; `make corpus` replays a folder of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.e2e.corpus import replay

CORPUS = Path(os.environ.get("SCRIBE_CORPUS", Path(__file__).parents[2].parent / "shared" / "corpus"))
FEW = (
    "k8s-2019-03-26-boskos-outage",  # crosses midnight, @names, emphasis
    "mybinder-2019-02-20-no-logs",  # code fences of many lines
    "rust-2023-07-20-crates-io-download",  # links, angle brackets, backticks, equal minutes
    "moj-2024-07-25-elasticsearch-logging",  # not chronological in its source, #channels
)


@pytest.mark.parametrize("slug", FEW)
async def test_every_entry_is_in_the_draft_in_order_and_unharmed(slug: str, tmp_path: Path) -> None:
    path = CORPUS / f"{slug}.json"
    if not path.exists():
        pytest.skip(f"the corpus of published incidents is not at {CORPUS}: nothing was replayed")

    report = await replay(path, tmp_path)

    assert report.entries > 0
    assert report.faults == []
