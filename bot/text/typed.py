"""Slack text back to the characters somebody typed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.text.mrkdwn import Names, plain

ESCAPED = re.compile(r"&(amp|lt|gt);")
CHARACTERS: Mapping[str, str] = {"amp": "&", "lt": "<", "gt": ">"}
ENTITY = re.compile(r"<[^<>\n]+>")


def typed(text: str, names: Names) -> str:
    """The text as its author wrote it, backticks and line ends and all; mentions as names."""
    parts: list[str] = []
    end = 0
    for entity in ENTITY.finditer(text):
        parts += [_unescaped(text[end : entity.start()]), plain(entity[0], names)]
        end = entity.end()
    return "".join([*parts, _unescaped(text[end:])])


def _unescaped(text: str) -> str:
    # one pass over the three entities Slack knows: `&amp;lt;` was typed as `&lt;`
    return ESCAPED.sub(lambda found: CHARACTERS[found[1]], text)
