"""Patterns for people in a sentence: by name, mention, pronoun or role."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.postmortem.facts import Facts
from bot.text.person_names import as_spoken

WORK = (
    r"(?:(?:an?|the|our|one|some|another)\s+(?:\w+[\s-]){0,2}?"
    r"(?:engineer|operator|developer|dev|admin|administrator|employee|contractor|intern|author|reviewer"
    r"|on[- ]?call(?:er)?(?:\s+(?:engineer|person))?|responder|colleague|person|team|user|sre|manager)s?)"
)
SINGULAR_WORK = WORK.replace("|team|user", "")
ANYBODY = (
    r"(?:I|we|he|she|they|you|who|someone|somebody|no[ -]one|nobody|everyone|everybody|people|engineers)"
)


def names_of(facts: Facts) -> frozenset[str]:
    """The people of an incident as sentences may call them: by their whole name or the first one."""
    bots = {one.name for one in facts.participants if one.is_bot}
    found = {
        *facts.responders,
        *(one.name for one in facts.participants),
        *(held.person for held in facts.roles),
    }
    found |= {item.owner for item in facts.action_items if item.owner}
    return as_spoken(found - bots)


def named(names: Iterable[str]) -> str:
    """A pattern of the people who are named or mentioned."""
    known = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    mention = r"@[A-Za-z][\w.-]*(?:\s(?=[A-Z])[A-Z][\w-]+)?"
    return rf"(?:{known}|{mention})" if known else mention


def anybody(names: Iterable[str]) -> str:
    """A pattern of people, named or not."""
    return rf"(?:{named(names)}|(?i:{ANYBODY}|{WORK}))"
