"""Each threat and each entry of the runbook names the tests that hold it; that they exist, others check."""

from __future__ import annotations

import re

from tests.docs.pages import DOCS

_TEST = re.compile(r"`tests/[\w/]+(?:\.py(?:::\w+)?)?`")


def test_every_threat_names_its_test() -> None:
    text = (DOCS / "security.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \d+ \|.*$", text, re.MULTILINE)

    assert len(rows) >= 15
    assert [row for row in rows if not _TEST.search(row.rpartition(" | ")[2])] == []


def test_every_entry_of_the_runbook_says_what_to_look_at_what_to_do_and_how_it_was_tried() -> None:
    text = (DOCS / "runbook.md").read_text(encoding="utf-8")
    entries = text.split("\n## ")[1:]

    assert len(entries) >= 10
    lacking = [
        entry.partition("\n")[0]
        for entry in entries
        if "**Do:**" not in entry or not _TEST.search(entry.rpartition("Tried by")[2])
    ]
    assert lacking == []
