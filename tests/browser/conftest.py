"""A browser before the sandbox's page; behind it the whole bot (`world`), or another app (`room`)."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Generator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import ConsoleMessage, Locator, Page, async_playwright, expect
from playwright.async_api import Error as PlaywrightError

from sandbox.records import Person
from sandbox.server import Sandbox
from tests.e2e.conftest import database_url, is_http, is_patient, world
from tests.sandbox.conftest import room

__all__ = ["database_url", "is_http", "is_patient", "room", "world"]

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "browser-out"
"""A picture of every step, by test; made anew with every run."""
WIDE = (1280, 800)
PHONE = (390, 844)
WAYS = {"mouse": (WIDE, False), "phone": (PHONE, False), "keyboard": (WIDE, True)}
"""How a test may be done, by the name of its parameter `way`: the window, and whether by keys alone."""
NAMES = ("chromium", "chromium-browser", "google-chrome")
TRIES = 5
MOST_TABS = 200
LAST_CALLS = 20
LONG = 30_000.0
"""Milliseconds until what should be there is not expected any more; long, since machines can be busy."""


def chromium() -> str:
    """The path of the browser: what CHROMIUM names, or the system's."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail("There is no Chromium here: apt-get install chromium, or name one in CHROMIUM.")
    return found


@dataclass
class Desk:
    """What one person does at the page, with the mouse or, `by_keyboard`, with keys alone."""

    page: Page
    folder: Path
    by_keyboard: bool = False
    problems: list[str] = field(default_factory=list)
    step: int = 0

    async def shot(self, name: str) -> None:
        """Keep a picture of the page as it is now."""
        self.step += 1
        await self.page.screenshot(path=self.folder / f"{self.step:02}-{name}.png")

    async def open(self, sandbox: Sandbox, who: Person, place: str) -> None:
        """Open the page as this person, at a channel or `app/home`."""
        await self.page.goto(sandbox.url)
        await self.page.evaluate(f"localStorage.setItem('sandbox.me', '{who.id}')")
        await self.page.goto("about:blank")
        await self.page.goto(f"{sandbox.url}#{place}")
        await expect(self.page.locator(".channel-header h1")).to_be_visible()

    # --- where things are ---------------------------------------------------------------------------

    @property
    def composer(self) -> Locator:
        return self.page.locator("#channel .composer textarea")

    @property
    def form(self) -> Locator:
        """The form on top of the page."""
        return self.page.locator("dialog[open]")

    @property
    def panel(self) -> Locator:
        """What is open beside the channel: a thread or a canvas."""
        return self.page.locator("#panel")

    @property
    def at(self) -> Locator:
        """What has the focus."""
        return self.page.locator(":focus")

    def message(self, text: str) -> Locator:
        """The newest message of the channel that says this."""
        return self.page.locator("#channel .message", has_text=text).last

    # --- what people do -----------------------------------------------------------------------------

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def use(self, target: Locator) -> None:
        """Press a button, go to a tab or link, tick a box."""
        await expect(target).to_be_visible()
        if not self.by_keyboard:
            await target.click()
            return
        await self._reach(target)
        is_box = await target.evaluate("n => n.matches('input')")
        await self.press("Space" if is_box else "Enter")

    async def fill(self, target: Locator, text: str) -> None:
        """Write into a field, in place of what stands there."""
        if not self.by_keyboard:
            await target.fill(text)
            return
        await self._reach(target)
        await self.press("ControlOrMeta+a")
        await self.page.keyboard.type(text)

    async def choose(self, target: Locator, label: str) -> None:
        """Choose in a list, by the words of its option."""
        if not self.by_keyboard:
            await target.select_option(label=label)
            return
        await self._reach(target)
        await self.page.keyboard.type(label)
        await expect(target.locator("option:checked")).to_have_text(label)

    async def say(self, text: str) -> None:
        """Type into the composer and send it."""
        await self.fill(self.composer, text)
        await self.press("Enter")
        await expect(self.composer).to_have_value("")

    async def more(self, text: str, entry: str) -> None:
        """Choose an entry of a message's menu."""
        message = self.message(text)
        await expect(message).to_be_visible()
        if self.by_keyboard:
            await self._walk_to(message)
            await self.press("Enter")
        else:
            for _ in range(TRIES):  # what comes meanwhile moves the message away from the mouse
                await message.hover()
                with suppress(PlaywrightError):
                    await message.get_by_label("More actions").click(timeout=2_000)
                    break
            await expect(self.page.get_by_role("menuitem", name=entry)).to_be_visible()
        await self.use(self.page.get_by_role("menuitem", name=entry))

    async def _reach(self, target: Locator) -> None:
        """Give something the focus as Tab does; a test fails when Tab does not lead there."""
        row = target.locator("xpath=ancestor::article[contains(@class, 'message')]")
        if await row.count() and not await row.evaluate("n => n.contains(document.activeElement)"):
            await self._walk_to(row)
        for _ in range(MOST_TABS):
            way = await target.evaluate(WAY)
            if way == "here":
                return
            await self.press("Shift+Tab" if way == "back" else "Tab")
        raise AssertionError(f"Tab does not lead to {target}.")

    async def _walk_to(self, row: Locator) -> None:
        """Go to a message: into the list by Tab, then from message to message by arrows."""
        for _ in range(MOST_TABS):
            way = await row.evaluate(WAY)
            if way == "here":
                return
            place = await row.evaluate(PLACE)
            arrow = "ArrowUp" if way == "back" else "ArrowDown"
            await self.press({"outside": "Shift+Tab", "inside": "Escape"}.get(place, arrow))
        raise AssertionError(f"No key leads to {row}.")


