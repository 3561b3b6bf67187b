"""Reading what programs send, of which any part may be missing or of another kind."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

LONGEST = 2_000
"""Characters of a value, when it is no text itself."""
_ISO = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[T ](?P<time>\d\d:\d\d(?::\d\d)?)(?P<part>\.\d+)?\s*"
    r"(?P<zone>[Zz]|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_NUMBER = re.compile(r"\d{1,19}(?:\.\d{1,9})?", re.ASCII)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def text(value: object) -> str:
    """A text as it is, a number or a word of JSON as it is written; else nothing."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool | int | float):
        return json.dumps(value)[:LONGEST]
    return ""


def table(value: object) -> dict[str, Any]:
    """A JSON object; an empty one where it is something else."""
    return value if isinstance(value, dict) else {}


def tables(value: object) -> list[dict[str, Any]]:
    """The JSON objects of a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def first(source: Mapping[str, Any], *names: str) -> str:
    """The first of these that says something."""
    return next((found for name in names if (found := text(source.get(name)))), "")


def moment(value: object) -> datetime | None:
    """A moment in RFC 3339, without a zone in UTC, or in Unix seconds, milli-, micro- or nanoseconds.

    None where it is none, or of no time in which a program can have run, as the year 1 that Go sends for
    "never".
    """
    said = text(value)
    try:
        found = _of_number(said) if _NUMBER.fullmatch(said) else _of_iso(said)
    except (ValueError, OverflowError):
        return None
    return found if found and EARLIEST <= found <= LATEST else None


def _of_number(said: str) -> datetime:
    seconds, _, part = said.partition(".")
    number = int(seconds)
    scale = next((one for one in (1, 10**3, 10**6, 10**9) if number < 10**11 * one), 10**9)
    micros = number * 10**6 // scale
    if scale == 1 and part:
        micros += int(part[:6].ljust(6, "0"))
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=micros)


def _of_iso(said: str) -> datetime | None:
    found = _ISO.fullmatch(said)
    if found is None:
        return None
    time = found["time"] if found["time"].count(":") == 2 else f"{found['time']}:00"
    zone = (found["zone"] or "Z").upper().replace("Z", "+00:00")
    micros = (found["part"] or ".0")[1:7].ljust(6, "0")
    return datetime.fromisoformat(f"{found['day']}T{time}.{micros}{zone}").astimezone(UTC)
