"""Words with their styles, as one sequence or as a tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.text.prose import Code, Emoji, Emphasis, Inline, LineBreak, Link, Strike, Strong, Text

PLAIN, BOLD, ITALIC, STRIKE = 0, 1, 2, 4
"""How words look; several at once are added."""

Run = tuple[Text | Code | Link | Emoji | LineBreak, int]
"""A part of a line with its styles."""

_Words = Text | Code
_NODES: dict[int, type[Strong | Emphasis | Strike]] = {BOLD: Strong, ITALIC: Emphasis, STRIKE: Strike}
_EDGES = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)


def nested(runs: Iterable[Run]) -> tuple[Inline, ...]:
    """The same words as a tree, always the same one for what looks the same.

    A style begins and ends with something visible, and within a line, so that every target can express it.
    """
    held = list(runs)
    for part, styles in held:
        if styles and _may_end_bare(part):
            held = _without_styled_edges(held)
            break
    return tuple(_nested(held))


def flat(inlines: Iterable[Inline], styles: int = PLAIN) -> Iterator[Run]:
    """The parts of a tree with their styles."""
    for part in inlines:
        match part:
            case Strong(children):
                yield from flat(children, styles | BOLD)
            case Emphasis(children):
                yield from flat(children, styles | ITALIC)
            case Strike(children):
                yield from flat(children, styles | STRIKE)
            case _:
                yield part, styles


def _may_end_bare(part: Text | Code | Link | Emoji | LineBreak) -> bool:
    """Whether a style may begin or end with it and nothing visible."""
    if isinstance(part, Text):
        return part.text[:1].isspace() or part.text[-1:].isspace()
    return isinstance(part, LineBreak)


def _without_styled_edges(runs: Iterable[Run]) -> list[Run]:
    """White space has those styles alone that the words on both sides of it have."""
    pieces: list[Run] = []
    spaces: list[tuple[int, int]] = []
    before = PLAIN
    for part, styles in runs:
        if isinstance(part, LineBreak):
            spaces.append((len(pieces), PLAIN))
            pieces.append((part, PLAIN))
            before = PLAIN
            continue
        texts = [part]
        if isinstance(part, Text) and _may_end_bare(part):
            found = _EDGES.fullmatch(part.text)
            texts = [Text(text) for text in found.groups() if text] if found else texts
        for one in texts:
            if isinstance(one, Text) and one.text.isspace():
                spaces.append((len(pieces), styles & before))
            else:
                before = styles
            pieces.append((one, styles))
    after, end = PLAIN, len(pieces)
    for place, styles in reversed(spaces):
        if place + 1 < end:
            after = pieces[place + 1][1]
        part, _ = pieces[place]
        pieces[place] = (part, styles & after)
        after, end = (PLAIN if isinstance(part, LineBreak) else after), place
    return pieces


def _nested(runs: Sequence[Run]) -> list[Inline]:
    found: list[Inline] = []
    start, count = 0, len(runs)
    while start < count:
        part, styles = runs[start]
        end = start + 1
        if styles:
            style, end = _longest(runs, start, styles)
            if style == styles and end == start + 1:
                found.append(_NODES[style]((part,)))
            else:
                within = [(one, others & ~style) for one, others in runs[start:end]]
                found.append(_NODES[style](tuple(_nested(within))))
        elif end < count and _are_one(runs[start], runs[end]):
            # as one: what must be escaped depends on the characters beside it
            while end < count and _are_one(runs[start], runs[end]):
                end += 1
            found.append(_joined(runs[start:end]))
        else:
            found.append(part)
        start = end
    return found


def _are_one(before: Run, after: Run) -> bool:
    """Whether what follows a part without styles is more of the same text or code."""
    return not after[1] and type(before[0]) is type(after[0]) and isinstance(after[0], _Words)


def _joined(runs: Sequence[Run]) -> Text | Code:
    words = "".join(part.text for part, _ in runs if isinstance(part, _Words))
    return Code(words) if isinstance(runs[0][0], Code) else Text(words)


def _longest(runs: Sequence[Run], start: int, styles: int) -> tuple[int, int]:
    """Which of the styles goes on for longest, and where it ends."""
    if styles in _NODES:
        return styles, _end(runs, start, styles)
    return max(
        ((style, _end(runs, start, style)) for style in _NODES if styles & style),
        key=lambda found: (found[1], -found[0]),
    )


def _end(runs: Sequence[Run], start: int, style: int) -> int:
    end = start
    while end < len(runs) and runs[end][1] & style:
        end += 1
    return end
