"""Time zones as people name them: `UTC`, `UTC+5:30`, `+0200`, `PST`, `PT`, `Europe/Berlin`.

An abbreviation that the person's own zone uses means their wall clock, whatever the season: somebody in
Los Angeles who writes "PST" in October means the clock on their wall, which shows PDT. One of another
family means its literal offset. One that means several things in the world is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.incidents.when.moment import UnreadableTime

UNIVERSAL = ("UTC", "GMT", "Z")  # mean offset zero for everybody, in London's summer too
PLACES = {
    "PT": "America/Los_Angeles",
    "MT": "America/Denver",
    "CT": "America/Chicago",
    "ET": "America/New_York",
}
OFFSET_HOURS = {
    "PST": -8, "PDT": -7, "MST": -7, "MDT": -6, "CDT": -5, "EST": -5, "EDT": -4,
    "AKST": -9, "AKDT": -8, "HST": -10, "NST": -3.5, "NDT": -2.5, "BRT": -3,
    "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "SAST": 2, "PKT": 5, "WIB": 7,
    "SGT": 8, "HKT": 8, "AWST": 8, "JST": 9, "KST": 9, "ACST": 9.5, "ACDT": 10.5,
    "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
SEVERAL_MEANINGS = ("CST", "IST", "BST", "AST", "GST", "WET", "WEST", "EAT", "CAT", "WAT")
SEVERAL_MEANINGS_IN_AUSTRALIA = ("EST", "EDT", "CDT")
# Lower case is read where it is no English word ("est", "west", "cat" are).
ALSO_LOWER_CASE = ("UTC", "GMT", "CET", "CEST", "PST", "PDT", "EDT")

ABBREVIATIONS = frozenset(("UTC", "GMT", *PLACES, *OFFSET_HOURS, *SEVERAL_MEANINGS)) | frozenset(
    name.lower() for name in ALSO_LOWER_CASE
)


@dataclass(frozen=True)
class Zone:
    """A zone as it was written: an offset from UTC, an IANA name, or an abbreviation (in upper case)."""

    written: str
    offset: timedelta | None = None
    place: str | None = None
    abbreviation: str | None = None

    @property
    def is_same_for_everybody(self) -> bool:
        """Whether it means the same whoever writes it."""
        return self.abbreviation is None


def of_abbreviation(written: str) -> Zone:
    """The zone of one of `ABBREVIATIONS`."""
    name = written.upper()
    if name in UNIVERSAL:
        return Zone(written, offset=timedelta(0))
    if name in PLACES:
        return Zone(written, place=PLACES[name])
    return Zone(written, abbreviation=name)


def of_place(written: str) -> Zone | None:
    """The zone of an IANA name such as `Europe/Berlin`; None when there is no such zone."""
    try:
        ZoneInfo(written)
    except (
        ZoneInfoNotFoundError,
        ValueError,
        OSError,
    ):  # OSError: a folder of zones, such as America/Argentina
        return None
    return Zone(written, place=written)


def meaning_of(zone: Zone | None, own: ZoneInfo, year: int) -> tzinfo:
    """The rules of the clock that was meant, for a person living in `own` speaking of `year`.

    Raises:
        UnreadableTime: the abbreviation means different things in the world.
    """
    if zone is None:
        return own
    if zone.offset is not None:
        return timezone(zone.offset)
    if zone.place is not None:
        return ZoneInfo(zone.place)
    name = zone.abbreviation or ""
    if name in _names_used_in(own, year):
        return own
    is_in_doubt_there = own.key.startswith("Australia/") and name in SEVERAL_MEANINGS_IN_AUSTRALIA
    if name in SEVERAL_MEANINGS or is_in_doubt_there:
        raise UnreadableTime(
            f"`{name}` stands for more than one time zone",
            "write the offset, like `14:05 UTC-6` or `14:05 UTC+5:30`",
        )
    return timezone(timedelta(hours=OFFSET_HOURS[name]))


@cache
def _names_used_in(own: ZoneInfo, year: int) -> frozenset[str]:
    # Winter and summer of the year tell both of its names.
    return frozenset(datetime(year, month, 1, tzinfo=own).tzname() or "" for month in (1, 7))
