"""What people wrote into a canvas themselves: everything that stands there and Scribe did not write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

_HEADING = re.compile(r"^##?\s+(?P<words>.+?)\s*#*\s*$")
_NO_WORD = re.compile(r"\W+")


def own_words(current: str, written: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """What of `current` is people's, by heading, in Markdown; sections without any are left out.

    `written` are the sections as Scribe wrote them (`Draft.written`). Slack gives Markdown back in its own
    words, so lines, and cells of a table, are compared by their words alone.
    """
    known = {_words(part) for section in written for part in _parts(section.get("markdown", ""))}
    found: dict[str, list[str]] = {}
    heading = ""
    is_code = False
    for line in current.splitlines():
        is_code ^= line.lstrip().startswith("```")
        named = None if is_code else _HEADING.match(line)
        if named:
            heading = named["words"]
            continue
        own = [part for part in _cells(line) if not _words(part) or _words(part) not in known]
        text = "\n\n".join(own) if line.lstrip().startswith("|") else line
        if any(_words(part) for part in own) or line.lstrip().startswith("```") or not line.strip():
            found.setdefault(heading, []).append(text)
    return {heading: "\n".join(lines).strip() for heading, lines in found.items() if _words("".join(lines))}


def _parts(markdown: str) -> Iterable[str]:
    for line in markdown.splitlines():
        yield from _cells(line)
        yield line


def _cells(line: str) -> list[str]:
    if not line.lstrip().startswith("|"):
        return [line]
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _words(text: str) -> str:
    return _NO_WORD.sub(" ", text).strip().casefold()
