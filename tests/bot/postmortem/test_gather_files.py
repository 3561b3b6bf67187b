"""A file as Slack describes it (docs.slack.dev/reference/objects/file-object)."""

from __future__ import annotations

import pytest

from bot.postmortem.document import FileRef
from bot.postmortem.gather.said import file_of

PERMALINK = "https://acme.slack.com/files/U2/F1/p99.png"


@pytest.mark.parametrize(
    ("file", "found"),
    [
        (
            {"title": "p99", "name": "p99.png", "mimetype": "image/png", "permalink": PERMALINK},
            FileRef("p99", PERMALINK, is_image=True),
        ),
        ({"name": "notes.txt", "mimetype": "text/plain"}, FileRef("notes.txt")),
        ({"id": "F3", "mimetype": None}, FileRef("file")),
    ],
)
def test_a_file_is_named_linked_and_known_for_an_image(file: dict[str, object], found: FileRef) -> None:
    assert file_of(file) == found