WAY = """n => {
  const at = document.activeElement;
  if (at === n) return "here";
  return n.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING ? "back" : "on";
}"""
"""Whether an element has the focus, or stands before or after what has it."""
PLACE = """n => {
  const row = document.activeElement.closest(".message");
  if (row === null || !row.parentElement.contains(n)) return "outside";
  return row === document.activeElement ? "row" : "inside";
}"""
"""Whether the focus is on a message of the same list, inside of one, or elsewhere."""
BROKEN_WORDS = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (!node.parentElement.checkVisibility()) continue;
    for (const match of node.data.matchAll(/[\\p{L}\\p{N}]{2,18}/gu)) {
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
      if (new Set(boxes.map((box) => Math.round(box.top))).size > 1) found.push(match[0]);
    }
  }
  return found;
}"""
"""Words of at most 18 letters that stand on more than one line."""


async def looks_right(page: Page) -> None:
    """No word is broken, and nothing makes the page wider than the window."""
    assert await page.evaluate(BROKEN_WORDS) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def is_problem(line: ConsoleMessage) -> bool:
    """Whether the console tells of something but a refusal or a lost connection, which the page says."""
    is_said = "status of 400" in line.text or "net::ERR_" in line.text
    return line.type in ("error", "warning") and not is_said


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say with what failed what the app had called last."""
    report = yield
    world = getattr(item, "funcargs", {}).get("world")
    if report.when == "call" and report.failed and world is not None:
        calls = world.workspace.all_calls[-LAST_CALLS:]
        lines = "\n".join(f"{call.method} {call.status} {call.args}" for call in calls)
        report.sections.append(("What Scribe called last", lines))
    return report


@pytest.fixture
def way() -> str:
    """One of `WAYS`, which modules name as a parameter."""
    return "mouse"


@pytest.fixture
async def desk(request: pytest.FixtureRequest, way: str) -> AsyncIterator[Desk]:
    folder = SHOTS / request.node.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    expect.set_options(timeout=LONG)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        (width, height), by_keyboard = WAYS[way]
        page = await browser.new_page(
            viewport={"width": width, "height": height}, timezone_id="UTC", locale="en-GB"
        )
        page.set_default_timeout(LONG)
        made = Desk(page, folder, by_keyboard)
        page.on("pageerror", lambda error: made.problems.append(str(error)))
        page.on("console", lambda line: made.problems.append(line.text) if is_problem(line) else None)
        try:
            yield made
        finally:
            await made.shot("end")
            await browser.close()
    assert made.problems == []
