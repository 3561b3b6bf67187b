"""What reading a time gives: a moment, or a refusal that says what would work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

QUOTED_LENGTH = 40
EXAMPLES = "write it like `14:05`, `10 minutes ago` or `2023-09-10 14:00 UTC`"

ONLY_THE_PAST = "only what has happened is recorded, like `14:05`, `10 minutes ago` or `yesterday 23:10`"


@dataclass(frozen=True)
class Moment:
    """When something happened, as a person stated it.

    `at` and `until` (the end of a range such as "13:30-13:45") are aware datetimes in UTC.
    `is_approximate` is set by "~", "ca.", "around" and the like before a time that is otherwise exact.
    """

    at: datetime
    until: datetime | None = None
    is_approximate: bool = False


class UnreadableTime(Exception):
    """What a person wrote cannot be read as a time for sure, so nothing may be recorded from it.

    `sentence` is one sentence for that person: what is wrong, in their own words shortened, and an
    example that works. `reason` is the same without the way out that `split_leading_moment` and
    `split_since` add, for places where that way out would not help (an edit, for one). Both quote the
    person's text, so they are escaped like any text from people before they are sent anywhere.
    """

    def __init__(self, problem: str, advice: str = EXAMPLES, way_out: str = "") -> None:
        self.problem = problem
        self.advice = advice
        self.reason = f"{problem}: {advice}."
        self.sentence = f"{problem}: {advice}, {way_out}." if way_out else self.reason
        super().__init__(self.sentence)

    def with_way_out(self, way_out: str) -> UnreadableTime:
        """The same refusal, of the same class, whose sentence also ends in a way out."""
        return type(self)(self.problem, self.advice, way_out)


class FutureTime(UnreadableTime):
    """The time can be read and lies ahead of now; only what has happened is recorded."""


def quote(written: str) -> str:
    """What a person wrote, on one line, shortened, between backticks (their own are taken out)."""
    line = " ".join(written.replace("`", "").split())
    if len(line) > QUOTED_LENGTH:
        line = line[: QUOTED_LENGTH - 1].rstrip() + "…"
    return f"`{line}`"
