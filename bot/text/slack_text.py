"""Writing text as Slack mrkdwn that notifies nobody; used for drafts in threads and by `bot.slack`.

`&`, `<` and `>` are escaped, so text can neither mention nor link (docs.slack.dev/messaging/
formatting-message-text). Emphasis characters stay as they were typed: Slack has no escape for them, and
they cause nothing but emphasis.
"""

import re
from collections.abc import Iterable, Sequence

from bot.text.prose import Code, CodeBlock, Inline, LineBreak, Link, Prose, Strong, Text

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
    blocks = [
        fenced(block.text) if isinstance(block, CodeBlock) else _written(block.inlines) for block in words
    ]
    return "\n\n".join(blocks)


def write_line(words: Iterable[Prose]) -> str:
    """Words as one text without code blocks, for places that hold one line."""
    return " ".join(
        _code(" ".join(block.text.split())) if isinstance(block, CodeBlock) else _written(block.inlines)
        for block in words
    )


def inline(part: Inline) -> str:
    """One inline, on its own."""
    match part:
        case Text(text):
            return escape(defused(text))
        case Code(text):
            return _code(text)
        case Link(label, url):
            return link(label, url)
        case LineBreak():
            return "\n"
        case Strong(children):
            return strong(children)


def strong(children: Sequence[Inline]) -> str:
    """Scribe's own words in bold, unless an asterisk in them would end it early."""
    inner = _written(children)
    return inner if "*" in inner or "\n" in inner or not inner.strip() else f"*{inner}*"


def _written(inlines: Iterable[Inline]) -> str:
    return "".join(inline(part) for part in inlines)


def _code(text: str) -> str:
    return escape(defused(text)) if "`" in text or not text.strip() else f"`{escape(text)}`"
