"""The pages name files that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, code, name_of

_NAMED = re.compile(r"(?:bot|storage|sandbox|tests|docs|deploy|benchmarks)/[\w./-]*\w(?:::\w+)?|[A-Z]+\.md")


def named(page: Path) -> list[str]:
    return [span for span in code(page) if _NAMED.fullmatch(span)]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_that_is_named_exists(page: Path) -> None:
    missing: list[str] = []
    for name in named(page):
        file, _, test = name.partition("::")
        if not (ROOT / file).exists() or (test and f"def {test}(" not in (ROOT / file).read_text("utf-8")):
            missing.append(name)
    assert missing == []


def test_the_pages_name_files_at_all() -> None:
    assert sum(len(named(page)) for page in PAGES) > 100
