"""What is said of pages outside Slack, as Slack gets it: see golden_pages/ for all of it.

UPDATE_GOLDEN=1 writes the files anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.incidents.pages.errors import PageSettled
from bot.incidents.views.pages import PageView
from bot.listeners.requests import Answer, answer_arguments
from bot.slack.blocks import checkpoint, pages, review
from sandbox.blocks import checked_content
from storage.vocabulary import PageState

GOLDEN = Path(__file__).parent / "golden_pages"
URL = "https://git.example.com/INC-7/postmortem.md"


def page(state: PageState, **changes: object) -> PageView:
    given = {"title": "Git", "url": URL, "publication": 2, "written": 1, "decided_by": "U0ANA", **changes}
    return PageView(state=state, **given)  # type: ignore[arg-type]


EVERY = [page(state) for state in PageState]
SAID: Mapping[str, Answer] = {
    "made": pages.made(7, page(PageState.WRITTEN)),
    "made-without-picture": pages.made(7, page(PageState.WRITTEN), "No <@U1> *may* upload"),
    "unpictured": pages.unpictured(7, page(PageState.WRITTEN), "the file is too large"),
    "withheld": pages.withheld(7, page(PageState.WITHHELD), "its channel is private"),
    "edited": pages.edited(7, page(PageState.EDITED), pages.PageRef(3, "abc"), "Ben <!here> & *co*"),
    "edited-deleted": pages.edited(7, page(PageState.EDITED, url=None), pages.PageRef(3, ""), None),
    "decided-overwrite": pages.decided(7, page(PageState.ASKED)),
    "decided-left": pages.decided(7, page(PageState.LEFT)),
    "decided-written": pages.decided(7, page(PageState.WRITTEN, decided_by=None, written=2)),
    "standing": "\n".join(pages.lines([*EVERY, page(PageState.ASKED, written=None, url=None)])),
    "reopened": review.reopened(7, [EVERY[1], page(PageState.LEFT, title="Confluence")]),
    "question": checkpoint.publish_question(7, 1, None, [], goes_to=["Git", "the webhook"]),
    "question-kept": checkpoint.publish_question(
        7, 1, None, [], goes_to=["Git", "Confluence", "the webhook"], kept_inside="it is a drill"
    ),
    "settled": PageSettled(7).sentence,
}


@pytest.mark.parametrize("name", SAID)
def test_what_is_said(name: str) -> None:
    arguments = answer_arguments(SAID[name])
    written = json.dumps(arguments, indent=2, ensure_ascii=False) + "\n"
    file = GOLDEN / f"{name}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(written, encoding="utf-8")

    checked_content(arguments)  # raises what Slack would refuse
    assert written == file.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    assert {one.stem for one in GOLDEN.iterdir()} == SAID.keys()


def test_a_strangers_name_calls_nobody() -> None:
    said = str(answer_arguments(SAID["edited"]))
    assert "<!here>" not in said
    assert "*co*" not in said  # nor is it shown bold
