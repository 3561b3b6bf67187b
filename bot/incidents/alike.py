"""Whether an incident that is being declared may be one that is open already.

Titles are compared by the words that tell one disruption from another. What nearly every title says (`is
down`, `slow`, `errors`) does not count, and two titles with different numbers are different: web-12 is not
web-13.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from storage import incidents
from storage.tables import Incident

SAME_MOMENT = timedelta(minutes=1)
"""Two people who declare in one channel within this time most likely mean the same."""
SHARED = 0.5
"""The part of all telling words of two titles that both have, from which on they are alike."""
MOST_LOOKED_AT = 500
"""The newest open incidents that a title is compared with."""
MOST_SHOWN = 3
SAYS_LITTLE = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "at",
        "be",
        "been",
        "by",
        "down",
        "error",
        "errors",
        "failed",
        "failing",
        "fails",
        "failure",
        "failures",
        "for",
        "from",
        "has",
        "have",
        "high",
        "in",
        "incident",
        "is",
        "issue",
        "issues",
        "it",
        "its",
        "not",
        "of",
        "on",
        "or",
        "our",
        "outage",
        "problem",
        "problems",
        "slow",
        "slowly",
        "the",
        "there",
        "to",
        "unavailable",
        "very",
        "was",
        "were",
        "with",
        "working",
        "broken",
        "drill",
    ]
)

_ENTITY = re.compile(r"<[^<>]*>|&(?:amp|lt|gt);")
_WORD = re.compile(r"\w+")


def telling_words(title: str) -> frozenset[str]:
    """The words of a title (Slack text) that say what it is about; all of them where none does."""
    plain = unicodedata.normalize("NFKC", _ENTITY.sub(" ", title)).casefold()
    words = _WORD.findall(plain)
    telling = [word for word in words if word not in SAYS_LITTLE] or words
    return frozenset(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in telling)


def are_alike(one: str, other: str) -> bool:
    """Whether two titles may name the same disruption."""
    mine, theirs = telling_words(one), telling_words(other)
    if _numbers(mine) != _numbers(theirs) and _numbers(mine) and _numbers(theirs):
        return False
    both = mine | theirs
    return bool(both) and len(mine & theirs) >= SHARED * len(both)


def _numbers(words: Collection[str]) -> set[str]:
    return {word for word in words if any(letter.isdigit() for letter in word)}


async def open_and_alike(
    session: AsyncSession,
    *,
    team_id: str,
    title: str,
    channel_id: str,
    by: str,
    is_drill: bool,
    now: datetime,
    besides: Collection[int],
) -> Sequence[Incident]:
    """The open incidents that may be meant, the newest first, without those of these numbers.

    Those whose title is alike, and those that somebody else declared in this channel just now. Whether
    their person may see them is not asked here.
    """
    found = []
    for incident in await incidents.open_ones(session, team_id, limit=MOST_LOOKED_AT):
        if incident.number in besides or incident.is_drill != is_drill:
            continue
        is_just_now = (
            incident.declared_by != by
            and bool(channel_id)
            and incident.declared_in == channel_id
            and now - incident.declared_at < SAME_MOMENT
        )
        if is_just_now or are_alike(incident.title, title):
            found.append(incident)
    return found
