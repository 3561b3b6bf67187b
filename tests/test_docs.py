"""The pages about the house name files that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = (
    ROOT / "docs" / "architecture.md",
    ROOT / "docs" / "glossary.md",
    *sorted((ROOT / "docs" / "how-to").glob("*.md")),
)
_NAMED = re.compile(r"`((?:bot|storage|sandbox|tests|docs)/[\w./-]+|[A-Z]+\.md)`")
_LINKED = re.compile(r"\]\((?!https?://)([^)#]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_file_that_is_named_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    missing = [name for name in _NAMED.findall(text) if not (ROOT / name).exists()]
    missing += [link for link in _LINKED.findall(text) if not (page.parent / link).exists()]
    assert missing == []


def test_the_pages_name_files_at_all() -> None:
    named = [name for page in PAGES for name in _NAMED.findall(page.read_text(encoding="utf-8"))]
    assert len(named) > 60
