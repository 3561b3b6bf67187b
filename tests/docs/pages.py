"""The pages people read, and what stands in them in code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = (*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md")))
"""All but the changelog, which speaks of what was."""
PAGES = tuple(page for page in PAGES if page.name != "CHANGELOG.md")

_FENCED = re.compile(r"^ *(```|~~~).*?^ *\1 *$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^ {4,}(\S.*)$", re.MULTILINE)
_SPAN = re.compile(r"(`+)(.+?)\1", re.DOTALL)


def name_of(page: Path) -> str:
    """A page as tests name it."""
    return page.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    """A page without its fenced code, so that what only looks like a link is none."""
    return _FENCED.sub("", page.read_text(encoding="utf-8"))


def code(page: Path) -> Iterator[str]:
    """Each line of code of a page: of fenced and indented blocks, and each code span."""
    text = page.read_text(encoding="utf-8")
    for block in _FENCED.finditer(text):
        yield from block[0].splitlines()[1:-1]
    rest = _FENCED.sub("", text)
    yield from _INDENTED.findall(rest)
    yield from (" ".join(span.split()) for _, span in _SPAN.findall(rest))


def typed(page: Path, first: str) -> Iterator[str]:
    """What a page tells its reader to type that begins with this word: without prompt and comment."""
    for line in code(page):
        bare = re.sub(r"^\$ |\s+#.*$", "", line.strip())
        bare = bare.removeprefix(".venv/bin/")
        if bare == first or bare.startswith(f"{first} "):
            yield bare
