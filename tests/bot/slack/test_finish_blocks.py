"""What is said on a post-mortem's way to being published: see golden_finish/ for all of it.

UPDATE_GOLDEN=1 writes the files anew.
"""

from __future__ import annotations

import inspect
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from bot.incidents import lifecycle_errors as errors
from bot.incidents.channels import Place
from bot.incidents.errors import ScribeError
from bot.incidents.views.postmortem import PostmortemStatus, ReviewerView
from bot.listeners.requests import Answer, answer_arguments
from bot.slack.blocks import editor_notes, nudges, published, review
from bot.slack.blocks.editor_notes import ShownNote
from bot.slack.blocks.published import Source
from sandbox.blocks import checked_content

GOLDEN = Path(__file__).parent / "golden_finish"
FOUR = datetime(2023, 9, 10, 16, 0, tzinfo=UTC)
TWO = FOUR - timedelta(hours=2)
DUE = FOUR + timedelta(days=3)
CANVAS = "https://acme.slack.com/docs/T0ACME/F0CANVAS"
OPENING = [
    "sev1 · 2023-09-10, 14:00 to 16:00 UTC · 2 h · resolved · owner Ana Ferreira",
    "• *Impact:* 4% of checkouts failed — <https://acme.slack.com/archives/C0OPS/p1694354400000100|Ben>",
    "2 action items, 1 without an owner",
]
NOTES = [
    ShownNote(
        f"note:blame:{number}",
        "blame",
        "Ana <!channel> deleted it & left.",
        "the conclusion",
        "deleted",
        "What allowed that?",
    )
    for number in range(10)
]


def shown_status(**changes: object) -> PostmortemStatus:
    standing: dict[str, object] = {
        "number": 7,
        "state": "in_review",
        "owner_id": "U0ANA",
        "due_at": DUE,
        "is_late": False,
        "draft_link": CANVAS,
        "reviewers": [ReviewerView("U0BEN", FOUR), ReviewerView("U0CYD", None)],
        "published_at": None,
        "missing": ["Not reviewed yet by <@U0CYD>.", "It is not published: `/postmortem publish`."],
    }
    return PostmortemStatus(**{**standing, **changes})  # type: ignore[arg-type]


def told(
    source: Source,
    opening: list[str] = OPENING,
    *,
    link: str | None = CANVAS,
    picture: str | None = None,
    read_at: datetime | None = None,
    files: str | None = None,
) -> Answer:
    return published.published(
        7,
        "Checkout & payments are <down>",
        "Ana Ferreira",
        FOUR,
        opening,
        link=link,
        picture=picture,
        source=source,
        read_at=read_at,
        files=files,
    )


SAID: Mapping[str, Answer] = {
    "review_asked": review.review_asked(7, "U0BEN", "U0ANA", CANVAS),
    "reviewed": review.reviewed(7, "U0BEN", FOUR, CANVAS),
    "thanks": review.thanks(7),
    "review_answer": review.review_answer(7, ["U0BEN", "U0CYD"], [], Place("this channel")),
    "review_answer-unreachable": review.review_answer(
        7, ["U0BEN"], [], Place("<#C0INC>", is_reachable=False)
    ),
    "review_answer-again": review.review_answer(7, [], ["U0BEN"], Place("this channel")),
    "owned": review.owned(7, "U0BEN"),
    "reopened": review.reopened(7),
    "reading_for_notes": review.reading_for_notes(7),
    "publishing": review.publishing(7, [], Place("<#C0INC>")),
    "publishing-unreachable": review.publishing(7, [], Place("<#C0INC>", is_reachable=False)),
    "publishing-unreviewed": review.publishing(7, ["U0BEN", "U0CYD"], Place("this channel")),
    "status": review.status(shown_status()),
    "status-nothing": review.status(
        shown_status(state="draft", owner_id=None, due_at=None, draft_link=None, reviewers=[])
    ),
    "status-late": review.status(shown_status(is_late=True)),
    "status-published": review.status(shown_status(state="published", published_at=FOUR, missing=[])),
    "published": told(Source.READ_NOW, picture="F0PICTURE"),
    "published-composed": told(Source.COMPILED, files=published.files_written("/srv/out/INC-7")),
    "published-emptied": told(Source.EMPTIED),
    "published-shared": told(Source.READ_NOW, [], link=None),
    "published-many": told(Source.NOBODY_EDITS, OPENING * 100, files=published.files_not_written()),
    "published-read-before": told(Source.COMPILED, read_at=TWO),
    "published-gone": told(Source.GONE),
    "published-gone-read-before": told(Source.GONE, read_at=TWO),
    "files_written": published.files_written("/srv/<out>/INC-7"),
    "files_not_written": published.files_not_written(),
    "editor_notes": editor_notes.editor_notes(7, NOTES[:2]),
    "editor_notes-many": editor_notes.editor_notes(7, NOTES),
    "editor_notes-none": editor_notes.editor_notes(7, []),
    "nudge": nudges.nudge(7, CANVAS, "C0OPS", DUE, is_late=False),
    "nudge-late": nudges.nudge(7, CANVAS, "C0OPS", DUE, is_late=True),
    "nudge-undated": nudges.nudge(7, None, None, None, is_late=False),
    "snoozed": nudges.snoozed(7, DUE),
    "no_more_nudges": nudges.no_more_nudges(7),
    "error-NoDraftYet": errors.NoDraftYet(7, is_open=False).sentence,
    "error-NoDraftYet-open": errors.NoDraftYet(7, is_open=True).sentence,
    "error-ReopenFirst": errors.ReopenFirst(7).sentence,
    "error-AlreadyPublished": errors.AlreadyPublished(7, "2023-09-10 16:00 UTC", "<@U0ANA>").sentence,
    "error-PublishedSince": errors.PublishedSince(7).sentence,
    "error-NoChannelForDraft": errors.NoChannelForDraft(7).sentence,
    "error-NotPublishedYet": errors.NotPublishedYet(7).sentence,
    "error-NotAReviewer": errors.NotAReviewer().sentence,
    "error-NobodyNamed": errors.NobodyNamed("/postmortem review @ben", "@everybody").sentence,
    "error-NobodyNamed-silent": errors.NobodyNamed("/postmortem review @ben", "").sentence,
    "error-OneOwnerOnly": errors.OneOwnerOnly("/postmortem owner @ana").sentence,
    "error-NotTheOwner": errors.NotTheOwner(7, "U0ANA").sentence,
    "error-NotTheOwner-none": errors.NotTheOwner(7, None).sentence,
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


def test_nothing_is_missing_and_nothing_is_left_over() -> None:
    named = {name.partition("-")[0] for name in SAID}
    raised = {
        f"error-{name}"
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, ScribeError) and kind is not ScribeError
    }

    for module in (review, published, editor_notes, nudges):
        assert functions_of(module) <= named
    assert raised <= {"-".join(name.split("-")[:2]) for name in SAID}
    assert {file.stem for file in GOLDEN.iterdir()} == SAID.keys()


def functions_of(module: ModuleType) -> set[str]:
    """The public functions a module defines itself."""
    return {
        name
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }


def test_the_longest_notes_are_ones_that_slack_takes() -> None:
    long = [
        ShownNote(f"note:{n}", "blame", "<&> " * 3000, "w" * 300, "f & " * 3000, "q & " * 3000)
        for n in range(40)
    ]

    checked_content(answer_arguments(editor_notes.editor_notes(7, long)))


def test_what_people_wrote_pings_nobody() -> None:
    shown = json.dumps(answer_arguments(SAID["editor_notes"]))

    assert "<!channel>" not in shown
    assert "&lt;!channel&gt;" in shown
