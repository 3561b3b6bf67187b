"""The page: served as it should be, whole, and without a word to any other host."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urljoin

import aiohttp
import pytest
import pytest_asyncio

from sandbox.emoji import is_emoji
from sandbox.server import PAGE, Sandbox

NAMESPACE = "http://www.w3.org/2000/svg"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FILES = sorted(path for path in PAGE.rglob("*") if path.is_file())
TEXTS = [path for path in FILES if path.suffix in TYPES]
IMPORT = re.compile(r'^import (?P<names>\{[^}]*\}) from "(?P<path>[^"]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:function|const|class) (?P<name>\w+)", re.MULTILINE)


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    """Somebody who asks the sandbox for its page."""
    async with Sandbox() as sandbox, aiohttp.ClientSession(sandbox.url) as session:
        yield session


async def test_the_address_of_the_workspace_shows_the_page(browser: aiohttp.ClientSession) -> None:
    async with browser.get("/") as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
        assert await answer.text() == (PAGE / "index.html").read_text(encoding="utf-8")


async def test_every_file_is_served_with_its_type(browser: aiohttp.ClientSession) -> None:
    assert {path.suffix for path in TEXTS} == set(TYPES)
    for path in TEXTS:
        async with browser.get(f"/static/{path.relative_to(PAGE)}") as answer:
            assert answer.status == 200, path.name
            # JavaScript has two names; browsers take both for modules (RFC 9239)
            served = answer.content_type.replace("application/javascript", "text/javascript")
            assert served == TYPES[path.suffix], path.name


async def test_the_page_loads_all_its_modules_and_they_fit_together(browser: aiohttp.ClientSession) -> None:
    # given what the index names
    index = (PAGE / "index.html").read_text(encoding="utf-8")
    named = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', index))
    assert "/static/app.js" in named
    # when every import is followed
    sources: dict[str, str] = {}
    waiting = [address for address in named if address.endswith(".js")]
    while waiting:
        address = waiting.pop()
        if address not in sources:
            async with browser.get(address) as answer:
                assert answer.status == 200, address
                sources[address] = await answer.text()
            waiting += [urljoin(address, found["path"]) for found in IMPORT.finditer(sources[address])]
    # then every module of the page is reached, and exports what the others import from it
    assert {Path(address).name for address in sources} == {path.name for path in PAGE.glob("*.js")}
    exported = {address: set(EXPORT.findall(source)) for address, source in sources.items()}
    for address, source in sources.items():
        for found in IMPORT.finditer(source):
            wanted = {name.strip() for name in found["names"].strip("{} ").split(",") if name.strip()}
            assert wanted <= exported[urljoin(address, found["path"])], f"{address}: {found[0]}"
    # and every style sheet and picture the index names is there
    for address in named - set(sources):
        assert (PAGE / address.removeprefix("/static/")).is_file(), address


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_no_file_names_another_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace(NAMESPACE, "")
    assert re.findall(r"(?:https?|wss?):\\?/\\?/[\w.-]+|[\"'(]//\w|@import", text) == []


@pytest.mark.parametrize("path", [path for path in TEXTS if path.suffix == ".js"], ids=lambda path: path.name)
def test_people_s_words_are_never_read_as_html(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment"
        r"|\beval\(|new Function"
    )
    assert re.findall(forbidden, text) == []


def test_the_browser_is_told_to_load_nothing_from_elsewhere() -> None:
    index = (PAGE / "index.html").read_text(encoding="utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy"\s+content="([^"]+)"', index)
    assert policy is not None
    assert "default-src 'self'" in policy[1]
    assert "unsafe" not in policy[1]


def test_every_emoji_the_page_offers_is_one_the_workspace_takes() -> None:
    source = (PAGE / "emoji-names.js").read_text(encoding="utf-8")
    words = source.split("`")[1].split()
    characters = dict(zip(words[::2], words[1::2], strict=True))
    assert [name for name in characters if not is_emoji(name, ())] == []
    marks = {"pushpin": "📌", "mag": "🔍", "dart": "🎯", "bulb": "💡", "boom": "💥", "book": "📖"}
    assert {name: characters[name] for name in marks} == marks


async def test_a_permalink_opens_the_page_at_its_message(browser: aiohttp.ClientSession) -> None:
    async with browser.get("/archives/C0123/p1694354400000100", allow_redirects=False) as answer:
        assert answer.status in (302, 307)
        assert answer.headers["location"] == "/#C0123/p1694354400000100"


async def test_the_address_of_a_canvas_opens_the_page_with_it(browser: aiohttp.ClientSession) -> None:
    async with browser.get("/docs/T1/F1", allow_redirects=False) as answer:
        assert answer.headers["location"] == "/#F1"
