"""What of a ticket follows its item, and what becomes of it where people changed the ticket as well.

What the tracker was told last is kept beside the ticket, as digests and ids: no words of anybody.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from storage.action_items import Found

MOST_TRIED = 9
"""Tries of which it is kept what they were to write, where nobody heard whether they did."""
_HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)
_NO_LETTER = re.compile(r"[\W_]+")


class TicketField(StrEnum):
    """A part of a ticket that follows its item, by the word that people are told."""

    OWNER = "owner"
    DUE = "due date"
    PRIORITY = "priority"
    TITLE = "title"
    TEXT = "text"


CHANGED_AS: Mapping[TicketField, str] = {
    TicketField.OWNER: "owner_id",
    TicketField.DUE: "due_on",
    TicketField.PRIORITY: "priority",
    TicketField.TITLE: "text",
}
"""The field of an item that each is; the text has them all."""
IN_TEXT = (*CHANGED_AS.values(), "kind", "done_when")
"""The fields of an item that its ticket says."""
Shown = Mapping[TicketField, str | None]
"""How a ticket stands: of a text the digest of its letters, else what its tracker writes; None: empty."""


def letters(text: str) -> str | None:
    """What is compared of a text: trackers keep its words, and write signs and blanks in their own way."""
    kept = _NO_LETTER.sub("", _HIDDEN.sub("", text)).casefold()
    return hashlib.sha256(kept.encode()).hexdigest()[:16] if kept else None


def said_of(found: Found) -> Mapping[str, str | None]:
    """An item as it is compared with what its tracker was told."""
    item = found.item
    words = "\n".join((found.text, item.kind or "", item.done_when or ""))
    return {
        TicketField.OWNER: item.owner_id,
        TicketField.DUE: item.due_on.isoformat() if item.due_on else None,
        TicketField.PRIORITY: item.priority.value if item.priority else None,
        TicketField.TITLE: hashlib.sha256(words.encode()).hexdigest()[:16],
    }


@dataclass(frozen=True)
class Followed:
    """What its tracker was told of a ticket: `said` is the item as it was then, `shown` the ticket.

    `tried` is how the ticket may stand as well: what was to be written by tries whose answers were lost.
    `is_private`: it was filed of an incident that was private then. `left` is the text by people that the
    channel was told is left as it is.
    """

    said: Mapping[str, str | None]
    shown: Shown
    tried: Sequence[Shown] = field(default=())
    is_private: bool = False
    left: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "said": dict(self.said),
            "shown": dict(self.shown),
            "tried": [dict(one) for one in self.tried],
            "is_private": self.is_private,
            "left": self.left,
        }

    def trying(self, wanted: Shown) -> Followed:
        """The same while `wanted` is being written."""
        return replace(self, tried=[*self.tried, wanted][-MOST_TRIED:])

    def is_known(self, what: TicketField, value: str | None) -> bool:
        """Whether it is as Scribe left it, or may have; what is empty is nobody's word."""
        return value is None or any(one.get(what) == value for one in (self.shown, *self.tried))


def followed(kept: Mapping[str, Any] | None) -> Followed | None:
    """What is kept of a ticket; None: it was filed before that was kept."""
    return Followed(**kept) if kept else None


@dataclass(frozen=True)
class Decided:
    """What is written, and what people changed there as well: later (`theirs`), or earlier (`ours`)."""

    write: frozenset[TicketField]
    theirs: frozenset[TicketField]
    ours: frozenset[TicketField]
    shown: Shown
    """How the ticket stands once that is written, as far as Scribe answers for it."""


def decide(
    known: Followed,
    changed: Collection[TicketField],
    wanted: Shown,
    there: Shown,
    changed_at: Mapping[TicketField, datetime | None],
    changed_there_at: datetime | None,
) -> Decided:
    """What to write of the fields that were `changed` here, where the ticket stands as `there`.

    A field that people changed as well keeps the later change; their text is never written over. A tracker
    says when a ticket was changed last, and not what of it: that counts for all of it.
    """
    write, theirs, ours = set[TicketField](), set[TicketField](), set[TicketField]()
    shown = dict(known.shown)
    for what, value in wanted.items():
        is_changed = bool(changed) if what is TicketField.TEXT else what in changed
        if there.get(what) == value:
            shown[what] = value
        elif not is_changed:
            continue
        elif known.is_known(what, there.get(what)):
            write.add(what)
        elif what is TicketField.TEXT or not _is_later(changed_at.get(what), changed_there_at):
            theirs.add(what)
        else:
            write.add(what)
            ours.add(what)
    shown |= {what: wanted[what] for what in write}
    shown |= {what: there.get(what) for what in theirs - {TicketField.TEXT}}
    return Decided(frozenset(write), frozenset(theirs), frozenset(ours), shown)


def _is_later(here: datetime | None, there: datetime | None) -> bool:
    return here is not None and there is not None and here > there
