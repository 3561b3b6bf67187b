"""`make docs` builds every page without a warning, and no page asks another host for anything."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.docs.pages import DOCS, ROOT

FETCHED = {
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("video", "src"),
    ("audio", "src"),
    ("embed", "src"),
    ("object", "data"),
    ("input", "src"),
    ("form", "action"),
    ("use", "href"),
}
"""What a browser asks for by itself, or sends to; a link (`a`) is followed by its reader alone."""

RELATIONS_FETCHED = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "manifest"}


class Fetches(HTMLParser):
    """Collects what a page makes its browser ask for."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.found += [given[name] for one, name in FETCHED if one == tag and name in given]
        self.found += [part.split()[0] for part in given.get("srcset", "").split(",") if part.strip()]
        self.found += re.findall(r"url\(['\"]?([^)'\"]+)", given.get("style", ""))
        if tag == "link" and RELATIONS_FETCHED & set(given.get("rel", "").split()):
            self.found.append(given.get("href", ""))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built pages; building takes some seconds, as the theme's templates are compiled for it."""
    folder = tmp_path_factory.mktemp("docs") / "site"
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


def asked_for(site: Path) -> Iterator[tuple[str, str]]:
    """Each page or style sheet, and an address it asks for."""
    for page in site.rglob("*.html"):
        parser = Fetches()
        parser.feed(page.read_text(encoding="utf-8"))
        yield from ((page.name, address) for address in parser.found)
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        for address in re.findall(r"(?:url\(|@import )['\"]?([^)'\"\s]+)", text):
            yield sheet.name, address


def test_every_page_is_built_and_none_asks_another_host(site: Path) -> None:
    built = {page.relative_to(site).with_suffix("").as_posix() for page in site.rglob("*.html")}
    written = {page.relative_to(DOCS).with_suffix("").as_posix() for page in DOCS.rglob("*.md")}

    assert {name.replace("README", "index") for name in written} <= built
    asked = list(asked_for(site))
    assert len(asked) > len(built)
    foreign = [(page, a) for page, a in asked if urlsplit(a).netloc or urlsplit(a).scheme not in ("", "data")]
    assert foreign == []
