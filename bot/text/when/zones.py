"""Time zones as people name them: `UTC`, `UTC+5:30`, `+0200`, `PST`, `PT`, `Europe/Berlin`.

An abbreviation that the person's own zone uses means their wall clock, whatever the season: somebody in
Los Angeles who writes "PST" in October means the clock on their wall, which shows PDT. One of another
family means its literal offset. One that means several things in the world is refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.text.when.moment import UnreadableTime, quote

UNIVERSAL = ("UTC", "GMT", "UT", "UCT", "Z")  # mean offset zero for everybody, in London's summer too
PLACES = {
    "PT": "America/Los_Angeles",
    "MT": "America/Denver",
    "CT": "America/Chicago",
    "ET": "America/New_York",
    "PST8PDT": "America/Los_Angeles",
    "MST7MDT": "America/Denver",
    "CST6CDT": "America/Chicago",
    "EST5EDT": "America/New_York",
}
OFFSET_HOURS = {
    "PST": -8, "PDT": -7, "MST": -7, "MDT": -6, "CDT": -5, "EST": -5, "EDT": -4,
    "MEZ": 1, "MESZ": 2, "BST": 1, "AKST": -9, "AKDT": -8, "HST": -10, "NST": -3.5, "NDT": -2.5, "BRT": -3,
    "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "SAST": 2, "PKT": 5, "WIB": 7,
    "SGT": 8, "HKT": 8, "AWST": 8, "JST": 9, "KST": 9, "ACST": 9.5, "ACDT": 10.5,
    "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
SEVERAL_MEANINGS = ("CST", "IST", "AST", "GST", "WET", "WEST", "EAT", "CAT", "WAT")
SEVERAL_MEANINGS_IN: Mapping[str, tuple[str, ...]] = {
    "Australia/": ("EST", "EDT", "CDT"),
    "Asia/Dhaka": ("BST",),
    "Pacific/Bougainville": ("BST",),
}
"""Regions in which an abbreviation means the local time, though the zone database calls it otherwise."""
INSTEAD = {
    "CST": "`14:05 America/Chicago`, `14:05 Asia/Shanghai` or `14:05 UTC-6`",
    "IST": "`14:05 Asia/Kolkata`, `14:05 Europe/Dublin`, `14:05 Asia/Jerusalem` or `14:05 UTC+5:30`",
}
NEVER_LOWER_CASE = ("WEST", "WET", "EAT", "CAT", "WAT", "AST")
"""Abbreviations that are words in lower case, and are read as zones in upper case only."""
SHORT = ("pt", "mt", "ct", "et", "ut", "uct")
"""In lower case these are read as zones only where nothing else can be meant."""

REAL = (
    "ACT", "ACWST", "ADT", "AFT", "ALMT", "AMST", "AMT", "ANAT", "AQTT", "ART", "AZOST", "AZOT", "AZT",
    "BDT", "BIOT", "BNT", "BRST", "BTT", "CCT", "CEDT", "CHADT", "CHAST", "CHOT", "CHST", "CHUT",
    "CIST", "CKT", "CLST", "CLT", "COT", "CVT", "CWST", "CXT", "DAVT", "DDUT", "DFT", "EASST", "ECT",
    "EDST", "EEDT", "EGST", "EGT", "FET", "FJT", "FKST", "FKT", "FNT", "GALT", "GAMT", "GFT", "GILT",
    "GYT", "HADT", "HAST", "HDT", "HOVT", "ICT", "IDT", "IRDT", "IRKT", "IRST", "KALT", "KGT", "KOST",
    "KRAT", "LHDT", "LHST", "MAGT", "MAWT", "MET", "MEST", "MHT", "MMT", "MSD", "MUT", "MVT", "MYT",
    "NCT", "NFT", "NOVT", "NPT", "NZT", "OMST", "ORAT", "PETT", "PGT", "PHOT", "PHST", "PHT", "PMDT",
    "PMST", "PONT", "PWT", "PYST", "PYT", "ROTT", "SAKT", "SAMT", "SBT", "SCT", "SRET", "SRT", "SST",
    "SYOT", "TAHT", "TFT", "TJT", "TKT", "TLT", "TMT", "TRT", "TVT", "ULAT", "UYST", "UYT", "UZT",
    "VET", "VLAT", "VUT", "WAKT", "WAST", "WEDT", "WGST", "WGT", "WITA", "WST", "YAKT", "YEKT",
)  # fmt: skip
"""Abbreviations that are in use somewhere (IANA time zone database) and not read: they are refused.

