"""Emoji by the names that Slack gives them: `:rotating_light:`, `:wave::skin-tone-3:`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

from bot.text.prose import Emoji, Text

_NAME = r":[a-z0-9_+'-]+:(?::skin-tone-[2-6]:)?"
_NAMES = re.compile(rf"(?<![\w:])(?:{_NAME})+(?![\w:])")
"""Where names of emoji stand in a text, one behind the other; in `std::key::at` there are none."""
_EACH_NAME = re.compile(_NAME)
_TONE = re.compile(r":([^:]+):(?::skin-tone-([2-6]):)?")
_FIRST_TONE = 0x1F3FB - 2
"""Added to the number that Slack gives a skin tone, 2 to 6: the character of that tone."""
_VARIATION = "\ufe0f"


def known(name: str) -> Emoji | None:
    """The emoji of a name with its colons; None for a workspace's own, and for what is not known."""
    found = _TONE.fullmatch(name)
    codes = _codes().get(found[1]) if found else None
    if found is None or codes is None:
        return None
    points, _, takes_tone = codes.partition(" ")
    character = "".join(chr(int(code, 16)) for code in points.split("-"))
    if not found[2]:
        return Emoji(name, character)
    if not takes_tone:
        return None
    tone = chr(_FIRST_TONE + int(found[2]))
    return Emoji(name, f"{character[0]}{tone}{character[1:].removeprefix(_VARIATION)}")


def parts(text: str) -> Iterator[Text | Emoji]:
    """A text with its emoji."""
    end = 0
    for names in _NAMES.finditer(text) if text.count(":") > 1 else ():
        for name in _EACH_NAME.finditer(text, *names.span()):
            if found := known(name[0]):
                if name.start() > end:
                    yield Text(text[end : name.start()])
                yield found
                end = name.end()
    if end < len(text):
        yield Text(text[end:])


@cache
def _codes() -> Mapping[str, str]:
    """The codes of characters by name, with `tone` behind them where a tone can be chosen."""
    file = resources.files(__package__ or "").joinpath("emoji_names.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
