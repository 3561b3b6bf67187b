"""Reading single values of a tool's JSON: what has another type than documented counts as missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.imports.tools.incident import LONGEST_NAME, Author, cut
from bot.text.well_formed import text

EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""What lies outside is no time of an incident."""
IN_UTC = "has times without a zone, read as UTC"
MILLISECONDS, NANOSECONDS = 10**11, 10**17
"""From where on a number of seconds would lie thousands of years ahead, so that it counts smaller units."""
LONGEST_KEY = 200
_FRACTION = re.compile(r"(\.\d{6})\d+")


class Clock:
    """Reads times; `zone` is that of times without one, and `assumed` whether there was any."""

    def __init__(self, zone: ZoneInfo | None = None) -> None:
        self._zone = zone or ZoneInfo("UTC")
        self._is_said = zone is not None
        self.assumed = False

    def notes(self) -> list[str]:
        """What had to be assumed since the last time this was asked."""
        was, self.assumed = self.assumed, False
        return [IN_UTC] if was and not self._is_said else []

    @property
    def zone(self) -> ZoneInfo:
        return self._zone

    def moment(self, value: object) -> datetime | None:
        """An ISO 8601 time, or seconds, milliseconds or nanoseconds since 1970, as aware UTC."""
        if isinstance(value, bool):
            return None
        try:
            if isinstance(value, int | float):
                return _within(_from_number(value))
            said = _FRACTION.sub(r"\1", text(value).strip())
            if len(said) < 10:
                return None
            at = datetime.fromisoformat(said)
            if at.tzinfo is None:
                self.assumed = True
                at = at.replace(tzinfo=self._zone)
            return _within(at.astimezone(UTC))
        except (ValueError, OverflowError, OSError):
            return None


def _from_number(value: float) -> datetime:
    seconds = value / 1e9 if value >= NANOSECONDS else value / 1e3 if value >= MILLISECONDS else value
    return datetime.fromtimestamp(seconds, UTC)


def _within(at: datetime) -> datetime | None:
    return at if EARLIEST <= at < LATEST else None


def day(value: object) -> date | None:
    """A day, as `2026-11-29` or at the beginning of a time."""
    try:
        found = date.fromisoformat(text(value).strip()[:10])
    except ValueError:
        return None
    return found if EARLIEST.year <= found.year < LATEST.year else None


def key(value: object) -> str:
    """An id: a text, or a number as text; "" where there is none that could be one."""
    said = str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value).strip()
    return said if len(said) <= LONGEST_KEY else ""


def address(value: object) -> str | None:
    """An address that may be linked to: http or https, without anything that would end a link."""
    said = text(value).strip()
    if len(said) > 2000 or re.search(r"[\s<>|\"'`\\]", said):
        return None
    try:
        parts = urlsplit(said)
        return said if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def name(value: object) -> str:
    """A name on one line."""
    return cut(" ".join(text(value).split()), LONGEST_NAME)


def author(said: object, email: object = None) -> Author | None:
    """Somebody by their name; an address as name counts as both."""
    named, address_ = name(said), text(email).strip().lower()
    if not address_ and "@" in named and " " not in named:
        address_ = named.lower()
    return Author(named or address_, address_) if named or address_ else None


def first(table: Mapping[str, Any], *names: str) -> object:
    """The value of the first of these that is there."""
    return next((table[one] for one in names if table.get(one) not in (None, "")), None)
