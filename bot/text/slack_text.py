"""Writing text as Slack mrkdwn that notifies nobody; used for drafts in threads and by `bot.slack`.

`&`, `<` and `>` are escaped, so text can neither mention nor link (docs.slack.dev/messaging/
formatting-message-text). Slack has no escape for the marks of styles: where typed ones would become a style,
a space of no width keeps them apart, and a style that Slack would not show there is left out.
"""

import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.text.prose import (
    Code,
    CodeBlock,
    Emoji,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    Prose,
    Quotation,
    Strike,
    Strong,
    Styled,
    Text,
    as_lines,
)
from bot.text.styles import flat

_MARKS: Mapping[type[Styled], str] = {Strong: "*", Emphasis: "_", Strike: "~"}
_MARK = re.compile(r"[*_~]")
_BEGINS = re.compile(r"(?<![^\W_])(?:(?<!\*)\*(?!\*)|(?<!_)_(?!_)|(?<!~)~(?!~))(?=[^\s\u200b])")
_ENDS = re.compile(r"(?<=\S)[*_~](?![^\W_])")
APART = "\u200b"
QUOTE = "&gt; "
"""What a line begins with that Slack shows as a quote."""
_FENCE = "```"
_HARMLESS_FENCE = "``\u200b`"
_IN_ADDRESS = re.compile(r"[<>|\s\x00-\x1f]")


def escape(text: str) -> str:
    """Text as Slack wants it wherever mrkdwn is read: `&`, `<` and `>` as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def defused(text: str) -> str:
    """Text whose fences are broken by a space of no width, before it is escaped.

    A fence in a text was never closed, or it would have been read as a code block; posted again, it would
    turn everything up to the next fence into code.
    """
    return text.replace(_FENCE, _HARMLESS_FENCE)


def link(label: str, url: str) -> str:
    """A link; what would end it early is percent-encoded in the address."""
    address = escape(
        _IN_ADDRESS.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), url)
    )
    shown = " ".join(label.split())
    return f"<{address}>" if not shown or label == url else f"<{address}|{escape(shown)}>"


def fenced(code: str) -> str:
    """Lines of code between fences; code that holds a fence itself is left as text."""
    return escape(defused(code)) if _FENCE in code else f"{_FENCE}\n{escape(code)}\n{_FENCE}"


def write(words: Iterable[Prose]) -> str:
    """Words as one text, with an empty line between paragraphs."""
    return "\n\n".join(map(_block, words))


def _block(block: Prose) -> str:
    match block:
        case CodeBlock(code):
            return fenced(code)
        case Quotation(inlines):
            return quoted(inlines)
        case _:
            return written(as_lines(block))


def quoted(inlines: Sequence[Inline]) -> str:
    """Lines as a quote."""
    return "\n".join(f"{QUOTE}{line}" for line in written(inlines).split("\n"))


def write_line(words: Iterable[Prose]) -> str:
    """Words as one text without code blocks, for places that hold one line."""
    return " ".join(
        _code(" ".join(block.text.split())) if isinstance(block, CodeBlock) else written(as_lines(block))
        for block in words
    )


def written(inlines: Sequence[Inline]) -> str:
    """The inlines of a paragraph."""
    return "".join(map(inline, settled(inlines)))


def settled(inlines: Sequence[Inline]) -> list[Inline]:
    """The inlines of a paragraph so that `inline` may write them one by one: as Slack will show them."""
    bare = [part for part, _ in flat(inlines)]
    # a typed backtick may make code of all up to the next one, marks and all
    has_backtick = any(isinstance(part, Text) and "`" in part.text for part in bare)
    parts = _settled(bare if has_backtick else inlines)
    for place, part in enumerate(parts):
        begins = place == 0 or isinstance(parts[place - 1], LineBreak)
        if begins and isinstance(part, Text) and part.text.startswith(">"):
            parts[place] = Text(f"{APART}{part.text}")  # or it would make a quote of its line
    return parts


def _settled(inlines: Sequence[Inline]) -> list[Inline]:
    parts: list[Inline] = []
    left = deque(inlines)
    before = ""
    while left:
        part = left.popleft()
        if isinstance(part, Strong | Emphasis | Strike):
            part = replace(part, children=tuple(_settled(part.children)))
            if not _is_shown(part, before, _first(left[0]) if left else ""):
                left.extendleft(reversed(part.children))
                continue
        if isinstance(part, Code) and parts and isinstance(held := parts[-1], Code):
            parts[-1] = Code(held.text + part.text)  # two backticks in a row end no code
        else:
            parts.append(part)
        before = inline(part)[-1:] or before
    is_marked = any(isinstance(part, Text) and _MARK.search(part.text) for part in parts)
    return _apart(parts) if is_marked else parts


def inline(part: Inline) -> str:
    """One inline, on its own."""
    match part:
        case Text(text):
            return escape(defused(text))
        case Code(text):
            return _code(text)
        case Link(label, url):
            return link(label, url)
        case Emoji(name, _):
            return name
        case LineBreak():
            return "\n"
        case Strong(children) | Emphasis(children) | Strike(children):
            mark = _MARKS[type(part)]
            return f"{mark}{''.join(map(inline, children))}{mark}"


def strong(text: str) -> str:
    """Scribe's own words in bold, unless an asterisk in them would end it early."""
    part = Strong((Text(text),))
    return inline(part) if _is_shown(part, "", "") else escape(defused(text))


