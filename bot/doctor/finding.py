"""What the doctor says of one thing it looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's: `is_well`, what was looked at, what was found and what to do about it."""

    is_well: bool
    what: str
    found: str
