"""What makes a release, and what is looked at before one: `make release`, and part of `make check`."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]


class CannotRelease(Exception):
    """There is no release to make of what is here; the text is one sentence that says what to do."""
