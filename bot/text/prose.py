"""The parts that a text consists of, without any markup: text as a person would read it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Words as they are read, without any markup."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Inline code, within one line."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link whose label does not pretend to be another address."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Emoji:
    """An emoji that every workspace has: its name as Slack writes it, colons and all, and its character."""

    name: str
    character: str


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A new line within a paragraph."""


@dataclass(frozen=True, slots=True)
class Strong:
    """Words in bold, within one line."""

    children: "tuple[Inline, ...]"


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Words in italics, within one line."""

    children: "tuple[Inline, ...]"


@dataclass(frozen=True, slots=True)
class Strike:
    """Words struck through, within one line."""

    children: "tuple[Inline, ...]"


Styled = Strong | Emphasis | Strike
Inline = Text | Code | Link | Emoji | LineBreak | Styled


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together."""

    inlines: tuple[Inline, ...]
    id: str = ""


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Several lines of code or output, without the fence."""

    text: str


@dataclass(frozen=True, slots=True)
class Quotation:
    """Lines that are quoted, without their marks; two line breaks in a row leave a line empty."""

    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class ListItem:
    """One line of a list, or several; `indent` counts from 0, `number` is None where a bullet stands."""

    inlines: tuple[Inline, ...]
    indent: int = 0
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list with all that is below its items, in the order of reading."""

    items: tuple[ListItem, ...]


Prose = Paragraph | CodeBlock | Quotation | Listing
"""The blocks that a text consists of."""

_BULLETS = "◦▪▫"
"""What items begin with, by their indent, where a list stands as lines; no marker of Markdown."""
_INDENT = "\u2003"
"""An em space: white space that Markdown does not drop from the beginning of a line."""


def as_lines(block: Paragraph | Quotation | Listing) -> tuple[Inline, ...]:
    """A block as lines of a paragraph, for places that hold no list and no quote."""
    match block:
        case Paragraph(inlines):
            return inlines
        case Quotation(inlines):
            return _prefixed(Text("> "), inlines, Text("> "))
        case Listing(items):
            found: list[Inline] = []
            for item in items:
                sign = f"{item.number}." if item.number is not None else _BULLETS[min(item.indent, 2)]
                lead = _INDENT * item.indent
                found += [LineBreak()] if found else []
                found += _prefixed(Text(f"{lead}{sign} "), item.inlines, Text(f"{lead}{_INDENT}"))
            return tuple(found)


def _prefixed(first: Text, inlines: Iterable[Inline], others: Text) -> tuple[Inline, ...]:
    """Lines with a text before the first and before each of the others."""
    found: list[Inline] = [first]
    for part in inlines:
        found.append(part)
        if isinstance(part, LineBreak):
            found.append(others)
    return _joined(found)


def _joined(inlines: Iterable[Inline]) -> tuple[Inline, ...]:
    """Neighbouring texts as one: what must be escaped depends on the characters beside it."""
    found: list[Inline] = []
    for part in inlines:
        if isinstance(part, Text) and found and isinstance(before := found[-1], Text):
            found[-1] = Text(before.text + part.text)
        else:
            found.append(part)
    return tuple(found)


def plain_text(words: Iterable[Prose]) -> str:
    """The words on one line, for titles and other places that hold no markup.

    A link whose label hides its address is shown with it, so that nothing is lost.
    """
    parts: list[str] = []
    for block in words:
        parts.append(block.text if isinstance(block, CodeBlock) else _plain_inlines(as_lines(block)))
    return " ".join(" ".join(parts).split())


def _plain_inlines(inlines: Iterable[Inline]) -> str:
    parts: list[str] = []
    for inline in inlines:
        match inline:
            case Text(text) | Code(text) | Emoji(_, text):
                parts.append(text)
            case Link(label, url):
                parts.append(url if label == url else f"{label} ({url})")
            case LineBreak():
                parts.append(" ")
            case Strong(children) | Emphasis(children) | Strike(children):
                parts.append(_plain_inlines(children))
    return "".join(parts)
