"""The addresses in what was said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

MOST_LINKS = 50
_LINK = re.compile(r"<(https?://[^|<>\s]+)(?:\|([^<>]*))?>")


@dataclass(frozen=True, slots=True)
class Address:
    """An address, its label and the `ts` of the message where it was first shared, and how often it was."""

    url: str
    label: str
    ts: str
    times: int


def addresses(said: Iterable[tuple[str, str]]) -> tuple[list[Address], int]:
    """The first addresses in messages (`ts` and text, in the order said), and how many more there were.

    Slack writes an address as `<url>` or `<url|label>`, with `&amp;` for an ampersand
    (docs:messaging/formatting-message-text).
    """
    first: list[tuple[str, str, str]] = []
    times: Counter[str] = Counter()
    for ts, text in said:
        for url, label in _LINK.findall(text):
            address = url.replace("&amp;", "&")
            if len(first) < MOST_LINKS and address not in times:
                first.append((address, label, ts))
            times[address] += 1
    return [Address(url, label, ts, times[url]) for url, label, ts in first], len(times) - len(first)
