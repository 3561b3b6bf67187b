"""Words with their styles, as one sequence or as a tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import IntFlag

from bot.text.prose import Code, Emphasis, Inline, LineBreak, Link, Strike, Strong, Text


class Style(IntFlag):
    """How words look; several at once where they are combined."""

    PLAIN = 0
    BOLD = 1
    ITALIC = 2
    STRIKE = 4


Run = tuple[Text | Code | Link | LineBreak, int]
"""A part of a line with its styles (`Style`)."""

_NODES: dict[int, type[Strong | Emphasis | Strike]] = {
    Style.BOLD: Strong,
    Style.ITALIC: Emphasis,
    Style.STRIKE: Strike,
}
_EDGES = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)


def nested(runs: Iterable[Run]) -> tuple[Inline, ...]:
    """The same words as a tree, always the same one for what looks the same.

    A style begins and ends with something visible, and within a line, so that every target can express it.
    """
    held = list(runs)
    if any(styles for _, styles in held):
        held = _without_styled_edges(held)
    return tuple(_nested(held))


def flat(inlines: Iterable[Inline], styles: int = Style.PLAIN) -> Iterator[Run]:
    """The parts of a tree with their styles."""
    for part in inlines:
        match part:
            case Strong(children):
                yield from flat(children, styles | Style.BOLD)
            case Emphasis(children):
                yield from flat(children, styles | Style.ITALIC)
            case Strike(children):
                yield from flat(children, styles | Style.STRIKE)
            case _:
                yield part, styles


def _without_styled_edges(runs: Sequence[Run]) -> list[Run]:
    """White space has those styles alone that the words on both sides of it have."""
    pieces: list[Run] = []
    for part, styles in runs:
        if isinstance(part, Text) and styles:
            found = _EDGES.fullmatch(part.text)
            texts = found.groups() if found else (part.text,)
            pieces += ((Text(text), styles) for text in texts if text)
        else:
            pieces.append((part, styles))
    spaces = [
        isinstance(part, LineBreak) or (isinstance(part, Text) and part.text.isspace()) for part, _ in pieces
    ]
    before: list[int] = []
    left = 0
    for (part, styles), is_space in zip(pieces, spaces, strict=True):
        before.append(left)
        left = 0 if isinstance(part, LineBreak) else left if is_space else styles
    right = 0
    for place in range(len(pieces) - 1, -1, -1):
        part, styles = pieces[place]
        if isinstance(part, LineBreak):
            pieces[place], right = (part, 0), 0
        elif spaces[place]:
            pieces[place] = (part, styles & before[place] & right)
        else:
            right = styles
    return pieces


def _nested(runs: Sequence[Run]) -> Iterator[Inline]:
    start = 0
    while start < len(runs):
        part, styles = runs[start]
        if not styles:
            start += 1
            if isinstance(part, Text | Code):
                # as one: what must be escaped depends on the characters beside it
                while (
                    start < len(runs)
                    and not runs[start][1]
                    and type(following := runs[start][0]) is type(part)
                ):
                    part = type(part)(part.text + following.text)
                    start += 1
            yield part
            continue
        style, end = max(
            ((style, _end(runs, start, style)) for style in _NODES if styles & style),
            key=lambda found: (found[1], -found[0]),
        )
        within = [(one, others & ~style) for one, others in runs[start:end]]
        yield _NODES[style](tuple(_nested(within)))
        start = end


def _end(runs: Sequence[Run], start: int, style: int) -> int:
    end = start
    while end < len(runs) and runs[end][1] & style:
        end += 1
    return end
