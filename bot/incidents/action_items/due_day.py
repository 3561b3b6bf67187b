"""The day something is due, as people write it: `friday`, `tomorrow`, `2026-12-01`, `1 dec`, `in 2 weeks`.

A day that could be two is refused, not guessed: `next friday` said on a Wednesday, or `03/04`. `next monday`
said then is one day, whichever way it is meant.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from bot.incidents.errors import ScribeError
from bot.incidents.quoted import quoted

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NEAR = timedelta(days=270)
"""How far ahead a day without a year may be; one that has just passed is farther."""
FARTHEST = timedelta(days=3 * 366)

_DAY = "|".join(f"{day[:3]}(?:{day[3:]})?" for day in DAYS).replace("tue(?:sday)?", "tues?(?:day)?")
_MONTH = "|".join(f"{name}[a-z]*" for name in MONTHS)
_PHRASE = re.compile(
    rf"""(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})
    | (?P<today>today) | (?P<tomorrow>tomorrow)
    | in\ +(?P<count>\d{{1,3}})\ +(?P<unit>days?|weeks?)
    | (?:the\ +)?end\ +of\ +(?:the\ +)?(?P<end>week|month)
    | (?P<next>next\ +)?(?P<weekday>{_DAY})
    | (?P<dom>\d{{1,2}})(?:st|nd|rd|th)?\ +(?P<month>{_MONTH})\b\.?(?:,?\ +(?P<year>\d{{4}}))?
    | (?P<month2>{_MONTH})\b\.?\ +(?P<dom2>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\ +(?P<year2>\d{{4}}))?""",
    re.IGNORECASE | re.VERBOSE,
)
_CLOCK = re.compile(
    r"[ ,]+(?:at +|@ *)?(?:\d{1,2}[:.h]\d{2}\b|\d{1,2} ?[ap]\.?m\b|noon\b|midday\b|midnight\b"
    r"|(?:in the )?(?:morning|afternoon|evening)\b|eod\b|cob\b)|[ ,]+at +\d{1,2}\b",
    re.IGNORECASE,
)
_ENDS = re.compile(r"(?=$|[\s:,;.])")


class DayUnreadable(ScribeError):
    def __init__(self, said: str) -> None:
        what = f"{quoted(said)} as a day to come" if said.strip() else "a day after `by`"
        super().__init__(
            f"I can't read {what}. Write for example `by friday`, `by 2026-12-01`, "
            "`by 1 dec` or `by in 2 weeks`."
        )


class WhichYear(ScribeError):
    def __init__(self, said: str, day: date) -> None:
        super().__init__(
            f"I can't tell which year {quoted(said)} means. "
            f"Write it with its year, for example `by {day.isoformat()}`."
        )


class DayOnly(ScribeError):
    def __init__(self, said: str) -> None:
        super().__init__(
            f"Something is due on a day, not at a time of it, as {quoted(said)} says. "
            "Write for example `by friday`, and what is to be done behind it."
        )


def read_day(text: str, today: date, *, may_have_time: bool = False) -> tuple[date, str]:
    """The day that `text` begins with, and what follows it. `today` is the person's.

    Raises:
        DayUnreadable: it begins with none, with a day that is past, or with one that could be two.
        WhichYear: it names no year, and the next such day is far away, as one that has just passed is.
        DayOnly: a time of that day follows, and it may have none.
    """
    found = _PHRASE.match(text)
    if found is None or not _ENDS.match(text, found.end()):
        raise DayUnreadable(text)
    day = _day(found, today)
    if day is None or day < today or day - today > FARTHEST:
        raise DayUnreadable(found[0])
    if (found["month"] or found["month2"]) and not (found["year"] or found["year2"]) and day - today > NEAR:
        raise WhichYear(found[0], day)
    if not may_have_time and (clock := _CLOCK.match(text, found.end())):
        raise DayOnly(f"{found[0]}{clock[0]}")
    return day, text[found.end() :].lstrip(" ,;")


def _day(found: re.Match[str], today: date) -> date | None:
    if found["iso"]:
        return _date(found["iso"])
    if found["today"] or found["tomorrow"]:
        return today + timedelta(days=1 if found["tomorrow"] else 0)
    if found["count"]:
        days = int(found["count"]) * (7 if found["unit"].lower().startswith("week") else 1)
        return today + timedelta(days=days)
    if found["end"]:
        if found["end"].lower() == "month":
            return today.replace(day=calendar.monthrange(today.year, today.month)[1])
        return today + timedelta(days=(4 - today.weekday()) % 7)
    if found["weekday"]:
        wanted = next(n for n, day in enumerate(DAYS) if day.startswith(found["weekday"].lower()[:3]))
        day = today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)
        return day if not found["next"] or _is_in_next_week(day, today) else None
    month = MONTHS.index((found["month"] or found["month2"])[:3].lower()) + 1
    dom, year = int(found["dom"] or found["dom2"]), found["year"] or found["year2"]
    if year:
        return _made(int(year), month, dom)
    this_year = _made(today.year, month, dom)
    return this_year if this_year and this_year >= today else _made(today.year + 1, month, dom)


def _is_in_next_week(day: date, today: date) -> bool:
    """Whether it lies in the week after this one, be that counted from Monday or from Sunday."""
    until_monday, until_sunday = 7 - today.weekday(), 7 - today.isoweekday() % 7
    ahead = (day - today).days
    return all(until <= ahead < until + 7 for until in (until_monday, until_sunday))


def _date(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
