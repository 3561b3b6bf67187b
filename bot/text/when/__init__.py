"""Times as people write them: `14:05`, `10 minutes ago`, `Feb 21, 13:00 UTC`, `8:20 - 8:24`.

The grammar is small and strict, because a time that was guessed is a made-up fact on the record:
whatever can't be read for sure is refused with a sentence that shows what would work.
There is no I/O here: "now" and the person's zone are arguments.
"""

from bot.text.when.moment import FutureTime, Moment, UnreadableTime
from bot.text.when.split import (
    needs_zone,
    read_moment,
    since_needs_zone,
    split_leading_moment,
    split_since,
)

__all__ = [
    "FutureTime",
    "Moment",
    "UnreadableTime",
    "needs_zone",
    "read_moment",
    "since_needs_zone",
    "split_leading_moment",
    "split_since",
]
