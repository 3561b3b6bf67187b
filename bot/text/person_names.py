"""What people call each other in a sentence."""

from __future__ import annotations

from collections.abc import Iterable

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


def as_spoken(names: Iterable[str]) -> frozenset[str]:
    """These people as sentences may call them: by their whole name or the first one."""
    whole = {name.strip() for name in names if len(name.strip()) > 2}
    firsts = {name.split()[0] for name in whole if " " in name}
    return frozenset(whole | {one for one in firsts if len(one) > 2 and one.lower() not in ALSO_WORDS})
