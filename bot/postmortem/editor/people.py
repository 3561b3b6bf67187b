"""Patterns for people in a sentence: by name, mention, pronoun or role."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.postmortem.facts import Facts

ALSO_WORDS = frozenset(
    {
        "angel",
        "april",
        "art",
        "august",
        "autumn",
        "bill",
        "buddy",
        "chance",
        "chase",
        "chip",
        "christian",
        "cliff",
        "dawn",
        "dean",
        "drew",
        "faith",
        "forest",
        "frank",
        "grace",
        "grant",
        "guy",
        "heath",
        "hope",
        "iris",
        "jack",
        "joy",
        "june",
        "lane",
        "mark",
        "max",
        "may",
        "miles",
        "page",
        "pat",
        "ray",
        "rich",
        "robin",
        "rob",
        "rose",
        "ruby",
        "sage",
        "sue",
        "summer",
        "violet",
        "wade",
        "will",
    }
)
"""First names that are also words; people with these are found only by their full name."""

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
    whole = {name.strip() for name in found - bots if len(name.strip()) > 2}
    firsts = {name.split()[0] for name in whole if " " in name}
    return frozenset(whole | {one for one in firsts if len(one) > 2 and one.lower() not in ALSO_WORDS})


def named(names: Iterable[str]) -> str:
    """A pattern of the people who are named or mentioned."""
    known = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    mention = r"@[A-Za-z][\w.-]*(?:\s(?=[A-Z])[A-Z][\w-]+)?"
    return rf"(?:{known}|{mention})" if known else mention


def anybody(names: Iterable[str]) -> str:
    """A pattern of people, named or not."""
    return rf"(?:{named(names)}|(?i:{ANYBODY}|{WORK}))"
