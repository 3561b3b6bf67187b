"""Inline Markdown that shows people's words exactly as they typed them, without any effect as markup.

Written against CommonMark 0.31 with GFM's tables and strikethrough. A character is escaped only where it
could begin or end something, so that `snake_case`, `a -> b` and addresses stay readable in the source, and
removing the backslashes gives the typed text again.
"""

import re
from collections.abc import Iterable

from bot.text.prose import Code, CodeBlock, Inline, LineBreak, Link, Prose, Strong, Text

_LINE_END = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_PUNCTUATION = r"!-/:-@\[-`{-~"
_SPECIAL = re.compile(
    rf"\\(?=[{_PUNCTUATION}]|\s*$)"  # a backslash that would escape something
    r"|[`*\[\]]"
    r"|(?<!/)~|~(?![^\W_])"  # but not in https://host/~user
    r"|(?<![^\W_])_|_(?![^\W_])"  # within a word an underscore is no emphasis
    r"|<(?=[A-Za-z/!?])|<$"
    r"|&(?=#?\w+;)|&$"
)
_LINE_START = re.compile(
    r"(?P<sign>#{1,6}(?=[ \t]|$)|[-+](?=[ \t]|$)|>|=+[ \t]*$|[-:|](?=[-:| \t]*$))"
    r"|(?P<number>\d{1,9})(?P<after>[.)])(?=[ \t]|$)"
)
_FENCE_WITHIN = "``"
_CODE_UNDOES = re.compile(rf"\\(?:[{_PUNCTUATION}]|$)")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,31}:")
_LEADS = re.compile(r"(?:https?|mailto|tel|slack):", re.IGNORECASE)
_NOT_BARE = re.compile(r"[\s\x00-\x1f\x7f<>|\\`\"]")
_NOT_IN_ADDRESS = re.compile(r"[\s\x00-\x1f\x7f<>|\\`\"()]")

_ENTITY_BEGINS = re.compile(r"&#?[0-9A-Za-z]*$")
_ENTITY_ENDS = re.compile(r"#?[0-9A-Za-z]*;")


def escape(text: str) -> str:
    """One line of text, inert wherever inline Markdown is read; pipes are for `in_cell` to escape."""
    escaped = _SPECIAL.sub(lambda match: f"\\{match[0]}", " ".join(_LINE_END.split(_visible(text))))
    # of a typed tag both ends are escaped, for readability; a lone `>` needs no escape
    head, opening, tail = escaped.partition("\\<")
    escaped = head + opening + tail.replace(">", "\\>")
    return f"\\{escaped}" if escaped.startswith(">") else escaped


def guard_line_start(line: str) -> str:
    """An escaped line that cannot become a heading, list, quote, rule or table where it stands alone.

    White space around it is removed: Markdown would drop it, or make code or a hard break of it.
    """
    line = line.strip(" \t")
    start = _LINE_START.match(line)
    if start is None:
        return line
    if start["sign"]:
        return f"\\{line}"
    return f"{start['number']}\\{start['after']}{line[start.end() :]}"


def in_cell(markdown: str) -> str:
    """Inline Markdown as the content of a table's cell, where a pipe would end it, in code as well."""
    return markdown.replace("|", "\\|")


def code_span(code: str) -> str:
    """Code within a line.

    Some code is written as escaped text between the backticks it was typed with: blank code, which a span
    cannot hold; code with a backslash before punctuation, which would be lost when the backslashes are
    removed from the source; code with several backticks in a row, whose span would look like a fence.
    """
    is_text = not code.strip() or _CODE_UNDOES.search(code) or _FENCE_WITHIN in code
    return escape(f"`{code}`") if is_text else _spanned(code)


def code_lines(code: str) -> list[str]:
    """A code block where only inline Markdown can stand: each line a span, empty lines kept."""
    lines = (line if line.strip() else "" for line in _LINE_END.split(code))
    return [_spanned(line) if line and _FENCE_WITHIN not in line else escape(line) for line in lines]


def _spanned(code: str) -> str:
    code = " ".join(_LINE_END.split(_visible(code)))
    fence = "``" if "`" in code else "`"
    is_padded = code.startswith("`") or code.endswith("`") or code[0] == code[-1] == " "
    pad = " " if is_padded else ""
    return f"{fence}{pad}{code}{pad}{fence}"


def link(label: str, url: str) -> str:
    """A link; an address that is its own label is written as it was typed, which readers link by themselves.

    An address that is not of the web or of mail stays text.
    """
    if not _LEADS.match(url):
        return escape(label if label == url else f"{label} ({url})")
    if label == url and not _NOT_BARE.search(url) and not _ENTITY.search(url):
        if escape(url) == url:
            return url
        if _SCHEME.match(url) and "%" not in url:  # some renderers decode the address that they show
            return f"<{url}>"
    shown = escape(" ".join(label.split())) or escape(url)
    return f"[{shown}]({address(url)})"


def address(url: str) -> str:
    """Where a link leads, percent-encoded where Markdown would end it early."""
    encoded = _NOT_IN_ADDRESS.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), url)
    return _ENTITY.sub(r"\\&", encoded)


def inline_lines(inlines: Iterable[Inline]) -> list[str]:
    """Inlines as escaped lines; what a line may begin with is not guarded yet."""
    lines = [""]
    for part in inlines:
        first, *others = _pieces(part, lines[-1])
        if lines[-1].endswith("!") and first.startswith("["):
            lines[-1] = f"{lines[-1][:-1]}\\!"  # or the link would become a picture
        if _ENTITY_BEGINS.search(lines[-1]) and _ENTITY_ENDS.match(first):
            first = first.replace(";", "\\;", 1)  # `&` and what follows would become another character
        lines[-1] += first
        lines += others
    return lines


def _pieces(part: Inline, before: str) -> list[str]:
    match part:
        case Text(text):
            return [escape(line) for line in _LINE_END.split(text)]
        case Code(text):
            # the backticks of two adjacent spans would be read as one run
            return [escape(f"`{text}`") if before.endswith("`") else code_span(text)]
        case Link(label, url):
            return [link(label, url)]
        case LineBreak():
            return ["", ""]
        case Strong(children):
            return [f"**{' '.join(inline_lines(children)).strip()}**"]


def cell(words: Iterable[Prose]) -> str:
    """People's words in one cell of a table, lines joined by `<br>`."""
    lines: list[str] = []
    is_after_paragraph = False
    for block in words:
        if isinstance(block, CodeBlock):
            lines += code_lines(block.text)
        else:
            lines += [""] * is_after_paragraph + inline_lines(block.inlines)
        is_after_paragraph = not isinstance(block, CodeBlock)
    return in_cell("<br>".join(line.strip(" \t") for line in lines))


def _visible(text: str) -> str:
    # CommonMark replaces NUL as well, for security
    return text.replace("\0", "\ufffd")
