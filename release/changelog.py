"""`CHANGELOG.md`: what a release says of itself."""

from __future__ import annotations

import re

from release import CannotRelease

UNRELEASED = "Unreleased"

_HEADING = re.compile(r"^## (?P<name>\S+)(?: \((?P<day>\d{4}-\d{2}-\d{2})\))?$", re.MULTILINE)


def notes(text: str, version: str) -> str:
    """What stands under the heading of a version (`## 1.2.0 (2026-11-30)`), or of what is unreleased.

    Raises:
        CannotRelease: there is no such heading, it has no day, or nothing stands under it.
    """
    for heading in _HEADING.finditer(text):
        if heading["name"] != version:
            continue
        if version != UNRELEASED and not heading["day"]:
            raise CannotRelease(f"CHANGELOG.md gives no day for {version}: write ## {version} (YYYY-MM-DD).")
        following = _HEADING.search(text, heading.end())
        found = text[heading.end() : following.start() if following else None].strip()
        if not found:
            raise CannotRelease(f"CHANGELOG.md says nothing under {version}.")
        return found + "\n"
    raise CannotRelease(
        f"CHANGELOG.md has no heading for {version}: rename ## {UNRELEASED} to ## {version} (YYYY-MM-DD)."
    )
