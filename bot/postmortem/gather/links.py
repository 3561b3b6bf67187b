"""The addresses in what was said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

MOST_LINKS = 50
_URL = re.compile(r"<(https?://[^|<>\s]+)(?:\|[^<>]*)?>")
_LINK = re.compile(r"<(https?://[^|<>\s]+)(?:\|([^<>]*))?>")


@dataclass(frozen=True, slots=True)
class Address:
    """An address, its label and the `ts` of the message where it was first shared, and how often it was."""

    url: str
    label: str
    ts: str
    times: int


def addresses(said: Sequence[tuple[str, str]]) -> tuple[list[Address], int]:
    """The first addresses in messages (`ts` and text, in the order said), and how many more there were.

    Slack writes an address as `<url>` or `<url|label>`, with `&amp;` for an ampersand
    (docs:messaging/formatting-message-text).
    """
    # there may be a hundred thousand messages: all at once are counted, and only the first looked at alone
    times = Counter(_URL.findall("\n".join(text for _, text in said).replace("&amp;", "&")))
    first: dict[str, Address] = {}
    for ts, text in said:
        for url, label in _LINK.findall(text):
            address = url.replace("&amp;", "&")
            if address not in first:
                first[address] = Address(address, label, ts, times[address])
        if len(first) >= MOST_LINKS:
            break
    return list(first.values())[:MOST_LINKS], max(len(times) - MOST_LINKS, 0)