Those that are English words or say something else to engineers (`GET`, `BOT`, `EAST`) are left out.
"""
ABBREVIATIONS = frozenset(("UTC", "GMT", "UT", "UCT", *PLACES, *OFFSET_HOURS, *SEVERAL_MEANINGS))

_AMERICAN = {"Eastern": "ET", "Central": "CT", "Mountain": "MT", "Pacific": "PT"}
_LONG: Mapping[str, str] = {
    **{
        f"{word}{kind} Time": f"{short[0]}{letter}"
        for word, short in _AMERICAN.items()
        for kind, letter in ((" Standard", "ST"), (" Daylight", "DT"))
    },
    "British Summer Time": "BST",
    "Central European Summer Time": "CEST",
    "Central European Standard Time": "CET",
    "Coordinated Universal Time": "UTC",
    "Universal Time": "UTC",
    "Greenwich Mean Time": "GMT",
    "Japan Standard Time": "JST",
    "Korea Standard Time": "KST",
    "Singapore Standard Time": "SGT",
    "Alaska Standard Time": "AKST",
    "Alaska Daylight Time": "AKDT",
}
"""Abbreviations written out; `Central Standard Time` is Chicago's."""
_REGIONS: Mapping[str, str] = {
    "Eastern": "America/New_York",
    "Central": "America/Chicago",
    "Mountain": "America/Denver",
    "Pacific": "America/Los_Angeles",
    "Atlantic": "America/Halifax",
    "Alaska": "America/Anchorage",
    "Hawaii": "Pacific/Honolulu",
    "Central European": "Europe/Berlin",
    "Eastern European": "Europe/Helsinki",
    "Indian Standard": "Asia/Kolkata",
    "India Standard": "Asia/Kolkata",
    "Irish Standard": "Europe/Dublin",
    "Israel Standard": "Asia/Jerusalem",
    "China Standard": "Asia/Shanghai",
}
"""The zone that `<region> Time` names."""
ALONE = ("Pacific", "Eastern")
"""Regions that people also write without `Time` (`6:05 AM Pacific`)."""
ANOTHER_REGION_IN: Mapping[str, tuple[str, ...]] = {"Central": ("Australia/", "Europe/", "Africa/")}
"""Places where a region of that name is not America's; in Australia each has its own."""
_SOMEBODYS = frozenset(
    (
        *("local", "my", "our", "your", "their", "his", "her", "server", "system", "host", "log", "office"),
        *(
            "customer",
            "hq",
            "headquarters",
            "head office",
            "company",
            "summer",
            "winter",
            "standard",
            "daylight",
        ),
        *(
            "daylight saving",
            "daylight savings",
            "west coast",
            "east coast",
            "wall clock",
            "cluster",
            "device",
        ),
        *(
            "american",
            "us",
            "u.s.",
            "usa",
            "canadian",
            "canada",
            "australian",
            "australia",
            "brazil",
            "brazilian",
        ),
        *("mexico", "mexican", "russian", "russia", "indonesian", "indonesia", "european", "europe", "asian"),
        *("apac", "emea", "amer", "latam", "ukraine", "kazakhstan", "texas", "florida", "local us"),
    )
)
"""Words before `time` that name no zone, or a region of several."""
NAMED = (*_LONG, *(f"{name} Time" for name in _REGIONS), *ALONE)

