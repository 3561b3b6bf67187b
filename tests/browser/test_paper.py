"""The post-mortem's page on paper: an address is printed where the paper does not say it already."""

from __future__ import annotations

import pytest

from bot.postmortem.render import html
from tests.bot.postmortem.gallery import gallery
from tests.browser.conftest import Desk

pytestmark = pytest.mark.browser

PRINTED = """() => [...document.querySelectorAll("a[href]")].map((link) =>
  [link.getAttribute("href"), link.textContent, getComputedStyle(link, "::after").content])"""
"""Each link's address, its words, and what is printed after them."""
PAPER = (670, 970)
"""Width and height of a page of A4 within its margins, in pixels of CSS."""


async def test_addresses_are_printed_but_for_those_of_peoples_messages(desk: Desk) -> None:
    width, height = PAPER
    await desk.page.set_viewport_size({"width": width, "height": height})
    await desk.page.set_content(html.render(gallery()))
    await desk.page.emulate_media(media="print")

    links = [tuple(one) for one in await desk.page.evaluate(PRINTED)]
    ours = {printed for address, _, printed in links if "/archives/" in address}
    elsewhere = {
        (address, printed) for address, words, printed in links if "/archives/" not in address != words
    }

    assert ours == {"none"}
    assert elsewhere
    assert all(address in printed for address, printed in elsewhere)
    assert await desk.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
