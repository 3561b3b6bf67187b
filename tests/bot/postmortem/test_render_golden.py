"""A draft with every block, as each renderer writes it. UPDATE_GOLDEN=1 writes the files anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.postmortem.render import canvas, html, json_document, markdown_file
from tests.bot.postmortem.gallery import gallery
from tests.bot.postmortem.shown import thread_texts

PICTURE = "https://acme.slack.com/files/U0BOT/F9/inc-7-timeline-1.png"
RENDERED: dict[str, Callable[[], str]] = {
    "canvas.md": lambda: canvas.render(gallery(), chart_url=PICTURE),
    "canvas-without-tables.md": lambda: canvas.render(gallery(), tables=False),
    "postmortem.md": lambda: markdown_file.render(gallery(), chart_path="timeline.svg"),
    "thread.txt": lambda: "\n\n=== next message ===\n\n".join(thread_texts(gallery())) + "\n",
    "postmortem.html": lambda: html.render(gallery()),
    "postmortem.json": lambda: json_document.render(gallery()),
}


@pytest.mark.parametrize("name", RENDERED)
def test_a_draft_with_every_block(name: str, assert_golden: Callable[[str, str], None]) -> None:
    assert_golden(name, RENDERED[name]())