_ALSO_CALLED: Mapping[str, str] = {
    "uk": "Europe/London", "british": "Europe/London", "irish": "Europe/Dublin", "german": "Europe/Berlin",
    "germany": "Europe/Berlin", "munich": "Europe/Berlin", "frankfurt": "Europe/Berlin",
    "hamburg": "Europe/Berlin", "french": "Europe/Paris", "france": "Europe/Paris", "spain": "Europe/Madrid",
    "barcelona": "Europe/Madrid", "milan": "Europe/Rome", "italy": "Europe/Rome", "swiss": "Europe/Zurich",
    "geneva": "Europe/Zurich", "nyc": "America/New_York", "ny": "America/New_York",
    "boston": "America/New_York", "atlanta": "America/New_York", "sf": "America/Los_Angeles",
    "san francisco": "America/Los_Angeles", "bay area": "America/Los_Angeles",
    "seattle": "America/Los_Angeles", "california": "America/Los_Angeles", "austin": "America/Chicago",
    "dallas": "America/Chicago", "india": "Asia/Kolkata", "indian": "Asia/Kolkata",
    "mumbai": "Asia/Kolkata", "bangalore": "Asia/Kolkata", "bengaluru": "Asia/Kolkata",
    "delhi": "Asia/Kolkata", "china": "Asia/Shanghai", "beijing": "Asia/Shanghai", "japan": "Asia/Tokyo",
    "korea": "Asia/Seoul", "israel": "Asia/Jerusalem", "tel aviv": "Asia/Jerusalem",
    "poland": "Europe/Warsaw", "polish": "Europe/Warsaw", "krakow": "Europe/Warsaw",
    "dutch": "Europe/Amsterdam", "netherlands": "Europe/Amsterdam", "italian": "Europe/Rome",
    "austria": "Europe/Vienna", "austrian": "Europe/Vienna", "sweden": "Europe/Stockholm",
    "swedish": "Europe/Stockholm", "norway": "Europe/Oslo", "norwegian": "Europe/Oslo",
    "denmark": "Europe/Copenhagen", "danish": "Europe/Copenhagen", "finland": "Europe/Helsinki",
    "finnish": "Europe/Helsinki", "belgium": "Europe/Brussels", "belgian": "Europe/Brussels",
    "greece": "Europe/Athens", "greek": "Europe/Athens", "turkish": "Europe/Istanbul",
    "romanian": "Europe/Bucharest", "romania": "Europe/Bucharest", "czech": "Europe/Prague",
    "hungarian": "Europe/Budapest", "hungary": "Europe/Budapest", "ireland": "Europe/Dublin",
    "scotland": "Europe/London", "edinburgh": "Europe/London", "manchester": "Europe/London",
    "cologne": "Europe/Berlin", "japanese": "Asia/Tokyo", "korean": "Asia/Seoul", "chinese": "Asia/Shanghai",
    "singaporean": "Asia/Singapore", "pakistan": "Asia/Karachi", "bangladesh": "Asia/Dhaka",
    "philippines": "Asia/Manila", "vietnam": "Asia/Ho_Chi_Minh", "thailand": "Asia/Bangkok",
    "hyderabad": "Asia/Kolkata", "chennai": "Asia/Kolkata", "pune": "Asia/Kolkata",
    "washington": "America/New_York", "philadelphia": "America/New_York", "miami": "America/New_York",
    "houston": "America/Chicago", "minneapolis": "America/Chicago", "portland": "America/Los_Angeles",
}  # fmt: skip


@dataclass(frozen=True)
class Zone:
    """A zone as it was written: an offset from UTC, an IANA name, or an abbreviation (in upper case)."""

    written: str
    offset: timedelta | None = None
    place: str | None = None
    abbreviation: str | None = None
    region: str | None = None
    """The region in its name (`Pacific`), which is another one for people in some places."""

    @property
    def is_same_for_everybody(self) -> bool:
        """Whether it means the same whoever writes it."""
        return self.abbreviation is None and self.region is None


def of_abbreviation(written: str) -> Zone:
    """The zone of one of `ABBREVIATIONS`."""
    name = written.upper()
    if name in UNIVERSAL:
        return Zone(written, offset=timedelta(0))
    if name in PLACES:
        return Zone(written, place=PLACES[name])
    return Zone(written, abbreviation=name)


