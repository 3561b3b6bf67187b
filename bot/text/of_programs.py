"""What a program sent, as Slack text that calls nobody and is formatted as nothing.

A program does not mean a star or an underscore as Slack does, and whoever can name a host or a label writes
part of an alert. So its words are one line, without controls, with every style's mark kept apart.
"""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from urllib.parse import urlsplit

from bot.text.direction import unsteered
from bot.text.prose import Paragraph, Text
from bot.text.slack_text import APART, link, write_line

LONGEST_ID = 200
LONGEST_ADDRESS = 2_000
_HALF = re.compile("[\ud800-\udfff]")


def one_line(text: str, longest: int) -> str:
    """The characters that can be seen, on one line, cut to so many."""
    text = text[: 4 * longest]
    seen = "".join(
        " " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter
        for letter in _HALF.sub("\N{REPLACEMENT CHARACTER}", unsteered(text))
    )
    words = " ".join(seen.split())
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def inert_words(text: str, longest: int) -> str:
    """`one_line` as Slack text."""
    return write_line([Paragraph((Text(one_line(text, longest).replace("`", "'")),))])


def linked(label: str, address: str) -> str:
    """A link with this label, which is Scribe's own."""
    return link(label, address)


def web_address(text: str) -> str | None:
    """The address, if it is a page's: nothing that a browser would run, and no name or password in it."""
    text = text.strip()
    if len(text) > LONGEST_ADDRESS or re.search(r"[\s\x00-\x20<>|\"\\^`{}]", text) or _HALF.search(text):
        return None
    try:
        parts = urlsplit(text)
        is_page = parts.scheme in ("http", "https") and parts.hostname and parts.username is None
        return text if is_page and parts.port != 0 else None
    except ValueError:
        return None


def short_id(text: str) -> str:
    """An id as a database holds it: a long one is told by its digest."""
    clean = _HALF.sub("\N{REPLACEMENT CHARACTER}", text)
    clean = "".join(letter for letter in clean if unicodedata.category(letter) != "Cc")
    if len(clean) <= LONGEST_ID and clean == text:
        return text
    return f"{clean[: LONGEST_ID - 65]}:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def plain_words(inert: str) -> str:
    """What `inert_words` made Slack text of."""
    return html.unescape(inert.replace(APART, ""))
