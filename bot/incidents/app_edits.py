"""What became of a message that its app changed: an alert that fires is edited to say that it is resolved.

A person who edits corrects what they said, and the newest text is what they meant. An app that edits says
that something happened, then: what it said at first stood until that moment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import said_at

MOST_TOLD = 3
"""Changes of meaning that are told one by one; a ticker or an alert that flaps makes many more."""
AT_ONCE = timedelta(minutes=1)
"""An app that changes its message this soon was still writing it."""
_COUNTERS = re.compile(
    r"(?P<status>\b(?:https?(?:/[\d.]+)?|status|code)[\s:=*`]{1,4}[1-5]\d\d\b)"
    r"|<!date\^[^>]*>"
    r"|(?<![\w.-])\d[\d.,:/%+\-TZ]*"
    r"(?:[a-z]{1,2}|\s?(?:[ap]\.?m\.?|ms|sec(?:ond)?s?|min(?:ute)?s?|hours?|days?))?(?!\w)",
    re.IGNORECASE,
)
_ZERO = re.compile(r"0(?:\.0+)?(?:/\d+)?[%,.:]*")
_SIGNS = re.compile(r"[\s.,:;/%()\[\]|+*_~`>-]+")


class Texted(Protocol):
    """A text that a message has, or had, as the record keeps it."""

    @property
    def version_ts(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def is_version_approximate(self) -> bool: ...


@dataclass(frozen=True)
class Version:
    """A text of a message, and since when it stood; `is_approximate`: when Scribe learnt of it."""

    at: datetime
    text: str
    is_approximate: bool = False


@dataclass(frozen=True)
class MessageChange:
    """What a message said from then on; `times` is how many changes this one sums up."""

    at: datetime
    text: str
    is_approximate: bool = False
    times: int = 1

    @property
    def in_words(self) -> str:
        """What to say of it, as Slack text."""
        how = "changed to" if self.times == 1 else f"changed {self.times} times, last"
        if not self.text.strip():
            return "emptied" if self.times == 1 else f"changed {self.times} times, last emptied"
        return f"{how}: {self.text}"


@dataclass(frozen=True)
class Course:
    """What a message said at first (None: nobody knows), and what became of it.

    `turns` are all its changes of meaning, of which `changes` may sum several up.
    """

    first: str | None
    changes: tuple[MessageChange, ...]
    turns: tuple[datetime, ...]

    def since(self, at: datetime | None) -> datetime | None:
        """Since when the message meant what it did at that moment (None: what it does now), if it changed."""
        return max((turn for turn in self.turns if at is None or turn <= at), default=None)


def course_of(ts: str, texts: Sequence[Texted]) -> Course | None:
    """The course of an app's message by its `ts`, from what the record keeps: earlier texts, then its own."""
    versions = [Version(said_at(one.version_ts or ts), one.text, one.is_version_approximate) for one in texts]
    return course(said_at(ts), versions)


def course(first_at: datetime, versions: Sequence[Version]) -> Course | None:
    """The course of an app's message from its texts, the earliest first; None when it has said one thing.

    Changes of counters and times alone are summed up, but the last text is always among what is told.
    """
    is_first_known = versions[0].at - first_at < AT_ONCE
    first = versions[0] if is_first_known else None
    changes: list[Version] = []
    turns: list[int] = []
    before = first.text if first else None
    for version in versions[1 if is_first_known else 0 :]:
        if version.text == before:
            continue
        if is_first_known and not changes and version.at - first_at < AT_ONCE:
            first = version  # it was still writing
        else:
            if before is None or meaning(version.text) != meaning(before):
                turns.append(len(changes))
            changes.append(version)
        before = version.text
    if not changes:
        return None if first is None or first is versions[0] else Course(first.text, (), ())
    return Course(
        first.text if first else None,
        tuple(_told(changes, turns)),
        tuple(changes[turn].at for turn in turns),
    )


def _told(changes: Sequence[Version], turns: Sequence[int]) -> list[MessageChange]:
    last = changes[-1]
    if len(turns) > MOST_TOLD:
        return [MessageChange(last.at, last.text, last.is_approximate, len(changes))]
    told = [
        MessageChange(changes[turn].at, changes[turn].text, changes[turn].is_approximate) for turn in turns
    ]
    rest = len(changes) - (turns[-1] + 1 if turns else 0)
    if rest:
        told.append(MessageChange(last.at, last.text, last.is_approximate, rest))
    return told


def meaning(text: str) -> str:
    """A text without its counters and times, to tell whether another one says something else.

    A status code is not a counter and stays; a count of zero stays too, since it means something else.
    """
    return _SIGNS.sub(" ", _COUNTERS.sub(_meant, text)).strip().casefold()


def _meant(counter: re.Match[str]) -> str:
    if counter["status"]:
        return counter[0]
    return " 0 " if _ZERO.fullmatch(counter[0]) else " "