def is_read_in_lower_case(written: str) -> bool:
    """Whether an abbreviation in lower case is read as a zone, and not as a word of the text."""
    return written.upper() not in (*NEVER_LOWER_CASE, *(short.upper() for short in SHORT))


def of_place(written: str) -> Zone | None:
    """The zone of an IANA name such as `Europe/Berlin`, in whatever case; None when there is no such zone."""
    place = _places().get(written.casefold())
    return Zone(written, place=place) if place else None


def of_name(written: str) -> Zone:
    """The zone of one of `NAMED`."""
    said = " ".join(written.casefold().split())
    for name, abbreviation in _LONG.items():
        if name.casefold() == said:
            if abbreviation == "CST":
                return Zone(written, offset=timedelta(hours=-6))
            return of_abbreviation(abbreviation)
    region = next(name for name in _REGIONS if name.casefold() == said.removesuffix(" time"))
    return Zone(written, place=_REGIONS[region], region=region if region in _AMERICAN else None)


def is_somebodys(written: str) -> bool:
    """Whether words before `time` speak of a zone without saying which: `local`, `HQ`, `west coast`."""
    return " ".join(written.casefold().split()) in _SOMEBODYS


def of_city(written: str) -> Zone | None:
    """The zone of a city or country as people name it: `London`, `Zürich`, `UK`; None if unknown."""
    bare = "".join(c for c in unicodedata.normalize("NFD", written) if not unicodedata.combining(c))
    said = " ".join(bare.casefold().replace("_", " ").split())
    place = _ALSO_CALLED.get(said) or _cities().get(said)
    return Zone(f"{written} time", place=place) if place else None


@cache
def _places() -> Mapping[str, str]:
    return {name.casefold(): name for name in available_timezones() if "/" in name}


@cache
def _cities() -> Mapping[str, str]:
    """Cities by name, without names that the zone database has twice."""
    found: dict[str, set[str]] = {}
    for name in available_timezones():
        area, _, city = name.rpartition("/")
        if area.partition("/")[0] in (
            "Africa",
            "America",
            "Asia",
            "Atlantic",
            "Australia",
            "Europe",
            "Pacific",
        ):
            found.setdefault(city.replace("_", " ").casefold(), set()).add(name)
    return {city: places.pop() for city, places in found.items() if len(places) == 1}


def meaning_of(zone: Zone | None, own: ZoneInfo, year: int) -> tzinfo:
    """The time zone that was meant by a person living in `own` who writes about `year`.

    Raises:
        UnreadableTime: the abbreviation means different things in the world.
    """
    if zone is None:
        return own
    if zone.offset is not None:
        return timezone(zone.offset)
    if zone.place is not None:
        if zone.region and own.key.startswith(ANOTHER_REGION_IN.get(zone.region, "Australia/")):
            raise UnreadableTime(
                f"{quote(zone.written)} stands for more than one time zone",
                f"write `14:05 {zone.place}` or the offset, like `14:05 UTC-4`",
            )
        return ZoneInfo(zone.place)
    name = zone.abbreviation or ""
    if name in _names_used_in(own, year):
        return own
    is_in_doubt_there = any(
        own.key.startswith(place) and name in names for place, names in SEVERAL_MEANINGS_IN.items()
    )
    if name in SEVERAL_MEANINGS or is_in_doubt_there:
        raise UnreadableTime(
            f"`{name}` stands for more than one time zone",
            f"write {INSTEAD[name]}"
            if name in INSTEAD
            else "write the offset, like `14:05 UTC-6` or `14:05 UTC+5:30`",
        )
    return timezone(timedelta(hours=OFFSET_HOURS[name]))


@cache
def _names_used_in(own: ZoneInfo, year: int) -> frozenset[str]:
    # A zone's two names are those of its winter and its summer.
    return frozenset(datetime(year, month, 1, tzinfo=own).tzname() or "" for month in (1, 7))
