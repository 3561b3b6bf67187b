"""What a release says of itself."""

from __future__ import annotations

import pytest

from release import CannotRelease
from release.changelog import UNRELEASED, notes
from tests.deploy.files import ROOT

TEXT = """# Changelog

## Unreleased

- What is next.

## 1.1.0 (2026-11-30)

- Second.

### Changed

- Third.

## 1.0.0

- First.

## 0.9.0 (2026-01-01)
"""


def test_the_notes_of_a_version_are_what_stands_under_it() -> None:
    assert notes(TEXT, "1.1.0") == "- Second.\n\n### Changed\n\n- Third.\n"


def test_a_rehearsal_has_the_notes_of_what_is_unreleased() -> None:
    assert notes(TEXT, UNRELEASED) == "- What is next.\n"


@pytest.mark.parametrize(
    ("version", "says"), [("1.2.0", "no heading for 1.2.0"), ("1.0.0", "no day"), ("0.9.0", "nothing")]
)
def test_what_a_release_lacks_is_said(version: str, says: str) -> None:
    with pytest.raises(CannotRelease, match=says):
        notes(TEXT, version)


def test_the_changelog_can_be_read() -> None:
    assert notes((ROOT / "CHANGELOG.md").read_text("utf-8"), UNRELEASED)
