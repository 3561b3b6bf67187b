"""How Slack shows mrkdwn, read by the widest of its rules: for checking what Scribe writes for it."""

from __future__ import annotations

import re

SIGNS = {"*": "bold", "_": "italic", "~": "strike"}
Shown = list[tuple[str, frozenset[str]]]
"""Every visible character with what it is: bold, italic, strike, code, quote, or the address it leads to."""

_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_INVISIBLE = "\u200b"


def shown(mrkdwn: str) -> Shown:
    """The characters that a message shows, without white space."""
    found: Shown = []
    for number, part in enumerate(re.split(r"```\n?(.*?)\n?```", mrkdwn, flags=re.DOTALL)):
        if number % 2:
            found += _plain(part, frozenset({"code"}))
            continue
        for line in part.split("\n"):
            quoted = re.match(r"&gt; ?", line)
            within = frozenset({"quote"} if quoted else ())
            found += _line(line[quoted.end() :] if quoted else line, within)
    return found


def _line(line: str, styles: frozenset[str]) -> Shown:
    found: Shown = []
    place = 0
    codes = {one.start(): one.end() for one in re.finditer(r"(?<!`)`[^`]+`(?!`)", line)}
    while place < len(line):
        sign = line[place]
        if sign == "<" and ">" in line[place:]:
            end = line.index(">", place)
            address, _, label = line[place + 1 : end].partition("|")
            found += _plain(label or address, styles | {"".join(text for text, _ in _plain(address, styles))})
        elif place in codes:
            end = codes[place] - 1
            found += _line(
                _UNMARKED.sub(lambda mark: _HIDDEN[mark[0]], line[place + 1 : end]), styles | {"code"}
            )
        elif end := _end(line, place):
            found += _line(line[place + 1 : end], styles | {SIGNS[sign]})
        else:
            entity = re.match(r"&(?:lt|gt|amp);", line[place:])
            piece = entity[0] if entity else sign
            found += _plain(piece, styles)
            end = place + len(piece) - 1
        place = end + 1
    return found


_HIDDEN = {"*": "\ue000", "_": "\ue001", "~": "\ue002"}
_MARKS = {hidden: mark for mark, hidden in _HIDDEN.items()}
_UNMARKED = re.compile(r"[*_~](?![^<]*>)")
"""A mark in code, outside of a link's address: there it is a character."""


def _end(line: str, start: int) -> int:
    """Where the style ends that begins here; 0 if none does."""
    sign = line[start]
    before, after = line[:start][-1:], line[start + 1 : start + 2]
    if (
        sign not in SIGNS
        or before.isalnum()
        or before == sign
        or after in ("", sign, _INVISIBLE)
        or after.isspace()
    ):
        return 0
    hidden = [
        range(*one.span()) for one in re.finditer(r"<[^>]*>|(?<!`)`[^`]+`(?!`)", line) if one.start() > start
    ]
    for place in range(start + 2, len(line)):
        following = line[place + 1 : place + 2]
        if any(place in one for one in hidden):
            continue
        if line[place] == sign and not line[place - 1].isspace() and not following.isalnum():
            return place
    return 0


def _plain(text: str, styles: frozenset[str]) -> Shown:
    text = re.sub("&(?:lt|gt|amp);", lambda entity: _ENTITIES[entity[0]], text)
    return [(_MARKS.get(one, one), styles) for one in text if not one.isspace() and one != _INVISIBLE]