def _first(part: Inline) -> str:
    """The first character of a part, whose style may be left out."""
    match part:
        case Strong(children) | Emphasis(children) | Strike(children):
            return _first(children[0]) if children else ""
        case _:
            return inline(part)[:1]


def _is_shown(part: Styled, before: str, after: str) -> bool:
    """Whether Slack shows the style there, and does not end it within the words."""
    mark = _MARKS[type(part)]
    inner = "".join(map(inline, part.children))
    if not inner or inner != inner.strip() or "\n" in inner or _ends_within(mark, part.children):
        return False
    return not any(one.isalnum() or one == mark for one in (before, after))


def _ends_within(mark: str, children: Iterable[Inline]) -> bool:
    """Whether the mark stands among these words otherwise than within a word."""
    for part in children:
        match part:
            case Strong(inner) | Emphasis(inner) | Strike(inner):
                if _ends_within(mark, inner):
                    return True
            case Text(text) | Code(text) | Link(text, _):
                signs = [place for place, sign in enumerate(text) if sign == mark]
                if not all(
                    text[:place][-1:].isalnum() and text[place + 1 :][:1].isalnum() for place in signs
                ):
                    return True
    return False


def _apart(parts: Sequence[Inline]) -> list[Inline]:
    """The same with a space of no width behind each typed mark that would begin a style."""
    shown = [part.text if isinstance(part, Text) else inline(part) for part in parts]
    begun = _begun("".join(shown))
    kept: list[Inline] = []
    start = 0
    for part, piece in zip(parts, shown, strict=True):
        end = start + len(piece)
        if isinstance(part, Text):
            cuts = [start, *(place + 1 for place in begun if start <= place < end), end]
            part = Text(APART.join(piece[a - start : b - start] for a, b in pairwise(cuts)))
        kept.append(part)
        start = end
    return kept


def _begun(text: str) -> list[int]:
    """The places of the marks that would begin a style, since the same mark would end it in the same line."""
    found = []
    start = 0
    for line in text.split("\n"):
        last = {mark[0]: mark.start() for mark in _ENDS.finditer(line)}
        found += [
            start + mark.start() for mark in _BEGINS.finditer(line) if last.get(mark[0], 0) > mark.start() + 1
        ]
        start += len(line) + 1
    return found


def _code(text: str) -> str:
    return escape(defused(text)) if "`" in text or not text.strip() else f"`{escape(text)}`"
