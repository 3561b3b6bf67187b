"""No link of a page is dead: files and headings exist, in the checkout and on the built pages."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from markdown_it import MarkdownIt

from tests.docs.pages import PAGES, ROOT, name_of, prose

_LINK = re.compile(r"\]\(([^()\s]+)(?: \"[^\"]*\")?\)")


def links(page: Path) -> list[str]:
    return [*_LINK.findall(prose(page)), *re.findall(r"^\[[^\]]+\]: (\S+)", prose(page), re.MULTILINE)]


def anchors(page: Path) -> set[str]:
    """The headings of a page as its links name them."""
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    found: set[str] = set()
    for heading, words in pairwise(tokens):
        if heading.type == "heading_open":
            text = re.sub(r"[^\w\s-]", "", words.content.replace("`", "")).strip().lower()
            found.add(re.sub(r"\s+", "-", text))
    return found


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    dead: list[str] = []
    for link in links(page):
        parts = urlsplit(link)
        if parts.scheme:
            is_well = parts.scheme == "https" and "." in parts.netloc
        else:
            target = (page.parent / parts.path) if parts.path else page
            is_well = target.exists() and target.resolve().is_relative_to(ROOT)
            if is_well and parts.fragment and target.suffix == ".md":
                is_well = parts.fragment in anchors(target)
        if not is_well:
            dead.append(link)
    assert dead == []


def test_the_pages_hold_links_at_all() -> None:
    assert sum(len(links(page)) for page in PAGES) > 80
