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
Inline = Text | Code | Link | LineBreak | Styled


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together."""

    inlines: tuple[Inline, ...]
    id: str = ""


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Several lines of code or output, without the fence."""

    text: str


Prose = Paragraph | CodeBlock
"""The blocks that a text consists of."""


def plain_text(words: Iterable[Prose]) -> str:
    """The words on one line, for titles and other places that hold no markup.

    A link whose label hides its address is shown with it, so that nothing is lost.
    """
    parts: list[str] = []
    for block in words:
        parts.append(block.text if isinstance(block, CodeBlock) else _plain_inlines(block.inlines))
    return " ".join(" ".join(parts).split())


def _plain_inlines(inlines: Iterable[Inline]) -> str:
    parts: list[str] = []
    for inline in inlines:
        match inline:
            case Text(text) | Code(text):
                parts.append(text)
            case Link(label, url):
                parts.append(url if label == url else f"{label} ({url})")
            case LineBreak():
                parts.append(" ")
            case Strong(children) | Emphasis(children) | Strike(children):
                parts.append(_plain_inlines(children))
    return "".join(parts)
