"""Reading `@who by friday p1 prevent: text, done when …`: attributes first, then what is to be done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.incidents.action_items.due_day import read_day
from bot.incidents.action_items.errors import ActionItemUnreadable
from bot.incidents.quoted import quoted
from storage.vocabulary import ActionItemKind, ActionItemPriority

EXAMPLE = "/incident task add @ana by friday: Add an index to orders"
COLON_EXAMPLE = "/incident task add : Runbook: say how to fail over"
KINDS, PRIORITIES = tuple(ActionItemKind), tuple(ActionItemPriority)
LONGEST = 3000
MOST_WORDS_BEFORE = 12
"""Words of attributes; a colon after more of them belongs to a sentence."""

_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>[\s,]*")
_NOBODY = re.compile(r"@\S+")
_BY = re.compile(r"by\s+", re.IGNORECASE)
_WORD = re.compile(r"([A-Za-z][A-Za-z0-9]*)(?=$|[\s,:])[\s,]*")
# each run of blanks is looked at from its beginning alone: else thousands of them take seconds
_COLON = re.compile(r"(?<!\s)\s*:(?:\s+|$)")
_DONE_WHEN = re.compile(r"(?<![\s,;.(])[\s,;.(]*\bdone[ -]when\b:?\s*", re.IGNORECASE)
_ENDS_IN_DONE_WHEN = re.compile(r"\bdone[ -]when$", re.IGNORECASE)
_LINK = re.compile(r"<(https?://[^|<>\s]+)(?:\|[^<>]*)?>|(https?://[^\s<>|]+)")


@dataclass(frozen=True)
class ActionItemDetails:
    """What somebody said of an action item; None and "" are what they did not say."""

    text: str = ""
    owner_id: str | None = None
    due_on: date | None = None
    priority: ActionItemPriority | None = None
    kind: ActionItemKind | None = None
    done_when: str | None = None
    ticket_url: str | None = None

    @property
    def says_nothing(self) -> bool:
        return self == ActionItemDetails()


def parse(text: str, today: date) -> ActionItemDetails:
    """The attributes that stand first, then the text; a colon between them makes it sure which is which.

    Raises:
        ActionItemUnreadable: before the colon stands what is no attribute, or one twice.
        DayUnreadable: what follows `by` is no day to come.
    """
    colon = _first_colon(text)
    head, body = (text[: colon.start()], text[colon.end() :]) if colon else (text, "")
    found: dict[str, str | date] = {}
    rest = head.strip()
    while rest:
        rest, name, value = _attribute(rest, today, is_sure=colon is not None)
        if not name:
            break
        if name in found:
            raise ActionItemUnreadable("It names an owner, a day, a priority or a type twice.", EXAMPLE)
        found[name] = value
    if rest and colon:
        raise ActionItemUnreadable(
            f"I can't read {quoted(rest)} before the first colon, where an owner, `by` a day, p1 to p4 or "
            f"{', '.join(KINDS)} stand. Text that has a colon of its own begins with one.",
            COLON_EXAMPLE,
        )
    if nobody := _NOBODY.match(rest):
        raise ActionItemUnreadable(
            f"I don't know who {quoted(nobody[0])} is: pick them from the list that Slack offers.", EXAMPLE
        )
    words, done_when = _split((body if colon else rest).strip())
    if max(len(words), len(done_when)) > LONGEST:
        raise ActionItemUnreadable(f"It is longer than {LONGEST} characters.", EXAMPLE)
    owner, due = found.get("owner"), found.get("due")
    return ActionItemDetails(
        text=words,
        owner_id=str(owner) if owner else None,
        due_on=due if isinstance(due, date) else None,
        priority=ActionItemPriority(str(found["priority"])) if "priority" in found else None,
        kind=ActionItemKind(str(found["kind"])) if "kind" in found else None,
        done_when=done_when or None,
        ticket_url=ticket_in(words),
    )


def ticket_in(words: str) -> str | None:
    """The first link in Slack text, if any: most likely the item's ticket."""
    link = _LINK.search(words)
    return (link[1] or link[2].rstrip(".,;:!?)")).replace("&amp;", "&") if link else None


def _first_colon(text: str) -> re.Match[str] | None:
    """The colon after the attributes: the first that stands outside a link and before any sentence ends."""
    for colon in _COLON.finditer(text):
        before = text[: colon.start()]
        is_attributes = before.count("<") == before.count(">") and len(before.split()) <= MOST_WORDS_BEFORE
        return colon if is_attributes and not _ENDS_IN_DONE_WHEN.search(before) else None
    return None


def _attribute(rest: str, today: date, *, is_sure: bool) -> tuple[str, str, str | date]:
    """What is left, and the attribute that stood first; no name when none did."""
    if person := _PERSON.match(rest):
        return rest[person.end() :], "owner", person[1]
    if by := _BY.match(rest):
        day, left = read_day(rest[by.end() :], today)
        return left, "due", day
    if word := _WORD.match(rest):
        said = word[1].lower()
        # a word such as `prevent` may well begin the text, where neither a colon nor its end says otherwise
        is_sure = is_sure or word.end() == len(rest)
        if said in PRIORITIES and (is_sure or re.fullmatch(r"p[1-4]", said)):
            return rest[word.end() :], "priority", said
        if said in KINDS and is_sure:
            return rest[word.end() :], "kind", said
    return rest, "", ""


def _split(words: str) -> tuple[str, str]:
    """What is to be done, and when it counts as done."""
    found = _DONE_WHEN.search(words)
    if found is None or not words[found.end() :].strip():
        return words, ""
    return words[: found.start()].strip(), words[found.end() :].strip(" ).")
