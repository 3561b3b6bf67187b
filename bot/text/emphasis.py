"""Emphasis in Slack's mrkdwn: `*bold*`, `_italic_` and `~struck through~`, where a text alone tells it.

Slack shows a style where a mark stands at the beginning of a word, the same mark at the end of one, and both
in one line (docs.slack.dev/messaging/formatting-message-text; that white space inside the marks, or a letter
or digit outside of them, leaves them as characters is observed). What could be meant otherwise stays as it
was typed: `*.log`, `.*5xx.*`, `snake_case`, `5*3*2`, `~34%`; so does a mark that `bot.text.slack_text`
has kept apart from its word by a zero-width space.
"""

from __future__ import annotations

import re

from bot.text.styles import BOLD, ITALIC, STRIKE

MARKS = "*_~"
STYLES = {"*": BOLD, "_": ITALIC, "~": STRIKE}
_NEVER_BEFORE = r"[^\s(\[{\"'“‘«—–]"
_ENDS_BEFORE = r"(?=[.,:;!?…]*(?:[\s)\]}\"'”’»—–]|\Z))"
_NEVER_FIRST = r"\s\u200b,;.!?)\]}/\\|>=%\^\-"


def _stretch(mark: str) -> str:
    sign = re.escape(mark)
    inner = rf"[^{sign}\n]|(?<=\w){sign}(?=\w)"
    begin = rf"{sign}(?<!{_NEVER_BEFORE}{sign})(?![{_NEVER_FIRST}{sign}])"
    return rf"{begin}(?:{inner})+(?<!\s){sign}(?!{sign})"


_STRETCH = re.compile(rf"(?:{'|'.join(map(_stretch, MARKS))}){_ENDS_BEFORE}")
_QUOTED_MARK = re.compile(r"[\"'“‘(\[{][*_~][\"'”’)\]}]")


def stretches(text: str) -> list[re.Match[str]]:
    """The emphasised stretches of a text with their marks; those within them are found in the same way."""
    if not any(mark in text for mark in MARKS):
        return []
    return [found for found in _STRETCH.finditer(text) if not _is_quoted(text, found.start())]


def _is_quoted(text: str, mark: int) -> bool:
    """Whether a mark stands in quotes or brackets alone: `"*" and "*"` speaks of asterisks."""
    return mark > 0 and _QUOTED_MARK.match(text, mark - 1) is not None
